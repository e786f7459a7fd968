//! What is new in MQTT 5, against a server that is scripted in raw bytes.

use crate::common::scenario::Scenario;
use crate::common::v5::{connack, connected, numbers, packet, publish, v5};
use crate::common::{clean, filter, message, name, persistent, strict};
use mqtt_miniprogram::codec::{PropertyId, RetainHandling, Subscription};
use mqtt_miniprogram::{
    ConnectionError, Event, Failure, Limit, Options, Output, ProtocolError, Publish, QoS,
    RequestError, TopicName,
};

/// [MQTT-2.2.2-1]
#[test]
fn connect_has_its_properties() {
    let mut scenario = Scenario::new(v5(Options {
        properties: numbers(&[(PropertyId::SESSION_EXPIRY_INTERVAL, 60)]),
        password: Some("p".into()),
        ..clean()
    }));
    scenario.connect();
    scenario.open();
    // a password without a user name is allowed now [MQTT-3.1.2-17]
    // the limit of 16 MiB is announced along [MQTT-3.1.2-24]
    let connect = b"\x10\x1b\0\x04MQTT\x05\x42\0\x3c\x0a\x11\0\0\0\x3c\x27\x01\0\0\0\0\x01c\0\x01p";
    assert_eq!(scenario.sent_messages(), [connect.to_vec()]);
}

#[test]
fn the_client_falls_back_for_a_server_of_mqtt_3_with_the_option() {
    for answer in [connack(false, 0x84, &[]), vec![0x20, 2, 0, 1]] {
        let mut scenario = Scenario::connecting(v5(Options { fallback: true, ..clean() }));
        scenario.server_sends_bytes(&answer);
        let outputs = scenario.outputs();
        assert_eq!(
            outputs,
            [Output::CloseTransport, Output::Event(Event::FellBack), Output::OpenTransport]
        );
        scenario.open();
        assert_eq!(scenario.sent_messages()[0][8], 4, "protocol level");
    }
}

#[test]
fn a_server_of_mqtt_3_is_an_error_without_the_option() {
    for answer in [connack(false, 0x84, &[]), vec![0x20, 2, 0, 1]] {
        let mut scenario = Scenario::connecting(v5(clean()));
        scenario.server_sends_bytes(&answer);
        assert_eq!(scenario.errors(), [ConnectionError::Version]);
        assert_eq!(scenario.client.poll_timeout(), None, "it would be refused again");
    }
}

#[test]
fn a_connack_without_properties_is_one_with_none() {
    let mut scenario = Scenario::connecting(v5(clean()));
    scenario.server_sends_bytes(&[0x20, 2, 0, 0]);
    assert!(matches!(scenario.events()[..], [Event::Connected(_)]));
}

/// [MQTT-4.9.0-1] [MQTT-4.9.0-2]
#[test]
fn the_servers_receive_maximum_is_the_window() {
    // [MQTT-3.3.4-7]
    let mut scenario = connected(clean(), b"\x21\0\x02");
    for payload in ["1", "2", "3"] {
        scenario.publishes(payload, QoS::AtLeastOnce);
    }
    assert_eq!(scenario.sent_messages().len(), 2);
    scenario.server_sends_bytes(&[0x40, 2, 0, 1]);
    assert_eq!(scenario.sent_messages().len(), 1);
}

#[test]
fn what_the_server_does_not_support_is_not_sent() {
    // [MQTT-3.2.2-11] [MQTT-3.2.2-14] [MQTT-3.2.2-15]
    let limits = b"\x24\x01\x25\0\x27\0\0\0\x14\x28\0\x29\0\x2a\0";
    let mut scenario = connected(clean(), limits);
    scenario.publishes("", QoS::ExactlyOnce);
    assert_eq!(scenario.failures(), [Failure::Limit(Limit::MaximumQos)]);
    scenario.publish(Publish { retain: true, ..message("", QoS::AtMostOnce) }).unwrap();
    assert_eq!(scenario.failures(), [Failure::Limit(Limit::Retain)]);
    scenario.publishes("more than twenty bytes", QoS::AtLeastOnce);
    assert_eq!(scenario.failures(), [Failure::Limit(Limit::PacketSize)]);
    scenario.subscribes(&[("a/+", QoS::AtMostOnce)]);
    assert_eq!(scenario.failures(), [Failure::Limit(Limit::Wildcards)]);
    scenario.subscribes(&[("$share/g/a", QoS::AtMostOnce)]);
    assert_eq!(scenario.failures(), [Failure::Limit(Limit::SharedSubscriptions)]);
    let identifier = numbers(&[(PropertyId::SUBSCRIPTION_IDENTIFIER, 1)]);
    scenario.subscribe(vec![Subscription::new(filter("a"), QoS::AtMostOnce)], identifier).unwrap();
    assert_eq!(scenario.failures(), [Failure::Limit(Limit::SubscriptionIdentifiers)]);
    assert_eq!(scenario.sent_messages(), Vec::<Vec<u8>>::new());
    assert!(scenario.client.is_idle());
}

#[test]
fn a_message_in_flight_fails_when_the_next_server_does_not_support_it() {
    let mut scenario = connected(persistent(), &[]);
    scenario.publishes("x", QoS::ExactlyOnce);
    scenario.close();
    scenario.reopens();
    scenario.outputs();
    scenario.server_sends_bytes(&connack(true, 0, b"\x24\x01"));
    assert_eq!(scenario.failures(), [Failure::Limit(Limit::MaximumQos)]);
    assert!(scenario.client.is_idle());
}

/// [MQTT-3.2.2-21]
#[test]
fn the_servers_keep_alive_replaces_the_clients() {
    // [MQTT-3.1.2-21]
    let mut scenario = connected(clean(), b"\x13\0\x05");
    scenario.pass(5_000);
    assert_eq!(scenario.sent_messages(), [vec![0xc0, 0]]);
}

/// [MQTT-3.1.3-2] [MQTT-3.2.2-16]
#[test]
fn an_assigned_client_identifier_finds_its_session_again() {
    let options = Options { client_id: String::new(), ..persistent() };
    let mut scenario = connected(options, b"\x12\0\x01z");
    scenario.close();
    scenario.reopens();
    let connect = scenario.sent_messages().remove(0);
    assert!(connect.ends_with(b"\0\0\x01z"), "{connect:?}");
}

#[test]
fn topics_get_aliases_and_keep_them_for_the_connection() {
    let mut scenario =
        connected(Options { auto_assign_topic_alias: true, ..persistent() }, b"\x22\0\x01");
    scenario.publishes("1", QoS::AtMostOnce);
    scenario.publishes("2", QoS::AtMostOnce);
    let other = Publish::new(name("u"), "3", QoS::AtMostOnce);
    scenario.publish(other).unwrap();
    let sent: Vec<u8> = scenario.sent_messages().concat();
    let first = publish(0, "t", 0, b"\x23\0\x01", "1");
    let second = publish(0, "", 0, b"\x23\0\x01", "2");
    let third = publish(0, "u", 0, b"\x23\0\x01", "3"); // the only alias, given anew
    assert_eq!(sent, [first, second, third].concat());
}

/// [MQTT-3.3.1-1]
#[test]
fn an_alias_does_not_outlive_its_connection() {
    // [MQTT-3.3.2-7]
    let mut scenario =
        connected(Options { auto_assign_topic_alias: true, ..persistent() }, b"\x22\0\x01");
    scenario.publishes("1", QoS::AtMostOnce);
    scenario.publishes("2", QoS::AtLeastOnce);
    scenario.close();
    scenario.reopens();
    scenario.outputs();
    scenario.server_sends_bytes(&connack(true, 0, &[]));
    let again = packet(0x3a, b"\0\x01t\0\x01\x002");
    assert_eq!(scenario.sent_messages(), [again], "with its name, and without an alias");
}

/// [MQTT-3.3.2-10]
#[test]
fn incoming_aliases_stand_for_topics() {
    let aliases = numbers(&[(PropertyId::TOPIC_ALIAS_MAXIMUM, 2)]);
    let mut scenario = connected(Options { properties: aliases, ..clean() }, &[]);
    scenario.server_sends_bytes(&publish(0, "t", 0, b"\x23\0\x02", "1"));
    scenario.server_sends_bytes(&publish(0, "", 0, b"\x23\0\x02", "2"));
    let topics = scenario.events().into_iter().map(|event| match event {
        Event::Message(publish) => publish.topic,
        other => panic!("{other:?}"),
    });
    assert_eq!(topics.collect::<Vec<TopicName>>(), [name("t"), name("t")]);
}

/// [MQTT-3.3.2-11]
#[test]
fn a_wrong_alias_ends_the_connection_with_its_reason() {
    let aliases = numbers(&[(PropertyId::TOPIC_ALIAS_MAXIMUM, 2)]);
    for (topic, alias, error, reason) in [
        ("t", b"\x23\0\x03", ProtocolError::TopicAlias, 0x94), // [MQTT-3.1.2-26]
        ("", b"\x23\0\x01", ProtocolError::UnknownTopicAlias, 0x82),
    ] {
        let mut scenario = connected(Options { properties: aliases.clone(), ..clean() }, &[]);
        scenario.server_sends_bytes(&publish(0, topic, 0, alias, ""));
        assert_eq!(scenario.sent_messages(), [vec![0xe0, 2, reason, 0]]);
        assert_eq!(scenario.errors(), [ConnectionError::Protocol(error)]);
    }
}

/// [MQTT-3.3.1-4] [MQTT-3.14.4-2] [MQTT-4.13.2-1]
#[test]
fn malformed_packets_are_answered_with_their_reason() {
    // [MQTT-4.13.1-1]
    for (bytes, reason) in [
        (&b"\x36\x06\0\x01t\0\x01\0"[..], 0x81),  // QoS 3
        (b"\x40\x04\0\x01\x92\0", 0x81),          // not a reason of PUBACK
        (b"\x30\x07\0\x01t\x03\x21\0\x01", 0x81), // not a property of PUBLISH (section 2.2.2.2)
        (b"\x30\x0c\0\x01t\x05\x11\0\0\0\x01ppp", 0x81),
        (b"\xf0\x07\x18\x05\x16\0\x02ab", 0x82), // authentication data without a method
    ] {
        let mut scenario = connected(clean(), &[]);
        scenario.server_sends_bytes(bytes);
        assert_eq!(scenario.sent_messages(), [vec![0xe0, 2, reason, 0]]);
        assert!(matches!(scenario.errors()[..], [ConnectionError::Malformed(_)]));
    }
}

#[test]
fn more_messages_than_the_client_allows_end_the_connection() {
    // [MQTT-3.3.4-9]
    let maximum = numbers(&[(PropertyId::RECEIVE_MAXIMUM, 1)]);
    let mut scenario = connected(Options { properties: maximum, ..strict() }, &[]);
    scenario.server_sends_bytes(&publish(2, "t", 1, &[], "1"));
    scenario.outputs();
    scenario.server_sends_bytes(&publish(2, "t", 2, &[], "2"));
    assert_eq!(scenario.sent_messages(), [vec![0xe0, 2, 0x93, 0]]);
}

#[test]
fn a_packet_larger_than_the_client_allows_ends_the_connection() {
    // [MQTT-3.1.2-24]
    let maximum = numbers(&[(PropertyId::MAXIMUM_PACKET_SIZE, 10)]);
    let mut scenario = connected(Options { properties: maximum, ..strict() }, &[]);
    scenario.server_sends_bytes(&publish(0, "t", 0, &[], "five!"));
    assert_eq!(scenario.sent_messages(), [vec![0xe0, 2, 0x95, 0]]);
}

#[test]
fn a_refused_message_fails_with_the_servers_reason() {
    for (qos, ack) in [(QoS::AtLeastOnce, 0x40), (QoS::ExactlyOnce, 0x50)] {
        let mut scenario = connected(clean(), &[]);
        scenario.publishes("x", qos);
        scenario.outputs();
        scenario.server_sends_bytes(&[ack, 3, 0, 1, 0x87]);
        let events = scenario.events();
        let [Event::Refused { ack, .. }] = &events[..] else { panic!("{events:?}") };
        assert_eq!(ack.reason, 0x87);
        assert_eq!(scenario.sent_messages(), Vec::<Vec<u8>>::new(), "no PUBREL [MQTT-4.3.3-4]");
        assert!(scenario.client.is_idle());
    }
}

#[test]
fn no_matching_subscribers_is_a_success() {
    let mut scenario = connected(clean(), &[]);
    scenario.publishes("x", QoS::AtLeastOnce);
    scenario.outputs();
    scenario.server_sends_bytes(&[0x40, 3, 0, 1, 0x10]);
    let events = scenario.events();
    let [Event::Published { ack: Some(ack), .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(ack.reason, 0x10);
}

/// [MQTT-3.6.2-1] [MQTT-3.7.2-1]
#[test]
fn an_unknown_packet_identifier_is_reported_as_unknown() {
    let mut scenario = connected(clean(), &[]);
    scenario.server_sends_bytes(&[0x50, 2, 0, 9]);
    scenario.server_sends_bytes(&[0x62, 2, 0, 9]);
    let sent: Vec<u8> = scenario.sent_messages().concat();
    assert_eq!(sent, [0x62, 4, 0, 9, 0x92, 0, 0x70, 4, 0, 9, 0x92, 0]);
}

#[test]
fn subscriptions_come_back_with_their_options() {
    let mut scenario = connected(clean(), &[]);
    let identifier = numbers(&[(PropertyId::SUBSCRIPTION_IDENTIFIER, 7)]);
    let asked = Subscription {
        no_local: true,
        retain_as_published: true,
        retain_handling: RetainHandling::IfNew,
        ..Subscription::new(filter("a"), QoS::AtLeastOnce)
    };
    scenario.subscribe(vec![asked], identifier).unwrap();
    scenario.subscribes(&[("b", QoS::AtMostOnce)]);
    let first = packet(0x82, b"\0\x01\x02\x0b\x07\0\x01a\x1d");
    let second = packet(0x82, b"\0\x02\0\0\x01b\0");
    assert_eq!(scenario.sent_messages(), [first.clone(), second.clone()]);
    scenario.server_sends_bytes(&[0x90, 4, 0, 1, 0, 1, 0x90, 4, 0, 2, 0, 0]);
    scenario.close();
    scenario.reopens();
    scenario.outputs();
    scenario.server_sends_bytes(&connack(false, 0, &[]));
    let again = scenario.sent_messages().concat();
    assert_eq!(again[4..11], first[4..11], "its own SUBSCRIBE, because of its identifier");
    assert_eq!(again.len(), first.len() + second.len());
}

#[test]
fn a_subscription_that_the_next_server_does_not_support_is_reported_as_lost() {
    let mut scenario = connected(persistent(), &[]);
    scenario.subscribes(&[("a", QoS::AtMostOnce)]);
    scenario.subscribes(&[("b/#", QoS::AtMostOnce)]);
    scenario.server_sends_bytes(b"\x90\x04\0\x01\0\0\x90\x04\0\x02\0\0");
    let lost = |scenario: &mut Scenario, connack: &[u8]| {
        scenario.close();
        scenario.reopens();
        scenario.outputs();
        scenario.server_sends_bytes(connack);
        (scenario.sent_messages().concat(), scenario.errors())
    };
    let no_wildcards = connack(false, 0, b"\x28\0");
    let error = ConnectionError::ResubscribeRefused(filter("b/#"), 0xa2);
    assert_eq!(
        lost(&mut scenario, &no_wildcards),
        (b"\x82\x07\0\x04\0\0\x01a\0".to_vec(), vec![error]),
        "the other one is made again"
    );
    assert_eq!(lost(&mut scenario, &connack(false, 0, &[])).1, [], "and it is emitted once");
}

#[test]
fn a_message_that_waited_expires_or_has_less_to_live() {
    let mut scenario = Scenario::new(v5(clean()));
    scenario.connect();
    for seconds in [5, 60] {
        let properties = numbers(&[(PropertyId::MESSAGE_EXPIRY_INTERVAL, seconds)]);
        let publish = Publish { properties, ..message("x", QoS::AtMostOnce) };
        scenario.publish(publish).unwrap();
    }
    scenario.pass(10_000);
    scenario.open();
    scenario.outputs();
    scenario.server_sends_bytes(&connack(false, 0, &[]));
    assert_eq!(scenario.sent_messages(), [publish(0, "t", 0, b"\x02\0\0\0\x32", "x")]);
    assert_eq!(scenario.failures(), [Failure::Expired]);
}

/// [MQTT-3.3.4-6]
#[test]
fn a_property_that_is_not_allowed_is_refused_before_anything_is_sent() {
    let mut scenario = connected(clean(), &[]);
    let properties = numbers(&[(PropertyId::RECEIVE_MAXIMUM, 1)]);
    let wrong = Publish { properties, ..message("x", QoS::AtMostOnce) };
    assert!(matches!(scenario.publish(wrong), Err(RequestError::Packet(_))));
    assert_eq!(scenario.outputs(), []);
}
