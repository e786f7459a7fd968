//! The data types of section 1.5: reading and writing integers, strings, binary data and lengths.

use std::mem;

use super::error::{DecodeError, EncodeError};
use super::protocol::PacketId;

/// The largest variable byte integer, and therefore the largest remaining length.
pub(super) const MAX_VARIABLE: usize = 268_435_455;

/// Reads a packet from front to back. A packet that is too short is malformed.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Reads `packet` after its fixed header.
    pub(crate) fn new(packet: &'a [u8]) -> Self {
        let mut reader = Self(packet.get(1..).unwrap_or_default());
        while reader.u8().is_ok_and(|byte| byte & 0x80 != 0) {}
        reader
    }

    /// Reads bytes that are not a packet.
    pub(crate) fn over(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn u8(&mut self) -> Result<u8, DecodeError> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, DecodeError> {
        self.array().map(u32::from_be_bytes)
    }

    /// A variable byte integer: at most four bytes, and no more than necessary. [MQTT-1.5.5-1]
    pub(super) fn variable(&mut self) -> Result<u32, DecodeError> {
        let mut number = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.u8()?;
            number |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let minimal = byte != 0 || shift == 0;
                return if minimal { Ok(number) } else { Err(DecodeError::VariableByteInteger) };
            }
        }
        Err(DecodeError::VariableByteInteger)
    }

    /// A string that is not checked, or binary data.
    pub(super) fn binary(&mut self) -> Result<&'a [u8], DecodeError> {
        let (length, rest) = self.0.split_first_chunk().ok_or(DecodeError::Length)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (field, rest) = rest.split_at_checked(length).ok_or(DecodeError::Length)?;
        self.0 = rest;
        Ok(field)
    }

    pub(crate) fn text(&mut self) -> Result<String, DecodeError> {
        checked_text(self.binary()?).map(str::to_owned)
    }

    /// The next bytes.
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(DecodeError::Length)?;
        self.0 = rest;
        Ok(taken)
    }

    /// Never 0 [MQTT-2.3.1-1] [MQTT-2.2.1-3]
    pub(super) fn packet_id(&mut self) -> Result<PacketId, DecodeError> {
        PacketId::new(self.u16()?).ok_or(DecodeError::PacketId)
    }

    /// All bytes that were not read yet.
    pub(crate) fn rest(&mut self) -> &'a [u8] {
        mem::take(&mut self.0)
    }

    #[inline]
    fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], DecodeError> {
        let (array, rest) = self.0.split_first_chunk().ok_or(DecodeError::Length)?;
        self.0 = rest;
        Ok(*array)
    }
}

/// Text, if it is UTF-8 without U+0000. [MQTT-1.5.4-1] [MQTT-1.5.4-2]
pub(super) fn checked_text(bytes: &[u8]) -> Result<&str, DecodeError> {
    str::from_utf8(bytes).ok().filter(|text| !has_null(text)).ok_or(DecodeError::Utf8)
}

/// A packet of this first byte and this body, which is known to be short enough.
pub(super) fn encode_packet(first: u8, body: &[u8]) -> Vec<u8> {
    write(first, body, &[])
}

/// A packet whose body, in two parts, may be too large.
pub(super) fn encode_packet_in_parts(
    first: u8,
    head: &[u8],
    tail: &[u8],
) -> Result<Vec<u8>, EncodeError> {
    if head.len() + tail.len() > MAX_VARIABLE {
        return Err(EncodeError::TooLarge);
    }
    Ok(write(first, head, tail))
}

fn write(first: u8, head: &[u8], tail: &[u8]) -> Vec<u8> {
    let length = head.len() + tail.len();
    let mut packet = begin_packet(first, length);
    packet.extend_from_slice(head);
    packet.extend_from_slice(tail);
    packet
}

/// The fixed header of a packet of this remaining length, with room for the rest.
pub(super) fn begin_packet(first: u8, remaining_length: usize) -> Vec<u8> {
    let mut packet = Vec::with_capacity(remaining_length + 5);
    packet.push(first);
    put_variable(&mut packet, remaining_length);
    packet
}

/// The number of bytes that `put_variable` writes.
pub(super) fn variable_length(number: usize) -> usize {
    1 + [0x7f, 0x3fff, 0x1f_ffff].into_iter().filter(|most| number > *most).count()
}

pub(super) fn put_variable(out: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A string or binary data with its length in two bytes; checked by `is_text` or `is_binary`.
pub(crate) fn put_field(out: &mut Vec<u8>, field: &[u8]) {
    out.extend_from_slice(&(field.len() as u16).to_be_bytes());
    out.extend_from_slice(field);
}

/// Whether a string can be encoded: at most 65,535 bytes, and no U+0000. [MQTT-1.5.4-2]
pub(super) fn is_text(text: &str) -> bool {
    is_binary(text.as_bytes()) && !has_null(text)
}

fn has_null(text: &str) -> bool {
    text.bytes().any(|byte| byte == 0)
}

/// Whether binary data can be encoded: at most 65,535 bytes.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    bytes.len() <= usize::from(u16::MAX)
}

/// The 32-bit FNV-1a hash.
#[inline(never)] // no message needs it
pub(crate) fn fnv1a(bytes: &[u8]) -> u32 {
    let mix = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    bytes.iter().fold(0x811c_9dc5, mix)
}
