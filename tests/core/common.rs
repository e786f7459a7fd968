//! What the tests share.
//!
//! - `scenario`: a client whose transport and server are scripted by the test, packet by packet.
//! - `pair`: a client and a model `broker`, with a transport that delays, cuts and fails silently.
//! - `output_checker` and `packet_checker`: rules for the outputs and the packets of a client, which
//!   are checked in every test.
//! - `prop`: runs properties over random values.
//!
//! Time is a number that the test sets.
#![allow(unreachable_pub)] // a module of a test is not reachable

pub mod aliases;
pub mod broker;
pub mod output_checker;
pub mod packet_checker;
pub mod packets;
pub mod pair;
pub mod prop;
pub mod scenario;
pub mod v5;
pub mod wire;

use mqtt_miniprogram::codec::{Properties, PropertyId, Value};
use mqtt_miniprogram::{Options, Publish, QoS, TopicFilter, TopicName, Version};

pub const QOS: [QoS; 3] = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce];

/// A client that keeps its session.
pub fn persistent() -> Options {
    Options { client_id: "c".into(), clean: false, ..Options::default() }
}

/// The same in this version: in MQTT 5 a session is kept for as long as CONNECT says.
pub fn persistent_in(version: Version) -> Options {
    let expiry = (PropertyId::SESSION_EXPIRY_INTERVAL, Value::Number(u32::MAX));
    let properties = Properties(if version == Version::V5 { vec![expiry] } else { vec![] });
    Options { protocol_version: version, properties, ..persistent() }
}

/// A client that begins anew with every connection.
pub fn clean() -> Options {
    Options { client_id: "c".into(), ..Options::default() }
}

/// A client that closes the connection wherever the standard says so.
pub fn strict() -> Options {
    Options { strict: true, ..clean() }
}

pub fn name(text: &str) -> TopicName {
    TopicName::new(text).unwrap()
}

pub fn filter(text: &str) -> TopicFilter {
    TopicFilter::new(text).unwrap()
}

pub fn message(payload: impl AsRef<[u8]>, qos: QoS) -> Publish {
    Publish::new(name("t"), payload.as_ref().to_vec(), qos)
}
