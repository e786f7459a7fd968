//! Enhanced authentication (MQTT 5, section 4.12).

use crate::common::clean;
use crate::common::persistent;
use crate::common::scenario::Scenario;
use crate::common::v5::{connack, connected, method, packet, text, v5};
use mqtt_miniprogram::codec::{Auth, EncodeError, Properties, PropertyId};
use mqtt_miniprogram::{ConnectionError, Event, Options, Output, ProtocolError, QoS, RequestError};

const QOS1: QoS = QoS::AtLeastOnce;

/// [MQTT-3.1.2-30] [MQTT-3.2.0-1] [MQTT-3.15.1-1] [MQTT-4.12.0-3]
#[test]
fn authentication_goes_back_and_forth() {
    let method = text(PropertyId::AUTHENTICATION_METHOD, "M");
    let mut scenario = Scenario::connecting(v5(Options { properties: method.clone(), ..clean() }));
    let challenge = packet(0xf0, b"\x18\x04\x15\0\x01M");
    scenario.server_sends_bytes(&challenge);
    let events = scenario.events();
    assert!(
        matches!(&events[..], [Event::Authenticate(auth)] if auth.reason == 0x18),
        "{events:?}"
    );
    scenario.authenticate(Auth { reason: 0x18, properties: method }).unwrap();
    assert_eq!(scenario.sent_messages(), [challenge]);
}

#[test]
fn re_authentication_requires_a_connection() {
    // section 4.12.1
    let method = text(PropertyId::AUTHENTICATION_METHOD, "M");
    let again = Auth { reason: 0x19, properties: method.clone() };
    let mut scenario = Scenario::connecting(v5(Options { properties: method, ..clean() }));
    assert_eq!(scenario.authenticate(again.clone()), Err(RequestError::NotConnected));
    assert_eq!(scenario.outputs(), []);
    scenario.server_sends_bytes(&packet(0x20, b"\0\0\x04\x15\0\x01M"));
    scenario.outputs();
    scenario.authenticate(again).unwrap();
    assert_eq!(scenario.sent_messages(), [packet(0xf0, b"\x19\x04\x15\0\x01M")]);
}

/// [MQTT-4.12.0-7]
#[test]
fn authentication_needs_its_method() {
    // [MQTT-4.12.0-5] [MQTT-4.12.0-6]
    let method = |text: &str| self::text(PropertyId::AUTHENTICATION_METHOD, text);
    for (agreed, came) in [(Properties::default(), "M"), (method("N"), "M")] {
        let mut scenario = Scenario::connecting(v5(Options { properties: agreed, ..clean() }));
        let auth = Auth { reason: 0x19, properties: method(came) };
        let refused = scenario.authenticate(auth);
        assert_eq!(refused, Err(RequestError::NoAuthenticationMethod));
        scenario.server_sends_bytes(&packet(0xf0, b"\x18\x04\x15\0\x01M"));
        let error = ConnectionError::Protocol(ProtocolError::Authentication);
        assert_eq!(scenario.errors(), [error]);
    }
}

#[test]
fn a_connack_has_the_method_of_connect() {
    // [MQTT-4.12.0-5] [MQTT-4.12.0-6]
    let error = ConnectionError::Protocol(ProtocolError::Authentication);
    for (asked, answered, fits) in [
        (Properties::default(), &[][..], true),
        (Properties::default(), b"\x15\0\x01m", false),
        (method("m"), b"\x15\0\x01m", true),
        (method("m"), b"\x15\0\x01n", false),
        (method("m"), &[], false),
    ] {
        let mut scenario = Scenario::connecting(v5(Options { properties: asked, ..persistent() }));
        scenario.server_sends_bytes(&connack(false, 0, answered));
        let expected = if fits { vec![] } else { vec![error.clone()] };
        assert_eq!(scenario.errors(), expected, "{answered:?}");
    }
}

#[test]
fn nothing_but_auth_is_sent_while_the_client_authenticates() {
    // [MQTT-3.1.2-30]
    let mut scenario =
        Scenario::connecting(v5(Options { properties: method("m"), ..persistent() }));
    scenario.publishes("1", QOS1);
    scenario.subscribes(&[("a", QOS1)]);
    scenario.server_sends_bytes(b"\xf0\x06\x18\x04\x15\0\x01m");
    scenario.pass(20_000);
    assert!(scenario.sent_messages().is_empty());
    scenario.authenticate(Auth { reason: 0x18, properties: method("m") }).unwrap();
    assert_eq!(scenario.sent_messages(), [b"\xf0\x06\x18\x04\x15\0\x01m"]);
}

#[test]
fn auth_has_a_reason_code_of_a_client() {
    // [MQTT-3.15.2-1]
    let mut scenario = connected(Options { properties: method("m"), ..persistent() }, b"");
    scenario.close();
    scenario.reopens();
    scenario.server_sends_bytes(&connack(false, 0, b"\x15\0\x01m"));
    for reason in [0, 0x17, 0x1a, 0x80] {
        let refused = scenario.authenticate(Auth { reason, properties: method("m") });
        assert_eq!(refused, Err(RequestError::Packet(EncodeError::ReasonCode)));
    }
}

#[test]
fn authentication_goes_on_with_reason_0x18_until_connack() {
    // [MQTT-4.12.0-2]
    for reason in [0, 0x19] {
        let mut scenario =
            Scenario::connecting(v5(Options { properties: method("m"), ..persistent() }));
        scenario.server_sends_bytes(&[0xf0, 6, reason, 4, 0x15, 0, 1, b'm']);
        assert_eq!(scenario.errors().len(), 1, "{reason}");
    }
}

#[test]
fn the_client_may_authenticate_again() {
    // [MQTT-4.12.1-1] [MQTT-4.12.1-2]
    let mut scenario =
        Scenario::connecting(v5(Options { properties: method("m"), ..persistent() }));
    scenario.server_sends_bytes(&connack(false, 0, b"\x15\0\x01m"));
    scenario.outputs();
    let other = scenario.authenticate(Auth { reason: 0x19, properties: method("n") });
    assert_eq!(other, Err(RequestError::NoAuthenticationMethod));
    scenario.authenticate(Auth { reason: 0x19, properties: method("m") }).unwrap();
    assert_eq!(scenario.sent_messages(), [b"\xf0\x06\x19\x04\x15\0\x01m"]);
    let success = Auth { reason: 0, properties: method("m") };
    scenario.server_sends_bytes(b"\xf0\x06\0\x04\x15\0\x01m");
    assert_eq!(scenario.events(), [Event::Authenticate(success)]);
    scenario.server_sends_bytes(b"\xe0\x01\x87"); // not authorized after all
    assert_eq!(scenario.outputs().first(), Some(&Output::CloseTransport));
}
