//! Every packet of `vectors/packets.json` that is MQTT 3.1 or 3.1.1, through the codec, and what is
//! to be refused through a connected client as well. The others are counted, so that none is lost.

mod common;

use bytes::BytesMut;
use common::scene::Scene;
use common::{clean, wire};
use mqtt_miniprogram::codec::{
    ConnAck, Connect, DecodeError, MAX_PACKET_SIZE, PacketId, SubAck, Subscribe, Unsubscribe, Will,
    frame_length,
};
use mqtt_miniprogram::{
    ConnectionError, Event, Output, Packet, Publish, QoS, TopicFilter, TopicName, Version,
};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Vector {
    name: String,
    expect: String,
    version: String,
    #[serde(rename = "type")]
    packet_type: String,
    hex: Option<String>,
    #[serde(default)]
    packet: Value,
}

impl Vector {
    fn bytes(&self) -> Vec<u8> {
        unhex(self.hex.as_deref().unwrap())
    }

    /// The version to speak, if the client can.
    fn version(&self) -> Option<Version> {
        match self.version.as_str() {
            "3.1" => Some(Version::V31),
            "3.1.1" => Some(Version::V311),
            "5.0" => None,
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
        if let Some(version) = vector.version() {
            check(vector, version);
            count += 1;
        }
    }
    count
}

#[test]
fn no_vector_is_lost() {
    let vectors = all();
    let count = |expect: &str, speaks: bool| {
        let wanted =
            |vector: &&Vector| vector.expect == expect && vector.version().is_some() == speaks;
        vectors.iter().filter(wanted).count()
    };
    let counts = ["decode", "encode", "reject-decode", "reject-encode"]
        .map(|expect| (count(expect, true), count(expect, false)));
    assert_eq!(counts, [(12, 66), (18, 19), (38, 66), (12, 12)]);
    assert_eq!(vectors.len(), 243);
}

#[test]
fn packets_of_a_server_are_read() {
    let count = run("decode", |vector, _| {
        let expected = vector.packet().unwrap_or_else(|| panic!("{}: no packet", vector.name));
        assert_eq!(read(&vector.bytes()), Ok(Some(expected)), "{}", vector.name);
    });
    assert_eq!(count, 12);
}

#[test]
fn packets_are_found_in_a_stream_wherever_it_is_cut() {
    let count = run("decode", |vector, _| {
        let bytes = vector.bytes();
        for cut in 0..bytes.len() {
            let begun = frame_length(&bytes[..cut], MAX_PACKET_SIZE);
            assert_eq!(begun, Ok(None), "{} cut at {cut}", vector.name);
        }
        for next in [&[][..], &[0xd0], &[0xff], &bytes] {
            let followed = [&bytes, next].concat();
            let length = frame_length(&followed, MAX_PACKET_SIZE);
            assert_eq!(length, Ok(Some(bytes.len())), "{} before {next:x?}", vector.name);
        }
    });
    assert_eq!(count, 12);
}

#[test]
fn packets_of_a_client_are_written() {
    let count = run("encode", |vector, version| {
        let packet = vector.packet().unwrap_or_else(|| panic!("{}: no packet", vector.name));
        let bytes = packet.encode(version).map(|bytes| bytes.to_vec());
        assert_eq!(bytes, Ok(vector.bytes()), "{}", vector.name);
    });
    assert_eq!(count, 18);
}

#[test]
fn malformed_packets_are_refused_and_not_waited_for() {
    let count = run("reject-decode", |vector, _| {
        let answer = read(&vector.bytes());
        assert!(answer.is_err(), "{}: {answer:?}", vector.name);
    });
    assert_eq!(count, 38);
}

#[test]
fn malformed_packets_close_the_connection_however_they_come_in() {
    let count = run("reject-decode", |vector, _| {
        let bytes = vector.bytes();
        for piece in [1, bytes.len()] {
            let mut scene = Scene::connected(clean());
            for bytes in bytes.chunks(piece) {
                scene.server_sends_bytes(bytes);
            }
            let outputs = scene.outputs();
            assert_eq!(outputs[0], Output::CloseTransport, "{}", vector.name);
            let error =
                Output::Event(Event::Error(ConnectionError::Malformed(read(&bytes).unwrap_err())));
            assert_eq!(outputs[1], error, "{}", vector.name);
        }
    });
    assert_eq!(count, 38);
}

#[test]
fn packets_that_break_a_rule_are_not_written() {
    let count = run("reject-encode", |vector, version| {
        if let Some(packet) = vector.packet() {
            let answer = packet.encode(version);
            assert!(answer.is_err(), "{}: {answer:x?}", vector.name);
        }
    });
    assert_eq!(count, 12);
}

#[test]
fn packets_that_only_a_server_sends_are_not_written() {
    run("decode", |vector, version| {
        let server_only = ["connack", "suback", "unsuback", "pingresp"];
        let answer = vector.packet().unwrap().encode(version);
        let expected = server_only.contains(&vector.packet_type.as_str());
        assert_eq!(answer.is_err(), expected, "{}: {answer:x?}", vector.name);
    });
}

#[test]
fn the_codec_of_the_model_broker_agrees_with_the_vectors() {
    // it takes the word of a server for the scenes, so it had better be right
    run("decode", |vector, _| {
        let packets = wire::packets_of(&vector.bytes());
        assert_eq!(wire::bytes_of(&packets), vector.bytes(), "{}", vector.name);
    });
}

/// The first packet in the bytes; `None` if more must come first.
fn read(bytes: &[u8]) -> Result<Option<Packet>, DecodeError> {
    match frame_length(bytes, MAX_PACKET_SIZE)? {
        Some(length) => Packet::decode(BytesMut::from(&bytes[..length])).map(Some),
        None => Ok(None),
    }
}

fn packet(packet_type: &str, fields: &Value) -> Option<Packet> {
    let packet_id = || PacketId::new(number(&fields["pid"]));
    Some(match packet_type {
        "connect" => Packet::Connect(connect(fields)?),
        "connack" => Packet::ConnAck(ConnAck {
            session_present: fields["session_present"].as_bool().unwrap(),
            return_code: number(&fields["rc"]),
        }),
        "publish" => Packet::Publish(Publish {
            dup: fields["dup"].as_bool().unwrap_or_default(),
            qos: QoS::new(number(&fields["qos"]))?,
            retain: fields["retain"].as_bool().unwrap_or_default(),
            topic: TopicName::new(text(&fields["topic"]))?,
            packet_id: if fields["pid"].is_null() { None } else { Some(packet_id()?) },
            payload: unhex(&text(&fields["payload"])).into(),
        }),
        "puback" => Packet::PubAck(packet_id()?),
        "pubrec" => Packet::PubRec(packet_id()?),
        "pubrel" => Packet::PubRel(packet_id()?),
        "pubcomp" => Packet::PubComp(packet_id()?),
        "subscribe" => {
            let filters = fields["subs"].as_array().unwrap().iter();
            let filters = filters.map(|filter| {
                Some((TopicFilter::new(text(&filter["topic"]))?, QoS::new(number(&filter["qos"]))?))
            });
            let filters = filters.collect::<Option<_>>()?;
            Packet::Subscribe(Subscribe { packet_id: packet_id()?, filters })
        }
        "suback" => {
            let codes = fields["granted"].as_array().unwrap().iter();
            let granted = codes.map(|code| QoS::new(number(code))).collect();
            Packet::SubAck(SubAck { packet_id: packet_id()?, granted })
        }
        "unsubscribe" => {
            let filters = fields["unsubs"].as_array().unwrap().iter();
            let filters =
                filters.map(|filter| TopicFilter::new(text(filter))).collect::<Option<_>>()?;
            Packet::Unsubscribe(Unsubscribe { packet_id: packet_id()?, filters })
        }
        "unsuback" => Packet::UnsubAck(packet_id()?),
        "pingreq" => Packet::PingReq,
        "pingresp" => Packet::PingResp,
        "disconnect" => Packet::Disconnect,
        other => panic!("packet type {other}"),
    })
}

fn connect(fields: &Value) -> Option<Connect> {
    let will = match &fields["will"] {
        Value::Null => None,
        will => Some(Will {
            topic: TopicName::new(text(&will["topic"]))?,
            payload: unhex(&text(&will["payload"])).into(),
            qos: QoS::new(number(&will["qos"]))?,
            retain: will["retain"].as_bool().unwrap(),
        }),
    };
    Some(Connect {
        client_id: text(&fields["client_id"]),
        clean: fields["clean"].as_bool().unwrap(),
        keep_alive: fields["keepalive"].as_u64().unwrap() as u16,
        will,
        user_name: fields["username"].as_str().map(str::to_owned),
        password: fields["password"].as_str().map(|hex| unhex(hex).into()),
    })
}

fn all() -> Vec<Vector> {
    serde_json::from_str(include_str!("vectors/packets.json")).unwrap()
}

fn number<T: TryFrom<u64, Error: std::fmt::Debug>>(value: &Value) -> T {
    T::try_from(value.as_u64().unwrap()).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn unhex(hex: &str) -> Vec<u8> {
    assert!(hex.len().is_multiple_of(2));
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
