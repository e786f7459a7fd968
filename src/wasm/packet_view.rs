//! Packets as JavaScript sees them: plain objects with the field names of npm `mqtt-packet`.

use serde::{Serialize, Serializer};

use crate::TopicFilter;
use crate::codec::{ConnAck, Packet, PacketId};

/// A packet for an event: the fields that its type has. A password never gets here.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PacketView<'a> {
    cmd: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clean: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keepalive: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_present: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    return_code: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<PacketId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<Binary<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    qos: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retain: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dup: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subscriptions: Vec<SubscriptionView<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unsubscriptions: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    granted: Vec<u8>,
}

#[derive(Serialize)]
struct SubscriptionView<'a> {
    topic: &'a str,
    qos: u8,
}

/// Becomes a `Uint8Array`.
struct Binary<'a>(&'a [u8]);

impl Serialize for Binary<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

impl<'a> PacketView<'a> {
    pub(super) fn connack(connack: ConnAck) -> Self {
        let ConnAck { session_present, return_code } = connack;
        Self {
            cmd: "connack",
            session_present: Some(session_present),
            return_code: Some(return_code),
            ..Self::default()
        }
    }

    pub(super) fn new(packet: &'a Packet) -> Self {
        let plain = |cmd| Self { cmd, ..Self::default() };
        let answer = |cmd, id: PacketId| Self { message_id: Some(id), ..plain(cmd) };
        match packet {
            Packet::Connect(connect) => Self {
                client_id: Some(&connect.client_id),
                username: connect.user_name.as_deref(),
                clean: Some(connect.clean),
                keepalive: Some(connect.keep_alive),
                ..plain("connect")
            },
            Packet::ConnAck(connack) => Self::connack(*connack),
            Packet::Publish(publish) => Self {
                message_id: publish.packet_id,
                topic: Some(publish.topic.as_str()),
                payload: Some(Binary(&publish.payload)),
                qos: Some(publish.qos as u8),
                retain: Some(publish.retain),
                dup: Some(publish.dup),
                ..plain("publish")
            },
            Packet::PubAck(id) => answer("puback", *id),
            Packet::PubRec(id) => answer("pubrec", *id),
            Packet::PubRel(id) => answer("pubrel", *id),
            Packet::PubComp(id) => answer("pubcomp", *id),
            Packet::Subscribe(subscribe) => {
                let filters = subscribe.filters.iter();
                let view = filters.map(|(filter, qos)| SubscriptionView {
                    topic: filter.as_str(),
                    qos: *qos as u8,
                });
                let subscriptions = view.collect();
                Self { subscriptions, ..answer("subscribe", subscribe.packet_id) }
            }
            Packet::SubAck(suback) => {
                Self { granted: suback.codes(), ..answer("suback", suback.packet_id) }
            }
            Packet::Unsubscribe(unsubscribe) => {
                let unsubscriptions = unsubscribe.filters.iter().map(TopicFilter::as_str).collect();
                Self { unsubscriptions, ..answer("unsubscribe", unsubscribe.packet_id) }
            }
            Packet::UnsubAck(id) => answer("unsuback", *id),
            Packet::PingReq => plain("pingreq"),
            Packet::PingResp => plain("pingresp"),
            Packet::Disconnect => plain("disconnect"),
        }
    }
}
