//! An MQTT client without I/O: protocol state and logic for MQTT 3.1, 3.1.1 and 5.0.
//!
//! [`Client`] opens no socket, reads no clock and has no source of randomness. The caller passes in what
//! happened, with the time, and carries out what the client asks for. This crate is the core of a client
//! for WeChat mini-programs, where the caller is JavaScript; it works over a socket as well.
//!
//! # The run loop
//!
//! **Every output is carried out, in order, before the next call of a command or an input.** The caller
//! repeats:
//!
//! 1. Call [`Client::poll_output`] until it returns `None`, and carry out each [`Output`].
//! 2. Wait until something happens, or until [`Client::poll_timeout`].
//! 3. Report it by an input (`handle_*`), or call a command (`connect`, `publish`, …).
//!
//! A complete loop over TCP:
//!
//! ```no_run
//! use std::io::ErrorKind::{TimedOut, WouldBlock};
//! use std::io::{self, Read, Write};
//! use std::net::TcpStream;
//! use std::thread;
//! use std::time::{self, Duration};
//!
//! use mqtt_miniprogram::{Client, Event, Instant, Options, Output};
//!
//! fn main() -> io::Result<()> {
//!     let clock = time::Instant::now();
//!     let now = || Instant(clock.elapsed().as_millis() as u64);
//!     let options = Options { client_id: "device001".into(), ..Options::default() };
//!     let mut client = Client::new(options);
//!     let mut socket: Option<TcpStream> = None;
//!     let mut buffer = [0; 4096];
//!     client.connect(now());
//!     loop {
//!         let (mut opening, mut broken) = (false, false);
//!         while let Some(output) = client.poll_output() {
//!             match output {
//!                 Output::OpenTransport => {
//!                     socket = TcpStream::connect("broker.example:1883").ok();
//!                     opening = true;
//!                 }
//!                 Output::Send(bytes) => {
//!                     if let Some(open) = &mut socket {
//!                         broken |= open.write_all(&bytes).is_err();
//!                     }
//!                 }
//!                 Output::CloseTransport => (socket, broken) = (None, false),
//!                 Output::Event(Event::Ended) => return Ok(()),
//!                 Output::Event(event) => println!("{event:?}"),
//!                 _ => {} // session records: for `Client::restore`
//!             }
//!         }
//!         if opening && socket.is_some() {
//!             client.handle_transport_opened(now());
//!             continue;
//!         } else if opening || broken {
//!             socket = None;
//!             client.handle_transport_closed(now());
//!             continue;
//!         }
//!         let wait = client.poll_timeout().map(|at| at.0.saturating_sub(now().0).max(1));
//!         let wait = wait.map(Duration::from_millis);
//!         if let Some(open) = &mut socket {
//!             open.set_read_timeout(wait)?;
//!             match open.read(&mut buffer) {
//!                 Ok(length) if length > 0 => {
//!                     client.handle_transport_received(buffer[..length].to_vec(), now());
//!                 }
//!                 Err(error) if matches!(error.kind(), WouldBlock | TimedOut) => {}
//!                 _ => {
//!                     socket = None;
//!                     client.handle_transport_closed(now());
//!                 }
//!             }
//!         } else {
//!             thread::sleep(wait.unwrap_or(Duration::from_secs(1)));
//!         }
//!         client.handle_timeout(now());
//!     }
//! }
//! ```
//!
//! `examples/tcp.rs` exchanges a QoS 2 message in this way.
//!
//! # Errors
//!
//! A mistake of the application is an `Err` of the command, and nothing was done. Errors of the server
//! and of the network are reported by [`Event::Error`] and [`Event::Failed`]. Nothing that is received
//! causes a panic, or an allocation without a limit.

// a panic must be impossible, not only unlikely: see "Errors"
#![cfg_attr(not(test), warn(clippy::expect_used, clippy::panic, clippy::todo, clippy::unwrap_used))]

mod client;
pub mod codec;
mod connection;
mod decimal;
mod error;
mod event;
mod leniency;
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
pub use leniency::Leniency;
pub use options::Options;
pub use outputs::Output;
pub use request_id::RequestId;
pub use session::{DeliveryState, RecordKey, SessionRecord};
pub use timer::Instant;
