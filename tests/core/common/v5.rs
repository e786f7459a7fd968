//! A server of MQTT 5 that is scripted in raw bytes.

use mqtt_miniprogram::codec::{Properties, PropertyId, Value};
use mqtt_miniprogram::{ConnectionError, Options, Version};

use super::scenario::Scenario;

/// A packet of the server's: first byte and body.
pub fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first, body.len() as u8];
    packet.extend_from_slice(body);
    packet
}

/// CONNACK with these properties.
pub fn connack(session_present: bool, reason: u8, properties: &[u8]) -> Vec<u8> {
    let mut body = vec![session_present.into(), reason, properties.len() as u8];
    body.extend_from_slice(properties);
    packet(0x20, &body)
}

/// PUBLISH to a topic with a packet identifier (0: none) and properties.
pub fn publish(qos: u8, topic: &str, id: u16, properties: &[u8], payload: &str) -> Vec<u8> {
    let mut body = vec![0, topic.len() as u8];
    body.extend_from_slice(topic.as_bytes());
    if id > 0 {
        body.extend_from_slice(&id.to_be_bytes());
    }
    body.push(properties.len() as u8);
    body.extend_from_slice(properties);
    body.extend_from_slice(payload.as_bytes());
    packet(0x30 | qos << 1, &body)
}

pub fn v5(options: Options) -> Options {
    Options { protocol_version: Version::V5, ..options }
}

/// Accepted with these properties in CONNACK.
pub fn connected(options: Options, properties: &[u8]) -> Scenario {
    let mut scenario = Scenario::connecting(v5(options));
    scenario.server_sends_bytes(&connack(false, 0, properties));
    scenario.outputs();
    scenario
}

pub fn numbers(properties: &[(PropertyId, u32)]) -> Properties {
    Properties(properties.iter().map(|(id, number)| (*id, Value::Number(*number))).collect())
}

pub fn text(id: PropertyId, text: &str) -> Properties {
    Properties(vec![(id, Value::Text(text.into()))])
}

/// What a connected client of MQTT 5 with these options answers to these bytes, and the errors.
pub fn refuses(options: Options, bytes: &[u8]) -> (Vec<u8>, Vec<ConnectionError>) {
    let mut scenario = connected(options, &[]);
    scenario.server_sends_bytes(bytes);
    (scenario.sent_messages().concat(), scenario.errors())
}

/// The properties of an authentication with this method.
pub fn method(name: &str) -> Properties {
    text(PropertyId::AUTHENTICATION_METHOD, name)
}
