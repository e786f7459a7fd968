//! Packets as JavaScript sees them: plain objects with the field names of npm `mqtt-packet`.

use serde::{Serialize, Serializer};

use crate::QoS;
use crate::codec::{ConnAck, Packet, PacketId};

/// A packet for an event. A password never gets here.
#[derive(Serialize)]
#[serde(tag = "cmd", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub(super) enum PacketView<'a> {
    Connect {
        client_id: &'a str,
        clean: bool,
        keepalive: u16,
        #[serde(skip_serializing_if = "Option::is_none")]
        username: Option<&'a str>,
    },
    ConnAck {
        session_present: bool,
        return_code: u8,
    },
    Publish {
        topic: &'a str,
        payload: Binary<'a>,
        qos: u8,
        retain: bool,
        dup: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        message_id: Option<PacketId>,
    },
    PubAck {
        message_id: PacketId,
    },
    PubRec {
        message_id: PacketId,
    },
    PubRel {
        message_id: PacketId,
    },
    PubComp {
        message_id: PacketId,
    },
    Subscribe {
        message_id: PacketId,
        subscriptions: Vec<SubscriptionView<'a>>,
    },
    SubAck {
        message_id: PacketId,
        granted: Vec<u8>,
    },
    Unsubscribe {
        message_id: PacketId,
        unsubscriptions: Vec<&'a str>,
    },
    UnsubAck {
        message_id: PacketId,
    },
    PingReq {},
    PingResp {},
    Disconnect {},
}

#[derive(Serialize)]
pub(super) struct SubscriptionView<'a> {
    topic: &'a str,
    qos: u8,
}

/// Becomes a `Uint8Array`.
pub(super) struct Binary<'a>(&'a [u8]);

impl Serialize for Binary<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

impl<'a> PacketView<'a> {
    pub(super) fn connack(connack: &ConnAck) -> Self {
        let ConnAck { session_present, return_code } = *connack;
        Self::ConnAck { session_present, return_code }
    }

    pub(super) fn new(packet: &'a Packet) -> Self {
        match packet {
            Packet::Connect(connect) => Self::Connect {
                client_id: &connect.client_id,
                clean: connect.clean,
                keepalive: connect.keep_alive,
                username: connect.user_name.as_deref(),
            },
            Packet::ConnAck(connack) => Self::connack(connack),
            Packet::Publish(publish) => Self::Publish {
                topic: publish.topic.as_str(),
                payload: Binary(&publish.payload),
                qos: publish.qos as u8,
                retain: publish.retain,
                dup: publish.dup,
                message_id: publish.packet_id,
            },
            Packet::PubAck(message_id) => Self::PubAck { message_id: *message_id },
            Packet::PubRec(message_id) => Self::PubRec { message_id: *message_id },
            Packet::PubRel(message_id) => Self::PubRel { message_id: *message_id },
            Packet::PubComp(message_id) => Self::PubComp { message_id: *message_id },
            Packet::Subscribe(subscribe) => {
                let filters = subscribe.filters.iter();
                let view = |(filter, qos): &'a (_, QoS)| subscription(filter, *qos);
                Self::Subscribe {
                    message_id: subscribe.packet_id,
                    subscriptions: filters.map(view).collect(),
                }
            }
            Packet::SubAck(suback) => {
                let granted = suback.granted.iter().map(|qos| qos.map_or(0x80, |qos| qos as u8));
                Self::SubAck { message_id: suback.packet_id, granted: granted.collect() }
            }
            Packet::Unsubscribe(unsubscribe) => {
                let filters = unsubscribe.filters.iter().map(crate::TopicFilter::as_str);
                Self::Unsubscribe {
                    message_id: unsubscribe.packet_id,
                    unsubscriptions: filters.collect(),
                }
            }
            Packet::UnsubAck(message_id) => Self::UnsubAck { message_id: *message_id },
            Packet::PingReq => Self::PingReq {},
            Packet::PingResp => Self::PingResp {},
            Packet::Disconnect => Self::Disconnect {},
        }
    }
}

fn subscription(filter: &crate::TopicFilter, qos: QoS) -> SubscriptionView<'_> {
    SubscriptionView { topic: filter.as_str(), qos: qos as u8 }
}
