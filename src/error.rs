//! What can go wrong, by who did it: the application ([`RequestError`], nothing was done), or the
//! server and the network ([`ConnectionError`], the connection ends; [`Failure`], a request with it).

use crate::codec::{DecodeError, Disconnect, EncodeError, TopicFilter, Version, reason};

/// A request that was refused. Nothing was done, nothing was sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RequestError {
    /// The packet cannot be written: no topic filter, a property that may not stand there, …
    Packet(EncodeError),
    /// Messages that wait or are on their way take all the memory they may.
    QueueFull,
    /// There is no connection: a QoS 0 message while `queue_qos0` is off, or AUTH
    NotConnected,
    /// The client was told to disconnect.
    Disconnecting,
    /// AUTH without a method in CONNECT [MQTT-4.12.0-6]
    NoAuthenticationMethod,
    /// A topic alias that the server does not take, or that cannot be known to be taken while there
    /// is no connection [MQTT-3.3.2-9]
    TopicAlias,
    /// A topic alias in place of a topic name, but it stands for none
    UnknownTopicAlias,
}

/// Why a request that was accepted will not be done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Failure {
    /// The connection was lost before the server answered.
    ConnectionLost,
    /// The client ended before the server answered.
    Ended,
    /// The server refused the message, with this reason code.
    Refused(u8),
    /// The server has said in CONNACK that it does not take this.
    Limit(Limit),
    /// The message expired before it could be sent.
    Expired,
    /// The application has taken the message back.
    Removed,
}

/// What a server may limit (MQTT 5), or the protocol itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Limit {
    /// The quality of service is higher than the server takes. [MQTT-3.2.2-11]
    MaximumQos,
    /// All packet identifiers are in use.
    PacketIdentifiers,
    /// The packet is larger than the server takes. [MQTT-3.2.2-15]
    PacketSize,
    /// The server keeps no retained messages. [MQTT-3.2.2-14]
    Retain,
    /// The server has no shared subscriptions.
    SharedSubscriptions,
    /// The server has no subscription identifiers.
    SubscriptionIdentifiers,
    /// The server has no wildcards.
    Wildcards,
}

impl Limit {
    /// The reason code that the server would answer with.
    #[must_use]
    pub fn reason(self) -> u8 {
        match self {
            Self::MaximumQos => 0x9b,
            Self::PacketIdentifiers => 0x97,
            Self::PacketSize => reason::PACKET_TOO_LARGE,
            Self::Retain => 0x9a,
            Self::SharedSubscriptions => 0x9e,
            Self::SubscriptionIdentifiers => 0xa1,
            Self::Wildcards => 0xa2,
        }
    }
}

/// What ended a connection, or kept it from being made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ConnectionError {
    /// CONNECT cannot be written: a field is too long, or the options contradict each other.
    Options(EncodeError),
    /// The server refused CONNECT with this return code (MQTT 3) or reason code (MQTT 5).
    Refused(u8),
    /// The server does not speak MQTT 5.
    Version,
    /// No CONNACK in time
    ConnackTimeout,
    /// No PINGRESP in time
    KeepAliveTimeout,
    /// The application takes longer over a message than there is room for what comes behind it.
    Overrun,
    /// The server sent what is not MQTT.
    Malformed(DecodeError),
    /// The server sent what it must not send now.
    Protocol(ProtocolError),
    /// The server closed the connection, and said why (MQTT 5).
    Disconnected(Disconnect),
    /// A subscription could not be made again: it is lost, the connection goes on.
    ResubscribeRefused(TopicFilter, u8),
}

impl ConnectionError {
    /// Whether the server rejected the user name or the password, in CONNACK or DISCONNECT. A refused
    /// subscription does not count: "not authorized" is about its topic.
    #[must_use]
    pub fn is_about_credentials(&self, version: Version) -> bool {
        let (Self::Refused(code) | Self::Disconnected(Disconnect { reason: code, .. })) = self
        else {
            return false;
        };
        match version {
            Version::V31 | Version::V311 => matches!(code, 4 | 5),
            Version::V5 => matches!(code, 0x86 | 0x87),
        }
    }
}

/// How the server broke the protocol with a packet that is well-formed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProtocolError {
    /// A packet before CONNACK [MQTT-3.2.0-1]
    BeforeConnAck,
    /// A second CONNACK [MQTT-3.2.0-2]
    SecondConnAck,
    /// A session although a new one was asked for [MQTT-3.2.2-1] [MQTT-3.2.2-4]
    UnexpectedSession,
    /// An answer of another type than its request wants
    WrongAnswer,
    /// SUBACK or UNSUBACK has not one code a filter. [MQTT-3.8.4-5] [MQTT-3.8.4-6]
    AckLength,
    /// AUTH or CONNACK without the method of CONNECT, or with another one, or AUTH with a reason
    /// that does not belong there [MQTT-4.12.0-2] [MQTT-4.12.0-5] [MQTT-4.12.0-6]
    Authentication,
    /// Words about a problem, which the client did not want [MQTT-3.1.2-29]
    ProblemInformation,
    /// More QoS 1 and 2 messages than the client takes at once [MQTT-3.3.4-9]
    ReceiveMaximum,
    /// A topic alias beyond what the client takes [MQTT-3.1.2-26]
    TopicAlias,
    /// A topic alias that stands for no topic name
    UnknownTopicAlias,
}

impl ProtocolError {
    /// What is wrong, as a clause for an error message.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::BeforeConnAck => "a packet came before CONNACK",
            Self::SecondConnAck => "a second CONNACK came",
            Self::UnexpectedSession => "a session is present although a clean one was asked for",
            Self::WrongAnswer => "an acknowledgement does not fit its request",
            Self::AckLength => "an acknowledgement does not have one code for each filter",
            Self::Authentication => "authentication without the method that was agreed on",
            Self::ProblemInformation => "a reason string or user property that was not wanted",
            Self::ReceiveMaximum => "more messages in flight than the client takes",
            Self::TopicAlias => "a topic alias out of range",
            Self::UnknownTopicAlias => "an unknown topic alias",
        }
    }

    /// The reason code to leave with (MQTT 5).
    #[must_use]
    pub fn reason(self) -> u8 {
        match self {
            Self::ReceiveMaximum => 0x93,
            Self::TopicAlias => 0x94,
            _ => reason::PROTOCOL_ERROR,
        }
    }
}
