//! The properties of an MQTT 5 packet: encoding, decoding, and checks by the rules of
//! `property_table`.

use super::error::{DecodeError, EncodeError};
use super::primitives::{Reader, put_field, put_variable, variable_length};
use super::property_id::PropertyId;
use super::property_table::{Kind, Location, Rule, Value, find};

/// The properties of a packet, in the order in which they are sent.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Properties(pub Vec<(PropertyId, Value)>);

impl Properties {
    /// The first number with this identifier.
    #[must_use]
    pub fn number(&self, id: PropertyId) -> Option<u32> {
        match self.get(id) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// The first string with this identifier.
    #[must_use]
    pub fn text(&self, id: PropertyId) -> Option<&str> {
        match self.get(id) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The first value with this identifier.
    #[must_use]
    pub fn get(&self, id: PropertyId) -> Option<&Value> {
        self.0.iter().find(|(known, _)| *known == id).map(|(_, value)| value)
    }

    /// Removes every value of a property.
    pub(crate) fn remove(&mut self, id: PropertyId) {
        self.0.retain(|(known, _)| *known != id);
    }

    /// Removes reason string and user properties, which may be left out of a packet that would
    /// otherwise be too large for its receiver.
    pub(crate) fn remove_diagnostics(&mut self) {
        self.0.retain(|(id, _)| !is_diagnostic(*id));
    }

    /// Whether there is a reason string or a user property.
    pub(crate) fn has_diagnostics(&self) -> bool {
        self.0.iter().any(|(id, _)| is_diagnostic(*id))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads the property length and the properties.
    pub(crate) fn read(reader: &mut Reader, location: Location) -> Result<Self, DecodeError> {
        let mut properties = Vec::new();
        for_each(reader, location, |rule, block| {
            if properties.len() == MAX_PROPERTIES {
                return Err(DecodeError::TooManyProperties);
            }
            let value = rule.read(block)?;
            if !rule.allows(&value) {
                return Err(DecodeError::PropertyValue);
            }
            properties.push((rule.id, value));
            Ok(())
        })?;
        let properties = Self(properties);
        if properties.is_data_without_method() {
            return Err(DecodeError::AuthenticationData);
        }
        Ok(properties)
    }

    /// Reads the properties of a message whose content is known to be invalid: checks what the server is
    /// responsible for, ignores what the publisher has chosen, and returns the topic alias.
    pub(super) fn skim(reader: &mut Reader) -> Result<Option<u32>, DecodeError> {
        let mut alias = None;
        let mut count = 0;
        for_each(reader, Location::PUBLISH, |rule, block| {
            count += 1;
            if count > MAX_SKIMMED {
                return Err(DecodeError::TooManyProperties); // the server cannot be sane
            }
            if let Some(number) = rule.skim(block)? {
                let is_allowed = rule.allows(&Value::Number(number));
                if !is_allowed && rule.id != PropertyId::PAYLOAD_FORMAT_INDICATOR {
                    return Err(DecodeError::PropertyValue);
                }
                if rule.id == PropertyId::TOPIC_ALIAS {
                    alias = Some(number);
                }
            }
            Ok(())
        })?;
        Ok(alias)
    }

    /// Whether these may be sent in this location.
    pub(crate) fn check(&self, location: Location) -> Result<(), EncodeError> {
        let mut seen = 0_u64;
        for (id, value) in &self.0 {
            let rule = find(*id).ok_or(EncodeError::Property(*id))?;
            let once = seen & 1 << id.number() == 0 || rule.may_repeat(location);
            if !rule.allows_in(location) || !once || !rule.allows(value) {
                return Err(EncodeError::Property(*id));
            }
            seen |= 1 << id.number();
        }
        if self.is_data_without_method() {
            return Err(EncodeError::Property(PropertyId::AUTHENTICATION_DATA));
        }
        Ok(())
    }

    /// The number of bytes that `put` writes.
    pub(super) fn length(&self) -> usize {
        let size = self.size();
        variable_length(size) + size
    }

    /// Writes the property length and the properties, which `check` has accepted.
    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        put_variable(out, self.size());
        for (id, value) in &self.0 {
            out.push(id.number());
            match (value, find(*id).map(|rule| rule.kind)) {
                (Value::Number(number), Some(Kind::Byte { .. })) => out.push(*number as u8),
                (Value::Number(number), Some(Kind::U16 { .. })) => {
                    out.extend_from_slice(&(*number as u16).to_be_bytes());
                }
                (Value::Number(number), Some(Kind::Variable)) => {
                    put_variable(out, *number as usize);
                }
                (Value::Number(number), _) => out.extend_from_slice(&number.to_be_bytes()),
                (Value::Text(text), _) => put_field(out, text.as_bytes()),
                (Value::Binary(bytes), _) => put_field(out, bytes),
                (Value::Pair(name, value), _) => {
                    put_field(out, name.as_bytes());
                    put_field(out, value.as_bytes());
                }
            }
        }
    }

    /// The property length: the bytes that the properties take in a packet, and about as many in memory.
    pub(crate) fn size(&self) -> usize {
        let sizes =
            self.0.iter().map(|(id, value)| match (value, find(*id).map(|rule| rule.kind)) {
                (Value::Number(_), Some(Kind::Byte { .. })) => 2,
                (Value::Number(_), Some(Kind::U16 { .. })) => 3,
                (Value::Number(number), Some(Kind::Variable)) => {
                    1 + variable_length(*number as usize)
                }
                (Value::Number(_), _) => 5,
                (Value::Text(text), _) => 3 + text.len(),
                (Value::Binary(bytes), _) => 3 + bytes.len(),
                (Value::Pair(name, value), _) => 5 + name.len() + value.len(),
            });
        sizes.sum()
    }

    /// Authentication data requires an authentication method. (sections 3.1.2.11.10, 3.15.2.2.3)
    pub(crate) fn is_data_without_method(&self) -> bool {
        self.get(PropertyId::AUTHENTICATION_DATA).is_some()
            && self.get(PropertyId::AUTHENTICATION_METHOD).is_none()
    }
}

/// The number of properties that the client accepts in one packet. A packet can hold hundreds of
/// thousands, each of which takes ten times as much memory as in the packet.
pub const MAX_PROPERTIES: usize = 1024;

/// The number of properties that are looked at to skip a message: a packet of 16 MiB may have five
/// million.
const MAX_SKIMMED: usize = 1 << 16;

/// Passes the rule of each property to `visit`, which reads the value. Checks identifiers, and how often
/// they occur.
fn for_each(
    reader: &mut Reader,
    location: Location,
    mut visit: impl FnMut(&Rule, &mut Reader) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    let length = reader.variable()? as usize;
    let mut block = Reader::over(reader.take(length)?);
    let mut seen = 0_u64;
    while !block.is_empty() {
        // a variable byte integer, but no identifier needs two bytes
        let id = PropertyId(block.u8()?);
        let rule = find(id).ok_or(DecodeError::UnknownProperty)?;
        if !rule.allows_in(location) {
            return Err(DecodeError::PropertyNotAllowed); // [MQTT-2.2.2-2]
        }
        if seen & 1 << id.number() != 0 && !rule.may_repeat(location) {
            return Err(DecodeError::PropertyTwice);
        }
        seen |= 1 << id.number();
        visit(rule, &mut block)?;
    }
    Ok(())
}

fn is_diagnostic(id: PropertyId) -> bool {
    matches!(id, PropertyId::REASON_STRING | PropertyId::USER_PROPERTY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_what_is_written() {
        let text = |length| Value::Text("x".repeat(length));
        let mut all = vec![
            (PropertyId::PAYLOAD_FORMAT_INDICATOR, Value::Number(1)),
            (PropertyId::TOPIC_ALIAS, Value::Number(7)),
            (PropertyId::MESSAGE_EXPIRY_INTERVAL, Value::Number(60)),
            (PropertyId::CORRELATION_DATA, Value::Binary(vec![1, 2, 3].into())),
            (PropertyId::USER_PROPERTY, Value::Pair("name".into(), "value".into())),
        ];
        for number in [1, 0x7f, 0x80, 0x3fff, 0x4000, 0x1f_ffff, 0x20_0000] {
            all.push((PropertyId::SUBSCRIPTION_IDENTIFIER, Value::Number(number)));
        }
        for length in [0, 1, 200, 20_000] {
            all.push((PropertyId::CONTENT_TYPE, text(length)));
        }
        for count in 0..=all.len() {
            let properties = Properties(all[..count].to_vec());
            let mut written = Vec::new();
            properties.put(&mut written);
            assert_eq!(written.len(), properties.length(), "{count}");
        }
    }
}
