//! The data types of section 1.5: reading and writing integers, strings, binary data and lengths.

use std::mem;

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::error::{DecodeError, EncodeError};
use super::protocol::PacketId;

/// The largest variable byte integer, and therefore the largest remaining length.
pub(super) const MAX_VARIABLE: usize = 268_435_455;

/// Reads a packet from front to back. A packet that is too short is malformed.
pub(crate) struct Reader(Bytes);

impl Reader {
    /// Reads `bytes`, one packet, after its fixed header.
    pub(crate) fn new(mut bytes: Bytes) -> Self {
        let length = bytes.iter().skip(1).take_while(|byte| *byte & 0x80 != 0).count();
        bytes.advance(bytes.len().min(2 + length));
        Self(bytes)
    }

    /// Reads bytes that are not a packet.
    pub(crate) fn over(bytes: Bytes) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn u8(&mut self) -> Result<u8, DecodeError> {
        self.0.try_get_u8().map_err(|_| DecodeError::Length)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, DecodeError> {
        self.0.try_get_u16().map_err(|_| DecodeError::Length)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, DecodeError> {
        self.0.try_get_u32().map_err(|_| DecodeError::Length)
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

    pub(super) fn binary(&mut self) -> Result<Bytes, DecodeError> {
        let length = usize::from(self.u16()?);
        Ok(self.take(length)?.0)
    }

    /// What `read` makes of a string or binary data.
    pub(super) fn field<T>(&mut self, read: impl FnOnce(&[u8]) -> T) -> Result<T, DecodeError> {
        let length = usize::from(self.u16()?);
        let result = read(self.0.get(..length).ok_or(DecodeError::Length)?);
        self.0.advance(length);
        Ok(result)
    }

    pub(crate) fn text(&mut self) -> Result<String, DecodeError> {
        self.field(|bytes| checked_text(bytes).map(str::to_owned))?
    }

    /// Splits off the next bytes.
    pub(crate) fn take(&mut self, length: usize) -> Result<Self, DecodeError> {
        if length > self.0.len() {
            return Err(DecodeError::Length);
        }
        Ok(Self(self.0.split_to(length)))
    }

    /// Never 0 [MQTT-2.3.1-1] [MQTT-2.2.1-3]
    pub(super) fn packet_id(&mut self) -> Result<PacketId, DecodeError> {
        PacketId::new(self.u16()?).ok_or(DecodeError::PacketId)
    }

    pub(super) fn rest(self) -> Bytes {
        self.0
    }

    pub(crate) fn take_rest(&mut self) -> Bytes {
        mem::take(&mut self.0)
    }
}

/// Text, if it is UTF-8 without U+0000. [MQTT-1.5.4-1] [MQTT-1.5.4-2]
pub(super) fn checked_text(bytes: &[u8]) -> Result<&str, DecodeError> {
    str::from_utf8(bytes).ok().filter(|text| !has_null(text)).ok_or(DecodeError::Utf8)
}

/// A packet of this first byte and this body, which is known to be short enough.
pub(super) fn encode_packet(first: u8, body: &[u8]) -> BytesMut {
    write(first, body, &[])
}

/// A packet whose body, in two parts, may be too large.
pub(super) fn encode_packet_in_parts(
    first: u8,
    head: &[u8],
    tail: &[u8],
) -> Result<BytesMut, EncodeError> {
    if head.len() + tail.len() > MAX_VARIABLE {
        return Err(EncodeError::TooLarge);
    }
    Ok(write(first, head, tail))
}

fn write(first: u8, head: &[u8], tail: &[u8]) -> BytesMut {
    let length = head.len() + tail.len();
    let mut packet = BytesMut::with_capacity(length + 5);
    packet.put_u8(first);
    put_variable(&mut packet, length);
    packet.put_slice(head);
    packet.put_slice(tail);
    packet
}

pub(super) fn put_variable(out: &mut BytesMut, mut number: usize) {
    while number > 0x7f {
        out.put_u8(number as u8 | 0x80);
        number >>= 7;
    }
    out.put_u8(number as u8);
}

/// A string or binary data with its length in two bytes; checked by `is_text` or `is_binary`.
pub(crate) fn put_field(out: &mut BytesMut, field: &[u8]) {
    out.put_u16(field.len() as u16);
    out.put_slice(field);
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
#[inline(never)] // it is for records and broken packets
pub(crate) fn fnv1a(bytes: &[u8]) -> u32 {
    let mix = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    bytes.iter().fold(0x811c_9dc5, mix)
}
