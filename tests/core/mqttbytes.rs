//! The codec compared with `mqttbytes`, where that crate is correct: random packets are the same
//! bytes for both. Left out is what it gets wrong: several subscription identifiers, AUTH, an empty
//! user name or password, a DISCONNECT with a reason and no properties, and whatever is malformed.

mod random;
mod theirs;

use crate::common::prop::check;
use bytes::BytesMut;
use mqtt_miniprogram::codec::{ConnAck, Disconnect, PropertyId, SubAck, UnsubAck};
use mqtt_miniprogram::{Packet, Version};
use mqttbytes::v4;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Random packets for each test.
const CASES: u32 = 1_000;

#[test]
fn publish() {
    check(CASES, &random::publish(random::PUBLISH), |publish| {
        let theirs = theirs::written(|out| theirs::publish(&publish).write(out));
        goes_both_ways(Packet::Publish(publish), theirs, Version::V5);
    });
}

#[test]
fn publish_with_the_identifier_of_a_subscription() {
    let mut properties = random::PUBLISH.to_vec();
    properties.insert(properties.len() - 1, PropertyId::SUBSCRIPTION_IDENTIFIER);
    check(CASES, &random::publish(&properties), |publish| {
        let theirs = theirs::written(|out| theirs::publish(&publish).write(out));
        comes_in(Packet::Publish(publish), theirs, Version::V5);
    });
}

#[test]
fn publish_of_mqtt_3() {
    check(CASES, &random::publish(&[]), |publish| {
        let theirs = v4::Publish {
            dup: publish.dup,
            qos: theirs::qos(publish.qos),
            retain: publish.retain,
            topic: publish.topic.as_str().to_owned(),
            pkid: publish.packet_id.map_or(0, u16::from),
            payload: publish.payload.clone(),
        };
        let theirs = theirs::written(|out| theirs.write(out));
        goes_both_ways(Packet::Publish(publish), theirs, Version::V311);
    });
}

#[test]
fn acknowledgements() {
    check(CASES, &random::ack(theirs::PUBACK), |ack| {
        let theirs = theirs::written(|out| theirs::puback(&ack).write(out));
        goes_both_ways(Packet::PubAck(ack), theirs, Version::V5);
    });
    check(CASES, &random::ack(theirs::PUBREC), |ack| {
        let theirs = theirs::written(|out| theirs::pubrec(&ack).write(out));
        goes_both_ways(Packet::PubRec(ack), theirs, Version::V5);
    });
    check(CASES, &random::ack(theirs::PUBREL), |ack| {
        let theirs = theirs::written(|out| theirs::pubrel(&ack).write(out));
        goes_both_ways(Packet::PubRel(ack), theirs, Version::V5);
    });
    check(CASES, &random::ack(theirs::PUBCOMP), |ack| {
        let theirs = theirs::written(|out| theirs::pubcomp(&ack).write(out));
        goes_both_ways(Packet::PubComp(ack), theirs, Version::V5);
    });
}

#[test]
fn connect() {
    check(CASES, &random::connect(random::CONNECT, random::WILL), |connect| {
        let theirs = theirs::written(|out| theirs::connect(&connect).write(out));
        goes_out(&Packet::Connect(Box::new(connect)), &theirs, Version::V5);
    });
}

#[test]
fn connect_of_mqtt_3() {
    check(CASES, &random::connect(&[], &[]), |connect| {
        let theirs = theirs::written(|out| theirs::connect_of_mqtt_3(&connect).write(out));
        goes_out(&Packet::Connect(Box::new(connect)), &theirs, Version::V311);
    });
}

#[test]
fn subscribe_and_unsubscribe() {
    check(CASES, &random::subscribe(), |subscribe| {
        let theirs = theirs::written(|out| theirs::subscribe(&subscribe).write(out));
        goes_out(&Packet::Subscribe(subscribe), &theirs, Version::V5);
    });
    check(CASES, &random::unsubscribe(), |unsubscribe| {
        let theirs = theirs::written(|out| theirs::unsubscribe(&unsubscribe).write(out));
        goes_out(&Packet::Unsubscribe(unsubscribe), &theirs, Version::V5);
    });
}

#[test]
fn connack() {
    let random = (any::<bool>(), select(theirs::CONNACK), random::properties(random::CONNACK));
    check(CASES, &random, |(session_present, reason, properties)| {
        let session_present = session_present && reason == 0; // [MQTT-3.2.2-6]
        let connack = ConnAck { session_present, reason, properties };
        let theirs = theirs::written(|out| theirs::connack(&connack).write(out));
        comes_in(Packet::ConnAck(connack), theirs, Version::V5);
    });
}

#[test]
fn suback_and_unsuback() {
    let random = |codes: &'static [u8]| {
        (random::packet_id(), vec(select(codes), 1..5), random::properties(random::ACK))
    };
    check(CASES, &random(theirs::SUBACK), |(packet_id, codes, properties)| {
        let suback = SubAck { packet_id, properties, codes };
        let theirs = theirs::written(|out| theirs::suback(&suback).write(out));
        comes_in(Packet::SubAck(suback), theirs, Version::V5);
    });
    check(CASES, &random(theirs::UNSUBACK), |(packet_id, codes, properties)| {
        let unsuback = UnsubAck { packet_id, properties, codes };
        let theirs = theirs::written(|out| theirs::unsuback(&unsuback).write(out));
        comes_in(Packet::UnsubAck(unsuback), theirs, Version::V5);
    });
}

#[test]
fn disconnect() {
    let random = |codes: Vec<u8>, ids| {
        // theirs omits a reason code without properties
        (select(codes), random::properties(ids))
            .prop_filter("forgotten", |(reason, properties)| *reason == 0 || !properties.is_empty())
    };
    let codes = vec![0, 4, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99];
    check(CASES, &random(codes, random::DISCONNECT), |(reason, properties)| {
        let disconnect = Disconnect { reason, properties };
        let theirs = theirs::written(|out| theirs::disconnect(&disconnect).write(out));
        goes_out(&Packet::Disconnect(disconnect), &theirs, Version::V5);
    });
    let codes = vec![0, 0x80, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x95, 0x9c, 0x9d, 0x9f, 0xa0];
    check(CASES, &random(codes, random::DISCONNECT_BY_SERVER), |(reason, properties)| {
        let disconnect = Disconnect { reason, properties };
        let theirs = theirs::written(|out| theirs::disconnect(&disconnect).write(out));
        comes_in(Packet::Disconnect(disconnect), theirs, Version::V5);
    });
}

fn goes_both_ways(packet: Packet, theirs: BytesMut, version: Version) {
    goes_out(&packet, &theirs, version);
    comes_in(packet, theirs, version);
}

/// Our encoder writes the same bytes.
fn goes_out(packet: &Packet, theirs: &BytesMut, version: Version) {
    assert_eq!(packet.encode(version), Ok(theirs.to_vec()), "{packet:?}");
}

/// Our decoder reads their bytes as the same packet.
fn comes_in(packet: Packet, theirs: BytesMut, version: Version) {
    assert_eq!(Packet::decode(theirs, version), Ok(packet));
}
