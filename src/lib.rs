//! An MQTT client without I/O, for WeChat mini-programs and for tests.
//!
//! [`Client`] decides; the caller acts. It opens no socket, reads no clock and draws no random
//! number: bytes, time and a seed are handed in, and everything the caller must do comes out of
//! [`Client::poll_output`], in order.
//!
//! 1. Call one command (`connect`, `publish`, …) or one input (`handle_*`).
//! 2. Drain [`Client::poll_output`] and carry each [`Output`] out, in order.
//! 3. Wait for the transport, the application, or [`Client::poll_timeout`]; go to 1.
//!
//! State is split by lifetime: `connection` holds what dies with the network connection, `session`
//! what survives it. A new connection is a new value, so nothing stale can leak into it. `codec`
//! turns bytes into packets and back, and knows no state. `wasm` is the boundary to JavaScript.
//!
//! ```
//! use mqtt_miniprogram::{Client, Instant, Options, Output};
//!
//! let mut client = Client::new(Options { client_id: "device001@app".into(), ..Options::default() });
//! client.connect(Instant(0));
//! assert_eq!(client.poll_output(), Some(Output::OpenTransport));
//! client.handle_open(Instant(20));
//! assert!(matches!(client.poll_output(), Some(Output::Send(connect)) if connect[0] == 0x10));
//! ```

mod client;
pub mod codec;
mod connection;
mod error;
mod options;
mod output;
mod session;
mod timer;
#[cfg(target_arch = "wasm32")]
pub mod wasm;

pub use client::Client;
pub use codec::{Packet, Publish, QoS, TopicFilter, TopicName, Version};
pub use error::{ConnectionError, Failure, Limit, ProtocolError, RequestError};
pub use options::Options;
pub use output::{Event, Output, Token};
pub use timer::Instant;
