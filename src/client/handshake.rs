//! How a connection is established: the transport, CONNECT, enhanced authentication, CONNACK, and
//! the fallback to MQTT 3.1.1.

use super::Client;
use crate::codec::reason::{self, return_code};
use crate::codec::{Auth, ConnAck, EncodeError, Packet, Properties, PropertyId, Version};
use crate::connection::{Connection, IncomingAliases, KeepAlive, Limits, OutgoingAliases, Phase};
use crate::error::{ConnectionError, ProtocolError, RequestError};
use crate::event::Event;
use crate::options::Options;
use crate::session::SessionRecord;
use crate::timer::{Instant, Timers};

impl Client {
    /// Opens a transport.
    pub(super) fn open(&mut self, now: Instant) {
        if self.offline {
            self.outputs.emit(Event::Reconnecting);
        }
        self.timers = Timers::default();
        self.timers.connect.set(now.after(self.options.connect_timeout));
        let aliases = self.options.properties.number(PropertyId::TOPIC_ALIAS_MAXIMUM);
        self.connection = Connection {
            phase: Phase::Opening,
            incoming_aliases: IncomingAliases::new(aliases.unwrap_or(0) as u16),
            keep_alive: KeepAlive::new(self.options.keepalive),
            ..Connection::default()
        };
        self.outputs.open_transport();
    }

    /// Sends CONNECT on the transport that is open now.
    pub(super) fn send_connect(&mut self, now: Instant) {
        self.connection.phase = Phase::Connecting;
        let connect = self.options.connect();
        match connect.encode(self.version) {
            Ok(bytes) => self.send_bytes(bytes, connect, now), // [MQTT-3.1.0-1]
            Err(error) => self.give_up(ConnectionError::Options(error), now),
        }
    }

    /// A packet was received before CONNACK accepted the connection.
    #[inline(never)]
    pub(super) fn handle_while_connecting(
        &mut self,
        packet: Packet,
        now: Instant,
    ) -> Result<(), ProtocolError> {
        match packet {
            Packet::ConnAck(connack) => self.handle_connack(connack, now),
            // CONNACK reports success [MQTT-4.12.0-2]
            Packet::Auth(auth) if auth.reason == reason::CONTINUE_AUTHENTICATION => {
                self.handle_auth(auth)
            }
            Packet::Auth(_) => Err(ProtocolError::Authentication),
            _ => Err(ProtocolError::BeforeConnAck),
        }
    }

    /// AUTH was received.
    pub(super) fn handle_auth(&mut self, auth: Auth) -> Result<(), ProtocolError> {
        let method = self.options.properties.text(PropertyId::AUTHENTICATION_METHOD);
        if method.is_none() || auth.properties.text(PropertyId::AUTHENTICATION_METHOD) != method {
            return Err(ProtocolError::Authentication); // [MQTT-4.12.0-5] [MQTT-4.12.0-6]
        }
        self.outputs.emit(Event::Authenticate(auth));
        Ok(())
    }

    /// Sends AUTH.
    pub(super) fn send_auth(&mut self, auth: Auth, now: Instant) -> Result<(), RequestError> {
        let method = self.options.properties.text(PropertyId::AUTHENTICATION_METHOD);
        if method.is_none() || auth.properties.text(PropertyId::AUTHENTICATION_METHOD) != method {
            return Err(RequestError::NoAuthenticationMethod); // [MQTT-4.12.0-5] [MQTT-4.12.1-1]
        }
        match self.connection.phase {
            Phase::Connected => {}
            Phase::Connecting if auth.reason != reason::REAUTHENTICATE => {}
            _ => return Err(RequestError::NotConnected), // section 4.12.1
        }
        let packet = Packet::Auth(auth);
        let bytes = packet.encode(self.version).map_err(RequestError::Packet)?;
        if bytes.len() > self.connection.limits.packet_size {
            // [MQTT-3.15.2-2] [MQTT-3.15.2-3]
            return Err(RequestError::Packet(EncodeError::TooLarge));
        }
        self.send_bytes(bytes, packet, now);
        Ok(())
    }

    /// Whether the client tries again after the server ended the connection with this code, for this
    /// reason.
    pub(super) fn is_retryable(&self, version: Version, code: u8, error: &ConnectionError) -> bool {
        let Options { reconnect_on_connack_error, token_provider, .. } = self.options;
        reconnect_on_connack_error
            || is_temporary(version, code)
            || (token_provider && error.is_about_credentials(version))
    }

    fn handle_connack(&mut self, connack: ConnAck, now: Instant) -> Result<(), ProtocolError> {
        self.connect_answered(connack.reason == reason::SUCCESS);
        if connack.reason != reason::SUCCESS {
            self.connection_refused(connack.reason, now);
            return Ok(());
        }
        let method = PropertyId::AUTHENTICATION_METHOD;
        if connack.properties.text(method) != self.options.properties.text(method) {
            return Err(ProtocolError::Authentication); // [MQTT-4.12.0-5] [MQTT-4.12.0-6]
        }
        let session_present = self.session_present(&connack)?;
        let properties = &connack.properties;
        if let Some(assigned) = properties.text(PropertyId::ASSIGNED_CLIENT_IDENTIFIER) {
            self.options.client_id = assigned.to_owned(); // to find the session again
            self.put_record(SessionRecord::ClientId(assigned.to_owned()));
        }
        self.connection.keep_alive.start(properties.number(PropertyId::SERVER_KEEP_ALIVE));
        let limits = Limits::new(&connack);
        let Options { auto_assign_topic_alias, auto_use_topic_alias, .. } = self.options;
        self.connection.outgoing_aliases = OutgoingAliases::new(
            limits.topic_alias_maximum,
            auto_assign_topic_alias,
            auto_use_topic_alias,
        );
        self.connection.limits = limits;
        self.connection.phase = Phase::Connected;
        self.connection.accepted = Some(now);
        self.timers.connect.clear();
        self.offline = false;
        self.resume(connack, session_present, now);
        Ok(())
    }

    /// Whether the server has the session.
    fn session_present(&self, connack: &ConnAck) -> Result<bool, ProtocolError> {
        match self.version {
            // CONNACK of MQTT 3.1 cannot express it: the server has the session if it was to keep
            // it
            Version::V31 => Ok(!self.options.clean),
            Version::V311 | Version::V5 if connack.session_present && self.options.clean => {
                Err(ProtocolError::UnexpectedSession) // [MQTT-3.2.2-1] [MQTT-3.2.2-4]
            }
            Version::V311 | Version::V5 => Ok(connack.session_present),
        }
    }

    fn connection_refused(&mut self, code: u8, now: Instant) {
        let error = ConnectionError::Refused(code);
        if self.version == Version::V5 && code == reason::UNSUPPORTED_PROTOCOL_VERSION {
            self.version_refused(now);
        } else if self.is_retryable(self.version, code, &error) {
            self.close_transport(Some(error), now);
        } else {
            self.give_up(error, now);
        }
    }
}

/// The CONNACK with which a server that does not support MQTT 5 answers, in the format of MQTT 3,
/// as the equivalent CONNACK of MQTT 5.
pub(super) fn connack_of_mqtt_3(code: u8) -> Packet {
    let reason = match code {
        return_code::ACCEPTED => reason::SUCCESS,
        _ => reason::UNSUPPORTED_PROTOCOL_VERSION,
    };
    Packet::ConnAck(ConnAck { session_present: false, reason, properties: Properties::default() })
}

/// Whether a refusal with this code may be over by the time of the next attempt. All others would
/// be repeated, such as bad credentials, a banned client, or a session that was taken over.
fn is_temporary(version: Version, code: u8) -> bool {
    match version {
        Version::V31 | Version::V311 => code == return_code::SERVER_UNAVAILABLE,
        Version::V5 => matches!(
            code,
            reason::SUCCESS
                | reason::UNSPECIFIED_ERROR
                | reason::IMPLEMENTATION_SPECIFIC_ERROR
                | reason::SERVER_UNAVAILABLE
                | reason::SERVER_BUSY
                | reason::SERVER_SHUTTING_DOWN
                | reason::KEEP_ALIVE_TIMEOUT
                | reason::RECEIVE_MAXIMUM_EXCEEDED
                | reason::MESSAGE_RATE_TOO_HIGH
                | reason::QUOTA_EXCEEDED
                | reason::ADMINISTRATIVE_ACTION
                | reason::CONNECTION_RATE_EXCEEDED
                | reason::MAXIMUM_CONNECT_TIME
        ),
    }
}
