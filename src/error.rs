//! What can go wrong, by who did it: the application ([`RequestError`], nothing was done), or the
//! server and the network ([`ConnectionError`], the connection ends; [`Failure`], a request with it).

use crate::codec::{DecodeError, EncodeError, TopicFilter};

/// A request that was refused. Nothing was done, nothing was sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RequestError {
    /// There is no topic filter in the request.
    NoFilters,
    /// The packet would be larger than MQTT can say.
    PacketTooLarge,
    /// Messages that wait or are on their way take all the memory they may.
    QueueFull,
    /// A QoS 0 message without a connection, and `queue_qos0` is off
    NotConnected,
    /// The client was told to disconnect.
    Disconnecting,
}

/// Why a request that was accepted will not be answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Failure {
    /// The connection was lost before the server answered.
    ConnectionLost,
    /// The client ended before the server answered.
    Ended,
}

/// What ended a connection, or kept it from being made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ConnectionError {
    /// CONNECT cannot be written: a field is too long, or the options contradict each other.
    Options(EncodeError),
    /// The server refused CONNECT with this return code.
    Refused(u8),
    /// No CONNACK in time
    ConnackTimeout,
    /// No PINGRESP in time
    KeepAliveTimeout,
    /// The server sent what is not MQTT.
    Malformed(DecodeError),
    /// The server sent what it must not send now.
    Protocol(ProtocolError),
    /// A subscription could not be made again: it is lost, the connection goes on.
    ResubscribeRefused(TopicFilter),
}

/// How the server broke the protocol with a packet that is well-formed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ProtocolError {
    /// A packet before CONNACK [MQTT-3.2.0-1]
    BeforeConnAck,
    /// A second CONNACK
    SecondConnAck,
    /// A session although a new one was asked for [MQTT-3.2.2-1]
    UnexpectedSession,
    /// An answer of another type than its request wants
    WrongAnswer,
    /// SUBACK has not one code a filter. [MQTT-3.8.4-5]
    SubAckLength,
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
            Self::SubAckLength => "SUBACK does not have one code for each filter",
        }
    }
}
