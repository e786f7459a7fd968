//! Every packet of `vectors/packets.json` through the codec, and malformed ones through a connected
//! client as well. They are counted, so that none is lost.

use crate::common::scenario::Scenario;
use crate::common::{strict, wire};
use bytes::BytesMut;
use mqtt_miniprogram::codec::{
    Ack, Auth, ConnAck, Connect, DecodeError, Disconnect, MAX_PACKET_SIZE, PacketId, Properties,
    PropertyId, RetainHandling, SubAck, Subscribe, Subscription, UnsubAck, Unsubscribe, Value,
    Will, frame_length,
};
use mqtt_miniprogram::{
    ConnectionError, Event, Options, Output, Packet, Publish, QoS, TopicFilter, TopicName, Version,
};
use serde::Deserialize;
use serde_json::Value as Json;

#[derive(Deserialize)]
struct Vector {
    name: String,
    expect: String,
    version: String,
    #[serde(rename = "type")]
    packet_type: String,
    hex: Option<String>,
    #[serde(default)]
    packet: Json,
}

impl Vector {
    fn bytes(&self) -> Vec<u8> {
        unhex(self.hex.as_deref().unwrap())
    }

    fn version(&self) -> Version {
        match self.version.as_str() {
            "3.1" => Version::V31,
            "3.1.1" => Version::V311,
            "5.0" => Version::V5,
            other => panic!("version {other}"),
        }
    }

    /// The packet, if such a packet can be made.
    fn packet(&self) -> Option<Packet> {
        packet(&self.packet_type, &self.packet)
    }
}

/// Runs the vectors of one kind; how many they were.
fn run(expect: &str, check: impl Fn(&Vector, Version)) -> usize {
    let mut count = 0;
    for vector in all().iter().filter(|vector| vector.expect == expect) {
        check(vector, vector.version());
        count += 1;
    }
    count
}

#[test]
fn no_vector_is_lost() {
    let vectors = all();
    let counts = ["decode", "encode", "reject-decode", "reject-encode"]
        .map(|expect| vectors.iter().filter(|vector| vector.expect == expect).count());
    assert_eq!(counts, [78, 37, 104, 24]);
    assert_eq!(vectors.len(), 243);
}

#[test]
fn packets_of_a_server_are_read() {
    let count = run("decode", |vector, version| {
        let expected = vector.packet().unwrap_or_else(|| panic!("{}: no packet", vector.name));
        let packet = read(&vector.bytes(), version).map(|packet| packet.map(sorted));
        assert_eq!(packet, Ok(Some(expected)), "{}", vector.name);
    });
    assert_eq!(count, 78);
}

#[test]
fn packets_are_found_in_a_stream_wherever_it_is_cut() {
    let count = run("decode", |vector, version| {
        let bytes = vector.bytes();
        for cut in 0..bytes.len() {
            let begun = frame_length(&bytes[..cut], MAX_PACKET_SIZE, version);
            assert_eq!(begun, Ok(None), "{} cut at {cut}", vector.name);
        }
        for next in [&[][..], &[0xd0], &[0xff], &bytes] {
            let followed = [&bytes, next].concat();
            let length = frame_length(&followed, MAX_PACKET_SIZE, version);
            assert_eq!(length, Ok(Some(bytes.len())), "{} before {next:x?}", vector.name);
        }
    });
    assert_eq!(count, 78);
}

#[test]
fn packets_of_a_client_are_written() {
    let count = run("encode", |vector, version| {
        let packet = vector.packet().unwrap_or_else(|| panic!("{}: no packet", vector.name));
        let expected = vector.bytes();
        let mut orders = orders(packet.clone()).into_iter();
        let written =
            orders.any(|packet| packet.encode(version).is_ok_and(|bytes| bytes == expected));
        assert!(written, "{}: {:x?}", vector.name, packet.encode(version));
    });
    assert_eq!(count, 37);
}

#[test]
fn malformed_packets_are_refused_and_not_incomplete() {
    let count = run("reject-decode", |vector, version| {
        let answer = read(&vector.bytes(), version);
        assert!(answer.is_err(), "{}: {answer:?}", vector.name);
    });
    assert_eq!(count, 104);
}

/// [MQTT-1.5.3-1]
#[test]
fn malformed_packets_close_the_connection_however_they_come_in() {
    let count = run("reject-decode", |vector, version| {
        let bytes = vector.bytes();
        for piece in [1, bytes.len()] {
            let mut scenario =
                Scenario::connected(Options { protocol_version: version, ..strict() });
            for bytes in bytes.chunks(piece) {
                scenario.server_sends_bytes(bytes);
            }
            let error = read(&bytes, version).unwrap_err();
            if version == Version::V5 {
                let disconnect = vec![0xe0, 2, error.reason(), 0]; // [MQTT-4.13.1-1]
                assert_eq!(scenario.sent_messages(), [disconnect], "{}", vector.name);
            }
            let outputs = scenario.outputs();
            assert_eq!(outputs[0], Output::CloseTransport, "{}", vector.name);
            let reported = Output::Event(Event::Error(ConnectionError::Malformed(error)));
            assert_eq!(outputs[1], reported, "{}", vector.name);
        }
    });
    assert_eq!(count, 104);
}

#[test]
fn packets_that_break_a_rule_are_not_written() {
    let count = run("reject-encode", |vector, version| {
        if let Some(packet) = vector.packet() {
            let answer = packet.encode(version);
            assert!(answer.is_err(), "{}: {answer:x?}", vector.name);
        }
    });
    assert_eq!(count, 24);
}

#[test]
fn packets_that_only_a_server_sends_are_not_written() {
    run("decode", |vector, version| {
        if version == Version::V5 {
            return; // there, reason codes and properties differ by direction as well
        }
        let server_only = ["connack", "suback", "unsuback", "pingresp"];
        let answer = vector.packet().unwrap().encode(version);
        let expected = server_only.contains(&vector.packet_type.as_str());
        assert_eq!(answer.is_err(), expected, "{}: {answer:x?}", vector.name);
    });
}

#[test]
fn the_codec_of_the_model_broker_agrees_with_the_vectors() {
    // the scenarios rely on it as a server
    run("decode", |vector, version| {
        if version == Version::V5 {
            return; // it does not speak that
        }
        let packets = wire::packets_of(&vector.bytes());
        assert_eq!(wire::bytes_of(&packets), vector.bytes(), "{}", vector.name);
    });
}

/// The first packet in the bytes; `None` if more must come first.
fn read(bytes: &[u8], version: Version) -> Result<Option<Packet>, DecodeError> {
    match frame_length(bytes, MAX_PACKET_SIZE, version)? {
        Some(length) => Packet::decode(BytesMut::from(&bytes[..length]), version).map(Some),
        None => Ok(None),
    }
}

fn packet(packet_type: &str, fields: &Json) -> Option<Packet> {
    let packet_id = || PacketId::new(number(&fields["pid"]));
    let reason = || fields["rc"].as_u64().map_or(0, |reason| reason as u8);
    let properties = properties(fields)?;
    let ack =
        || Some(Ack { packet_id: packet_id()?, reason: reason(), properties: properties.clone() });
    Some(match packet_type {
        "connect" => Packet::Connect(Box::new(connect(fields)?)),
        "connack" => Packet::ConnAck(ConnAck {
            session_present: flag(&fields["session_present"]),
            reason: reason(),
            properties,
        }),
        "publish" => Packet::Publish(Publish {
            dup: flag(&fields["dup"]),
            qos: QoS::new(number(&fields["qos"]))?,
            retain: flag(&fields["retain"]),
            topic: topic(&fields["topic"], &properties)?,
            packet_id: if fields["pid"].is_null() { None } else { Some(packet_id()?) },
            properties,
            payload: unhex(&text(&fields["payload"])).into(),
        }),
        "puback" => Packet::PubAck(ack()?),
        "pubrec" => Packet::PubRec(ack()?),
        "pubrel" => Packet::PubRel(ack()?),
        "pubcomp" => Packet::PubComp(ack()?),
        "subscribe" => {
            let subscriptions = fields["subs"].as_array().unwrap().iter().map(subscription);
            let subscriptions = subscriptions.collect::<Option<_>>()?;
            Packet::Subscribe(Subscribe { packet_id: packet_id()?, properties, subscriptions })
        }
        "suback" => {
            let codes = codes(&fields["granted"]);
            Packet::SubAck(SubAck { packet_id: packet_id()?, properties, codes })
        }
        "unsubscribe" => {
            let filters = fields["unsubs"].as_array().unwrap().iter();
            let filters =
                filters.map(|filter| TopicFilter::new(text(filter))).collect::<Option<_>>()?;
            Packet::Unsubscribe(Unsubscribe { packet_id: packet_id()?, properties, filters })
        }
        "unsuback" => {
            let codes = codes(&fields["granted"]);
            Packet::UnsubAck(UnsubAck { packet_id: packet_id()?, properties, codes })
        }
        "pingreq" => Packet::PingReq,
        "pingresp" => Packet::PingResp,
        "disconnect" => Packet::Disconnect(Disconnect { reason: reason(), properties }),
        "auth" => Packet::Auth(Auth { reason: reason(), properties }),
        other => panic!("packet type {other}"),
    })
}

fn connect(fields: &Json) -> Option<Connect> {
    let will = match &fields["will"] {
        Json::Null => None,
        will => Some(Will {
            topic: TopicName::new(text(&will["topic"]))?,
            payload: unhex(&text(&will["payload"])).into(),
            qos: QoS::new(number(&will["qos"]))?,
            retain: will["retain"].as_bool().unwrap(),
            properties: properties(will)?,
        }),
    };
    Some(Connect {
        client_id: text(&fields["client_id"]),
        clean: fields["clean"].as_bool().unwrap(),
        keepalive: fields["keepalive"].as_u64().unwrap() as u16,
        will,
        username: fields["username"].as_str().map(str::to_owned),
        password: fields["password"].as_str().map(|hex| unhex(hex).into()),
        properties: properties(fields)?,
    })
}

fn subscription(fields: &Json) -> Option<Subscription> {
    Some(Subscription {
        filter: TopicFilter::new(text(&fields["topic"]))?,
        qos: QoS::new(number(&fields["qos"]))?,
        no_local: flag(&fields["nl"]),
        retain_as_published: flag(&fields["rap"]),
        retain_handling: match fields["rh"].as_u64().unwrap_or_default() {
            0 => RetainHandling::Always,
            1 => RetainHandling::IfNew,
            2 => RetainHandling::Never,
            other => panic!("retain handling {other}"),
        },
    })
}

/// An empty topic requires an alias.
fn topic(value: &Json, properties: &Properties) -> Option<TopicName> {
    let name = text(value);
    let aliased = name.is_empty() && properties.get(PropertyId::TOPIC_ALIAS).is_some();
    if aliased { Some(TopicName::aliased()) } else { TopicName::new(name) }
}

/// In the order of the vector, which lists them by identifier.
fn properties(fields: &Json) -> Option<Properties> {
    let listed = fields["props"].as_array().map_or(&[][..], Vec::as_slice);
    let properties = listed.iter().map(|property| {
        let id = PropertyId::new(number(&property[0]))?;
        let (kind, value) = property[1].as_object().unwrap().iter().next().unwrap();
        let value = match kind.as_str() {
            "N" => Value::Number(number(value)),
            "S" => Value::Text(text(value)),
            "B" => Value::Binary(unhex(&text(value)).into()),
            "KV" => Value::Pair(text(&value[0]), text(&value[1])),
            other => panic!("property kind {other}"),
        };
        Some((id, value))
    });
    Some(Properties(properties.collect::<Option<_>>()?))
}

/// The order of properties is free, but for that of user properties.
fn sorted(mut packet: Packet) -> Packet {
    if let Some(properties) = properties_of(&mut packet) {
        properties.0.sort_by_key(|(id, _)| id.number());
    }
    packet
}

/// The same packet with its properties in every order.
fn orders(mut packet: Packet) -> Vec<Packet> {
    let Some(Properties(listed)) = properties_of(&mut packet).cloned() else { return vec![packet] };
    let mut orders = vec![Vec::new()];
    for property in listed {
        let longer = orders.iter().flat_map(|order: &Vec<_>| {
            (0..=order.len()).map(|at| {
                let mut order = order.clone();
                order.insert(at, property.clone());
                order
            })
        });
        orders = longer.collect();
    }
    let packets = orders.into_iter().map(|order| {
        let mut packet = packet.clone();
        if let Some(properties) = properties_of(&mut packet) {
            *properties = Properties(order);
        }
        packet
    });
    packets.collect()
}

/// The properties that a vector is about.
fn properties_of(packet: &mut Packet) -> Option<&mut Properties> {
    Some(match packet {
        Packet::Connect(connect) => match &mut connect.will {
            Some(will) => &mut will.properties,
            None => &mut connect.properties,
        },
        Packet::Subscribe(Subscribe { properties, .. })
        | Packet::Unsubscribe(Unsubscribe { properties, .. })
        | Packet::ConnAck(ConnAck { properties, .. })
        | Packet::Publish(Publish { properties, .. })
        | Packet::PubAck(Ack { properties, .. })
        | Packet::PubRec(Ack { properties, .. })
        | Packet::PubRel(Ack { properties, .. })
        | Packet::PubComp(Ack { properties, .. })
        | Packet::SubAck(SubAck { properties, .. })
        | Packet::UnsubAck(UnsubAck { properties, .. })
        | Packet::Disconnect(Disconnect { properties, .. })
        | Packet::Auth(Auth { properties, .. }) => properties,
        Packet::PingReq | Packet::PingResp => return None,
    })
}

fn codes(value: &Json) -> Vec<u8> {
    value.as_array().map_or(Vec::new(), |codes| codes.iter().map(number).collect())
}

fn flag(value: &Json) -> bool {
    value.as_bool().unwrap_or_default()
}

fn all() -> Vec<Vector> {
    serde_json::from_str(include_str!("../vectors/packets.json")).unwrap()
}

fn number<T: TryFrom<u64, Error: std::fmt::Debug>>(value: &Json) -> T {
    T::try_from(value.as_u64().unwrap()).unwrap()
}

fn text(value: &Json) -> String {
    value.as_str().unwrap().to_owned()
}

fn unhex(hex: &str) -> Vec<u8> {
    assert!(hex.len().is_multiple_of(2));
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
