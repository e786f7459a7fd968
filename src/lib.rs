//! An MQTT client without I/O, for WeChat mini-programs and for tests.

mod client;
pub mod codec;
mod connection;
mod error;
mod event;
mod options;
mod outputs;
mod request_id;
mod session;
mod timer;
#[cfg(target_arch = "wasm32")]
pub mod wasm;

pub use bytes;
pub use client::Client;
pub use codec::{Packet, Publish, QoS, TopicFilter, TopicName, Version};
pub use error::{ConnectionError, Failure, Limit, ProtocolError, RequestError};
pub use event::Event;
pub use options::Options;
pub use outputs::Output;
pub use request_id::RequestId;
pub use session::{DeliveryState, RecordKey, SessionRecord};
pub use timer::Instant;
