//! Options, and the properties of MQTT 5 that belong to the call that follows.

use bytes::Bytes;
use js_sys::{JsString, Uint8Array};
use wasm_bindgen::prelude::*;

use super::calls::numbered;
use super::property_view::{id_of, name_of};
use super::{Core, ErrorCode, PropertyType};
use crate::codec::{EncodeError, PropertyId, Value, Will};
use crate::{QoS, TopicName};

numbered! {
    /// An option that is a number, or a flag (0 or 1). The shim repeats the numbers in `options/table.ts`.
    CoreOption {
        /// `autoAssignTopicAlias`
        AutoAssignTopicAlias = 1,
        /// `autoUseTopicAlias`
        AutoUseTopicAlias = 2,
        /// Whether the shim confirms the records that it stores.
        ConfirmRecords = 3,
        /// `connectTimeout`, in milliseconds
        ConnectTimeout = 4,
        /// `fallback`
        Fallback = 5,
        /// `keepalive`, in seconds
        Keepalive = 6,
        /// Whether the application acknowledges messages.
        ManualAck = 7,
        /// `maxInFlight`
        MaxInFlight = 8,
        /// The packet identifier that is allocated next, if it is free.
        NextPacketId = 9,
        /// Whether packets are reported: [`HostStep::PacketSent`], [`HostStep::PacketReceived`].
        ObservePackets = 10,
        /// `queueQoSZero`
        QueueQosZero = 11,
        /// `reconnectOnConnackError`
        ReconnectOnConnackError = 12,
        /// `reconnectPeriod`, in milliseconds
        ReconnectPeriod = 13,
        /// `resubscribe`
        Resubscribe = 14,
        /// Whether the session is stored.
        StoreSession = 15,
        /// `strict`
        Strict = 16,
        /// Whether there is a `tokenProvider`.
        TokenProvider = 17,
    }
}

#[wasm_bindgen]
impl Core {
    /// Sets a `CoreOption`; `false` if there is no such option.
    ///
    /// An option has its number and its row here, both in `src/shim/options/table.ts`, and its field in `Options`.
    #[wasm_bindgen(js_name = setOption)]
    pub fn set_option(&mut self, option: u8, value: f64) -> bool {
        let Some(option) = CoreOption::numbered(option) else { return false };
        let on = value != 0.0;
        let options = self.client.options_mut();
        match option {
            CoreOption::AutoAssignTopicAlias => options.auto_assign_topic_alias = on,
            CoreOption::AutoUseTopicAlias => options.auto_use_topic_alias = on,
            CoreOption::ConfirmRecords => options.confirm_records = on,
            CoreOption::ConnectTimeout => options.connect_timeout = value as u64,
            CoreOption::Fallback => options.fallback = on,
            CoreOption::Keepalive => options.keepalive = value as u16,
            CoreOption::ManualAck => options.manual_ack = on,
            CoreOption::MaxInFlight => options.max_in_flight = value as u16,
            CoreOption::NextPacketId => self.client.continue_packet_ids_at(value as u16),
            CoreOption::ObservePackets => self.client.observe_packets(on),
            CoreOption::QueueQosZero => options.queue_qos_zero = on,
            CoreOption::ReconnectOnConnackError => options.reconnect_on_connack_error = on,
            CoreOption::ReconnectPeriod => options.reconnect_period = value as u64,
            CoreOption::Resubscribe => options.resubscribe = on,
            CoreOption::StoreSession => options.store_session = on,
            CoreOption::Strict => options.strict = on,
            CoreOption::TokenProvider => options.token_provider = on,
        }
        true
    }

    /// User name and password, a `Uint8Array`, of the CONNECTs that follow; `undefined` if there is none.
    #[wasm_bindgen(js_name = setCredentials)]
    pub fn set_credentials(&mut self, username: Option<String>, password: JsValue) {
        let options = self.client.options_mut();
        options.username = username;
        options.password = if password.is_undefined() { None } else { Some(bytes_of(&password)) };
    }

    /// The will of the CONNECTs that follow, with the properties; 0 or a negative `ErrorCode`. The payload
    /// is a `Uint8Array`.
    #[wasm_bindgen(js_name = setWill)]
    pub fn set_will(&mut self, topic: String, payload: JsValue, qos: u8, retain: bool) -> i32 {
        let properties = self.take_properties();
        let Some(topic) = TopicName::new(topic) else { return ErrorCode::InvalidTopic.negative() };
        let Some(qos) = QoS::new(qos) else { return ErrorCode::InvalidQos.negative() };
        let will = Will { topic, payload: bytes_of(&payload), qos, retain, properties };
        self.client.options_mut().will = Some(will);
        0
    }

    /// The name of the property for which the last call was refused with `InvalidProperty`.
    #[wasm_bindgen(js_name = invalidProperty)]
    pub fn invalid_property(&self) -> JsString {
        JsString::from(self.invalid_property.as_str())
    }

    /// Adds a property by its name in npm `mqtt-packet`, whose value is a number, or a flag as 0 or 1; 0 or a
    /// negative `ErrorCode`. What else the value may be is checked with the packet.
    #[wasm_bindgen(js_name = numberProperty)]
    pub fn number_property(&mut self, name: &str, value: f64) -> i32 {
        self.add_property(name, whole(value).map(Value::Number))
    }

    /// Adds a property of a `PropertyType`, whose value is these bytes; 0 or a negative `ErrorCode`.
    pub fn property(&mut self, kind: u8, name: String, value: Vec<u8>) -> i32 {
        let text = |value| String::from_utf8(value).ok();
        match PropertyType::numbered(kind) {
            Some(PropertyType::Text) => self.add_property(&name, text(value).map(Value::Text)),
            Some(PropertyType::Binary) => {
                self.add_property(&name, Some(Value::Binary(value.into())))
            }
            Some(PropertyType::User) => {
                let Some(value) = text(value) else { return ErrorCode::InvalidProperty.negative() };
                self.properties.0.push((PropertyId::USER_PROPERTY, Value::Pair(name, value)));
                0
            }
            None => ErrorCode::InvalidProperty.negative(),
        }
    }
}

impl Core {
    pub(super) fn set_connect_properties(&mut self) -> f64 {
        let properties = self.take_properties();
        if properties.is_data_without_method() {
            return ErrorCode::NoAuthenticationMethod.negative().into();
        }
        self.client.options_mut().properties = properties;
        0.0
    }

    pub(super) fn validate(&mut self) -> f64 {
        match self.client.options().validate(self.client.version()) {
            Ok(()) => 0.0,
            Err(EncodeError::Property(id)) => {
                self.invalid_property = name_of(id).into();
                ErrorCode::InvalidProperty.negative().into()
            }
            Err(_) => ErrorCode::InvalidOption.negative().into(),
        }
    }

    fn add_property(&mut self, name: &str, value: Option<Value>) -> i32 {
        let Some((id, value)) = id_of(name).zip(value) else {
            self.invalid_property = name.into();
            return ErrorCode::InvalidProperty.negative();
        };
        self.properties.0.push((id, id.coerced(value)));
        0
    }
}

/// A number that is an integer of 32 bits: MQTT can write no others.
fn whole(number: f64) -> Option<u32> {
    let integer = number as u32;
    (f64::from(integer) == number).then_some(integer)
}

fn bytes_of(view: &JsValue) -> Bytes {
    Uint8Array::new(view).to_vec().into()
}
