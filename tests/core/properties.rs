//! What holds for any bytes: no panic, and the client either waits for more, or reports an error
//! and closes. Random schedules against a broker that makes no mistakes are in `schedules`.
//!
//! Seeds are fixed, so a run is the same everywhere; a failure prints the smallest input.

use crate::common::persistent;
use crate::common::prop::check;
use crate::common::scenario::Scenario;
use crate::common::wire::{accepted, publish};
use bytes::BytesMut;
use mqtt_miniprogram::codec::frame_length;
use mqtt_miniprogram::{
    ConnectionError, Event, Output, Packet, QoS, TopicFilter, TopicName, Version,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Bytes as a broken server sends them: noise, and packets with noise in them.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let first = prop::sample::select(
        &[0x20_u8, 0x30, 0x32, 0x34, 0x40, 0x50, 0x62, 0x70, 0x90, 0xb0, 0xd0][..],
    );
    let framed = (first, vec(any::<u8>(), 0..12))
        .prop_map(|(first, body)| [&[first, body.len() as u8][..], &body].concat());
    let good = prop::sample::select(vec![
        accepted(false).bytes(),
        publish(0, 0, "m").bytes(),
        publish(2, 1, "m").bytes(),
    ]);
    let parts = prop_oneof![vec(any::<u8>(), 0..20), framed, good];
    vec(parts, 1..8).prop_map(|parts| parts.concat())
}

#[test]
fn any_bytes_are_decoded_incomplete_or_refused() {
    check(20_000, &(noise(), 1..9_usize, any::<bool>()), |(bytes, piece, connected)| {
        let mut scenario = if connected {
            Scenario::connected(persistent())
        } else {
            Scenario::connecting(persistent())
        };
        scenario.publishes("1", QoS::ExactlyOnce);
        scenario.subscribes(&[("t", QoS::AtMostOnce)]);
        for piece in bytes.chunks(piece) {
            scenario.server_sends_bytes(piece);
        }
        let outputs = scenario.outputs();
        let closed = outputs.contains(&Output::CloseTransport);
        let reasons = outputs.iter().filter(|output| {
            let Output::Event(Event::Error(error)) = output else { return false };
            matches!(
                error,
                ConnectionError::Malformed(_)
                    | ConnectionError::Protocol(_)
                    | ConnectionError::Refused(_)
            )
        });
        assert_eq!(reasons.count(), usize::from(closed), "one reason for one end");
    });
}

#[test]
fn any_bytes_are_a_packet_or_none() {
    let version = proptest::sample::select(vec![Version::V311, Version::V5]);
    check(20_000, &(noise(), 0..40_usize, version), |(bytes, limit, version)| {
        let _ = Packet::decode(BytesMut::from(&bytes[..]), version); // whatever it is, no panic
        if let Ok(Some(length)) = frame_length(&bytes, limit, version) {
            assert!((2..=limit.min(bytes.len())).contains(&length));
            // a shorter stream is the beginning of the same packet
            assert_eq!(frame_length(&bytes[..length - 1], limit, version), Ok(None));
        }
    });
}

#[test]
fn any_filter_matches_as_section_4_7_defines() {
    let filter = prop_oneof![any::<String>(), "[+#/$a设\0]{0,6}", "\\$share/g/[+#/a设]{0,5}"];
    let name = prop_oneof![any::<String>(), "[/$a设]{0,6}"];
    check(10_000, &(filter, name), |(filter, name)| {
        if let (Some(filter), Some(name)) = (TopicFilter::new(filter), TopicName::new(name)) {
            let plain = filter.as_str().strip_prefix("$share/g/").unwrap_or(filter.as_str());
            let expected = matches(&levels(plain), &levels(name.as_str()), true);
            assert_eq!(filter.matches(&name), expected, "{filter:?} {name:?}");
        }
    });
}

fn levels(topic: &str) -> Vec<&str> {
    topic.split('/').collect()
}

/// By recursion over the levels, derived from the standard.
fn matches(filter: &[&str], name: &[&str], first: bool) -> bool {
    let system = first && name.first().is_some_and(|level| level.starts_with('$'));
    match (filter, name) {
        (["#"], _) => !system, // [MQTT-4.7.1-2] [MQTT-4.7.2-1]
        (["+", filter @ ..], [_, name @ ..]) => !system && matches(filter, name, false),
        ([wanted, filter @ ..], [level, name @ ..]) => {
            wanted == level && matches(filter, name, false)
        }
        (filter, name) => filter.is_empty() && name.is_empty(),
    }
}
