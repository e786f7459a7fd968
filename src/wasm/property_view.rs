//! Properties of MQTT 5 as JavaScript has them: fields of a plain object, named as in npm
//! `mqtt-packet`.

use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};

use super::plain_object::{Field, Fields, PlainObject};
use crate::codec::{Properties, PropertyId, Value};

/// The property with this name, if there is one.
pub(super) fn id_of(name: &str) -> Option<PropertyId> {
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, id)| *id)
}

/// The name of a property.
pub(super) fn name_of(id: PropertyId) -> &'static str {
    NAMES.iter().find(|(_, known)| *known == id).map_or("userProperties", |(name, _)| name)
}

/// Properties as fields of an object; `undefined` if there are none, as is most often the case.
pub(super) fn properties_to_js(properties: &Properties) -> JsValue {
    if properties.is_empty() {
        return JsValue::UNDEFINED;
    }
    let mut fields = Vec::new();
    for (name, id) in &NAMES {
        fields.extend(field(properties, *id).map(|field| (*name, field)));
    }
    let object = Fields(fields).to_js();
    if properties.get(PropertyId::USER_PROPERTY).is_some() {
        object.set("userProperties", user_properties(properties));
    }
    object.into()
}

/// What may repeat is a list where it does.
fn field(properties: &Properties, id: PropertyId) -> Option<Field<'_>> {
    let mut fields = Vec::new();
    for (known, value) in &properties.0 {
        if *known == id {
            fields.push(single_field(id, value));
        }
    }
    if fields.len() > 1 { Some(Field::List(fields)) } else { fields.pop() }
}

fn single_field(id: PropertyId, value: &Value) -> Field<'_> {
    match value {
        Value::Number(number) if FLAGS.contains(&id) => Field::Flag(*number != 0),
        Value::Number(number) => Field::Number(*number),
        Value::Text(text) | Value::Pair(text, _) => Field::Text(text),
        Value::Binary(bytes) => Field::Bytes(bytes),
    }
}

/// `{ name: value }`, or `{ name: [value, value] }` where a name repeats. Names are what somebody sent:
/// the object has no prototype, on which `__proto__` would be more than a name.
fn user_properties(properties: &Properties) -> JsValue {
    let object: PlainObject =
        Object::<JsValue>::create(JsValue::NULL.unchecked_ref()).unchecked_into();
    for (_, value) in &properties.0 {
        let Value::Pair(name, value) = value else { continue };
        let value = JsValue::from(value);
        let known = object.get(name);
        if known.is_undefined() {
            object.set(name, value);
        } else if Array::is_array(&known) {
            known.unchecked_ref::<Array>().push(&value);
        } else {
            object.set(name, Array::of2(&known, &value).into());
        }
    }
    object.into()
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
