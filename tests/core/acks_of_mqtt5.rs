//! Acknowledgements of MQTT 3.1 and 3.1.1 with the reason codes of MQTT 5, as some servers send them.

use crate::common::scenario::Scenario;
use crate::common::{clean, persistent, strict};
use mqtt_miniprogram::{ConnectionError, Event, Leniency, Options, QoS, Version};

#[test]
fn an_acknowledgement_of_mqtt_3_may_have_a_reason_as_in_mqtt_5() {
    // (quality of service, the server's packet, the reason of the refusal if it is one)
    let cases: [(QoS, &[u8], Option<u8>); 4] = [
        (QoS::AtLeastOnce, b"\x40\x03\0\x01\x87", Some(0x87)),
        (QoS::AtLeastOnce, b"\x40\x04\0\x01\x10\0", None), // no matching subscribers
        (QoS::ExactlyOnce, b"\x50\x04\0\x01\x97\0", Some(0x97)),
        (QoS::ExactlyOnce, b"\x50\x02\0\x01\x70\x04\0\x01\0\0", None),
    ];
    for version in [Version::V31, Version::V311] {
        for (qos, bytes, refused) in cases {
            let mut scenario =
                Scenario::connected(Options { protocol_version: version, ..clean() });
            scenario.publishes("m", qos);
            scenario.outputs();
            scenario.server_sends_bytes(bytes);
            match (&scenario.events()[..], refused) {
                (
                    [Event::Tolerated(Leniency::AckOfMqtt5), Event::Refused { ack, .. }],
                    Some(reason),
                ) => {
                    assert_eq!(ack.reason, reason);
                }
                ([Event::Tolerated(Leniency::AckOfMqtt5), Event::Published { .. }], None) => {}
                (events, _) => panic!("{bytes:x?}: {events:?}"),
            }
            assert!(scenario.client.is_idle(), "{bytes:x?}");

            let mut scenario =
                Scenario::connected(Options { protocol_version: version, ..strict() });
            scenario.publishes("m", qos);
            scenario.server_sends_bytes(bytes);
            let malformed =
                |event: &Event| matches!(event, Event::Error(ConnectionError::Malformed(_)));
            assert!(scenario.events().iter().any(malformed), "strict: {bytes:x?}");
        }
    }
}

/// PUBCOMP was lost with the connection: the server knows the identifier no more, and says so in the format
/// of MQTT 5. Closing would bring the same answer on each connection.
#[test]
fn a_delivery_that_was_completed_before_the_break_is_complete_in_mqtt_3() {
    let mut scenario = Scenario::connected(persistent());
    let request_id = scenario.publishes("m", QoS::ExactlyOnce);
    let id = scenario.client.packet_id(request_id).unwrap().get().to_be_bytes();
    scenario.server_sends_bytes(&[0x50, 2, id[0], id[1]]);
    scenario.outputs();
    scenario.close();
    scenario.comes_back(true);
    scenario.outputs();
    scenario.server_sends_bytes(&[0x70, 4, id[0], id[1], 0x92, 0]);
    let events = scenario.events();
    assert!(
        matches!(events[..], [Event::Tolerated(Leniency::AckOfMqtt5), Event::Published { .. }]),
        "{events:?}"
    );
}

#[test]
fn unsuback_of_mqtt_3_may_have_the_codes_of_mqtt_5() {
    let mut scenario = Scenario::connected(clean());
    scenario.unsubscribes(&["t"]);
    scenario.outputs();
    scenario.server_sends_bytes(b"\xb0\x04\0\x01\0\x11");
    let events = scenario.events();
    assert!(matches!(events[..], [Event::Tolerated(_), Event::Unsubscribed { .. }]), "{events:?}");
}
