//! A client whose transport and server are scripted by the test.

use std::mem;

use mqtt_miniprogram::codec::{Auth, Disconnect, PacketId, Properties, Subscription};
use mqtt_miniprogram::{
    Client, ConnectionError, Event, Failure, Instant, Options, Output, Publish, QoS, RequestError,
    RequestId,
};

use super::output_checker::OutputChecker;
use super::wire::{Wire, accepted, bytes_of, packets_of};
use super::{filter, message};

pub struct Scenario {
    pub client: Client,
    pub now: Instant,
    output_checker: OutputChecker,
    /// Outputs that the test has not taken
    outputs: Vec<Output>,
}

impl Scenario {
    /// A client that has not connected.
    pub fn new(options: Options) -> Self {
        let client = Client::new(options);
        Self {
            client,
            now: Instant(1_000_000),
            output_checker: OutputChecker::default(),
            outputs: Vec::new(),
        }
    }

    /// The transport is open, CONNECT is sent, the server has not answered.
    pub fn connecting(options: Options) -> Self {
        let mut scenario = Self::new(options);
        scenario.connect();
        scenario.open();
        scenario.outputs();
        scenario
    }

    /// The server has accepted the client.
    pub fn connected(options: Options) -> Self {
        let mut scenario = Self::connecting(options);
        scenario.server_sends(&[accepted(false)]);
        scenario.outputs();
        scenario
    }

    pub fn connect(&mut self) {
        self.output_checker.connect();
        self.client.connect(self.now);
        self.drain();
    }

    pub fn publish(&mut self, publish: Publish) -> Result<RequestId, RequestError> {
        let before = self.client.poll_timeout();
        let answer = self.client.publish(publish, self.now);
        self.given(answer, before)
    }

    /// Publishes to topic "t".
    pub fn publishes(&mut self, payload: &str, qos: QoS) -> RequestId {
        self.publish(message(payload, qos)).unwrap()
    }

    pub fn subscribes(&mut self, filters: &[(&str, QoS)]) -> RequestId {
        let filters = filters.iter().map(|(text, qos)| Subscription::new(filter(text), *qos));
        self.subscribe(filters.collect(), Properties::default()).unwrap()
    }

    pub fn subscribe(
        &mut self,
        subscriptions: Vec<Subscription>,
        properties: Properties,
    ) -> Result<RequestId, RequestError> {
        let before = self.client.poll_timeout();
        let answer = self.client.subscribe(subscriptions, properties, self.now);
        self.given(answer, before)
    }

    pub fn unsubscribes(&mut self, filters: &[&str]) -> RequestId {
        let filters = filters.iter().map(|text| filter(text)).collect();
        let before = self.client.poll_timeout();
        let answer = self.client.unsubscribe(filters, Properties::default(), self.now);
        self.given(answer, before).unwrap()
    }

    pub fn disconnect(&mut self, force: bool) {
        self.client.disconnect(force, Disconnect::default(), self.now).unwrap();
        self.drain();
    }

    /// Disconnects with this packet.
    pub fn disconnect_with(&mut self, packet: Disconnect) -> Result<(), RequestError> {
        let answer = self.client.disconnect(false, packet, self.now);
        self.drain();
        answer
    }

    /// Answers the server's AUTH.
    pub fn authenticate(&mut self, auth: Auth) -> Result<(), RequestError> {
        let answer = self.client.authenticate(auth, self.now);
        self.drain();
        answer
    }

    /// The application acknowledges the message.
    pub fn acknowledges(&mut self, reason: Option<u8>) -> Result<(), RequestError> {
        let answer = self.client.acknowledge(reason, self.now);
        self.drain();
        answer
    }

    /// The application removes a message.
    pub fn removes(&mut self, packet_id: u16) {
        self.client.remove_outgoing(PacketId::new(packet_id).unwrap(), self.now);
        self.drain();
    }

    /// The application sends PINGREQ.
    pub fn pings(&mut self) {
        self.client.ping(self.now);
        self.drain();
    }

    /// The app is moved to the background.
    pub fn hides(&mut self) {
        self.client.handle_app_hidden(self.now);
        self.drain();
    }

    /// The app is moved to the foreground.
    pub fn shows(&mut self) {
        self.client.handle_app_shown(self.now);
        self.drain();
    }

    /// The network is lost, or available again.
    pub fn network(&mut self, connected: bool) {
        self.client.handle_network_changed(connected, self.now);
        self.drain();
    }

    /// Time passes while timers stand still.
    pub fn freeze(&mut self, millis: u64) {
        self.now = self.now.after(millis);
    }

    /// The transport opens.
    pub fn open(&mut self) {
        self.output_checker.opened();
        self.client.handle_transport_opened(self.now);
        self.drain();
    }

    /// The transport closes, or cannot be opened.
    pub fn close(&mut self) {
        self.output_checker.closed();
        self.client.handle_transport_closed(self.now);
        self.drain();
    }

    pub fn server_sends(&mut self, packets: &[Wire]) {
        self.server_sends_bytes(&bytes_of(packets));
    }

    pub fn server_sends_bytes(&mut self, bytes: &[u8]) {
        self.client.handle_transport_received(bytes.to_vec(), self.now);
        self.drain();
    }

    /// The connection is lost, made again, and accepted.
    pub fn comes_back(&mut self, session_present: bool) {
        self.close();
        self.reopens();
        self.server_sends(&[accepted(session_present)]);
    }

    /// Milliseconds until the client opens a transport again, which is then open.
    pub fn reopens(&mut self) -> u64 {
        let Some(at) = self.client.poll_timeout() else { panic!("it does not come back") };
        let delay = at.0 - self.now.0;
        self.pass(delay);
        self.open();
        delay
    }

    /// Time passes, with a stop at every deadline.
    pub fn pass(&mut self, millis: u64) {
        let end = self.now.after(millis);
        for _ in 0..1_000 {
            match self.client.poll_timeout() {
                Some(at) if at <= end => {
                    self.now = self.now.max(at);
                    self.client.handle_timeout(self.now);
                    self.drain();
                }
                _ => {
                    self.now = end;
                    return;
                }
            }
        }
        panic!("a deadline that does not go away: {:?}", self.client.poll_timeout());
    }

    /// The outputs since the last call, in order.
    pub fn outputs(&mut self) -> Vec<Output> {
        mem::take(&mut self.outputs)
    }

    /// The events among the outputs; the others are kept.
    pub fn events(&mut self) -> Vec<Event> {
        let is_event = |output: &mut Output| matches!(output, Output::Event(_));
        let events = self.outputs.extract_if(.., is_event);
        events
            .map(|output| match output {
                Output::Event(event) => event,
                _ => unreachable!(),
            })
            .collect()
    }

    /// The errors among the outputs; other events are dropped.
    pub fn errors(&mut self) -> Vec<ConnectionError> {
        let reported = self.events().into_iter().filter_map(|event| match event {
            Event::Error(error) => Some(error),
            _ => None,
        });
        reported.collect()
    }

    /// Why requests failed; other events are dropped.
    pub fn failures(&mut self) -> Vec<Failure> {
        let reported = self.events().into_iter().filter_map(|event| match event {
            Event::Failed { failure, .. } => Some(failure),
            _ => None,
        });
        reported.collect()
    }

    /// The transport messages that were sent; the other outputs are kept.
    pub fn sent_messages(&mut self) -> Vec<Vec<u8>> {
        let is_send = |output: &mut Output| matches!(output, Output::Send(_));
        let sends = self.outputs.extract_if(.., is_send);
        sends
            .map(|output| match output {
                Output::Send(bytes) => bytes,
                _ => unreachable!(),
            })
            .collect()
    }

    /// The packets that were sent; the other outputs are kept.
    pub fn sent(&mut self) -> Vec<Wire> {
        self.sent_messages().iter().flat_map(|bytes| packets_of(bytes)).collect()
    }

    fn given(
        &mut self,
        answer: Result<RequestId, RequestError>,
        before: Option<Instant>,
    ) -> Result<RequestId, RequestError> {
        // callers rely on it: these calls do not return the next deadline
        let after = self.client.poll_timeout();
        assert!(
            after.is_none_or(|after| before.is_some_and(|before| before <= after)),
            "a request brought the deadline forward: {before:?} {after:?}"
        );
        if let Ok(request_id) = answer {
            self.output_checker.given(request_id);
        }
        self.drain();
        answer
    }

    fn drain(&mut self) {
        while let Some(output) = self.client.poll_output() {
            self.output_checker.watch(&output);
            self.outputs.push(output);
        }
    }
}
