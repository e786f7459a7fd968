//! The options of a client.

use std::fmt;

use bytes::Bytes;

use crate::codec::{
    Connect, Disconnect, EncodeError, Login, MAX_PACKET_SIZE, Packet, Properties, PropertyId,
    Value, Version, Will, check_connect,
};

/// Options of a [`Client`](crate::Client), with the names and defaults of MQTT.js where it has
/// them.
#[derive(Clone)]
pub struct Options {
    /// The version of MQTT. Default: 3.1.1
    pub protocol_version: Version,
    /// The client identifier, for example Easemob's `deviceID@AppID`; in MQTT 3 it may be empty
    /// only with `clean`. Default: empty
    pub client_id: String,
    /// Start a new session; in MQTT 3 the server also discards it with the connection. Default:
    /// `true`
    pub clean: bool,
    /// The keep alive interval in seconds; 0 turns it off. Default: 60
    pub keepalive: u16,
    /// The user name. Default: none
    pub username: Option<String>,
    /// The password: any bytes, for example a token; requires a user name in MQTT 3. Default: none
    pub password: Option<Bytes>,
    /// Published by the server when the connection is lost. Default: none
    pub will: Option<Will>,
    /// Properties of CONNECT (MQTT 5): session expiry interval, receive maximum, authentication
    /// method, user properties, … Default: none
    pub properties: Properties,
    /// Continue with MQTT 3.1.1 if the server does not support MQTT 5. Default: `false`
    pub fallback: bool,
    /// MQTT 5: assign topic aliases automatically, as far as the server allows. Default: `false`
    pub auto_assign_topic_alias: bool,
    /// MQTT 5: use the topic alias that the application has assigned to a topic. Default: `false`
    pub auto_use_topic_alias: bool,
    /// Milliseconds from opening the transport to CONNACK. Default: 30,000
    pub connect_timeout: u64,
    /// Milliseconds before the first attempt to reconnect, later attempts wait longer; 0 turns
    /// reconnecting off. Default: 1,000
    pub reconnect_period: u64,
    /// Reconnect after a refused CONNECT even if the server will refuse it again. Default: `false`
    pub reconnect_on_connack_error: bool,
    /// The application provides a fresh password for each attempt: reconnect after the credentials
    /// were rejected. Default: `false`
    pub token_provider: bool,
    /// Subscribe again when the server has lost the session. Default: `true`
    pub resubscribe: bool,
    /// Queue QoS 0 messages that are published without a connection. Default: `true`
    pub queue_qos_zero: bool,
    /// The maximum number of QoS 1 and 2 messages in flight, at least 1; further messages are
    /// queued. Default: 16, as some brokers disconnect a client of MQTT 3 above 16 or 20 of QoS 2
    pub max_in_flight: u16,
    /// Put the records of all deliveries too, with which another client can continue the session
    /// after the app was killed. Default: `false`
    pub store_session: bool,
    /// Whether the caller confirms the records that it stores: a QoS 1 or 2 message is sent only after
    /// [`Client::handle_record_stored`](crate::Client::handle_record_stored). Without it a record counts
    /// as stored when it has been polled. Default: `false`
    pub confirm_records: bool,
    /// Wait for [`Client::acknowledge`](crate::Client::acknowledge) after every message. Default:
    /// `false`
    pub manual_ack: bool,
    /// Close the connection wherever the standard says so, also because of a message whose publisher
    /// broke the rules and because of what [`Leniency`](crate::Leniency) tolerates. Default: `false`
    pub strict: bool,
    /// The maximum size in bytes of all messages that are queued or in flight; further messages are
    /// refused. Default: 8 MiB
    pub queue_limit: usize,
    /// The maximum size in bytes of a packet from the server, and of the data that is buffered behind a
    /// message that is not acknowledged. A larger message is skipped. CONNECT of MQTT 5 announces it,
    /// unless `properties` have a Maximum Packet Size. Default: 16 MiB
    pub max_packet_size: usize,
    /// Seed of the random reconnection delays. Default: 1
    pub seed: u32,
}

/// Omits the password, which must not get into a log.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("connect", &self.connect()).finish_non_exhaustive()
    }
}

impl Options {
    /// Whether CONNECT can be encoded with these options in this version of MQTT.
    ///
    /// # Errors
    /// Why it cannot; [`Packet::encode`] would return the same error.
    pub fn validate(&self, version: Version) -> Result<(), EncodeError> {
        let login = Login {
            client_id: &self.client_id,
            clean: self.clean,
            username: self.username.as_deref(),
            password: self.password.as_deref(),
        };
        check_connect(login, self.will.as_ref(), &self.properties, version)
    }

    /// The CONNECT packet.
    pub(crate) fn connect(&self) -> Packet {
        Packet::Connect(Box::new(Connect {
            client_id: self.client_id.clone(),
            clean: self.clean,
            keepalive: self.keepalive,
            will: self.will.clone(),
            username: self.username.clone(),
            password: self.password.clone(),
            properties: self.connect_properties(),
        }))
    }

    /// The properties of CONNECT, with the Maximum Packet Size that the client accepts.
    fn connect_properties(&self) -> Properties {
        let mut properties = self.properties.clone();
        let id = PropertyId::MAXIMUM_PACKET_SIZE;
        if properties.get(id).is_none() && self.max_packet_size < MAX_PACKET_SIZE {
            properties.0.push((id, Value::Number(self.max_packet_size as u32)));
        }
        properties
    }

    /// A number that CONNECT announces by this property. MQTT 3 has no properties, although the options
    /// may have them for an attempt with MQTT 5.
    pub(crate) fn announced(&self, id: PropertyId, version: Version) -> Option<u32> {
        if version == Version::V5 { self.properties.number(id) } else { None }
    }

    /// The maximum size in bytes of a packet from the server: the smaller of `max_packet_size` and
    /// the announced Maximum Packet Size.
    pub(crate) fn packet_limit(&self, version: Version) -> usize {
        let announced = self.announced(PropertyId::MAXIMUM_PACKET_SIZE, version);
        announced.map_or(self.max_packet_size, |size| self.max_packet_size.min(size as usize))
    }

    /// Whether this DISCONNECT may be sent after the CONNECT of these options.
    pub(crate) fn check_disconnect(
        &self,
        packet: &Disconnect,
        version: Version,
    ) -> Result<(), EncodeError> {
        Packet::Disconnect(packet.clone()).encode(version)?;
        let expiry = PropertyId::SESSION_EXPIRY_INTERVAL;
        let announced = self.announced(expiry, version).unwrap_or_default();
        let changed = packet.properties.number(expiry);
        // a session that ends with the connection cannot be extended: section 3.14.2.2.2
        if version == Version::V5 && announced == 0 && changed.is_some_and(|seconds| seconds > 0) {
            return Err(EncodeError::Property(expiry));
        }
        Ok(())
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            protocol_version: Version::default(),
            client_id: String::new(),
            clean: true,
            keepalive: 60,
            username: None,
            password: None,
            will: None,
            properties: Properties::default(),
            fallback: false,
            auto_assign_topic_alias: false,
            auto_use_topic_alias: false,
            connect_timeout: 30_000,
            reconnect_period: 1_000,
            reconnect_on_connack_error: false,
            token_provider: false,
            resubscribe: true,
            queue_qos_zero: true,
            max_in_flight: 16,
            store_session: false,
            confirm_records: false,
            manual_ack: false,
            strict: false,
            queue_limit: 8 << 20,
            max_packet_size: 16 << 20,
            seed: 1,
        }
    }
}
