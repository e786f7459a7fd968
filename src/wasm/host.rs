//! What the shim does for the core and hears from it. These methods only queue, and must not throw.
//!
//! Bytes are a view of this memory, which is valid until the method returns. Only `send` passes an address
//! and a size: a socket wants a buffer of its own, which can be copied from there with a single call.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The shim. A `code` is an `ErrorCode`.
    pub type Host;

    /// `step` is a `HostStep`, `packet` is `undefined` for those that have none.
    #[wasm_bindgen(method)]
    pub(super) fn step(this: &Host, step: u8, packet: JsValue);

    /// Sends on the transport.
    #[wasm_bindgen(method)]
    pub(super) fn send(this: &Host, at: *const u8, size: usize);

    // Session records

    #[wasm_bindgen(method, js_name = putRecord)]
    pub(super) fn put_record(this: &Host, key: &str, record: &[u8]);
    #[wasm_bindgen(method, js_name = deleteRecord)]
    pub(super) fn delete_record(this: &Host, key: &str);

    // Errors. After what `is_final` the client does not connect again by itself.

    #[wasm_bindgen(method)]
    pub(super) fn closed(this: &Host, is_final: bool);
    #[wasm_bindgen(method)]
    pub(super) fn error(
        this: &Host,
        code: i32,
        reason: u8,
        detail: &str,
        about_credentials: bool,
        is_final: bool,
    );

    /// Something went wrong, and the connection continues; `topic` is that of a message, as it was sent.
    #[wasm_bindgen(method)]
    pub(super) fn warning(this: &Host, code: i32, detail: &str, topic: &[u8]);

    // Messages

    #[wasm_bindgen(method)]
    pub(super) fn topic(this: &Host, slot: u8, topic: &str);
    /// `flags` is the lower half of the first byte of PUBLISH: DUP, quality of service, RETAIN.
    #[wasm_bindgen(method)]
    pub(super) fn message(
        this: &Host,
        slot: u8,
        flags: u8,
        payload: &[u8],
        packet_id: u16,
        length: u32,
        properties: JsValue,
    );

    // Requests

    #[wasm_bindgen(method)]
    pub(super) fn completed(
        this: &Host,
        request_id: u32,
        packet_id: u16,
        reason: u8,
        properties: JsValue,
    );
    #[wasm_bindgen(method)]
    pub(super) fn subscribed(
        this: &Host,
        request_id: u32,
        packet_id: u16,
        codes: &[u8],
        properties: JsValue,
    );
    #[wasm_bindgen(method)]
    pub(super) fn failed(this: &Host, request_id: u32, code: i32, reason: u8);
}
