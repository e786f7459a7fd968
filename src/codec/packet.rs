//! The control packets. CONNECT, PUBLISH and those about subscriptions have files of their own.

use super::connect::Connect;
use super::property::Properties;
use super::protocol::PacketId;
use super::publish::Publish;
use super::reason;
use super::subscribe::{SubAck, Subscribe, UnsubAck, Unsubscribe};

/// An MQTT control packet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Packet {
    /// Opens a session. Boxed because it is larger than all others, and rare.
    Connect(Box<Connect>),
    /// The server's answer to CONNECT
    ConnAck(ConnAck),
    /// An application message
    Publish(Publish),
    /// Answer to PUBLISH at QoS 1
    PubAck(Ack),
    /// First answer to PUBLISH at QoS 2
    PubRec(Ack),
    /// Answer to PUBREC
    PubRel(Ack),
    /// Answer to PUBREL
    PubComp(Ack),
    /// Requests subscriptions
    Subscribe(Subscribe),
    /// The server's answer to SUBSCRIBE
    SubAck(SubAck),
    /// Cancels subscriptions
    Unsubscribe(Unsubscribe),
    /// The server's answer to UNSUBSCRIBE
    UnsubAck(UnsubAck),
    /// Keeps the connection alive
    PingReq,
    /// The server's answer to PINGREQ
    PingResp,
    /// Ends the connection; a server can send it in MQTT 5 only.
    Disconnect(Disconnect),
    /// A step of enhanced authentication (MQTT 5)
    Auth(Auth),
}

/// CONNACK: whether the server accepts the connection.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConnAck {
    /// The server still has the session of this client.
    pub session_present: bool,
    /// 0: accepted. In MQTT 3 a return code from 1 to 5, in MQTT 5 a reason code
    pub reason: u8,
    /// MQTT 5: what the server grants and limits
    pub properties: Properties,
}

/// PUBACK, PUBREC, PUBREL or PUBCOMP: a step of a delivery.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ack {
    /// The identifier of the PUBLISH
    pub packet_id: PacketId,
    /// MQTT 5: a reason code; 0 in MQTT 3
    pub reason: u8,
    /// MQTT 5
    pub properties: Properties,
}

/// An acknowledgement of success.
impl From<PacketId> for Ack {
    fn from(packet_id: PacketId) -> Self {
        Self { packet_id, reason: reason::SUCCESS, properties: Properties::default() }
    }
}

/// DISCONNECT: the connection ends.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Disconnect {
    /// MQTT 5: a reason code; 0 in MQTT 3
    pub reason: u8,
    /// MQTT 5
    pub properties: Properties,
}

/// AUTH: a step of enhanced authentication (MQTT 5).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Auth {
    /// [`CONTINUE_AUTHENTICATION`](reason::CONTINUE_AUTHENTICATION),
    /// [`REAUTHENTICATE`](reason::REAUTHENTICATE), or [`SUCCESS`](reason::SUCCESS)
    pub reason: u8,
    /// The authentication method and data, among others
    pub properties: Properties,
}
