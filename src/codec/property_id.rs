//! The identifiers of the properties of MQTT 5. What the standard says about each is in `property_table`.

/// The identifier of a property, table 2-4 of MQTT 5.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PropertyId(pub(super) u8);

macro_rules! property_ids {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => {
        impl PropertyId {
            $($(#[$doc])* pub const $name: Self = Self($id);)*
        }
    };
}

property_ids! {
    /// 1: the payload is UTF-8 text
    PAYLOAD_FORMAT_INDICATOR = 1;
    /// Seconds
    MESSAGE_EXPIRY_INTERVAL = 2;
    /// The MIME type of the payload, for example
    CONTENT_TYPE = 3;
    /// The topic of the response
    RESPONSE_TOPIC = 8;
    /// Identifies the request in the response
    CORRELATION_DATA = 9;
    /// 1 to 268,435,455
    SUBSCRIPTION_IDENTIFIER = 11;
    /// Seconds; 0xFFFFFFFF: the session does not expire
    SESSION_EXPIRY_INTERVAL = 17;
    /// The client identifier that the server assigned
    ASSIGNED_CLIENT_IDENTIFIER = 18;
    /// Seconds; replaces the client's keep alive
    SERVER_KEEP_ALIVE = 19;
    /// Of enhanced authentication
    AUTHENTICATION_METHOD = 21;
    /// Of enhanced authentication
    AUTHENTICATION_DATA = 22;
    /// 0: reason strings and user properties must not be sent
    REQUEST_PROBLEM_INFORMATION = 23;
    /// Seconds before the will is published
    WILL_DELAY_INTERVAL = 24;
    /// 1: the client asks for response information
    REQUEST_RESPONSE_INFORMATION = 25;
    /// The basis for response topics
    RESPONSE_INFORMATION = 26;
    /// Another server to use
    SERVER_REFERENCE = 28;
    /// Human readable, not to be parsed
    REASON_STRING = 31;
    /// Maximum number of QoS 1 and 2 messages in flight, at least 1
    RECEIVE_MAXIMUM = 33;
    /// The highest topic alias
    TOPIC_ALIAS_MAXIMUM = 34;
    /// A number in place of a topic name, at least 1
    TOPIC_ALIAS = 35;
    /// 0 or 1: the highest quality of service
    MAXIMUM_QOS = 36;
    /// 0: retained messages are not supported
    RETAIN_AVAILABLE = 37;
    /// A name and a value, defined by the application
    USER_PROPERTY = 38;
    /// Bytes, at least 1
    MAXIMUM_PACKET_SIZE = 39;
    /// 0: wildcard subscriptions are not supported
    WILDCARD_SUBSCRIPTION_AVAILABLE = 40;
    /// 0: subscription identifiers are not supported
    SUBSCRIPTION_IDENTIFIER_AVAILABLE = 41;
    /// 0: shared subscriptions are not supported
    SHARED_SUBSCRIPTION_AVAILABLE = 42;
}

impl PropertyId {
    /// The identifier in the packet.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }
}
