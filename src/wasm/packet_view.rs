//! Packets as JavaScript sees them: plain objects with the field names of npm `mqtt-packet`.

use wasm_bindgen::JsValue;

use super::plain_object::{Field, Fields};
use super::property_view::properties_to_js;
use crate::codec::{Ack, ConnAck, Packet, PacketId, Properties, Publish, Subscription};

/// A packet for an event: the fields that its type has. A password never gets here.
pub(super) fn packet_to_js(packet: &Packet) -> JsValue {
    match packet {
        Packet::Connect(connect) => {
            let mut view = PacketView::new("connect"); // authentication data is among the properties
            view.add("clientId", Field::Text(&connect.client_id));
            if let Some(username) = &connect.username {
                view.add("username", Field::Text(username));
            }
            view.add("clean", Field::Flag(connect.clean));
            view.add("keepalive", Field::Number(connect.keepalive.into()));
            view.into_js()
        }
        Packet::ConnAck(connack) => connack_to_js(connack),
        Packet::Publish(publish) => publish_to_js(publish),
        Packet::PubAck(ack) => ack_to_js("puback", ack),
        Packet::PubRec(ack) => ack_to_js("pubrec", ack),
        Packet::PubRel(ack) => ack_to_js("pubrel", ack),
        Packet::PubComp(ack) => ack_to_js("pubcomp", ack),
        Packet::Subscribe(subscribe) => {
            let subscriptions = subscribe.subscriptions.iter().map(subscription).collect();
            let mut view = PacketView::identified("subscribe", subscribe.packet_id);
            view.add("subscriptions", Field::List(subscriptions));
            view.with(&subscribe.properties).into_js()
        }
        Packet::SubAck(suback) => {
            let mut view = PacketView::identified("suback", suback.packet_id);
            view.add_codes(&suback.codes);
            view.with(&suback.properties).into_js()
        }
        Packet::Unsubscribe(unsubscribe) => {
            let filters = unsubscribe.filters.iter().map(|filter| Field::Text(filter.as_str()));
            let mut view = PacketView::identified("unsubscribe", unsubscribe.packet_id);
            view.add("unsubscriptions", Field::List(filters.collect()));
            view.with(&unsubscribe.properties).into_js()
        }
        Packet::UnsubAck(unsuback) => {
            let mut view = PacketView::identified("unsuback", unsuback.packet_id);
            view.add_codes(&unsuback.codes);
            view.with(&unsuback.properties).into_js()
        }
        Packet::PingReq => PacketView::new("pingreq").into_js(),
        Packet::PingResp => PacketView::new("pingresp").into_js(),
        Packet::Disconnect(disconnect) => {
            reason_to_js("disconnect", disconnect.reason, &disconnect.properties)
        }
        Packet::Auth(auth) => reason_to_js("auth", auth.reason, &Properties::default()),
    }
}

pub(super) fn connack_to_js(connack: &ConnAck) -> JsValue {
    let ConnAck { session_present, reason, properties } = connack;
    let mut view = PacketView::new("connack");
    view.add("sessionPresent", Field::Flag(*session_present));
    view.add("returnCode", Field::Number((*reason).into())); // the name of MQTT 3
    view.add("reasonCode", Field::Number((*reason).into()));
    view.with(properties).into_js()
}

/// A packet that has a reason code and properties.
pub(super) fn reason_to_js(cmd: &'static str, reason: u8, properties: &Properties) -> JsValue {
    let mut view = PacketView::new(cmd);
    view.add("reasonCode", Field::Number(reason.into()));
    view.with(properties).into_js()
}

fn ack_to_js(cmd: &'static str, ack: &Ack) -> JsValue {
    let mut view = PacketView::new(cmd);
    view.add("reasonCode", Field::Number(ack.reason.into()));
    view.add("messageId", Field::Number(ack.packet_id.get().into()));
    view.with(&ack.properties).into_js()
}

fn publish_to_js(publish: &Publish) -> JsValue {
    let mut view = PacketView::new("publish");
    if let Some(packet_id) = publish.packet_id {
        view.add("messageId", Field::Number(packet_id.get().into()));
    }
    view.add("topic", Field::Text(publish.topic.as_str()));
    view.add("payload", Field::Bytes(&publish.payload));
    view.add("qos", Field::Number(publish.qos as u32));
    view.add("retain", Field::Flag(publish.retain));
    view.add("dup", Field::Flag(publish.dup));
    view.with(&publish.properties).into_js()
}

fn subscription(subscription: &Subscription) -> Field<'_> {
    let topic = Field::Text(subscription.filter.as_str());
    Field::Object(Fields(vec![("topic", topic), ("qos", Field::Number(subscription.qos as u32))]))
}

/// An object in the making.
struct PacketView<'a> {
    fields: Vec<(&'static str, Field<'a>)>,
    properties: Option<&'a Properties>,
}

impl<'a> PacketView<'a> {
    fn new(cmd: &'static str) -> Self {
        Self { fields: vec![("cmd", Field::Text(cmd))], properties: None }
    }

    fn identified(cmd: &'static str, packet_id: PacketId) -> Self {
        let mut view = Self::new(cmd);
        view.add("messageId", Field::Number(packet_id.get().into()));
        view
    }

    fn add(&mut self, name: &'static str, value: Field<'a>) {
        self.fields.push((name, value));
    }

    fn add_codes(&mut self, codes: &[u8]) {
        if !codes.is_empty() {
            let codes = codes.iter().map(|code| Field::Number((*code).into()));
            self.add("granted", Field::List(codes.collect()));
        }
    }

    fn with(mut self, properties: &'a Properties) -> Self {
        self.properties = Some(properties);
        self
    }

    fn into_js(self) -> JsValue {
        let object = Fields(self.fields).to_js();
        if let Some(properties) = self.properties.filter(|properties| !properties.is_empty()) {
            object.set("properties", properties_to_js(properties));
        }
        object.into()
    }
}
