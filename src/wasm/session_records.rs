//! Session records on their way to and from a store.

use wasm_bindgen::prelude::*;

use super::packet_view::packet_to_js;
use super::{Core, ErrorCode};
use crate::codec::Packet;
use crate::{DeliveryState, SessionRecord};

#[wasm_bindgen]
impl Core {
    /// Restores a record that was stored, before the first `connect`; 0 or a negative `ErrorCode`.
    #[wasm_bindgen(js_name = restoreRecord)]
    pub fn restore_record(&mut self, record: &[u8]) -> i32 {
        let Some(record) = SessionRecord::decode(record) else {
            return ErrorCode::InvalidRecord.negative();
        };
        self.client.restore(record);
        0
    }

    /// The packet that a record is about, as MQTT.js would store it; `null` if it is about none.
    #[wasm_bindgen(js_name = storedPacket)]
    pub fn stored_packet(&self, record: &[u8]) -> JsValue {
        let packet = match SessionRecord::decode(record) {
            Some(SessionRecord::Delivery(
                _,
                DeliveryState::Queued(publish, _) | DeliveryState::Sent(publish),
            )) => Packet::Publish(publish),
            Some(SessionRecord::Delivery(_, DeliveryState::Released(packet_id))) => {
                Packet::PubRel(packet_id.into())
            }
            Some(SessionRecord::Received(packet_id)) => Packet::PubRec(packet_id.into()),
            Some(SessionRecord::Subscription(..) | SessionRecord::ClientId(_)) | None => {
                return JsValue::NULL;
            }
        };
        packet_to_js(&packet)
    }
}

impl Core {
    pub(super) fn put_subscriptions(&self) {
        for record in self.client.subscription_records() {
            self.host.put_record(&record.key().text(), &record.encode());
        }
    }
}
