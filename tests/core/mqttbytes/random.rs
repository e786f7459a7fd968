//! Random packets: ours, with their properties in the order in which `mqttbytes` writes them.

use mqtt_miniprogram::codec::{
    Ack, Connect, PacketId, Properties, PropertyId as Id, RetainHandling, Subscribe, Subscription,
    Unsubscribe, Value, Will,
};
use mqtt_miniprogram::{Publish, QoS, TopicFilter, TopicName};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::common::QOS;

/// But for a subscription identifier, which a client does not send.
pub(crate) const PUBLISH: &[Id] = &[
    Id::PAYLOAD_FORMAT_INDICATOR,
    Id::MESSAGE_EXPIRY_INTERVAL,
    Id::TOPIC_ALIAS,
    Id::RESPONSE_TOPIC,
    Id::CORRELATION_DATA,
    Id::USER_PROPERTY,
    Id::USER_PROPERTY,
    Id::CONTENT_TYPE,
];

/// PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK and UNSUBACK
pub(crate) const ACK: &[Id] = &[Id::REASON_STRING, Id::USER_PROPERTY, Id::USER_PROPERTY];

pub(crate) const CONNECT: &[Id] = &[
    Id::SESSION_EXPIRY_INTERVAL,
    Id::RECEIVE_MAXIMUM,
    Id::MAXIMUM_PACKET_SIZE,
    Id::TOPIC_ALIAS_MAXIMUM,
    Id::REQUEST_RESPONSE_INFORMATION,
    Id::REQUEST_PROBLEM_INFORMATION,
    Id::USER_PROPERTY,
    Id::USER_PROPERTY,
    Id::AUTHENTICATION_METHOD,
    Id::AUTHENTICATION_DATA,
];

pub(crate) const WILL: &[Id] = &[
    Id::WILL_DELAY_INTERVAL,
    Id::PAYLOAD_FORMAT_INDICATOR,
    Id::MESSAGE_EXPIRY_INTERVAL,
    Id::CONTENT_TYPE,
    Id::RESPONSE_TOPIC,
    Id::CORRELATION_DATA,
    Id::USER_PROPERTY,
    Id::USER_PROPERTY,
];

pub(crate) const CONNACK: &[Id] = &[
    Id::SESSION_EXPIRY_INTERVAL,
    Id::RECEIVE_MAXIMUM,
    Id::MAXIMUM_QOS,
    Id::RETAIN_AVAILABLE,
    Id::MAXIMUM_PACKET_SIZE,
    Id::ASSIGNED_CLIENT_IDENTIFIER,
    Id::TOPIC_ALIAS_MAXIMUM,
    Id::REASON_STRING,
    Id::USER_PROPERTY,
    Id::USER_PROPERTY,
    Id::WILDCARD_SUBSCRIPTION_AVAILABLE,
    Id::SUBSCRIPTION_IDENTIFIER_AVAILABLE,
    Id::SHARED_SUBSCRIPTION_AVAILABLE,
    Id::SERVER_KEEP_ALIVE,
    Id::RESPONSE_INFORMATION,
    Id::SERVER_REFERENCE,
    Id::AUTHENTICATION_METHOD,
    Id::AUTHENTICATION_DATA,
];

/// By a client
pub(crate) const DISCONNECT: &[Id] =
    &[Id::SESSION_EXPIRY_INTERVAL, Id::REASON_STRING, Id::USER_PROPERTY, Id::USER_PROPERTY];

pub(crate) const DISCONNECT_BY_SERVER: &[Id] =
    &[Id::REASON_STRING, Id::USER_PROPERTY, Id::USER_PROPERTY, Id::SERVER_REFERENCE];

/// Some of these, in their order.
pub(crate) fn properties(ids: &[Id]) -> impl Strategy<Value = Properties> + use<> {
    let each: Vec<_> = ids.iter().map(|id| option::of((Just(*id), value(*id)))).collect();
    each.prop_map(|found| {
        let mut properties = Properties(found.into_iter().flatten().collect());
        if properties.get(Id::AUTHENTICATION_METHOD).is_none() {
            properties.0.retain(|(id, _)| *id != Id::AUTHENTICATION_DATA);
        }
        properties
    })
}

pub(crate) fn packet_id() -> impl Strategy<Value = PacketId> {
    any::<PacketId>()
}

pub(crate) fn publish(ids: &[Id]) -> impl Strategy<Value = Publish> + use<> {
    let fields = (any::<bool>(), qos(), any::<bool>(), topic(), packet_id(), properties(ids));
    (fields, vec(any::<u8>(), 0..300)).prop_map(|(fields, payload)| {
        let (dup, qos, retain, topic, packet_id, properties) = fields;
        let sure = qos != QoS::AtMostOnce;
        let (dup, packet_id) = (dup && sure, sure.then_some(packet_id));
        Publish { dup, qos, retain, topic, packet_id, properties, payload: payload.into() }
    })
}

pub(crate) fn ack(reasons: &'static [u8]) -> impl Strategy<Value = Ack> {
    (packet_id(), select(reasons), properties(ACK))
        .prop_map(|(packet_id, reason, properties)| Ack { packet_id, reason, properties })
}

pub(crate) fn connect(ids: &[Id], of_will: &[Id]) -> impl Strategy<Value = Connect> + use<> {
    let login = option::of((text(1), text(1)));
    let fields = (text(0), any::<bool>(), any::<u16>(), option::of(will(of_will)), login);
    (fields, properties(ids)).prop_map(|(fields, properties)| {
        let (client_id, clean, keep_alive, will, login) = fields;
        let clean = clean || client_id.is_empty(); // [MQTT-3.1.3-7]
        let (username, password) = login.unzip();
        let password = password.map(Into::into);
        Connect { client_id, clean, keepalive: keep_alive, will, username, password, properties }
    })
}

pub(crate) fn subscribe() -> impl Strategy<Value = Subscribe> {
    let ids = [Id::SUBSCRIPTION_IDENTIFIER, Id::USER_PROPERTY, Id::USER_PROPERTY];
    (packet_id(), properties(&ids), vec(subscription(), 1..5)).prop_map(
        |(packet_id, properties, subscriptions)| Subscribe { packet_id, properties, subscriptions },
    )
}

pub(crate) fn unsubscribe() -> impl Strategy<Value = Unsubscribe> {
    let properties = properties(&[Id::USER_PROPERTY, Id::USER_PROPERTY]);
    (packet_id(), properties, vec(filter(), 1..5))
        .prop_map(|(packet_id, properties, filters)| Unsubscribe { packet_id, properties, filters })
}

fn will(ids: &[Id]) -> impl Strategy<Value = Will> + use<> {
    (topic(), vec(any::<u8>(), 0..40), qos(), any::<bool>(), properties(ids)).prop_map(
        |(topic, payload, qos, retain, properties)| Will {
            topic,
            payload: payload.into(),
            qos,
            retain,
            properties,
        },
    )
}

fn subscription() -> impl Strategy<Value = Subscription> {
    let retain = (any::<bool>(), select(&RETAIN_HANDLING[..]));
    (filter(), qos(), any::<bool>(), retain).prop_map(|(filter, qos, no_local, retain)| {
        let no_local = no_local && !filter.is_shared(); // [MQTT-3.8.3-4]
        let (retain_as_published, retain_handling) = retain;
        Subscription { filter, qos, no_local, retain_as_published, retain_handling }
    })
}

fn qos() -> impl Strategy<Value = QoS> {
    select(&QOS[..])
}

fn topic() -> impl Strategy<Value = TopicName> {
    "[a-z/$设]{1,20}".prop_filter_map("not a topic name", TopicName::new)
}

fn filter() -> impl Strategy<Value = TopicFilter> {
    "(\\$share/g/)?(\\+/)?[a-z设]{1,9}(/\\+)?(/#)?"
        .prop_filter_map("not a topic filter", TopicFilter::new)
}

/// So many characters at least, and some of more than one byte.
fn text(least: usize) -> impl Strategy<Value = String> {
    vec(select(&['a', 'Z', '0', ' ', '\n', 'é', '环', '😀'][..]), least..50)
        .prop_map(|characters| characters.into_iter().collect())
}

fn value(id: Id) -> BoxedStrategy<Value> {
    match id {
        Id::PAYLOAD_FORMAT_INDICATOR
        | Id::REQUEST_PROBLEM_INFORMATION
        | Id::REQUEST_RESPONSE_INFORMATION
        | Id::MAXIMUM_QOS
        | Id::RETAIN_AVAILABLE
        | Id::WILDCARD_SUBSCRIPTION_AVAILABLE
        | Id::SUBSCRIPTION_IDENTIFIER_AVAILABLE
        | Id::SHARED_SUBSCRIPTION_AVAILABLE => (0..=1_u32).prop_map(Value::Number).boxed(),
        Id::SERVER_KEEP_ALIVE | Id::TOPIC_ALIAS_MAXIMUM => {
            (0..=0xffff_u32).prop_map(Value::Number).boxed()
        }
        Id::RECEIVE_MAXIMUM | Id::TOPIC_ALIAS => (1..=0xffff_u32).prop_map(Value::Number).boxed(),
        Id::SUBSCRIPTION_IDENTIFIER => {
            let widths = prop_oneof![1..=0x7f_u32, 0x80..=0x3fff_u32, 0x4000..=268_435_455_u32];
            widths.prop_map(Value::Number).boxed()
        }
        Id::MAXIMUM_PACKET_SIZE => (1..=u32::MAX).prop_map(Value::Number).boxed(),
        Id::SESSION_EXPIRY_INTERVAL | Id::MESSAGE_EXPIRY_INTERVAL | Id::WILL_DELAY_INTERVAL => {
            any::<u32>().prop_map(Value::Number).boxed()
        }
        Id::CORRELATION_DATA | Id::AUTHENTICATION_DATA => {
            vec(any::<u8>(), 0..40).prop_map(|bytes| Value::Binary(bytes.into())).boxed()
        }
        Id::USER_PROPERTY => {
            (text(0), text(0)).prop_map(|(name, value)| Value::Pair(name, value)).boxed()
        }
        Id::RESPONSE_TOPIC => topic().prop_map(|name| Value::Text(name.as_str().into())).boxed(),
        _ => text(0).prop_map(Value::Text).boxed(),
    }
}

const RETAIN_HANDLING: [RetainHandling; 3] =
    [RetainHandling::Always, RetainHandling::IfNew, RetainHandling::Never];
