//! Where a packet ends in a stream of bytes. What is in it is for `v3`.

use super::DecodeError;

/// The largest packet there can be, in bytes: a remaining length of four bytes and its header.
pub const MAX_PACKET_SIZE: usize = MAX_REMAINING_LENGTH + 5;

/// Bytes of the first packet in `bytes`, fixed header and all; `None` if more must come first.
///
/// Looks at the fixed header only, and refuses what cannot become a packet as soon as that is
/// seen, so that garbage is answered and not waited for.
///
/// # Errors
/// The fixed header is none that a server may send, or says more than `limit` bytes.
pub fn frame_length(bytes: &[u8], limit: usize) -> Result<Option<usize>, DecodeError> {
    let Some((&first, rest)) = bytes.split_first() else { return Ok(None) };
    check_first_byte(first)?;
    let mut remaining_length = 0;
    for (i, &byte) in rest.iter().take(4).enumerate() {
        remaining_length |= usize::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            if byte == 0 && i > 0 {
                return Err(DecodeError::RemainingLength); // more bytes than needed
            }
            check_remaining_length(first, remaining_length)?;
            let length = 2 + i + remaining_length;
            if length > limit {
                return Err(DecodeError::TooLarge);
            }
            return Ok((bytes.len() >= length).then_some(length));
        }
    }
    if rest.len() >= 4 { Err(DecodeError::RemainingLength) } else { Ok(None) }
}

pub(super) const MAX_REMAINING_LENGTH: usize = 268_435_455;

pub(super) const CONNACK: u8 = 2;
const PUBLISH: u8 = 3;
const PUBACK: u8 = 4;
const PUBREC: u8 = 5;
const PUBREL: u8 = 6;
const PUBCOMP: u8 = 7;
const SUBACK: u8 = 9;
const UNSUBACK: u8 = 11;
const PINGRESP: u8 = 13;

/// The type is one that a server sends, and the flags are those of the type.
fn check_first_byte(first: u8) -> Result<(), DecodeError> {
    let flags = first & 0x0f;
    match first >> 4 {
        PUBLISH if flags & 0b0110 == 0b0110 => Err(DecodeError::QoS), // [MQTT-3.3.1-4]
        PUBLISH if flags & 0b1110 == 0b1000 => Err(DecodeError::DupAtQos0), // [MQTT-3.3.1-2]
        PUBLISH => Ok(()),
        // [MQTT-3.6.1-1] for PUBREL, [MQTT-2.2.2-2] for all
        PUBREL if flags == 0b0010 => Ok(()),
        CONNACK | PUBACK | PUBREC | PUBCOMP | SUBACK | UNSUBACK | PINGRESP if flags == 0 => Ok(()),
        CONNACK | PUBACK | PUBREC | PUBREL | PUBCOMP | SUBACK | UNSUBACK | PINGRESP => {
            Err(DecodeError::HeaderFlags)
        }
        _ => Err(DecodeError::PacketType),
    }
}

/// MQTT 3.x packets have exact lengths, but for PUBLISH and SUBACK.
fn check_remaining_length(first: u8, remaining_length: usize) -> Result<(), DecodeError> {
    let fits = match first >> 4 {
        PINGRESP => remaining_length == 0,
        PUBLISH if first & 0b0110 == 0 => remaining_length >= 3, // length and text of a topic
        PUBLISH => remaining_length >= 5,                        // and a packet identifier
        SUBACK => remaining_length >= 3,                         // identifier and one return code
        _ => remaining_length == 2,
    };
    if fits { Ok(()) } else { Err(DecodeError::Length) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_LIMIT: usize = MAX_PACKET_SIZE;

    #[test]
    fn a_packet_is_waited_for_byte_by_byte() {
        let publish = [0x30, 0x04, 0x00, 0x01, b't', b'x'];
        for cut in 0..publish.len() {
            assert_eq!(frame_length(&publish[..cut], NO_LIMIT), Ok(None), "cut at {cut}");
        }
        assert_eq!(frame_length(&publish, NO_LIMIT), Ok(Some(6)));
        assert_eq!(frame_length(&[&publish[..], &publish[..]].concat(), NO_LIMIT), Ok(Some(6)));
    }

    #[test]
    fn garbage_is_refused_by_its_first_byte() {
        assert_eq!(frame_length(b"H", NO_LIMIT), Err(DecodeError::HeaderFlags)); // "HTTP/1.1"
        for not_from_a_server in [0x00, 0x10, 0x80, 0x82, 0xa2, 0xc0, 0xe0, 0xf0] {
            assert_eq!(frame_length(&[not_from_a_server], NO_LIMIT), Err(DecodeError::PacketType));
        }
    }

    #[test]
    fn the_remaining_length_is_minimal_and_at_most_four_bytes() {
        assert_eq!(frame_length(&[0xd0, 0x80, 0x00], NO_LIMIT), Err(DecodeError::RemainingLength));
        let five = [0x30, 0xff, 0xff, 0xff, 0xff];
        assert_eq!(frame_length(&five, NO_LIMIT), Err(DecodeError::RemainingLength));
        assert_eq!(frame_length(&five[..4], NO_LIMIT), Ok(None));
        let largest = [0x30, 0xff, 0xff, 0xff, 0x7f];
        assert_eq!(frame_length(&largest, NO_LIMIT), Ok(None));
        assert_eq!(frame_length(&largest, NO_LIMIT - 1), Err(DecodeError::TooLarge));
    }
}
