//! Any bytes as a server's stream, in every version: no panic, and the same packets whether the
//! bytes come at once or in pieces.
#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use mqtt_miniprogram::codec::{DecodeError, frame_length};
use mqtt_miniprogram::{Packet, Version};

const LIMIT: usize = 1 << 20;

fuzz_target!(|input: (u8, &[u8])| {
    let (piece, bytes) = input;
    for version in [Version::V31, Version::V311, Version::V5] {
        let whole = stream(bytes, bytes.len().max(1), version);
        assert_eq!(whole, stream(bytes, usize::from(piece).max(1), version));
    }
});

/// The packets of a stream that comes in pieces of this size, and what ended it.
fn stream(bytes: &[u8], piece: usize, version: Version) -> (Vec<Packet>, Option<DecodeError>) {
    let mut inbound = BytesMut::new();
    let mut packets = Vec::new();
    for piece in bytes.chunks(piece) {
        inbound.extend_from_slice(piece);
        loop {
            let length = match frame_length(&inbound, LIMIT, version) {
                Ok(Some(length)) => length,
                Ok(None) => break,
                Err(error) => return (packets, Some(error)),
            };
            match Packet::decode(inbound.split_to(length), version) {
                Ok(packet) => packets.push(packet),
                Err(error) => return (packets, Some(error)),
            }
        }
    }
    (packets, None)
}
