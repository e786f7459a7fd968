//! The boundary to JavaScript, and the only module that knows about it. The rest of the crate never
//! imports it.
//!
//! JavaScript calls [`Core`]: one call for each command of the application and for each thing that
//! happened outside; where a number says which it is, they share an export. `Core` passes
//! it on to the [`Client`](crate::Client), and hands over what the client wants done by calls to [`Host`]. The host only queues these, so no user code runs within a
//! call into WebAssembly: it can neither re-enter it nor throw through it.
//!
//! What crosses:
//! - Time is a `number` of milliseconds. Every input returns the next deadline, or `Infinity`.
//! - A command that can be refused returns 0, or a negative [`ErrorCode`] and nothing was done.
//!   Requests (`publish`, `subscribe`, `unsubscribe`) return their request id in the same number.
//! - Topics cross as text once, and from then on as the number of a slot, in both directions.
//! - Properties of MQTT 5 (`property`, `numberProperty`) and topic filters (`useFilter`) are given one by one,
//!   and belong to the call that follows.
//! - Of several texts or bytes in one call only one crosses as such, the others as `JsValue`: the glue
//!   would carry code to free the first if it failed to copy the second.
//! - Packets and properties for the application become plain objects by `serde_wasm_bindgen`.
// wasm-bindgen's macros write unsafe code, and JavaScript passes positional arguments: an object that
// `from_value` reads would cost 14 KB.
#![allow(unsafe_code, clippy::too_many_arguments)]

mod allocator;
mod calls;
mod core;
mod drain;
mod error_code;
mod error_text;
mod host;
mod memory;
mod options;
mod packet_view;
mod panic;
mod plain_object;
mod property_view;
mod requests;
mod session_records;
mod topic_slots;

use self::allocator::Allocator;

pub use self::core::Core;
pub use calls::{Command, FilterUse, HostStep, Input, PropertyType, Query};
pub use error_code::ErrorCode;
pub use error_text::error_text;
pub use host::Host;
pub use options::CoreOption;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator::new();
