//! Plain objects, made by `serde_wasm_bindgen` of fields whose names are known.

use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// An object whose properties are read and set by name
    #[wasm_bindgen(extends = js_sys::Object, typescript_type = "object")]
    pub(super) type PlainObject;

    #[wasm_bindgen(method, indexing_getter)]
    pub(super) fn get(this: &PlainObject, name: &str) -> JsValue;
    #[wasm_bindgen(method, indexing_setter)]
    pub(super) fn set(this: &PlainObject, name: &str, value: JsValue);
}

/// The fields of an object, in their order.
pub(super) struct Fields<'a>(pub(super) Vec<(&'static str, Field<'a>)>);

/// The value of a field.
pub(super) enum Field<'a> {
    Flag(bool),
    Number(u32),
    Text(&'a str),
    /// Becomes a `Uint8Array`.
    Bytes(&'a [u8]),
    List(Vec<Self>),
    Object(Fields<'a>),
}

impl Fields<'_> {
    pub(super) fn to_js(&self) -> PlainObject {
        let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
        // of strings, numbers, booleans and bytes an object can always be made
        self.serialize(&serializer).unwrap_or(JsValue::NULL).unchecked_into()
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, field)| (*name, field)))
    }
}

impl Serialize for Field<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => serializer.serialize_u32(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => serializer.serialize_bytes(bytes),
            Self::List(fields) => serializer.collect_seq(fields),
            Self::Object(fields) => fields.serialize(serializer),
        }
    }
}
