//! Packets for tests of their format.

use mqtt_miniprogram::codec::{Connect, Properties};
use mqtt_miniprogram::{ConnectionError, Event, Output, Packet, Version};

use super::scenario::Scenario;

pub const MQTT_3: [Version; 2] = [Version::V31, Version::V311];

pub const ALL: [Version; 3] = [Version::V31, Version::V311, Version::V5];

pub fn connect(client_id: &str) -> Connect {
    Connect {
        client_id: client_id.into(),
        clean: true,
        keepalive: 60,
        will: None,
        username: None,
        password: None,
        properties: Properties::default(),
    }
}

pub fn encoded(packet: &Packet, version: Version) -> Vec<u8> {
    packet.encode(version).unwrap_or_else(|error| panic!("{packet:?}: {error}"))
}

pub fn assert_malformed(scenario: &mut Scenario, bytes: &[u8]) {
    let outputs = scenario.outputs();
    let closed = outputs.iter().filter(|output| **output == Output::CloseTransport).count();
    let is_malformed = |output: &Output| {
        matches!(output, Output::Event(Event::Error(ConnectionError::Malformed(_))))
    };
    assert!(closed == 1 && outputs.iter().any(is_malformed), "{bytes:x?}: {outputs:?}");
}
