//! Options: their validation, and changing them.

use std::cell::RefCell;

use bytes::Bytes;
use mqtt_miniprogram::codec::{Connect, EncodeError, Properties, PropertyId, Value, Will};
use mqtt_miniprogram::{Client, Options, Packet, QoS, TopicName, Version};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::common::clean;
use crate::common::prop::check;
use crate::common::v5::numbers;

#[test]
fn options_are_valid_exactly_if_connect_can_be_encoded() {
    let results = RefCell::new(Vec::new());
    check(2_000, &(options(), version()), |(options, version)| {
        let result = options.validate(version);
        assert_eq!(result, connect(&options).encode(version).map(|_| ()));
        results.borrow_mut().push(result);
    });
    let results = results.into_inner();
    let valid = results.iter().filter(|result| result.is_ok()).count();
    assert!(valid > results.len() / 10 && valid < results.len() * 9 / 10, "{valid} are valid");
    for error in [EncodeError::Field, EncodeError::ClientId, EncodeError::PasswordWithoutUsername] {
        assert!(results.contains(&Err(error)), "{error:?} never occurred");
    }
    let is_about_property =
        |result: &Result<(), _>| matches!(result, Err(EncodeError::Property(_)));
    assert!(results.iter().any(is_about_property));
}

#[test]
fn a_setter_that_is_refused_changes_nothing() {
    let mut client = Client::new(Options {
        protocol_version: Version::V5,
        username: Some("u".into()),
        password: Some(Bytes::from_static(b"p")),
        will: Some(will("before")),
        properties: numbers(&[(PropertyId::RECEIVE_MAXIMUM, 7)]),
        ..clean()
    });
    let before = connect(client.options());
    let refused = [
        client.set_credentials(Some("\0".into()), Some(Bytes::from_static(b"q"))),
        client.set_will(Some(Will { payload: vec![0; 65_536].into(), ..will("after") })),
        client.set_connect_properties(numbers(&[(PropertyId::RECEIVE_MAXIMUM, 0)])),
    ];
    assert_eq!(
        refused,
        [
            Err(EncodeError::Field),
            Err(EncodeError::Field),
            Err(EncodeError::Property(PropertyId::RECEIVE_MAXIMUM)),
        ]
    );
    assert_eq!(connect(client.options()), before);
}

#[test]
fn a_setter_changes_what_connect_has() {
    let mut client = Client::new(Options { protocol_version: Version::V5, ..clean() });
    client.set_credentials(Some("u".into()), Some(Bytes::from_static(b"p"))).unwrap();
    client.set_will(Some(will("w"))).unwrap();
    let properties = numbers(&[(PropertyId::RECEIVE_MAXIMUM, 7)]);
    client.set_connect_properties(properties.clone()).unwrap();
    client.options_mut().keepalive = 5;
    let Packet::Connect(connect) = connect(client.options()) else { panic!("it is CONNECT") };
    assert_eq!(
        (connect.username.as_deref(), connect.password.as_deref()),
        (Some("u"), Some(&b"p"[..]))
    );
    assert_eq!(
        (connect.will, connect.properties, connect.keepalive),
        (Some(will("w")), properties, 5)
    );
}

fn will(topic: &str) -> Will {
    Will {
        topic: TopicName::new(topic).unwrap(),
        payload: Bytes::new(),
        qos: QoS::AtMostOnce,
        retain: false,
        properties: Properties::default(),
    }
}

fn connect(options: &Options) -> Packet {
    let options = options.clone();
    Packet::Connect(Box::new(Connect {
        client_id: options.client_id,
        clean: options.clean,
        keepalive: options.keepalive,
        will: options.will,
        username: options.username,
        password: options.password,
        properties: options.properties,
    }))
}

fn options() -> impl Strategy<Value = Options> {
    let will = (payload(), properties()).prop_map(|(payload, properties)| Will {
        payload: payload.into(),
        properties,
        ..will("w")
    });
    let login = (option::of(text()), option::of(payload()));
    (text(), any::<bool>(), login, option::of(will), properties()).prop_map(
        |(client_id, clean, (username, password), will, properties)| Options {
            client_id,
            clean,
            username,
            password: password.map(Bytes::from),
            will,
            properties,
            ..Options::default()
        },
    )
}

fn version() -> impl Strategy<Value = Version> {
    select(&[Version::V31, Version::V311, Version::V5][..])
}

/// Mostly valid
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => "[a-z设备]{0,8}",
        1 => select(vec!["a\0".to_owned(), "x".repeat(65_535), "x".repeat(65_536)]),
    ]
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![12 => vec(any::<u8>(), 0..8), 1 => (65_535..65_537_usize).prop_map(|size| vec![0; size])]
}

/// A few properties, allowed in CONNECT or not, with values of their type or another
fn properties() -> impl Strategy<Value = Properties> {
    let id = (1..=42_u8).prop_filter_map("no such property", PropertyId::new);
    let value = prop_oneof![
        3 => select(&[0, 1, 2, 60, 65_535, 65_536, u32::MAX][..]).prop_map(Value::Number),
        1 => text().prop_map(Value::Text),
        1 => payload().prop_map(|bytes| Value::Binary(bytes.into())),
        1 => (text(), text()).prop_map(|(name, value)| Value::Pair(name, value)),
    ];
    let valid = vec![
        (PropertyId::SESSION_EXPIRY_INTERVAL, Value::Number(60)),
        (PropertyId::RECEIVE_MAXIMUM, Value::Number(10)),
        (PropertyId::USER_PROPERTY, Value::Pair("n".into(), "v".into())),
        (PropertyId::AUTHENTICATION_METHOD, Value::Text("m".into())),
        (PropertyId::AUTHENTICATION_DATA, Value::Binary(Bytes::from_static(b"d"))),
        (PropertyId::WILL_DELAY_INTERVAL, Value::Number(5)),
    ];
    prop_oneof![
        3 => Just(Vec::new()),
        2 => vec(select(valid), 0..3),
        1 => vec((id, value), 0..3),
    ]
    .prop_map(Properties)
}
