//! CONNECT, written by ourselves for every version: `mqttbytes` cannot say all of it.

use std::fmt;

use bytes::{BufMut, Bytes, BytesMut};

use super::property::{Place, Properties};
use super::wire::{is_binary, is_text, packet, put_field};
use super::{EncodeError, QoS, TopicName, Version};

/// CONNECT: who the client is, and what it wants of the server.
#[derive(Clone, Eq, PartialEq)]
pub struct Connect {
    /// Names the session at the server; may be empty only with `clean`
    pub client_id: String,
    /// Begin with a new session, and leave none behind
    pub clean: bool,
    /// Seconds of silence after which the server may give the client up; 0 for never
    pub keep_alive: u16,
    /// Sent by the server when the connection breaks
    pub will: Option<Will>,
    /// Who logs in
    pub user_name: Option<String>,
    /// Any bytes, e.g. a token; needs a user name in MQTT 3
    pub password: Option<Bytes>,
    /// MQTT 5
    pub properties: Properties,
}

/// Leaves the password out: it has no place in a log.
impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("client_id", &self.client_id)
            .field("clean", &self.clean)
            .field("keep_alive", &self.keep_alive)
            .field("will", &self.will)
            .field("user_name", &self.user_name)
            .field("properties", &self.properties)
            .finish_non_exhaustive()
    }
}

/// The message that the server publishes if the client is lost.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Will {
    /// Where it goes
    pub topic: TopicName,
    /// What it says; at most 65,535 bytes
    pub payload: Bytes,
    /// How surely it is delivered
    pub qos: QoS,
    /// The server keeps it for later subscribers.
    pub retain: bool,
    /// MQTT 5
    pub properties: Properties,
}

pub(super) fn encode(connect: &Connect, version: Version) -> Result<BytesMut, EncodeError> {
    check(connect, version)?;
    let Connect { client_id, clean, keep_alive, will, user_name, password, properties } = connect;

    let mut body = BytesMut::new();
    let (name, level) = match version {
        Version::V31 => ("MQIsdp", 3),
        Version::V311 => ("MQTT", 4), // [MQTT-3.1.2-1]
        Version::V5 => ("MQTT", 5),
    };
    put_field(&mut body, name.as_bytes());
    body.put_u8(level);
    let mut flags = u8::from(*clean) << 1; // [MQTT-3.1.2-3] bit 0 stays 0
    if let Some(will) = will {
        flags |= 1 << 2 | (will.qos as u8) << 3 | u8::from(will.retain) << 5;
    }
    flags |= u8::from(password.is_some()) << 6 | u8::from(user_name.is_some()) << 7;
    body.put_u8(flags);
    body.put_u16(*keep_alive);
    if version == Version::V5 {
        properties.put(&mut body);
    }

    // [MQTT-3.1.3-1] the order of the payload
    put_field(&mut body, client_id.as_bytes());
    if let Some(will) = will {
        if version == Version::V5 {
            will.properties.put(&mut body);
        }
        put_field(&mut body, will.topic.as_str().as_bytes());
        put_field(&mut body, &will.payload);
    }
    if let Some(user_name) = user_name {
        put_field(&mut body, user_name.as_bytes());
    }
    if let Some(password) = password {
        put_field(&mut body, password);
    }
    Ok(packet(0x10, &body))
}

fn check(connect: &Connect, version: Version) -> Result<(), EncodeError> {
    let Connect { client_id, clean, keep_alive: _, will, user_name, password, properties } =
        connect;
    let fields = is_text(client_id)
        && user_name.as_deref().is_none_or(is_text)
        && password.as_deref().is_none_or(is_binary)
        && will.as_ref().is_none_or(|will| is_binary(&will.payload));
    if !fields {
        return Err(EncodeError::Field);
    }
    if version == Version::V5 {
        properties.check(Place::CONNECT)?;
        return will.as_ref().map_or(Ok(()), |will| will.properties.check(Place::WILL));
    }
    if client_id.is_empty() && !clean {
        return Err(EncodeError::ClientId); // [MQTT-3.1.3-7]
    }
    if password.is_some() && user_name.is_none() {
        return Err(EncodeError::PasswordWithoutUserName); // [MQTT-3.1.2-22]
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
            keep_alive: 60,
            will: None,
            user_name: Some("u".into()),
            password: Some(Bytes::from_static(b"secret")),
            properties: Properties::default(),
        };
        let text = format!("{connect:?}");
        assert!(text.contains("client_id: \"c\"") && !text.contains("secret"), "{text}");
        assert!(!text.contains("115"), "{text}"); // nor its bytes
    }
}
