//! DISCONNECT of MQTT 5, with a reason code and properties, in both directions.

use crate::common::scenario::Scenario;
use crate::common::v5::{connack, connected, method, numbers, refuses, text, v5};
use crate::common::{clean, persistent};
use mqtt_miniprogram::codec::{Auth, Disconnect, EncodeError, PropertyId};
use mqtt_miniprogram::{ConnectionError, Options, ProtocolError, RequestError};

/// [MQTT-4.12.1-2] [MQTT-4.13.2-1]
#[test]
fn disconnect_of_the_server_is_reported_with_its_reason() {
    for (reason, comes_back) in [(0x8b, true), (0x8e, false)] {
        let mut scenario = connected(clean(), &[]);
        scenario.server_sends_bytes(&[0xe0, 7, reason, 5, 0x1f, 0, 2, b'n', b'o']);
        let reported = scenario.errors();
        let [ConnectionError::Disconnected(disconnect)] = &reported[..] else {
            panic!("{reported:?}")
        };
        assert_eq!(disconnect.reason, reason);
        assert_eq!(disconnect.properties, text(PropertyId::REASON_STRING, "no"));
        // two clients with one identifier would throw each other out for ever
        assert_eq!(scenario.client.poll_timeout().is_some(), comes_back, "{reason:#x}");
    }
}

/// [MQTT-3.14.4-1]
#[test]
fn disconnect_of_the_client_has_its_reason() {
    let mut scenario = connected(clean(), &[]);
    let disconnect = Disconnect { reason: 0x04, ..Disconnect::default() };
    scenario.disconnect_with(disconnect).unwrap();
    assert_eq!(scenario.sent_messages(), [vec![0xe0, 2, 0x04, 0]]);
}

/// [MQTT-3.14.2-1]
#[test]
fn disconnect_that_cannot_be_encoded_is_refused() {
    let mut scenario = connected(clean(), &[]);
    let wrong = Disconnect { reason: 0x8e, ..Disconnect::default() }; // a server's
    assert!(matches!(scenario.disconnect_with(wrong), Err(RequestError::Packet(_))));
    assert_eq!(scenario.outputs(), []);
}

#[test]
fn disconnect_cannot_extend_a_session_that_ends_with_the_connection() {
    // section 3.14.2.2.2: the server would take it for a protocol error, and publish the will
    let expiry = |seconds| numbers(&[(PropertyId::SESSION_EXPIRY_INTERVAL, seconds)]);
    for (at_first, at_last, allowed) in
        [(0, 60, false), (0, 0, true), (60, 0, true), (60, 120, true)]
    {
        let options = Options { properties: expiry(at_first), ..clean() };
        let mut scenario = connected(options, &[]);
        let disconnect = Disconnect { properties: expiry(at_last), ..Disconnect::default() };
        let id = PropertyId::SESSION_EXPIRY_INTERVAL;
        let refused = Err(RequestError::Packet(EncodeError::Property(id)));
        let expected = if allowed { Ok(()) } else { refused };
        assert_eq!(
            scenario.disconnect_with(disconnect),
            expected,
            "{at_first} s, then {at_last} s"
        );
        assert_eq!(scenario.sent_messages().is_empty(), !allowed);
    }
}

#[test]
fn disconnect_and_auth_that_are_too_large_are_not_sent() {
    // [MQTT-3.2.2-15] [MQTT-3.14.2-3] [MQTT-3.14.2-4] [MQTT-3.15.2-2] [MQTT-3.15.2-3]
    let limited = || {
        let options = v5(Options { properties: method("m"), ..persistent() });
        let mut scenario = Scenario::connecting(options);
        scenario.server_sends_bytes(&connack(false, 0, b"\x15\0\x01m\x27\0\0\0\x14"));
        scenario.outputs();
        scenario
    };
    let long = || text(PropertyId::REASON_STRING, &"x".repeat(20));
    let mut scenario = limited();
    let mut properties = method("m");
    properties.0.extend(long().0);
    let refused = scenario.authenticate(Auth { reason: 0x19, properties });
    assert_eq!(refused, Err(RequestError::Packet(EncodeError::TooLarge)));
    assert!(scenario.outputs().is_empty());

    let properties = long();
    scenario.disconnect_with(Disconnect { reason: 0x04, properties }).unwrap();
    assert_eq!(scenario.sent_messages(), [[0xe0, 2, 4, 0]], "without what makes it too large");
}

#[test]
fn disconnect_before_connack_is_a_protocol_error() {
    // [MQTT-3.14.0-1]
    let mut scenario = Scenario::connecting(v5(persistent()));
    scenario.server_sends_bytes(b"\xe0\x01\x8b");
    assert_eq!(scenario.errors(), [ConnectionError::Protocol(ProtocolError::BeforeConnAck)]);
    assert!(scenario.sent_messages().is_empty(), "nothing may be said before CONNACK");
}

#[test]
fn disconnect_of_the_server_has_no_session_expiry() {
    // [MQTT-3.14.2-2]
    let (sent, errors) = refuses(clean(), b"\xe0\x07\x8b\x05\x11\0\0\0\x01");
    assert_eq!(sent, [0xe0, 2, 0x81, 0]);
    assert!(matches!(errors[..], [ConnectionError::Malformed(_)]));
}
