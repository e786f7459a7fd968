//! Framing: finds the end of a packet in a stream of bytes, and checks the fixed header.

use super::error::DecodeError;
use super::primitives::MAX_VARIABLE;
use super::protocol::Version;

/// Bytes of the largest possible packet, including its fixed header.
pub const MAX_PACKET_SIZE: usize = MAX_VARIABLE + 5;

/// Bytes of the first packet in `bytes`, including its fixed header; `None` if it is incomplete.
///
/// It checks the fixed header only, as early as possible: garbage is an error, not an incomplete
/// packet.
///
/// # Errors
/// A server must not send this fixed header, or the packet is larger than `limit` bytes.
pub fn frame_length(
    bytes: &[u8],
    limit: usize,
    version: Version,
) -> Result<Option<usize>, DecodeError> {
    match FixedHeader::read(bytes, version)? {
        Some(header) if header.length > limit => Err(DecodeError::TooLarge),
        Some(header) if header.length <= bytes.len() => Ok(Some(header.length)),
        _ => Ok(None),
    }
}

/// The fixed header of a packet, of which the rest may not be received yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FixedHeader {
    first: u8,
    /// Bytes of the packet, including this header
    pub(crate) length: usize,
}

impl FixedHeader {
    /// Reads and checks the fixed header of the first packet in `bytes`; `None` if it is incomplete.
    pub(crate) fn read(bytes: &[u8], version: Version) -> Result<Option<Self>, DecodeError> {
        let Some((&first, rest)) = bytes.split_first() else { return Ok(None) };
        let (shortest, longest) = allowed_lengths(first, version)?;
        let mut remaining_length = 0;
        for (i, &byte) in rest.iter().take(4).enumerate() {
            remaining_length |= usize::from(byte & 0x7f) << (7 * i);
            if byte & 0x80 == 0 {
                if byte == 0 && i > 0 {
                    return Err(DecodeError::VariableByteInteger); // more bytes than necessary
                }
                if remaining_length < shortest || remaining_length > longest {
                    return Err(DecodeError::Length);
                }
                return Ok(Some(Self { first, length: 2 + i + remaining_length }));
            }
        }
        if rest.len() >= 4 { Err(DecodeError::VariableByteInteger) } else { Ok(None) }
    }

    /// Whether it is that of an application message.
    pub(crate) fn is_publish(self) -> bool {
        self.first >> 4 == PUBLISH
    }
}

/// Packet types
pub(super) const CONNECT: u8 = 1;
pub(super) const CONNACK: u8 = 2;
pub(super) const PUBLISH: u8 = 3;
pub(super) const PUBACK: u8 = 4;
pub(super) const PUBREC: u8 = 5;
pub(super) const PUBREL: u8 = 6;
pub(super) const PUBCOMP: u8 = 7;
pub(super) const SUBSCRIBE: u8 = 8;
pub(super) const SUBACK: u8 = 9;
pub(super) const UNSUBSCRIBE: u8 = 10;
pub(super) const UNSUBACK: u8 = 11;
pub(super) const PINGREQ: u8 = 12;
pub(super) const PINGRESP: u8 = 13;
pub(super) const DISCONNECT: u8 = 14;
pub(super) const AUTH: u8 = 15;

/// The first byte of a packet of this type, which is not PUBLISH: its type and its fixed flags.
pub(super) const fn first_byte(packet_type: u8) -> u8 {
    packet_type << 4 | flags(packet_type)
}

/// The first byte of DISCONNECT
pub(crate) const DISCONNECT_FIRST_BYTE: u8 = first_byte(DISCONNECT);

/// Whether a packet begins like one that MQTT 3 does not have: DISCONNECT of a server, or an
/// acknowledgement with more than its packet identifier, as long as it is short.
pub(crate) fn is_of_mqtt_5(bytes: &[u8]) -> bool {
    match bytes {
        [DISCONNECT_FIRST_BYTE, ..] => true,
        [first, 3..=0x7f, ..] => {
            matches!(first >> 4, PUBACK | PUBREC | PUBREL | PUBCOMP | UNSUBACK)
        }
        _ => false,
    }
}

/// [MQTT-3.6.1-1] [MQTT-3.8.1-1] [MQTT-3.10.1-1], [MQTT-2.2.2-2] and [MQTT-2.1.3-1] for all others
const fn flags(packet_type: u8) -> u8 {
    match packet_type {
        PUBREL | SUBSCRIBE | UNSUBSCRIBE => 0b0010,
        _ => 0,
    }
}

/// Checks that a server sends packets of this type, and that the flags are those of the type. Returns the
/// shortest and the longest remaining length: in MQTT 3 it is fixed, except for PUBLISH and SUBACK; in MQTT 5
/// there are minimums.
fn allowed_lengths(first: u8, version: Version) -> Result<(usize, usize), DecodeError> {
    let packet_type = first >> 4;
    if packet_type == PUBLISH {
        // topic (its length alone if an alias stands for it), packet identifier, properties
        return match first & 0b1110 {
            0b0110 | 0b1110 => Err(DecodeError::QoS), // [MQTT-3.3.1-4]
            0b1000 => Err(DecodeError::DupAtQos0),    // [MQTT-3.3.1-2]
            0b0000 => Ok((3, MAX_VARIABLE)),
            _ => Ok((5, MAX_VARIABLE)),
        };
    }
    let v5 = usize::from(version == Version::V5);
    let fixed = if v5 == 1 { MAX_VARIABLE } else { 2 };
    let lengths = match packet_type {
        CONNACK => (2 + v5, fixed),
        SUBACK => (3 + v5, MAX_VARIABLE),
        UNSUBACK => (2 + 2 * v5, fixed),
        PUBACK | PUBREC | PUBREL | PUBCOMP => (2, fixed),
        PINGRESP => (0, 0),
        DISCONNECT | AUTH if v5 == 1 => (0, MAX_VARIABLE),
        _ => return Err(DecodeError::PacketType),
    };
    if first == first_byte(packet_type) { Ok(lengths) } else { Err(DecodeError::HeaderFlags) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_LIMIT: usize = MAX_PACKET_SIZE;

    #[test]
    fn a_packet_is_waited_for_byte_by_byte() {
        let publish = [0x30, 0x04, 0x00, 0x01, b't', b'x'];
        for cut in 0..publish.len() {
            assert_eq!(
                frame_length(&publish[..cut], NO_LIMIT, Version::V311),
                Ok(None),
                "cut at {cut}"
            );
        }
        assert_eq!(frame_length(&publish, NO_LIMIT, Version::V311), Ok(Some(6)));
        assert_eq!(
            frame_length(&[&publish[..], &publish[..]].concat(), NO_LIMIT, Version::V311),
            Ok(Some(6))
        );
    }

    #[test]
    fn garbage_is_refused_by_its_first_byte() {
        assert_eq!(frame_length(b"H", NO_LIMIT, Version::V311), Err(DecodeError::HeaderFlags)); // "HTTP/1.1"
        for not_from_a_server in [0x00, 0x10, 0x80, 0x82, 0xa2, 0xc0, 0xe0, 0xf0] {
            assert_eq!(
                frame_length(&[not_from_a_server], NO_LIMIT, Version::V311),
                Err(DecodeError::PacketType)
            );
        }
    }

    /// [MQTT-1.5.5-1]
    #[test]
    fn the_remaining_length_is_minimal_and_at_most_four_bytes() {
        assert_eq!(
            frame_length(&[0xd0, 0x80, 0x00], NO_LIMIT, Version::V311),
            Err(DecodeError::VariableByteInteger)
        );
        let five = [0x30, 0xff, 0xff, 0xff, 0xff];
        assert_eq!(
            frame_length(&five, NO_LIMIT, Version::V311),
            Err(DecodeError::VariableByteInteger)
        );
        assert_eq!(frame_length(&five[..4], NO_LIMIT, Version::V311), Ok(None));
        let largest = [0x30, 0xff, 0xff, 0xff, 0x7f];
        assert_eq!(frame_length(&largest, NO_LIMIT, Version::V311), Ok(None));
        assert_eq!(frame_length(&largest, NO_LIMIT - 1, Version::V311), Err(DecodeError::TooLarge));
    }
}
