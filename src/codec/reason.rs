//! Which reason codes a packet of MQTT 5 may carry (table 2-6). What they mean to the client is for
//! `client`; their texts are for the application.

/// Everything went well, at the lowest quality of service where one is granted.
pub const SUCCESS: u8 = 0x00;

/// DISCONNECT: publish the will all the same.
pub const DISCONNECT_WITH_WILL: u8 = 0x04;

/// AUTH: the exchange goes on.
pub const CONTINUE_AUTHENTICATION: u8 = 0x18;

/// AUTH: the client begins another exchange.
pub const REAUTHENTICATE: u8 = 0x19;

/// Codes from here on are errors.
pub const FIRST_ERROR: u8 = 0x80;

/// The bytes of a packet are not one.
pub const MALFORMED_PACKET: u8 = 0x81;

/// A packet came that may not come now, or with a value that is not allowed.
pub const PROTOCOL_ERROR: u8 = 0x82;

/// No session has this packet identifier.
pub const PACKET_ID_NOT_FOUND: u8 = 0x92;

/// A packet is larger than the receiver takes.
pub const PACKET_TOO_LARGE: u8 = 0x95;

/// [MQTT-3.2.2-8]
pub(super) const CONNACK: &[u8] = &[
    0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97,
    0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9f,
];

/// PUBACK and PUBREC [MQTT-3.4.2-1] [MQTT-3.5.2-1]
pub(super) const PUBACK: &[u8] = &[0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];

/// PUBREL and PUBCOMP [MQTT-3.6.2-1] [MQTT-3.7.2-1]
pub(super) const PUBREL: &[u8] = &[0x00, 0x92];

/// [MQTT-3.9.3-2]
pub(super) const SUBACK: &[u8] =
    &[0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2];

/// [MQTT-3.11.3-2]
pub(super) const UNSUBACK: &[u8] = &[0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91];

/// DISCONNECT from a server [MQTT-3.14.2-1]
pub(super) const DISCONNECT: &[u8] = &[
    0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94, 0x95, 0x96,
    0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
];

/// DISCONNECT from a client [MQTT-3.14.2-1]
pub(super) const DISCONNECT_OUT: &[u8] =
    &[0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99];

/// AUTH from a server [MQTT-3.15.2-1]
pub(super) const AUTH: &[u8] = &[SUCCESS, CONTINUE_AUTHENTICATION];

/// AUTH from a client [MQTT-3.15.2-1]
pub(super) const AUTH_OUT: &[u8] = &[CONTINUE_AUTHENTICATION, REAUTHENTICATE];
