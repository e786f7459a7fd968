//! Every error that crosses the boundary, as a number that the shim has a text and a hint for.

use crate::codec::{DecodeError, Disconnect, EncodeError, PropertyId};
use crate::{ConnectionError, Failure, RequestError};

/// Every error that crosses the boundary. The shim repeats the numbers in `errors/error-code.ts`, and has a
/// text and a hint for each.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ErrorCode {
    /// A topic name is empty, too long, or has a wildcard or U+0000 in it.
    InvalidTopic = 1,
    /// A topic filter is empty, too long, or has a wildcard in the wrong place.
    InvalidFilter = 2,
    /// There is no topic filter in the request.
    NoFilters = 3,
    /// Quality of service is not 0, 1 or 2.
    InvalidQos = 4,
    /// The packet would be larger than MQTT can say.
    PacketTooLarge = 5,
    /// What waits to be sent takes all the memory it may.
    QueueFull = 6,
    /// A QoS 0 message without a connection, and `queueQoSZero` is off
    NotConnected = 7,
    /// The client was told to end.
    Disconnecting = 8,
    /// CONNECT cannot be written with these options.
    InvalidOption = 9,
    /// The server refused CONNECT; the reason is its return code.
    ConnectionRefused = 10,
    /// No CONNACK in time
    ConnackTimeout = 11,
    /// No PINGRESP in time
    KeepAliveTimeout = 12,
    /// The server sent what is not MQTT.
    Malformed = 13,
    /// The server sent what it must not send now.
    ProtocolError = 14,
    /// The connection was lost before the server answered the request.
    ConnectionLost = 15,
    /// A subscription could not be made again; the detail is its filter.
    ResubscribeRefused = 16,
    /// The client ended before the server answered the request.
    Ended = 17,
    /// The server refused the message; the reason is its reason code.
    PublishRefused = 18,
    /// The server has said that it does not take this; the reason is its reason code.
    Unsupported = 19,
    /// The message expired before it could be sent.
    Expired = 20,
    /// The server closed the connection; the reason is its reason code.
    Disconnected = 21,
    /// The server does not speak MQTT 5.
    VersionRefused = 22,
    /// A property does not exist, may not stand here, or has a value that it may not have.
    InvalidProperty = 23,
    /// No Local does not go with a shared subscription.
    NoLocalOnShared = 24,
    /// A reason code that a client may not send here
    InvalidReason = 25,
    /// AUTH without an authentication method in the options
    NoAuthenticationMethod = 26,
    /// A topic alias that the server does not take
    TopicAliasRange = 27,
    /// A topic alias in place of a topic, but it stands for none
    TopicAliasUnknown = 28,
    /// The application has taken the message back.
    Removed = 29,
    /// More has come in behind a message that is not acknowledged than there is room for.
    Overrun = 30,
    /// A record that was torn, or that is not ours
    InvalidRecord = 31,
    /// The server lost the session before it confirmed a QoS 2 message.
    Unconfirmed = 32,
    /// A message was dropped: what its publisher chose is invalid. The detail is what is wrong.
    InvalidMessage = 33,
    /// A message was dropped: it is larger than the client accepts.
    MessageTooLarge = 34,
    /// The server did something that the standard forbids and the client tolerates; the detail is what.
    Tolerated = 35,

    // What the shim notices while there is a core, with its text and hint here:
    /// There is no `wx.connectSocket`, as in a Worker.
    NoWx = 36,
    /// The domain is not among those of the mini-program.
    DomainNotListed = 37,
    /// More WebSockets than WeChat allows at once
    TooManySockets = 38,
    /// The certificate of the server is not accepted.
    Certificate = 39,
    /// The server does not take the sub-protocol `mqtt`.
    SubProtocol = 40,
    /// The server or its gateway answers 429 or 5xx.
    ServerUnavailable = 41,
    /// The server refused the handshake of the WebSocket.
    BadPath = 42,
    /// WeChat does not take the address.
    InvalidUrl = 43,
    /// WeChat has suspended the network in the background.
    Suspended = 44,
    /// The WebSocket did not open in time.
    TimedOut = 45,
    /// The WebSocket failed in another way.
    Socket = 46,
    /// An open WebSocket was closed; the detail is with what.
    Closed = 47,
    /// `transformWsUrl` of the page threw.
    TransformWsUrl = 48,
    /// `streamBuilder` of the page threw.
    StreamBuilder = 49,
    /// A stream of the page failed.
    Stream = 50,
    /// The page has no answer to AUTH of the server.
    NoAuthAnswer = 51,
    /// The page chose a reason code that no acknowledgement may have; the detail is which it is for.
    WrongReasonCode = 52,
    /// The storage of `wx` does not take a record.
    Store = 53,
    /// The storage of `wx` cannot be read.
    StoreUnreadable = 54,
    /// A store of the page failed.
    PageStore = 55,
    /// `tokenProvider` of the page failed.
    TokenProvider = 56,
    /// A token is asked for later, as the last one was of no use.
    TokenPause = 57,
    /// The server refused to subscribe; the detail are the filters.
    SubscribeRefused = 58,
    /// The server refused to unsubscribe.
    UnsubscribeRefused = 59,
    /// Another client of the app has the stored session.
    StoreInUse = 60,
    /// There is no `wx.createTCPSocket`.
    NoTcp = 61,
    /// The platform does not allow the port of a TCP socket.
    TcpPort = 62,
    /// A TCP socket failed in another way.
    Tcp = 63,
}

impl ErrorCode {
    /// As it crosses where 0 is success.
    pub(super) fn negative(self) -> i32 {
        -(self as i32)
    }
}

/// The code of a request that was refused.
impl From<RequestError> for ErrorCode {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Packet(EncodeError::NoFilters) => Self::NoFilters,
            RequestError::Packet(EncodeError::Property(_)) => Self::InvalidProperty,
            RequestError::Packet(EncodeError::NoLocalOnShared) => Self::NoLocalOnShared,
            RequestError::Packet(EncodeError::ReasonCode) => Self::InvalidReason,
            RequestError::Packet(EncodeError::TopicName) => Self::InvalidTopic,
            RequestError::Packet(_) => Self::PacketTooLarge,
            RequestError::QueueFull => Self::QueueFull,
            RequestError::NotConnected => Self::NotConnected,
            RequestError::Disconnecting => Self::Disconnecting,
            RequestError::NoAuthenticationMethod => Self::NoAuthenticationMethod,
            RequestError::TopicAlias => Self::TopicAliasRange,
            RequestError::UnknownTopicAlias => Self::TopicAliasUnknown,
        }
    }
}

/// The code and the server's reason of a request that will not be done.
pub(super) fn of_failure(failure: Failure) -> (ErrorCode, u8) {
    match failure {
        Failure::ConnectionLost => (ErrorCode::ConnectionLost, 0),
        Failure::Ended => (ErrorCode::Ended, 0),
        Failure::Limit(limit) => (ErrorCode::Unsupported, limit.reason()),
        Failure::Expired => (ErrorCode::Expired, 0),
        Failure::Removed => (ErrorCode::Removed, 0),
        Failure::Unconfirmed => (ErrorCode::Unconfirmed, 0),
    }
}

/// The code and the detail of a message that was dropped.
pub(super) fn of_dropped(error: DecodeError) -> (ErrorCode, &'static str) {
    match error {
        DecodeError::TooLarge => (ErrorCode::MessageTooLarge, ""),
        error => (ErrorCode::InvalidMessage, error.describe()),
    }
}

/// The code, the server's reason and the detail of what ended a connection.
pub(super) fn of_connection(error: &ConnectionError) -> (ErrorCode, u8, &str) {
    match error {
        ConnectionError::Options(_) => (ErrorCode::InvalidOption, 0, ""),
        ConnectionError::Refused(code) => (ErrorCode::ConnectionRefused, *code, ""),
        ConnectionError::ConnackTimeout => (ErrorCode::ConnackTimeout, 0, ""),
        ConnectionError::KeepAliveTimeout => (ErrorCode::KeepAliveTimeout, 0, ""),
        ConnectionError::Overrun => (ErrorCode::Overrun, 0, ""),
        ConnectionError::Malformed(error) => (ErrorCode::Malformed, 0, error.describe()),
        ConnectionError::Protocol(error) => (ErrorCode::ProtocolError, 0, error.describe()),
        ConnectionError::Version => (ErrorCode::VersionRefused, 0, ""),
        ConnectionError::Disconnected(Disconnect { reason, properties }) => {
            let words = properties.text(PropertyId::REASON_STRING);
            (ErrorCode::Disconnected, *reason, words.unwrap_or(""))
        }
        ConnectionError::ResubscribeRefused(filter, reason) => {
            (ErrorCode::ResubscribeRefused, *reason, filter.as_str())
        }
    }
}
