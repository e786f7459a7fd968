//! What the app has to continue with after a restart: the stored records, as packets.

use std::collections::BTreeMap;

use mqtt_miniprogram::codec::{PacketId, Properties, PropertyId, Value};
use mqtt_miniprogram::{DeliveryState, Publish, SessionRecord};

use super::{Connection, Delivery, PacketChecker};
use crate::common::wire::{self, Message};

impl PacketChecker {
    /// The app was killed, and has these records, of messages with these payloads.
    pub fn restarted(&mut self, records: &[SessionRecord], payloads: &BTreeMap<u32, Vec<u8>>) {
        let mut deliveries: Vec<(u32, &DeliveryState)> = records
            .iter()
            .filter_map(|record| match record {
                SessionRecord::Delivery(number, progress) => Some((*number, progress)),
                _ => None,
            })
            .collect();
        deliveries.sort_unstable_by_key(|(number, _)| *number); // the order of publishing
        let published: Vec<Delivery> = deliveries
            .iter()
            .filter_map(|(_, progress)| match progress {
                // it may have been sent
                DeliveryState::Sent(publish) => {
                    Some(Delivery { message: message(publish), sent: true })
                }
                _ => None,
            })
            .collect();
        let released = deliveries.iter().filter_map(|(number, progress)| match progress {
            DeliveryState::Released(packet_id) => Some((packet_id.get(), payloads[number].clone())),
            _ => None,
        });
        self.published = published;
        self.released = released.collect();
        let received = records.iter().filter_map(|record| match record {
            SessionRecord::Received(packet_id) => Some(packet_id.get()),
            _ => None,
        });
        self.received = received.collect();
        self.connection = Connection::default();
    }
}

fn message(publish: &Publish) -> Message {
    Message {
        dup: false,
        qos: publish.qos as u8,
        retain: publish.retain,
        topic: publish.topic.as_str().into(),
        id: publish.packet_id.map_or(0, PacketId::get),
        payload: publish.payload.to_vec(),
        properties: properties(&publish.properties),
    }
}

/// Without an alias, which holds for one connection.
fn properties(properties: &Properties) -> wire::Properties {
    let kept = properties.0.iter().filter(|(id, _)| *id != PropertyId::TOPIC_ALIAS);
    let convert = |(id, value): &(PropertyId, Value)| {
        let value = match value.clone() {
            Value::Number(number) => wire::Value::Number(number),
            Value::Text(text) => wire::Value::Text(text),
            Value::Binary(bytes) => wire::Value::Binary(bytes.to_vec()),
            Value::Pair(name, value) => wire::Value::Pair(name, value),
        };
        (id.number(), value)
    };
    kept.map(convert).collect()
}
