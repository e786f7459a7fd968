//! How a connection ends: gracefully, because of an error, or because the transport was closed.

use std::mem;

use super::{Client, Desired};
use crate::codec::{Disconnect, Packet, Version, reason};
use crate::connection::Phase;
use crate::error::{ConnectionError, Failure, ProtocolError};
use crate::event::Event;
use crate::timer::{Instant, Timers};

impl Client {
    /// Starts to disconnect, unless the client has ended.
    pub(super) fn begin_disconnect(&mut self, force: bool, packet: Disconnect, now: Instant) {
        let is_closed = self.connection.phase == Phase::Closed;
        if is_closed && matches!(self.desired, Desired::Disconnecting(_)) {
            return; // it has ended
        }
        self.desired = Desired::Disconnecting(packet);
        if is_closed {
            self.end();
        } else if force || self.is_idle() {
            self.shutdown(!force, now);
        } else if !self.timers.disconnect.is_set() {
            self.timers.disconnect.set(now.after(self.options.connect_timeout));
        }
    }

    /// Whether the client is disconnecting and has not ended.
    pub(super) fn is_disconnecting(&self) -> bool {
        let is_open = self.connection.phase != Phase::Closed;
        is_open && matches!(self.desired, Desired::Disconnecting(_))
    }

    /// Ends the connection and the client, if `graceful` with DISCONNECT.
    pub(super) fn shutdown(&mut self, graceful: bool, now: Instant) {
        if graceful
            && self.connection.phase == Phase::Connected
            && let Desired::Disconnecting(packet) = &mut self.desired
        {
            let mut packet = mem::take(packet);
            if self.send_within_limit(Packet::Disconnect(packet.clone()), now).is_err() {
                packet.properties.remove_diagnostics(); // [MQTT-3.14.2-3] [MQTT-3.14.2-4]
                self.send(Packet::Disconnect(packet), now); // [MQTT-3.14.4-1] [MQTT-3.14.4-2]
            }
        }
        self.close_transport(None, now);
    }

    /// Disconnects if that is wanted and every request is answered.
    pub(super) fn disconnect_when_idle(&mut self, now: Instant) {
        let is_connected = self.connection.phase == Phase::Connected;
        if is_connected && matches!(self.desired, Desired::Disconnecting(_)) && self.is_idle() {
            self.shutdown(true, now);
        }
    }

    /// Ends the connection because the server broke the protocol.
    pub(super) fn protocol_error(&mut self, error: ProtocolError, now: Instant) {
        self.fail(error.reason(), ConnectionError::Protocol(error), now);
    }

    /// Ends the connection because of bytes from the server. MQTT 5 tells the server why. (section
    /// 4.13)
    pub(super) fn fail(&mut self, reason: u8, error: ConnectionError, now: Instant) {
        if self.connection.phase == Phase::Connected && self.version == Version::V5 {
            debug_assert!(reason::is_error(reason));
            self.send(Packet::Disconnect(Disconnect { reason, ..Disconnect::default() }), now);
        }
        self.close_transport(Some(error), now); // [MQTT-4.8.0-1] [MQTT-4.13.1-1]
    }

    /// Ends the connection because of an error that another attempt would meet again.
    pub(super) fn give_up(&mut self, error: ConnectionError, now: Instant) {
        self.stop_reconnecting();
        self.close_transport(Some(error), now);
    }

    /// The connection, once it is lost, is not made again until the application asks for it.
    pub(super) fn stop_reconnecting(&mut self) {
        if matches!(self.desired, Desired::Connected) {
            self.desired = Desired::Idle;
        }
    }

    /// Closes the transport.
    pub(super) fn close_transport(&mut self, error: Option<ConnectionError>, now: Instant) {
        if self.connection.phase != Phase::Closed {
            self.outputs.close_transport();
            self.connection_lost(error, now);
        }
    }

    /// The transport is closed: reports it, and schedules the next attempt if one is wanted.
    pub(super) fn connection_lost(&mut self, error: Option<ConnectionError>, now: Instant) {
        if self.connection.phase == Phase::Closed {
            return;
        }
        let connection = mem::take(&mut self.connection);
        self.timers = Timers::default();
        self.session.in_flight.connection_lost();
        if connection.phase == Phase::Connecting {
            // a CONNACK that was not received may have said that the session was lost
            self.session.subscriptions.mark_unconfirmed();
        }
        if let Some(accepted) = connection.accepted {
            self.backoff.connection_lost(now.since(accepted));
        }
        if let Some(error) = error {
            self.outputs.emit(Event::Error(error));
        }
        for packet_id in connection.pending.removed {
            self.session.packet_ids.release(packet_id);
        }
        for request in connection.pending.requests {
            self.session.packet_ids.release(request.packet_id);
            if let Some(request_id) = request.request_id {
                let failure = Failure::ConnectionLost;
                self.outputs.emit(Event::Failed { request_id, failure });
            }
        }
        if matches!(self.desired, Desired::Connected) && self.options.reconnect_period > 0 {
            self.schedule_reconnect(connection.phase == Phase::Opening, now);
        }
        self.outputs.emit(Event::Closed);
        if matches!(self.desired, Desired::Disconnecting(_)) {
            self.end();
        }
    }

    fn schedule_reconnect(&mut self, never_opened: bool, now: Instant) {
        if !mem::replace(&mut self.offline, true) {
            self.outputs.emit(Event::Offline);
        }
        let delay = match self.app_state.reconnect_delay(never_opened, now) {
            Some(delay) => delay,
            None => self.backoff.next_delay(self.options.reconnect_period),
        };
        self.timers.reconnect.set(now.after(delay));
    }

    /// The client has disconnected.
    fn end(&mut self) {
        self.timers = Timers::default();
        self.offline = false;
        self.backoff.reset();
        for request_id in self.session.cancel_all() {
            self.outputs.emit(Event::Failed { request_id, failure: Failure::Ended });
        }
        self.outputs.emit(Event::Ended);
    }
}
