//! Where a packet ends in a stream of bytes. What is in it is for the files beside.

use super::wire::MAX_VARIABLE;
use super::{DecodeError, Version};

/// The largest packet there can be, in bytes: a remaining length of four bytes and its header.
pub const MAX_PACKET_SIZE: usize = MAX_VARIABLE + 5;

/// Bytes of the first packet in `bytes`, fixed header and all; `None` if more must come first.
///
/// Looks at the fixed header only, and refuses what cannot become a packet as soon as that is
/// seen, so that garbage is answered and not waited for.
///
/// # Errors
/// The fixed header is none that a server may send, or says more than `limit` bytes.
pub fn frame_length(
    bytes: &[u8],
    limit: usize,
    version: Version,
) -> Result<Option<usize>, DecodeError> {
    let Some((&first, rest)) = bytes.split_first() else { return Ok(None) };
    check_first_byte(first, version)?;
    let mut remaining_length = 0;
    for (i, &byte) in rest.iter().take(4).enumerate() {
        remaining_length |= usize::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            if byte == 0 && i > 0 {
                return Err(DecodeError::VariableByteInteger); // more bytes than needed
            }
            check_remaining_length(first, remaining_length, version)?;
            let length = 2 + i + remaining_length;
            if length > limit {
                return Err(DecodeError::TooLarge);
            }
            return Ok((bytes.len() >= length).then_some(length));
        }
    }
    if rest.len() >= 4 { Err(DecodeError::VariableByteInteger) } else { Ok(None) }
}

pub(super) const CONNACK: u8 = 2;
pub(super) const PUBLISH: u8 = 3;
pub(super) const PUBACK: u8 = 4;
pub(super) const PUBREC: u8 = 5;
pub(super) const PUBREL: u8 = 6;
pub(super) const PUBCOMP: u8 = 7;
pub(super) const SUBACK: u8 = 9;
pub(super) const UNSUBACK: u8 = 11;
pub(super) const PINGRESP: u8 = 13;
pub(super) const DISCONNECT: u8 = 14;
pub(super) const AUTH: u8 = 15;

/// The type is one that a server sends, and the flags are those of the type.
fn check_first_byte(first: u8, version: Version) -> Result<(), DecodeError> {
    let (packet_type, flags) = (first >> 4, first & 0x0f);
    match packet_type {
        PUBLISH if flags & 0b0110 == 0b0110 => Err(DecodeError::QoS), // [MQTT-3.3.1-4]
        PUBLISH if flags & 0b1110 == 0b1000 => Err(DecodeError::DupAtQos0), // [MQTT-3.3.1-2]
        PUBLISH => Ok(()),
        DISCONNECT | AUTH if version != Version::V5 => Err(DecodeError::PacketType),
        CONNACK | PUBACK | PUBREC | PUBREL | PUBCOMP | SUBACK | UNSUBACK | PINGRESP
        | DISCONNECT | AUTH => {
            // [MQTT-3.6.1-1] for PUBREL, [MQTT-2.2.2-2] [MQTT-2.1.3-1] for all
            let expected = if packet_type == PUBREL { 0b0010 } else { 0 };
            if flags == expected { Ok(()) } else { Err(DecodeError::HeaderFlags) }
        }
        _ => Err(DecodeError::PacketType),
    }
}

/// MQTT 3 has exact lengths, but for PUBLISH and SUBACK; MQTT 5 has shortest ones.
fn check_remaining_length(
    first: u8,
    remaining_length: usize,
    version: Version,
) -> Result<(), DecodeError> {
    let v5 = usize::from(version == Version::V5);
    let (shortest, longest) = match first >> 4 {
        PINGRESP => (0, 0),
        DISCONNECT | AUTH => (0, MAX_VARIABLE),
        // length and text of a topic (an alias may stand for it), packet identifier, properties
        PUBLISH if first & 0b0110 == 0 => (3, MAX_VARIABLE),
        PUBLISH => (5, MAX_VARIABLE),
        CONNACK => (2 + v5, if v5 == 1 { MAX_VARIABLE } else { 2 }),
        SUBACK => (3 + v5, MAX_VARIABLE),
        UNSUBACK if v5 == 1 => (4, MAX_VARIABLE),
        _ => (2, if v5 == 1 { MAX_VARIABLE } else { 2 }),
    };
    if (shortest..=longest).contains(&remaining_length) { Ok(()) } else { Err(DecodeError::Length) }
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
