//! CONNECT, for all versions.

use std::fmt;

use bytes::Bytes;

use super::error::EncodeError;
use super::frame;
use super::primitives::{encode_packet, is_binary, is_text, put_field};
use super::property::Properties;
use super::property_table::Location;
use super::protocol::{QoS, Version};
use super::topic::TopicName;

/// CONNECT: opens a session.
#[derive(Clone, Eq, PartialEq)]
pub struct Connect {
    /// Identifies the session at the server; in MQTT 3 it may be empty only with `clean`
    pub client_id: String,
    /// Start a new session (Clean Session in MQTT 3, Clean Start in MQTT 5)
    pub clean: bool,
    /// The keep alive interval in seconds; 0 turns it off
    pub keepalive: u16,
    /// Published by the server when the connection is lost
    pub will: Option<Will>,
    /// The user name
    pub username: Option<String>,
    /// Any bytes, for example a token; requires a user name in MQTT 3
    pub password: Option<Bytes>,
    /// MQTT 5
    pub properties: Properties,
}

/// Omits the password, which must not get into a log.
impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("client_id", &self.client_id)
            .field("clean", &self.clean)
            .field("keepalive", &self.keepalive)
            .field("will", &self.will)
            .field("username", &self.username)
            .field("properties", &self.properties)
            .finish_non_exhaustive()
    }
}

/// The message that the server publishes when the connection is lost.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Will {
    /// The topic name
    pub topic: TopicName,
    /// The payload, at most 65,535 bytes
    pub payload: Bytes,
    /// The quality of service
    pub qos: QoS,
    /// Whether the server keeps it for future subscribers
    pub retain: bool,
    /// MQTT 5
    pub properties: Properties,
}

/// The fields of CONNECT that identify the client.
#[derive(Clone, Copy)]
pub(crate) struct Login<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) clean: bool,
    pub(crate) username: Option<&'a str>,
    pub(crate) password: Option<&'a [u8]>,
}

pub(super) fn encode(connect: &Connect, version: Version) -> Result<Vec<u8>, EncodeError> {
    let Connect { client_id, clean, keepalive, will, username, password, properties } = connect;
    let login = Login {
        client_id,
        clean: *clean,
        username: username.as_deref(),
        password: password.as_deref(),
    };
    check(login, will.as_ref(), properties, version)?;

    let mut body = Vec::new();
    let (name, level) = match version {
        Version::V31 => ("MQIsdp", 3),
        Version::V311 => ("MQTT", 4), // [MQTT-3.1.2-1]
        Version::V5 => ("MQTT", 5),
    };
    put_field(&mut body, name.as_bytes());
    body.push(level);
    let mut flags = u8::from(*clean) << 1; // [MQTT-3.1.2-3] bit 0 stays 0
    if let Some(will) = will {
        flags |= 1 << 2 | (will.qos as u8) << 3 | u8::from(will.retain) << 5;
    }
    flags |= u8::from(password.is_some()) << 6 | u8::from(username.is_some()) << 7;
    body.push(flags);
    body.extend_from_slice(&keepalive.to_be_bytes());
    if version == Version::V5 {
        properties.put(&mut body);
    }

    // the fields of the payload, in their order [MQTT-3.1.3-1]
    put_field(&mut body, client_id.as_bytes());
    if let Some(will) = will {
        if version == Version::V5 {
            will.properties.put(&mut body);
        }
        put_field(&mut body, will.topic.as_str().as_bytes());
        put_field(&mut body, &will.payload);
    }
    if let Some(username) = username {
        put_field(&mut body, username.as_bytes());
    }
    if let Some(password) = password {
        put_field(&mut body, password);
    }
    Ok(encode_packet(frame::first_byte(frame::CONNECT), &body))
}

/// Whether CONNECT can be encoded with these fields; the others can have any value.
pub(crate) fn check(
    login: Login,
    will: Option<&Will>,
    properties: &Properties,
    version: Version,
) -> Result<(), EncodeError> {
    let Login { client_id, clean, username, password } = login;
    let fields = is_text(client_id)
        && username.is_none_or(is_text)
        && password.is_none_or(is_binary)
        && will.is_none_or(|will| is_binary(&will.payload));
    if !fields {
        return Err(EncodeError::Field);
    }
    if version == Version::V5 {
        properties.check(Location::CONNECT)?;
        return will.map_or(Ok(()), |will| will.properties.check(Location::WILL));
    }
    if client_id.is_empty() && !clean {
        return Err(EncodeError::ClientId); // [MQTT-3.1.3-7]
    }
    if password.is_some() && username.is_none() {
        return Err(EncodeError::PasswordWithoutUsername); // [MQTT-3.1.2-22]
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_in_the_debug_text() {
        let connect = Connect {
            client_id: "c".into(),
            clean: true,
            keepalive: 60,
            will: None,
            username: Some("u".into()),
            password: Some(Bytes::from_static(b"secret")),
            properties: Properties::default(),
        };
        let text = format!("{connect:?}");
        assert!(text.contains("client_id: \"c\"") && !text.contains("secret"), "{text}");
        assert!(!text.contains("115"), "{text}"); // nor its bytes
    }
}
