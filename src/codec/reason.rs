//! Reason codes of MQTT 5 (table 2-6) and return codes of MQTT 3, by name, and which packets may
//! carry which reason codes. How the client reacts to a code is decided in `client`.

macro_rules! reason_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        $($(#[$doc])* pub const $name: u8 = $code;)*
    };
}

reason_codes! {
    /// Success; QoS 0 granted; normal disconnection
    SUCCESS = 0x00;
    /// SUBACK: QoS 1 granted
    GRANTED_QOS_1 = 0x01;
    /// SUBACK: QoS 2 granted
    GRANTED_QOS_2 = 0x02;
    /// DISCONNECT: publish the will all the same
    DISCONNECT_WITH_WILL = 0x04;
    /// The message was accepted, but there is no subscriber.
    NO_MATCHING_SUBSCRIBERS = 0x10;
    /// UNSUBACK: there was no such subscription
    NO_SUBSCRIPTION_EXISTED = 0x11;
    /// AUTH: another step follows
    CONTINUE_AUTHENTICATION = 0x18;
    /// AUTH: the client starts a re-authentication
    REAUTHENTICATE = 0x19;
    /// No other code applies.
    UNSPECIFIED_ERROR = 0x80;
    /// A packet could not be decoded.
    MALFORMED_PACKET = 0x81;
    /// A packet was not allowed at this point, or carried a value that is not allowed.
    PROTOCOL_ERROR = 0x82;
    /// The packet is valid but not accepted by this implementation.
    IMPLEMENTATION_SPECIFIC_ERROR = 0x83;
    /// CONNACK: the server does not support this version of MQTT
    UNSUPPORTED_PROTOCOL_VERSION = 0x84;
    /// CONNACK: the client identifier is valid but not allowed
    CLIENT_IDENTIFIER_NOT_VALID = 0x85;
    /// CONNACK: the user name or the password is wrong
    BAD_USER_NAME_OR_PASSWORD = 0x86;
    /// The client is not authorized to do this.
    NOT_AUTHORIZED = 0x87;
    /// CONNACK: the server is not available
    SERVER_UNAVAILABLE = 0x88;
    /// The server is busy.
    SERVER_BUSY = 0x89;
    /// CONNACK: the client has been banned
    BANNED = 0x8a;
    /// DISCONNECT: the server shuts down
    SERVER_SHUTTING_DOWN = 0x8b;
    /// The authentication method is not supported, or not the current one.
    BAD_AUTHENTICATION_METHOD = 0x8c;
    /// DISCONNECT: no packet within one and a half times the keep alive interval
    KEEP_ALIVE_TIMEOUT = 0x8d;
    /// DISCONNECT: another connection uses the same client identifier
    SESSION_TAKEN_OVER = 0x8e;
    /// The topic filter is valid but not allowed.
    TOPIC_FILTER_INVALID = 0x8f;
    /// The topic name is valid but not allowed.
    TOPIC_NAME_INVALID = 0x90;
    /// The packet identifier is already in use.
    PACKET_IDENTIFIER_IN_USE = 0x91;
    /// The session has no such packet identifier.
    PACKET_IDENTIFIER_NOT_FOUND = 0x92;
    /// More QoS 1 and 2 messages in flight than the receiver allows
    RECEIVE_MAXIMUM_EXCEEDED = 0x93;
    /// The topic alias is 0 or larger than the receiver allows.
    TOPIC_ALIAS_INVALID = 0x94;
    /// A packet is larger than the receiver accepts.
    PACKET_TOO_LARGE = 0x95;
    /// Too many messages in too short a time
    MESSAGE_RATE_TOO_HIGH = 0x96;
    /// An implementation or administrative limit was exceeded.
    QUOTA_EXCEEDED = 0x97;
    /// DISCONNECT: closed by an administrative action
    ADMINISTRATIVE_ACTION = 0x98;
    /// The payload is not what its Payload Format Indicator says.
    PAYLOAD_FORMAT_INVALID = 0x99;
    /// The server does not support retained messages.
    RETAIN_NOT_SUPPORTED = 0x9a;
    /// The server does not support this quality of service.
    QOS_NOT_SUPPORTED = 0x9b;
    /// The client should use another server for now.
    USE_ANOTHER_SERVER = 0x9c;
    /// The client should use another server from now on.
    SERVER_MOVED = 0x9d;
    /// The server does not support shared subscriptions.
    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED = 0x9e;
    /// Too many connections in too short a time
    CONNECTION_RATE_EXCEEDED = 0x9f;
    /// DISCONNECT: the maximum connection time is over
    MAXIMUM_CONNECT_TIME = 0xa0;
    /// The server does not support subscription identifiers.
    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED = 0xa1;
    /// The server does not support wildcard subscriptions.
    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED = 0xa2;
}

/// Return codes of CONNACK and SUBACK in MQTT 3.
pub mod return_code {
    reason_codes! {
        /// The connection is accepted.
        ACCEPTED = 0;
        /// The server does not support this version of MQTT.
        UNACCEPTABLE_PROTOCOL_VERSION = 1;
        /// The client identifier is not allowed.
        IDENTIFIER_REJECTED = 2;
        /// The server is not available.
        SERVER_UNAVAILABLE = 3;
        /// The user name or the password is wrong.
        BAD_USER_NAME_OR_PASSWORD = 4;
        /// The client is not authorized to connect.
        NOT_AUTHORIZED = 5;
        /// SUBACK: the subscription is refused
        SUBSCRIBE_FAILURE = 0x80;
    }
}

/// Whether a reason code reports an error.
#[must_use]
pub const fn is_error(code: u8) -> bool {
    code >= 0x80
}

/// [MQTT-3.2.2-8]
pub(super) const IN_CONNACK: &[u8] = &[
    SUCCESS,
    UNSPECIFIED_ERROR,
    MALFORMED_PACKET,
    PROTOCOL_ERROR,
    IMPLEMENTATION_SPECIFIC_ERROR,
    UNSUPPORTED_PROTOCOL_VERSION,
    CLIENT_IDENTIFIER_NOT_VALID,
    BAD_USER_NAME_OR_PASSWORD,
    NOT_AUTHORIZED,
    SERVER_UNAVAILABLE,
    SERVER_BUSY,
    BANNED,
    BAD_AUTHENTICATION_METHOD,
    TOPIC_NAME_INVALID,
    PACKET_TOO_LARGE,
    QUOTA_EXCEEDED,
    PAYLOAD_FORMAT_INVALID,
    RETAIN_NOT_SUPPORTED,
    QOS_NOT_SUPPORTED,
    USE_ANOTHER_SERVER,
    SERVER_MOVED,
    CONNECTION_RATE_EXCEEDED,
];

/// PUBACK and PUBREC [MQTT-3.4.2-1] [MQTT-3.5.2-1]
pub(super) const IN_PUBACK: &[u8] = &[
    SUCCESS,
    NO_MATCHING_SUBSCRIBERS,
    UNSPECIFIED_ERROR,
    IMPLEMENTATION_SPECIFIC_ERROR,
    NOT_AUTHORIZED,
    TOPIC_NAME_INVALID,
    PACKET_IDENTIFIER_IN_USE,
    QUOTA_EXCEEDED,
    PAYLOAD_FORMAT_INVALID,
];

/// PUBREL and PUBCOMP [MQTT-3.6.2-1] [MQTT-3.7.2-1]
pub(super) const IN_PUBREL: &[u8] = &[SUCCESS, PACKET_IDENTIFIER_NOT_FOUND];

/// [MQTT-3.9.3-2]
pub(super) const IN_SUBACK: &[u8] = &[
    SUCCESS,
    GRANTED_QOS_1,
    GRANTED_QOS_2,
    UNSPECIFIED_ERROR,
    IMPLEMENTATION_SPECIFIC_ERROR,
    NOT_AUTHORIZED,
    TOPIC_FILTER_INVALID,
    PACKET_IDENTIFIER_IN_USE,
    QUOTA_EXCEEDED,
    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED,
];

/// [MQTT-3.11.3-2]
pub(super) const IN_UNSUBACK: &[u8] = &[
    SUCCESS,
    NO_SUBSCRIPTION_EXISTED,
    UNSPECIFIED_ERROR,
    IMPLEMENTATION_SPECIFIC_ERROR,
    NOT_AUTHORIZED,
    TOPIC_FILTER_INVALID,
    PACKET_IDENTIFIER_IN_USE,
];

/// DISCONNECT from a server [MQTT-3.14.2-1]
pub(super) const IN_SERVER_DISCONNECT: &[u8] = &[
    SUCCESS,
    UNSPECIFIED_ERROR,
    MALFORMED_PACKET,
    PROTOCOL_ERROR,
    IMPLEMENTATION_SPECIFIC_ERROR,
    NOT_AUTHORIZED,
    SERVER_BUSY,
    SERVER_SHUTTING_DOWN,
    KEEP_ALIVE_TIMEOUT,
    SESSION_TAKEN_OVER,
    TOPIC_FILTER_INVALID,
    TOPIC_NAME_INVALID,
    RECEIVE_MAXIMUM_EXCEEDED,
    TOPIC_ALIAS_INVALID,
    PACKET_TOO_LARGE,
    MESSAGE_RATE_TOO_HIGH,
    QUOTA_EXCEEDED,
    ADMINISTRATIVE_ACTION,
    PAYLOAD_FORMAT_INVALID,
    RETAIN_NOT_SUPPORTED,
    QOS_NOT_SUPPORTED,
    USE_ANOTHER_SERVER,
    SERVER_MOVED,
    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
    CONNECTION_RATE_EXCEEDED,
    MAXIMUM_CONNECT_TIME,
    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED,
];

/// DISCONNECT from a client [MQTT-3.14.2-1]
pub(super) const IN_CLIENT_DISCONNECT: &[u8] = &[
    SUCCESS,
    DISCONNECT_WITH_WILL,
    UNSPECIFIED_ERROR,
    MALFORMED_PACKET,
    PROTOCOL_ERROR,
    IMPLEMENTATION_SPECIFIC_ERROR,
    TOPIC_NAME_INVALID,
    RECEIVE_MAXIMUM_EXCEEDED,
    TOPIC_ALIAS_INVALID,
    PACKET_TOO_LARGE,
    MESSAGE_RATE_TOO_HIGH,
    QUOTA_EXCEEDED,
    ADMINISTRATIVE_ACTION,
    PAYLOAD_FORMAT_INVALID,
];

/// AUTH from a server [MQTT-3.15.2-1]
pub(super) const IN_SERVER_AUTH: &[u8] = &[SUCCESS, CONTINUE_AUTHENTICATION];

/// AUTH from a client [MQTT-3.15.2-1]
pub(super) const IN_CLIENT_AUTH: &[u8] = &[CONTINUE_AUTHENTICATION, REAUTHENTICATE];
