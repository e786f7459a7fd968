//! Errors, by their origin: [`RequestError`] for mistakes of the application (nothing was done),
//! [`ConnectionError`] for the server and the network (the connection ends), [`Failure`] for
//! requests that were accepted and failed.

use core::error::Error;
use core::fmt;

use crate::codec::reason::{self, return_code};
use crate::codec::{DecodeError, Disconnect, EncodeError, TopicFilter, Version};

/// Why a request was not accepted. Nothing was done, nothing was sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RequestError {
    /// The packet cannot be encoded.
    Packet(EncodeError),
    /// The queue has reached its limit in bytes.
    QueueFull,
    /// There is no connection: for a QoS 0 message while `queue_qos_zero` is off, or for AUTH.
    NotConnected,
    /// The client is disconnecting, or has disconnected.
    Disconnecting,
    /// AUTH, but CONNECT had no authentication method, or another one. [MQTT-4.12.0-6]
    NoAuthenticationMethod,
    /// The server does not accept this topic alias; none is accepted while there is no connection.
    /// [MQTT-3.3.2-9]
    TopicAlias,
    /// A topic alias without a topic name, but it was not assigned to one.
    UnknownTopicAlias,
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Packet(error) => return write!(f, "the packet cannot be encoded: {error}"),
            Self::QueueFull => "the queue of outgoing messages is full",
            Self::NotConnected => "there is no connection",
            Self::Disconnecting => "the client is disconnecting",
            Self::NoAuthenticationMethod => "not the authentication method of CONNECT",
            Self::TopicAlias => "the server does not accept this topic alias",
            Self::UnknownTopicAlias => "the topic alias is not assigned to a topic",
        })
    }
}

impl Error for RequestError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Packet(error) => Some(error),
            _ => None,
        }
    }
}

/// Why a request failed after it was accepted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Failure {
    /// The connection was lost before the server answered.
    ConnectionLost,
    /// The client disconnected before the server answered.
    Ended,
    /// CONNACK said that the server does not support this.
    Limit(Limit),
    /// The message expired before it could be sent.
    Expired,
    /// The application removed the message.
    Removed,
    /// The server lost the session after it had received a QoS 2 message and before it was released:
    /// whether the message reaches its subscribers is not known. It is not sent again, because that
    /// could deliver it twice.
    Unconfirmed,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ConnectionLost => "the connection was lost before the server answered",
            Self::Ended => "the client disconnected before the server answered",
            Self::Limit(limit) => return limit.fmt(f),
            Self::Expired => "the message expired before it could be sent",
            Self::Removed => "the application removed the message",
            Self::Unconfirmed => "the server lost the session before it confirmed the delivery",
        })
    }
}

impl Error for Failure {}

/// What a server (MQTT 5) or the protocol limits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Limit {
    /// The quality of service is higher than the server supports. [MQTT-3.2.2-11]
    MaximumQos,
    /// All packet identifiers are in use.
    PacketIdentifiers,
    /// The packet is larger than the server accepts. [MQTT-3.2.2-15]
    PacketSize,
    /// The server does not support retained messages. [MQTT-3.2.2-14]
    Retain,
    /// The server does not support shared subscriptions.
    SharedSubscriptions,
    /// The server does not support subscription identifiers.
    SubscriptionIdentifiers,
    /// The server does not support wildcard subscriptions.
    Wildcards,
}

impl Limit {
    /// The reason code with which a server would refuse it.
    #[must_use]
    pub const fn reason(self) -> u8 {
        match self {
            Self::MaximumQos => reason::QOS_NOT_SUPPORTED,
            Self::PacketIdentifiers => reason::QUOTA_EXCEEDED,
            Self::PacketSize => reason::PACKET_TOO_LARGE,
            Self::Retain => reason::RETAIN_NOT_SUPPORTED,
            Self::SharedSubscriptions => reason::SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
            Self::SubscriptionIdentifiers => reason::SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
            Self::Wildcards => reason::WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MaximumQos => "the server does not support this quality of service",
            Self::PacketIdentifiers => "all packet identifiers are in use",
            Self::PacketSize => "the packet is larger than the server accepts",
            Self::Retain => "the server does not support retained messages",
            Self::SharedSubscriptions => "the server does not support shared subscriptions",
            Self::SubscriptionIdentifiers => "the server does not support subscription identifiers",
            Self::Wildcards => "the server does not support wildcard subscriptions",
        })
    }
}

/// What ended a connection, or prevented one. After every error but
/// [`ResubscribeRefused`](Self::ResubscribeRefused) the connection is closed.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ConnectionError {
    /// CONNECT cannot be encoded with these options.
    Options(EncodeError),
    /// The server refused CONNECT with this return code (MQTT 3) or reason code (MQTT 5).
    Refused(u8),
    /// The server does not support MQTT 5.
    Version,
    /// CONNACK was not received in time.
    ConnackTimeout,
    /// PINGRESP was not received in time.
    KeepAliveTimeout,
    /// More data was received behind a message that is not acknowledged than the client may buffer.
    Overrun,
    /// The server sent bytes that are not MQTT.
    Malformed(DecodeError),
    /// The server sent a packet that is not allowed at this point.
    Protocol(ProtocolError),
    /// The server closed the connection with this DISCONNECT (MQTT 5).
    Disconnected(Disconnect),
    /// The server refused, with this reason code, to renew this subscription. The subscription is
    /// lost, the connection continues.
    ResubscribeRefused(TopicFilter, u8),
}

impl ConnectionError {
    /// Whether the server rejected the user name or the password: in CONNACK, or (MQTT 5) in
    /// DISCONNECT. Another attempt needs other credentials. A refused subscription does not count:
    /// "not authorized" is about the topic there.
    #[must_use]
    pub fn is_about_credentials(&self, version: Version) -> bool {
        match (self, version) {
            (Self::Refused(code), Version::V31 | Version::V311) => {
                matches!(
                    *code,
                    return_code::BAD_USER_NAME_OR_PASSWORD | return_code::NOT_AUTHORIZED
                )
            }
            (Self::Refused(code) | Self::Disconnected(Disconnect { reason: code, .. }), _) => {
                matches!(*code, reason::BAD_USER_NAME_OR_PASSWORD | reason::NOT_AUTHORIZED)
            }
            _ => false,
        }
    }
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Options(error) => write!(f, "CONNECT cannot be encoded: {error}"),
            Self::Refused(code) => write!(f, "the server refused CONNECT with code {code:#04x}"),
            Self::Version => f.write_str("the server does not support MQTT 5"),
            Self::ConnackTimeout => f.write_str("no CONNACK in time"),
            Self::KeepAliveTimeout => f.write_str("no PINGRESP in time"),
            Self::Overrun => f.write_str("too much data behind an unacknowledged message"),
            Self::Malformed(error) => write!(f, "the server sent a malformed packet: {error}"),
            Self::Protocol(error) => write!(f, "the server broke the protocol: {error}"),
            Self::Disconnected(Disconnect { reason, .. }) => {
                write!(f, "the server disconnected with reason code {reason:#04x}")
            }
            Self::ResubscribeRefused(filter, code) => {
                let filter = filter.as_str();
                write!(f, "the server refused the subscription {filter} with code {code:#04x}")
            }
        }
    }
}

impl Error for ConnectionError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Options(error) => Some(error),
            Self::Malformed(error) => Some(error),
            Self::Protocol(error) => Some(error),
            _ => None,
        }
    }
}

/// How the server broke the protocol with a packet that is well-formed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ProtocolError {
    /// A packet before CONNACK [MQTT-3.2.0-1]
    BeforeConnAck,
    /// A second CONNACK [MQTT-3.2.0-2]
    SecondConnAck,
    /// Session Present, although a new session was requested [MQTT-3.2.2-1] [MQTT-3.2.2-4]
    UnexpectedSession,
    /// An acknowledgement of another type than its request needs
    UnexpectedAck,
    /// SUBACK or UNSUBACK without exactly one code for each filter [MQTT-3.8.4-5] [MQTT-3.8.4-6]
    AckLength,
    /// AUTH or CONNACK without the authentication method of CONNECT, or AUTH with a reason code
    /// that is not allowed at this point [MQTT-4.12.0-2] [MQTT-4.12.0-5] [MQTT-4.12.0-6]
    Authentication,
    /// A reason string or user property, although the client asked for none [MQTT-3.1.2-29]
    ProblemInformation,
    /// More QoS 1 and 2 messages in flight than the client allows [MQTT-3.3.4-9]
    ReceiveMaximum,
    /// A topic alias larger than the client allows [MQTT-3.1.2-26]
    TopicAlias,
    /// A topic alias that was not assigned to a topic name
    UnknownTopicAlias,
}

impl ProtocolError {
    /// The error as a clause for an error message.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::BeforeConnAck => "a packet came before CONNACK",
            Self::SecondConnAck => "a second CONNACK came",
            Self::UnexpectedSession => "Session Present although a new session was requested",
            Self::UnexpectedAck => "an acknowledgement does not fit its request",
            Self::AckLength => "an acknowledgement does not have one code for each filter",
            Self::Authentication => "not the authentication method of CONNECT",
            Self::ProblemInformation => {
                "a reason string or user property although none was requested"
            }
            Self::ReceiveMaximum => "more messages in flight than the client allows",
            Self::TopicAlias => "a topic alias out of range",
            Self::UnknownTopicAlias => "an unknown topic alias",
        }
    }

    /// The reason code with which to disconnect (MQTT 5).
    #[must_use]
    pub const fn reason(self) -> u8 {
        match self {
            Self::ReceiveMaximum => reason::RECEIVE_MAXIMUM_EXCEEDED,
            Self::TopicAlias => reason::TOPIC_ALIAS_INVALID,
            _ => reason::PROTOCOL_ERROR,
        }
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.describe())
    }
}

impl Error for ProtocolError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_connack_and_disconnect_are_about_credentials() {
        let disconnected =
            |reason| ConnectionError::Disconnected(Disconnect { reason, ..Disconnect::default() });
        let filter = TopicFilter::new("t").unwrap();
        for code in [reason::BAD_USER_NAME_OR_PASSWORD, reason::NOT_AUTHORIZED] {
            assert!(ConnectionError::Refused(code).is_about_credentials(Version::V5));
            assert!(disconnected(code).is_about_credentials(Version::V5));
            assert!(!ConnectionError::Refused(code).is_about_credentials(Version::V311));
            let subscription = ConnectionError::ResubscribeRefused(filter.clone(), code);
            for version in [Version::V31, Version::V311, Version::V5] {
                assert!(!subscription.is_about_credentials(version));
            }
        }
        for code in [return_code::BAD_USER_NAME_OR_PASSWORD, return_code::NOT_AUTHORIZED] {
            assert!(ConnectionError::Refused(code).is_about_credentials(Version::V31));
            assert!(!ConnectionError::Refused(code).is_about_credentials(Version::V5));
        }
        assert!(!disconnected(reason::SERVER_BUSY).is_about_credentials(Version::V5));
        assert!(!ConnectionError::KeepAliveTimeout.is_about_credentials(Version::V5));
    }

    #[test]
    fn a_text_says_what_caused_the_error() {
        let error = ConnectionError::Malformed(DecodeError::PacketId);
        assert_eq!(error.to_string(), "the server sent a malformed packet: packet identifier 0");
        assert_eq!(error.source().map(ToString::to_string), Some("packet identifier 0".into()));
        let refused = ConnectionError::Refused(reason::NOT_AUTHORIZED);
        assert_eq!(refused.to_string(), "the server refused CONNECT with code 0x87");
        let error: Box<dyn Error> = Box::new(RequestError::Packet(EncodeError::NoFilters));
        assert_eq!(error.to_string(), "the packet cannot be encoded: no topic filter");
    }
}
