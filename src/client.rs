//! The client: commands, inputs and polls. The logic behind them is in `client/`, one file for each
//! concern.

mod app_state;
mod backoff;
mod change_options;
mod fallback;
mod handshake;
mod keep_alive;
mod persistence;
mod publish;
mod queries;
mod receive;
mod resume;
mod send;
mod shutdown;

use bytes::Bytes;

use crate::codec::{
    Auth, Disconnect, PacketId, Properties, Publish, Subscription, TopicCache, TopicFilter,
    Version, check_subscribe, check_unsubscribe,
};
use crate::connection::{Connection, Phase};
use crate::error::{ConnectionError, Failure, RequestError};
use crate::event::Event;
use crate::leniency::{Leniency, Reported};
use crate::options::Options;
use crate::outputs::{Output, Outputs};
use crate::request_id::RequestId;
use crate::session::{Queued, Session};
use crate::timer::{Instant, Timers};

use app_state::AppState;
use backoff::Backoff;
use fallback::Fallback;
pub(crate) use publish::Accepted;

/// Protocol state and logic of an MQTT client.
///
/// Its methods are commands of the application, `handle_*` inputs for what happened outside, and
/// `poll_*` methods for what the caller has to do. A mistake of the application is an `Err`, and
/// nothing was done. A mistake of the server ends the connection and is reported by
/// [`Event::Error`]. Inputs that do not fit the current state, such as a second
/// [`handle_transport_closed`], are ignored.
///
/// [`handle_transport_closed`]: Self::handle_transport_closed
///
/// ```
/// use mqtt_miniprogram::{Client, Instant, Options, Output};
///
/// let mut client = Client::new(Options { client_id: "device001@app".into(), ..Options::default() });
/// client.connect(Instant(0));
/// assert_eq!(client.poll_output(), Some(Output::OpenTransport));
/// client.handle_transport_opened(Instant(20));
/// assert!(matches!(client.poll_output(), Some(Output::Send(connect)) if connect[0] == 0x10));
/// ```
#[derive(Debug)]
pub struct Client {
    options: Options,
    /// The current version of MQTT: that of the options, until the client falls back
    version: Version,
    desired: Desired,
    connection: Connection,
    session: Session,
    timers: Timers,
    outputs: Outputs,
    backoff: Backoff,
    app_state: AppState,
    fallback: Fallback,
    /// Of the PUBLISH of QoS 1 or 2 that ended a connection last
    last_fault: Option<u32>,
    incoming_topics: TopicCache,
    reported: Reported,
    /// `Event::Offline` was emitted, and the client has not connected since.
    offline: bool,
}

/// What the application wants of the client.
#[derive(Debug)]
enum Desired {
    /// Nothing: it has not connected yet, or must ask again after an error that is not retryable
    Idle,
    /// To be connected
    Connected,
    /// To disconnect, with this packet, as soon as every request is answered. Once the connection
    /// is closed, the client has ended.
    Disconnecting(Disconnect),
}

impl Client {
    /// A client that is not connected.
    #[must_use]
    pub fn new(options: Options) -> Self {
        // A server that keeps the session may still know QoS 2 messages of an earlier client with
        // this identifier, and would take a new message with the same packet identifier for a
        // duplicate.
        let first_packet_id = if options.clean { 1 } else { options.seed };
        Self {
            version: options.protocol_version,
            desired: Desired::Idle,
            connection: Connection::default(),
            session: Session::new(first_packet_id),
            timers: Timers::default(),
            outputs: Outputs::default(),
            backoff: Backoff::new(options.seed),
            app_state: AppState::default(),
            fallback: Fallback::default(),
            last_fault: None,
            incoming_topics: TopicCache::default(),
            reported: Reported::default(),
            offline: false,
            options,
        }
    }

    /// Connects, and stays connected until [`disconnect`](Self::disconnect). An attempt starts at
    /// once if there is no connection.
    pub fn connect(&mut self, now: Instant) {
        if self.is_disconnecting() {
            return;
        }
        self.desired = Desired::Connected;
        if self.connection.phase == Phase::Closed {
            self.open(now);
        }
    }

    /// Publishes a message: at once, or after the requests that are queued, or once there is a
    /// connection. [`Event::Published`] or [`Event::Failed`] reports the result.
    ///
    /// # Errors
    /// Nothing was done: the client is disconnecting, the message cannot be encoded, the queue is full,
    /// there is no connection (QoS 0 without `queue_qos_zero`), or the topic alias is out of range or not
    /// assigned.
    pub fn publish(&mut self, publish: Publish, now: Instant) -> Result<RequestId, RequestError> {
        Ok(match self.send_or_queue(publish, now)? {
            Accepted::Pending(request_id) => request_id,
            Accepted::Sent(request_id) => {
                self.outputs.emit(Event::Published { request_id, ack: None });
                request_id
            }
        })
    }

    /// Subscribes. [`Event::Subscribed`] or [`Event::Failed`] reports the result.
    ///
    /// # Errors
    /// Nothing was done: the client is disconnecting, the packet cannot be encoded, or the queue is full.
    pub fn subscribe(
        &mut self,
        subscriptions: Vec<Subscription>,
        properties: Properties,
        now: Instant,
    ) -> Result<RequestId, RequestError> {
        check_subscribe(&subscriptions, &properties).map_err(RequestError::Packet)?;
        self.accept(Queued::Subscribe(subscriptions, properties), now)
    }

    /// Unsubscribes. [`Event::Unsubscribed`] or [`Event::Failed`] reports the result.
    ///
    /// # Errors
    /// Nothing was done: the client is disconnecting, the packet cannot be encoded, or the queue is full.
    pub fn unsubscribe(
        &mut self,
        filters: Vec<TopicFilter>,
        properties: Properties,
        now: Instant,
    ) -> Result<RequestId, RequestError> {
        check_unsubscribe(&filters, &properties).map_err(RequestError::Packet)?;
        let removed = filters.clone();
        let request_id = self.accept(Queued::Unsubscribe(filters, properties), now)?;
        for filter in removed {
            self.remove_subscription(filter); // not to be renewed if the client reconnects before UNSUBACK
        }
        Ok(request_id)
    }

    /// Sends AUTH: the answer to [`Event::Authenticate`], or, with reason code
    /// [`REAUTHENTICATE`](crate::codec::reason::REAUTHENTICATE), the start of a re-authentication.
    ///
    /// # Errors
    /// Nothing was done: there is no connection, CONNECT had no authentication method or another one, or
    /// the packet cannot be encoded.
    pub fn authenticate(&mut self, auth: Auth, now: Instant) -> Result<(), RequestError> {
        self.send_auth(auth, now)
    }

    /// Acknowledges the last message, if [`Options::manual_ack`] is on, and continues with what was
    /// received behind it. `reason` is the reason code of PUBACK or PUBREC (MQTT 5; from 0x80 on it
    /// refuses the message). `None` sends no acknowledgement, so that the server may send the
    /// message again on another connection.
    ///
    /// It has no effect if there is no such message. If the connection was lost meanwhile, a QoS 1
    /// message is received again, and a QoS 2 message counts as acknowledged.
    ///
    /// # Errors
    /// Nothing was done: such a message cannot be acknowledged with this reason code.
    pub fn acknowledge(&mut self, reason: Option<u8>, now: Instant) -> Result<(), RequestError> {
        let Some(message) = &self.connection.unacknowledged else { return Ok(()) };
        let ack = reason.and_then(|reason| message.ack(reason, self.version));
        if let Some(ack) = &ack {
            ack.encode(self.version).map_err(RequestError::Packet)?;
        }
        if let Some(message) = self.connection.unacknowledged.take() {
            self.acknowledge_message(&message, ack, now);
        }
        self.disconnect_when_idle(now);
        self.read(now);
        Ok(())
    }

    /// Removes the request with this packet identifier, if it is queued, or if it is a QoS 1 or 2 message
    /// that the server has not answered with PUBREC. It is not sent, or not again; the server may have
    /// received it already.
    pub fn remove_outgoing(&mut self, packet_id: PacketId, now: Instant) {
        let removed = &mut self.connection.pending.removed;
        if let Some(request_id) = self.session.remove_outgoing(packet_id, removed) {
            self.request_removed(request_id, now);
        }
    }

    /// Disconnects with this packet, as soon as every request is answered, at the latest after the
    /// connect timeout; at once if there is no connection, or with `force`. With `force`,
    /// DISCONNECT is not sent, as in MQTT.js, so that the server publishes the will.
    /// [`Event::Ended`] reports the end.
    ///
    /// # Errors
    /// Nothing was done: the packet cannot be encoded.
    pub fn disconnect(
        &mut self,
        force: bool,
        packet: Disconnect,
        now: Instant,
    ) -> Result<(), RequestError> {
        self.options.check_disconnect(&packet, self.version).map_err(RequestError::Packet)?;
        self.begin_disconnect(force, packet, now);
        Ok(())
    }

    /// The next request gets this packet identifier, or the next one that is free. For callers that have
    /// named requests before there was a client.
    pub fn continue_packet_ids_at(&mut self, number: u16) {
        self.session.packet_ids.continue_at(number);
    }

    /// Sends PINGREQ if there is a connection. With keep alive, PINGRESP must be received in time.
    pub fn ping(&mut self, now: Instant) {
        self.send_ping(now);
    }

    /// Whether [`Event::PacketSent`] and [`Event::PacketReceived`] are emitted.
    pub fn observe_packets(&mut self, on: bool) {
        self.outputs.observe_packets(on);
    }

    /// The transport is open.
    pub fn handle_transport_opened(&mut self, now: Instant) {
        if self.connection.phase == Phase::Opening {
            self.send_connect(now);
        }
    }

    /// Bytes were received. Packets may be split at any byte. [MQTT-6.0.0-2] Payloads of whole
    /// packets are not copied.
    pub fn handle_transport_received(&mut self, bytes: impl Into<Bytes>, now: Instant) {
        if !matches!(self.connection.phase, Phase::Connecting | Phase::Connected) {
            return;
        }
        self.connection.keep_alive.received(now);
        self.connection.inbound.push(bytes.into());
        self.read(now);
    }

    /// The transport was closed, or could not be opened.
    pub fn handle_transport_closed(&mut self, now: Instant) {
        if self.connection.phase == Phase::Connecting {
            self.not_answered();
        }
        self.connection_lost(None, now);
    }

    /// A deadline of [`poll_timeout`](Self::poll_timeout) may have passed. Early and repeated calls
    /// have no effect.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.verify_after_freeze(now);
        if self.timers.connect.expire(now) {
            if self.connection.phase == Phase::Connecting {
                self.not_answered();
            }
            self.close_transport(Some(ConnectionError::ConnackTimeout), now);
        }
        if self.connection.keep_alive.expire_ping(now) {
            self.send_ping(now); // [MQTT-3.1.2-23]
        }
        if self.connection.keep_alive.expire_response(now) {
            self.ping_failed(now);
        }
        if self.timers.reconnect.expire(now) {
            self.open(now);
        }
        if self.timers.disconnect.expire(now) {
            self.shutdown(true, now);
        }
    }

    /// The app was moved to the background: attempts to reconnect become rare.
    pub fn handle_app_hidden(&mut self, now: Instant) {
        let change = self.app_state.hide(now);
        self.app_state_changed(change, now);
    }

    /// The app is in the foreground again: the client reconnects at once. After more than 5 s in
    /// the background a connection must prove within 3 s that it is alive.
    pub fn handle_app_shown(&mut self, now: Instant) {
        let change = self.app_state.show(now);
        self.app_state_changed(change, now);
    }

    /// The network was lost (attempts to reconnect become rare), is available again, or is another
    /// one.
    pub fn handle_network_changed(&mut self, connected: bool, now: Instant) {
        let change = self.app_state.network_changed(connected, now);
        self.app_state_changed(change, now);
    }

    /// The next output, if any. It must be carried out before the next one.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop()
    }

    /// When [`handle_timeout`](Self::handle_timeout) must be called, at the latest. Requests never
    /// bring it forward.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.next().min(self.connection.keep_alive.next()).get()
    }

    /// A request will not be sent.
    fn request_removed(&mut self, request_id: RequestId, now: Instant) {
        self.delete_delivery(request_id);
        self.outputs.emit(Event::Failed { request_id, failure: Failure::Removed });
        self.flush(now);
        self.disconnect_when_idle(now);
    }

    /// The server did something that the standard forbids, and the connection continues.
    fn tolerate(&mut self, leniency: Leniency) {
        if self.reported.insert(leniency) {
            self.outputs.emit(Event::Tolerated(leniency));
        }
    }
}
