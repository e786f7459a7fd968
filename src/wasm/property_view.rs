//! Properties of MQTT 5 as JavaScript has them: fields of a plain object, named as in npm
//! `mqtt-packet`.

use js_sys::{Array, Object, Reflect, Uint8Array};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_wasm_bindgen::preserve;
use wasm_bindgen::{JsCast, JsValue, UnwrapThrowExt};

use crate::codec::{Properties, PropertyId, Value};

/// The property with this name, and its value; `None` if there is none of that name, or its number is
/// not one that MQTT can write. What else the value may be is checked with the packet.
pub(super) fn property(name: &str, value: &JsValue) -> Option<(PropertyId, Value)> {
    let (_, id) = NAMES.iter().find(|(known, _)| *known == name)?;
    let value = if let Some(number) = value.as_f64() {
        Value::Number(whole(number)?)
    } else if let Some(flag) = value.as_bool() {
        Value::Number(flag.into())
    } else if let Some(text) = value.as_string() {
        Value::Text(text)
    } else {
        Value::Binary(Uint8Array::new(value).to_vec().into())
    };
    Some((*id, id.coerced(value)))
}

/// The name of a property.
pub(super) fn name_of(id: PropertyId) -> &'static str {
    NAMES.iter().find(|(_, known)| *known == id).map_or("userProperties", |(name, _)| name)
}

/// A number that is an integer of 32 bits.
fn whole(number: f64) -> Option<u32> {
    let integer = number as u32;
    (f64::from(integer) == number).then_some(integer)
}

/// Serializes properties as the fields of an object. What may repeat is a list where it does.
pub(super) struct PropertiesView<'a>(pub(super) &'a Properties);

impl Serialize for PropertiesView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, id) in NAMES {
            let mut values =
                self.0.0.iter().filter(|(known, _)| *known == id).map(|(_, value)| value);
            match (values.next(), values.next()) {
                (None, _) => {}
                (Some(value), None) => map.serialize_entry(name, &ValueView(id, value))?,
                (Some(first), Some(second)) => {
                    let all = [first, second].into_iter().chain(values);
                    let all = all.map(|value| ValueView(id, value));
                    map.serialize_entry(name, &all.collect::<Vec<_>>())?;
                }
            }
        }
        if self.0.get(PropertyId::USER_PROPERTY).is_some() {
            map.serialize_entry("userProperties", &UserProperties(self.0))?;
        }
        map.end()
    }
}

/// Becomes a `Uint8Array`.
pub(super) struct Binary<'a>(pub(super) &'a [u8]);

impl Serialize for Binary<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

struct ValueView<'a>(PropertyId, &'a Value);

impl Serialize for ValueView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.1 {
            Value::Number(number) if FLAGS.contains(&self.0) => {
                serializer.serialize_bool(*number != 0)
            }
            Value::Number(number) => serializer.serialize_u32(*number),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Binary(bytes) => Binary(bytes).serialize(serializer),
            Value::Pair(name, value) => (name, value).serialize(serializer),
        }
    }
}

/// `{ name: value }`, or `{ name: [value, value] }` where a name repeats. Names are what somebody sent:
/// the object has no prototype, on which `__proto__` would be more than a name.
struct UserProperties<'a>(&'a Properties);

impl Serialize for UserProperties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let object: Object = Object::create(JsValue::NULL.unchecked_ref());
        for (_, value) in &self.0.0 {
            let Value::Pair(name, value) = value else { continue };
            let (name, value) = (JsValue::from(name), JsValue::from(value));
            let known = Reflect::get(&object, &name).unwrap_throw();
            let value = match known.dyn_into::<Array>() {
                Ok(list) => {
                    list.push(&value);
                    continue;
                }
                Err(known) if known.is_undefined() => value,
                Err(known) => Array::of2(&known, &value).into(),
            };
            Reflect::set(&object, &name, &value).unwrap_throw();
        }
        preserve::serialize(&object, serializer)
    }
}

/// Bytes that are 0 or 1 by the standard: `false` and `true` in JavaScript.
const FLAGS: [PropertyId; 7] = [
    PropertyId::PAYLOAD_FORMAT_INDICATOR,
    PropertyId::REQUEST_PROBLEM_INFORMATION,
    PropertyId::REQUEST_RESPONSE_INFORMATION,
    PropertyId::RETAIN_AVAILABLE,
    PropertyId::WILDCARD_SUBSCRIPTION_AVAILABLE,
    PropertyId::SUBSCRIPTION_IDENTIFIER_AVAILABLE,
    PropertyId::SHARED_SUBSCRIPTION_AVAILABLE,
];

/// User properties are not among them: their names are the application's.
const NAMES: [(&str, PropertyId); 26] = [
    ("payloadFormatIndicator", PropertyId::PAYLOAD_FORMAT_INDICATOR),
    ("messageExpiryInterval", PropertyId::MESSAGE_EXPIRY_INTERVAL),
    ("contentType", PropertyId::CONTENT_TYPE),
    ("responseTopic", PropertyId::RESPONSE_TOPIC),
    ("correlationData", PropertyId::CORRELATION_DATA),
    ("subscriptionIdentifier", PropertyId::SUBSCRIPTION_IDENTIFIER),
    ("sessionExpiryInterval", PropertyId::SESSION_EXPIRY_INTERVAL),
    ("assignedClientIdentifier", PropertyId::ASSIGNED_CLIENT_IDENTIFIER),
    ("serverKeepAlive", PropertyId::SERVER_KEEP_ALIVE),
    ("authenticationMethod", PropertyId::AUTHENTICATION_METHOD),
    ("authenticationData", PropertyId::AUTHENTICATION_DATA),
    ("requestProblemInformation", PropertyId::REQUEST_PROBLEM_INFORMATION),
    ("willDelayInterval", PropertyId::WILL_DELAY_INTERVAL),
    ("requestResponseInformation", PropertyId::REQUEST_RESPONSE_INFORMATION),
    ("responseInformation", PropertyId::RESPONSE_INFORMATION),
    ("serverReference", PropertyId::SERVER_REFERENCE),
    ("reasonString", PropertyId::REASON_STRING),
    ("receiveMaximum", PropertyId::RECEIVE_MAXIMUM),
    ("topicAliasMaximum", PropertyId::TOPIC_ALIAS_MAXIMUM),
    ("topicAlias", PropertyId::TOPIC_ALIAS),
    ("maximumQoS", PropertyId::MAXIMUM_QOS),
    ("retainAvailable", PropertyId::RETAIN_AVAILABLE),
    ("maximumPacketSize", PropertyId::MAXIMUM_PACKET_SIZE),
    ("wildcardSubscriptionAvailable", PropertyId::WILDCARD_SUBSCRIPTION_AVAILABLE),
    ("subscriptionIdentifiersAvailable", PropertyId::SUBSCRIPTION_IDENTIFIER_AVAILABLE),
    ("sharedSubscriptionAvailable", PropertyId::SHARED_SUBSCRIPTION_AVAILABLE),
];
