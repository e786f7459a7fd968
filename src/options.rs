//! What a client needs to know from the start.

use std::fmt;

use bytes::Bytes;

use crate::codec::{
    Connect, Disconnect, EncodeError, Packet, Properties, PropertyId, Version, Will,
};

/// Settings of a [`Client`](crate::Client). The defaults are MQTT.js's where it has such a setting.
#[derive(Clone)]
pub struct Options {
    /// The version of MQTT to speak: 3.1.1
    pub version: Version,
    /// Client identifier, e.g. Easemob's `deviceID@AppID`; may be empty only with `clean`
    pub client_id: String,
    /// Begin with a new session; in MQTT 3 also: leave none behind: true
    pub clean: bool,
    /// Seconds of silence before a PINGREQ; 0 turns it off: 60
    pub keep_alive: u16,
    /// Who logs in
    pub user_name: Option<String>,
    /// Any bytes, e.g. a token; needs a user name
    pub password: Option<Bytes>,
    /// What the server publishes if the connection breaks
    pub will: Option<Will>,
    /// MQTT 5: session expiry, receive maximum, authentication method, user properties, …
    pub properties: Properties,
    /// Go on with MQTT 3.1.1 if the server does not speak MQTT 5: false
    pub fall_back: bool,
    /// MQTT 5: say a number for a topic that was said before, if the server allows: false
    pub automatic_aliases: bool,
    /// MQTT 5: say a number for a topic that the application has given one before: false
    pub known_aliases: bool,
    /// Milliseconds from opening the transport to CONNACK: 30,000
    pub connect_timeout: u64,
    /// Milliseconds before the first attempt to reconnect, later attempts take longer; 0 for no
    /// attempt: 1,000
    pub reconnect_period: u64,
    /// Try again after a refused CONNECT that will be refused again as it is: false
    pub reconnect_on_refusal: bool,
    /// Try again after refused credentials: the application gives new ones before the next attempt:
    /// false
    pub renews_credentials: bool,
    /// Make the subscriptions again when the server has lost them: true
    pub resubscribe: bool,
    /// Keep QoS 0 messages that are published without a connection: true
    pub queue_qos0: bool,
    /// QoS 1 and 2 messages on their way at once, 1 at least; more wait: 100
    pub max_in_flight: u16,
    /// Give what the session needs after the app was killed as records to keep: false
    pub keep_records: bool,
    /// Wait for [`acknowledge`](crate::Client::acknowledge) after every message: false
    pub manual_acknowledgement: bool,
    /// Bytes of messages that wait or are on their way; more are refused: 8 MiB
    pub queue_limit: usize,
    /// Bytes of the largest packet that is taken from the server, and of what may come in behind a
    /// message that is not acknowledged: 16 MiB
    pub max_packet_size: usize,
    /// Where the delays of reconnection get their randomness from
    pub seed: u32,
}

/// Leaves the password out: it has no place in a log.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("connect", &self.connect()).finish_non_exhaustive()
    }
}

impl Options {
    /// Whether CONNECT can be encoded with these options in this version of MQTT.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn validate(&self, version: Version) -> Result<(), EncodeError> {
        self.connect().encode(version).map(drop)
    }

    /// What CONNECT tells the server by this property, if anything. MQTT 3 cannot say it, though the
    /// options may have it for an attempt with MQTT 5.
    pub(crate) fn told(&self, id: PropertyId, version: Version) -> Option<u32> {
        if version == Version::V5 { self.properties.number(id) } else { None }
    }

    /// Bytes of the largest packet that the client takes: its own limit, or what it tells the server.
    pub(crate) fn packet_limit(&self, version: Version) -> usize {
        let told = self.told(PropertyId::MAXIMUM_PACKET_SIZE, version);
        told.map_or(self.max_packet_size, |told| self.max_packet_size.min(told as usize))
    }

    /// Whether this DISCONNECT may follow their CONNECT.
    pub(crate) fn check_farewell(
        &self,
        farewell: &Disconnect,
        version: Version,
    ) -> Result<(), EncodeError> {
        Packet::Disconnect(farewell.clone()).encode(version)?;
        let asked = self.told(PropertyId::SESSION_EXPIRY_INTERVAL, version).unwrap_or_default();
        let changed = farewell.properties.number(PropertyId::SESSION_EXPIRY_INTERVAL);
        // a session that ends with the connection cannot be kept after all: section 3.14.2.2.2
        if version == Version::V5 && asked == 0 && changed.is_some_and(|seconds| seconds > 0) {
            return Err(EncodeError::Property);
        }
        Ok(())
    }

    /// The CONNECT that says all this.
    pub(crate) fn connect(&self) -> Packet {
        Packet::Connect(Box::new(Connect {
            client_id: self.client_id.clone(),
            clean: self.clean,
            keep_alive: self.keep_alive,
            will: self.will.clone(),
            user_name: self.user_name.clone(),
            password: self.password.clone(),
            properties: self.properties.clone(),
        }))
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            version: Version::default(),
            client_id: String::new(),
            clean: true,
            keep_alive: 60,
            user_name: None,
            password: None,
            will: None,
            properties: Properties::default(),
            fall_back: false,
            automatic_aliases: false,
            known_aliases: false,
            connect_timeout: 30_000,
            reconnect_period: 1_000,
            reconnect_on_refusal: false,
            renews_credentials: false,
            resubscribe: true,
            queue_qos0: true,
            max_in_flight: 100,
            keep_records: false,
            manual_acknowledgement: false,
            queue_limit: 8 << 20,
            max_packet_size: 16 << 20,
            seed: 1,
        }
    }
}
