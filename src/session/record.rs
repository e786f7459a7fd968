//! Session records: the parts of a session that the caller stores, so that another client can
//! continue it after the app was killed. A checksum detects records that were truncated or changed.

use bytes::Bytes;

use crate::codec::{
    Location, PacketId, Properties, Publish, QoS, Reader, Subscription, TopicFilter, TopicName,
    fnv1a, put_field,
};
use crate::decimal::push_decimal;

/// A part of a session that outlives the app.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SessionRecord {
    /// A QoS 1 or 2 message to the server, by the number of its request: messages are sent in the
    /// order of these numbers
    Delivery(u32, DeliveryState),
    /// A QoS 2 message from the server that was delivered to the application, but not released by
    /// PUBREL
    Received(PacketId),
    /// A subscription that the server granted, with the properties of its SUBSCRIBE
    Subscription(Subscription, Properties),
    /// The client identifier that the server assigned
    ClientId(String),
}

/// The state of a QoS 1 or 2 message to the server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DeliveryState {
    /// In the queue since this time, in milliseconds of the caller's clock
    Queued(Publish, u64),
    /// Sent with its packet identifier, or about to be
    Sent(Publish),
    /// PUBREC was received: the server owns the message, and expects PUBREL.
    Released(PacketId),
}

/// Identifies a record in storage: a record replaces an earlier one with the same key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RecordKey {
    /// As text: `d` and the number of the request
    Delivery(u32),
    /// As text: `r` and the packet identifier
    Received(PacketId),
    /// As text: `s` and the topic filter
    Subscription(TopicFilter),
    /// As text: `c`
    ClientId,
}

impl RecordKey {
    /// The key as text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        match self {
            Self::Delivery(number) => {
                text.push('d');
                push_decimal(&mut text, *number);
            }
            Self::Received(packet_id) => {
                text.push('r');
                push_decimal(&mut text, packet_id.get().into());
            }
            Self::Subscription(filter) => {
                text.push('s');
                text.push_str(filter.as_str());
            }
            Self::ClientId => text.push('c'),
        }
        text
    }
}

impl SessionRecord {
    /// The key of the record.
    #[must_use]
    pub fn key(&self) -> RecordKey {
        match self {
            Self::Delivery(number, _) => RecordKey::Delivery(*number),
            Self::Received(packet_id) => RecordKey::Received(*packet_id),
            Self::Subscription(subscription, _) => {
                RecordKey::Subscription(subscription.filter.clone())
            }
            Self::ClientId(_) => RecordKey::ClientId,
        }
    }

    /// The bytes to store.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![FORMAT];
        match self {
            Self::Delivery(number, state) => {
                let kind = match state {
                    DeliveryState::Queued(..) => QUEUED,
                    DeliveryState::Sent(_) => SENT,
                    DeliveryState::Released(_) => RELEASED,
                };
                out.push(kind);
                out.extend_from_slice(&number.to_be_bytes());
                match state {
                    DeliveryState::Queued(publish, since) => {
                        out.extend_from_slice(&since.to_be_bytes());
                        put_publish(&mut out, publish);
                    }
                    DeliveryState::Sent(publish) => put_publish(&mut out, publish),
                    DeliveryState::Released(packet_id) => {
                        out.extend_from_slice(&packet_id.get().to_be_bytes());
                    }
                }
            }
            Self::Received(packet_id) => {
                out.push(RECEIVED);
                out.extend_from_slice(&packet_id.get().to_be_bytes());
            }
            Self::Subscription(subscription, properties) => {
                out.push(SUBSCRIPTION);
                out.push(subscription.options());
                properties.put(&mut out);
                out.extend_from_slice(subscription.filter.as_str().as_bytes());
            }
            Self::ClientId(client_id) => {
                out.push(CLIENT_ID);
                out.extend_from_slice(client_id.as_bytes());
            }
        }
        let sum = fnv1a(&out);
        out.extend_from_slice(&sum.to_be_bytes());
        out
    }

    /// Decodes stored bytes; `None` if they are damaged, or not a session record.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (body, sum) = bytes.split_last_chunk::<4>()?;
        if fnv1a(body) != u32::from_be_bytes(*sum) {
            return None;
        }
        let mut reader = Reader::over(body);
        let record = read(&mut reader)?;
        reader.is_empty().then_some(record)
    }
}

fn read(reader: &mut Reader) -> Option<SessionRecord> {
    if reader.u8().ok()? != FORMAT {
        return None;
    }
    Some(match reader.u8().ok()? {
        kind @ (QUEUED | SENT | RELEASED) => {
            let number = reader.u32().ok()?;
            SessionRecord::Delivery(number, read_delivery(reader, kind)?)
        }
        RECEIVED => SessionRecord::Received(PacketId::new(reader.u16().ok()?)?),
        SUBSCRIPTION => {
            let options = reader.u8().ok()?;
            let properties = Properties::read(reader, Location::SUBSCRIBE).ok()?;
            let filter = TopicFilter::new(rest_as_text(reader)?)?;
            let subscription = Subscription::with_options(filter, options)?;
            SessionRecord::Subscription(subscription, properties)
        }
        CLIENT_ID => SessionRecord::ClientId(rest_as_text(reader)?),
        _ => return None,
    })
}

fn read_delivery(reader: &mut Reader, kind: u8) -> Option<DeliveryState> {
    if kind == RELEASED {
        return PacketId::new(reader.u16().ok()?).map(DeliveryState::Released);
    }
    let since = match kind {
        QUEUED => Some(u64::from(reader.u32().ok()?) << 32 | u64::from(reader.u32().ok()?)),
        _ => None,
    };
    let publish = read_publish(reader)?;
    match since {
        Some(since) => Some(DeliveryState::Queued(publish, since)),
        None => publish.packet_id.is_some().then_some(DeliveryState::Sent(publish)),
    }
}

/// Writes a message with its packet identifier, or 0 if it has none.
fn put_publish(out: &mut Vec<u8>, publish: &Publish) {
    let Publish { topic, packet_id, properties, payload, .. } = publish;
    out.push(publish.flags());
    out.extend_from_slice(&packet_id.map_or(0, PacketId::get).to_be_bytes());
    put_field(out, topic.as_str().as_bytes());
    properties.put(out);
    out.extend_from_slice(payload);
}

fn read_publish(reader: &mut Reader) -> Option<Publish> {
    let flags = reader.u8().ok()?;
    let packet_id = PacketId::new(reader.u16().ok()?);
    Some(Publish {
        dup: flags & 8 != 0,
        qos: QoS::new(flags >> 1 & 3).filter(|qos| *qos != QoS::AtMostOnce)?,
        retain: flags & 1 != 0,
        topic: TopicName::new(reader.text().ok()?)?,
        packet_id,
        properties: Properties::read(reader, Location::CLIENT_PUBLISH).ok()?,
        payload: Bytes::copy_from_slice(reader.rest()),
    })
}

fn rest_as_text(reader: &mut Reader) -> Option<String> {
    str::from_utf8(reader.rest()).ok().map(str::to_owned)
}

/// The first byte of every record: the version of this format.
const FORMAT: u8 = 1;

const QUEUED: u8 = 1;
const SENT: u8 = 2;
const RELEASED: u8 = 3;
const RECEIVED: u8 = 4;
const SUBSCRIPTION: u8 = 5;
const CLIENT_ID: u8 = 6;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{PropertyId, RetainHandling, Value};

    fn records() -> Vec<SessionRecord> {
        let packet_id = PacketId::new(0x1234).unwrap();
        let expiry = Properties(vec![(PropertyId::MESSAGE_EXPIRY_INTERVAL, Value::Number(60))]);
        let waiting = Publish {
            retain: true,
            properties: expiry,
            ..Publish::new(TopicName::new("设备/1").unwrap(), vec![0, 255, 1], QoS::ExactlyOnce)
        };
        let sent = Publish {
            dup: true,
            packet_id: Some(packet_id),
            ..Publish::new(TopicName::new("t").unwrap(), "", QoS::AtLeastOnce)
        };
        let subscription = Subscription {
            no_local: true,
            retain_as_published: true,
            retain_handling: RetainHandling::Never,
            ..Subscription::new(TopicFilter::new("a/+/#").unwrap(), QoS::ExactlyOnce)
        };
        let identifier =
            Properties(vec![(PropertyId::SUBSCRIPTION_IDENTIFIER, Value::Number(300))]);
        vec![
            SessionRecord::Delivery(1, DeliveryState::Queued(waiting, 1_700_000_000_123)),
            SessionRecord::Delivery(u32::MAX, DeliveryState::Sent(sent)),
            SessionRecord::Delivery(7, DeliveryState::Released(packet_id)),
            SessionRecord::Received(packet_id),
            SessionRecord::Subscription(subscription, identifier),
            SessionRecord::ClientId("设备@app".into()),
        ]
    }

    #[test]
    fn records_come_back_as_they_were() {
        for record in records() {
            assert_eq!(SessionRecord::decode(&record.encode()), Some(record));
        }
    }

    #[test]
    fn a_torn_or_foreign_record_is_noticed() {
        for record in records() {
            let bytes = record.encode();
            for length in 0..bytes.len() {
                assert_eq!(
                    SessionRecord::decode(&bytes[..length]),
                    None,
                    "{record:?} cut at {length}"
                );
            }
            for at in 0..bytes.len() {
                let mut other = bytes.clone();
                other[at] ^= 1;
                assert_eq!(SessionRecord::decode(&other), None, "{record:?} changed at {at}");
            }
        }
        assert_eq!(SessionRecord::decode(b"{\"some\": \"json\"}"), None);
    }

    #[test]
    fn a_record_that_is_whole_but_makes_no_sense_is_refused() {
        let bodies: [&[u8]; 9] = [
            b"",
            b"\x01",
            b"\x02\x04\0\x01",                         // another format
            b"\x01\x09\0\x01",                         // no kind of ours
            b"\x01\x04\0\0",                           // no packet identifier
            b"\x01\x04\0\x01\0",                       // something behind it
            b"\x01\x02\0\0\0\x01\x02\0\0\0\x01t\0m",   // sent without a packet identifier
            b"\x01\x02\0\0\0\x01\x00\0\x01\0\x01t\0m", // QoS 0
            b"\x01\x05\x03\0t",                        // QoS 3
        ];
        for body in bodies {
            let sum = fnv1a(body).to_be_bytes();
            assert_eq!(SessionRecord::decode(&[body, &sum].concat()), None, "{body:?}");
        }
    }
}
