//! Options, and the properties of MQTT 5 that belong to the call that follows.

use bytes::Bytes;
use js_sys::{JsString, Uint8Array};
use wasm_bindgen::prelude::*;

use super::property_view::{id_of, name_of};
use super::{Core, ErrorCode};
use crate::codec::{EncodeError, Properties, PropertyId, Value, Will};
use crate::{QoS, TopicName};

#[wasm_bindgen]
impl Core {
    /// Sets an option that is a number or a flag (0 or 1), by its name in JavaScript. Times are in
    /// milliseconds, but `keepalive` is in seconds. `false` if there is no such option.
    ///
    /// An option has one row here, one in `src/shim/options/table.ts`, and its field in `Options`.
    #[wasm_bindgen(js_name = setOption)]
    pub fn set_option(&mut self, name: &str, value: f64) -> bool {
        let on = value != 0.0;
        if name == "nextMessageId" {
            self.client.continue_packet_ids_at(value as u16);
            return true;
        }
        let options = self.client.options_mut();
        match name {
            "autoAssignTopicAlias" => options.auto_assign_topic_alias = on,
            "autoUseTopicAlias" => options.auto_use_topic_alias = on,
            "confirmRecords" => options.confirm_records = on,
            "connectTimeout" => options.connect_timeout = value as u64,
            "fallback" => options.fallback = on,
            "keepalive" => options.keepalive = value as u16,
            "manualAck" => options.manual_ack = on,
            "maxInFlight" => options.max_in_flight = value as u16,
            "queueQoSZero" => options.queue_qos_zero = on,
            "reconnectOnConnackError" => options.reconnect_on_connack_error = on,
            "reconnectPeriod" => options.reconnect_period = value as u64,
            "resubscribe" => options.resubscribe = on,
            "strict" => options.strict = on,
            "storeSession" => options.store_session = on,
            "tokenProvider" => options.token_provider = on,
            _ => return false,
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

    /// Takes the properties as those of the CONNECTs that follow; 0 or a negative `ErrorCode`.
    #[wasm_bindgen(js_name = setConnectProperties)]
    pub fn set_connect_properties(&mut self) -> i32 {
        let properties = self.take_properties();
        if properties.is_data_without_method() {
            return ErrorCode::NoAuthenticationMethod.negative();
        }
        self.client.options_mut().properties = properties;
        0
    }

    /// Whether CONNECT can be encoded with the options as they are: 0, or a negative `ErrorCode`.
    pub fn validate(&mut self) -> i32 {
        match self.client.options().validate(self.client.version()) {
            Ok(()) => 0,
            Err(EncodeError::Property(id)) => {
                self.invalid_property = name_of(id).into();
                ErrorCode::InvalidProperty.negative()
            }
            Err(_) => ErrorCode::InvalidOption.negative(),
        }
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

    /// The same for a text.
    #[wasm_bindgen(js_name = textProperty)]
    pub fn text_property(&mut self, name: &str, value: String) -> i32 {
        self.add_property(name, Some(Value::Text(value)))
    }

    /// The same for bytes.
    #[wasm_bindgen(js_name = binaryProperty)]
    pub fn binary_property(&mut self, name: &str, value: Vec<u8>) -> i32 {
        self.add_property(name, Some(Value::Binary(value.into())))
    }

    /// Adds a user property.
    #[wasm_bindgen(js_name = userProperty)]
    pub fn user_property(&mut self, name: String, value: String) {
        self.properties.0.push((PropertyId::USER_PROPERTY, Value::Pair(name, value)));
    }

    /// Drops the properties that were added: the call that they were for will not follow.
    #[wasm_bindgen(js_name = dropProperties)]
    pub fn drop_properties(&mut self) {
        self.properties = Properties::default();
    }
}

impl Core {
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
