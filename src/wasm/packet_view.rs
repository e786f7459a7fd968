//! Packets as JavaScript sees them: plain objects with the field names of npm `mqtt-packet`.

use serde::Serialize;

use super::property_view::{Binary, PropertiesView};
use crate::TopicFilter;
use crate::codec::{Ack, ConnAck, Packet, PacketId, Properties};

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
    reason_code: Option<u8>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<PropertiesView<'a>>,
}

#[derive(Serialize)]
struct SubscriptionView<'a> {
    topic: &'a str,
    qos: u8,
}

impl<'a> PacketView<'a> {
    pub(super) fn connack(connack: &'a ConnAck) -> Self {
        let ConnAck { session_present, reason, properties } = connack;
        Self {
            session_present: Some(*session_present),
            return_code: Some(*reason), // the name of MQTT 3
            ..Self::reasoned("connack", *reason, properties)
        }
    }

    /// A packet with a reason code.
    pub(super) fn reasoned(cmd: &'static str, reason: u8, properties: &'a Properties) -> Self {
        Self { reason_code: Some(reason), ..Self::with(cmd, properties) }
    }

    pub(super) fn new(packet: &'a Packet) -> Self {
        match packet {
            Packet::Connect(connect) => Self {
                client_id: Some(&connect.client_id),
                username: connect.username.as_deref(),
                clean: Some(connect.clean),
                keepalive: Some(connect.keepalive),
                ..Self::plain("connect") // authentication data is among the properties
            },
            Packet::ConnAck(connack) => Self::connack(connack),
            Packet::Publish(publish) => Self {
                message_id: publish.packet_id,
                topic: Some(publish.topic.as_str()),
                payload: Some(Binary(&publish.payload)),
                qos: Some(publish.qos as u8),
                retain: Some(publish.retain),
                dup: Some(publish.dup),
                ..Self::with("publish", &publish.properties)
            },
            Packet::PubAck(ack) => Self::ack("puback", ack),
            Packet::PubRec(ack) => Self::ack("pubrec", ack),
            Packet::PubRel(ack) => Self::ack("pubrel", ack),
            Packet::PubComp(ack) => Self::ack("pubcomp", ack),
            Packet::Subscribe(subscribe) => {
                let asked = subscribe.subscriptions.iter();
                let view = asked.map(|subscription| SubscriptionView {
                    topic: subscription.filter.as_str(),
                    qos: subscription.qos as u8,
                });
                Self {
                    message_id: Some(subscribe.packet_id),
                    subscriptions: view.collect(),
                    ..Self::with("subscribe", &subscribe.properties)
                }
            }
            Packet::SubAck(suback) => Self {
                message_id: Some(suback.packet_id),
                granted: suback.codes.clone(),
                ..Self::with("suback", &suback.properties)
            },
            Packet::Unsubscribe(unsubscribe) => Self {
                message_id: Some(unsubscribe.packet_id),
                unsubscriptions: unsubscribe.filters.iter().map(TopicFilter::as_str).collect(),
                ..Self::with("unsubscribe", &unsubscribe.properties)
            },
            Packet::UnsubAck(unsuback) => Self {
                message_id: Some(unsuback.packet_id),
                granted: unsuback.codes.clone(),
                ..Self::with("unsuback", &unsuback.properties)
            },
            Packet::PingReq => Self::plain("pingreq"),
            Packet::PingResp => Self::plain("pingresp"),
            Packet::Disconnect(disconnect) => {
                Self::reasoned("disconnect", disconnect.reason, &disconnect.properties)
            }
            Packet::Auth(auth) => Self { reason_code: Some(auth.reason), ..Self::plain("auth") },
        }
    }

    fn ack(cmd: &'static str, ack: &'a Ack) -> Self {
        let Ack { packet_id, reason, properties } = ack;
        Self { message_id: Some(*packet_id), ..Self::reasoned(cmd, *reason, properties) }
    }

    fn with(cmd: &'static str, properties: &'a Properties) -> Self {
        let properties = (!properties.is_empty()).then_some(PropertiesView(properties));
        Self { properties, ..Self::plain(cmd) }
    }

    fn plain(cmd: &'static str) -> Self {
        Self { cmd, ..Self::default() }
    }
}
