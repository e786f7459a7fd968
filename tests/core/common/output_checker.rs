//! Rules for the outputs of a client, which hold in every scenario.
//!
//! - A transport is opened when there is none and closed when there is one; nothing is sent but
//!   through one that is open, and never an empty message or part of a packet.
//! - Every request is answered, once.
//! - `Offline` is emitted once an outage, `Connected` only on an open transport.
//! - `Ended` is emitted once, and nothing after it until `connect` is called again.

use std::collections::BTreeSet;

use mqtt_miniprogram::{Event, Output, RequestId};

use super::wire::count_packets;

#[derive(Debug, Default)]
pub struct OutputChecker {
    transport: Transport,
    waiting: BTreeSet<u32>,
    given: BTreeSet<u32>,
    offline: bool,
    ended: bool,
}

#[derive(Debug, Default, Eq, PartialEq)]
enum Transport {
    #[default]
    None,
    Opening,
    Open,
}

impl OutputChecker {
    /// For the next run of the app, which has these requests to answer from the one before.
    pub fn restarted(restored: &BTreeSet<u32>) -> Self {
        Self { waiting: restored.clone(), given: restored.clone(), ..Self::default() }
    }

    /// `connect` is called.
    pub fn connect(&mut self) {
        self.ended = false;
    }

    pub fn given(&mut self, request_id: RequestId) {
        assert!(
            request_id.0 != 0 && self.given.insert(request_id.0),
            "given before: {request_id:?}"
        );
        self.waiting.insert(request_id.0);
    }

    pub fn opened(&mut self) {
        if self.transport == Transport::Opening {
            self.transport = Transport::Open;
        }
    }

    pub fn closed(&mut self) {
        self.transport = Transport::None;
    }

    /// The number of requests that are not answered.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    pub fn watch(&mut self, output: &Output) {
        assert!(!self.ended, "after Ended: {output:?}");
        match output {
            Output::OpenTransport => {
                assert_eq!(self.transport, Transport::None, "a second transport");
                self.transport = Transport::Opening;
            }
            Output::Send(bytes) => {
                assert_eq!(self.transport, Transport::Open, "sent without a transport: {bytes:?}");
                assert!(count_packets(bytes) > 0, "an empty message");
            }
            Output::CloseTransport => {
                assert_ne!(self.transport, Transport::None, "closed without a transport");
                self.transport = Transport::None;
            }
            Output::Event(event) => self.watch_event(event),
            Output::PutRecord(_) | Output::DeleteRecord(_) => {}
            other => panic!("unknown to this check: {other:?}"),
        }
    }

    fn watch_event(&mut self, event: &Event) {
        match event {
            Event::Connected(_) => {
                assert_eq!(self.transport, Transport::Open);
                self.offline = false;
            }
            Event::Reconnecting => assert!(self.offline, "Reconnecting without Offline"),
            Event::Offline => {
                assert!(!self.offline, "Offline twice an outage");
                self.offline = true;
            }
            Event::Closed => assert_eq!(self.transport, Transport::None, "Closed too early"),
            Event::Ended => {
                assert!(self.waiting.is_empty(), "Ended before an answer to {:?}", self.waiting);
                self.ended = true;
                self.offline = false;
            }
            Event::Published { request_id, .. }
            | Event::Refused { request_id, .. }
            | Event::Subscribed { request_id, .. }
            | Event::Unsubscribed { request_id, .. }
            | Event::Failed { request_id, .. } => {
                assert!(
                    self.waiting.remove(&request_id.0),
                    "answered twice, or never given: {event:?}"
                );
            }
            Event::Error(_)
            | Event::Authenticate(_)
            | Event::FellBack
            | Event::Message(_)
            | Event::MessageDropped { .. }
            | Event::Tolerated(_)
            | Event::PacketSent(_)
            | Event::PacketReceived(_) => {}
            other => panic!("unknown to this check: {other:?}"),
        }
    }
}
