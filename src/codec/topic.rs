//! Topic names and topic filters: their syntax, and which filter matches which name. They are
//! checked when they are constructed, and nowhere else.

use std::sync::Arc;

use super::primitives::is_text;

/// The topic of a message: 1 to 65,535 bytes of UTF-8, without wildcards and U+0000. Its clones share
/// the text.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct TopicName(Option<Arc<Name>>);

#[derive(Debug, Eq, Hash, PartialEq)]
struct Name {
    /// Where tables of topics have it; it follows from the text
    slot: u8,
    text: Box<str>,
}

impl TopicName {
    /// Checks the rules of section 4.7; `None` if the text breaks one.
    ///
    /// [MQTT-3.3.2-2] no wildcards, [MQTT-4.7.3-1] not empty, [MQTT-4.7.3-2] no U+0000,
    /// [MQTT-4.7.3-3] at most 65,535 bytes
    #[must_use]
    pub fn new(name: impl AsRef<str>) -> Option<Self> {
        let name = name.as_ref();
        let is_name = is_topic(name) && !has_wildcard(name);
        let slot = slot_of(name.as_bytes());
        is_name.then(|| Self(Some(Arc::new(Name { slot, text: name.into() }))))
    }

    /// The empty name of a message whose topic alias stands for its topic (MQTT 5). Events never
    /// carry it.
    #[must_use]
    pub const fn aliased() -> Self {
        Self(None)
    }

    /// Whether a topic alias stands for the name.
    #[must_use]
    pub fn is_aliased(&self) -> bool {
        self.0.is_none()
    }

    /// Whether one was cloned from the other, so that they need not be compared.
    #[cfg(target_arch = "wasm32")] // what crosses the boundary is known by it
    pub(crate) fn shares_text(&self, other: &Self) -> bool {
        self.0.as_ref().zip(other.0.as_ref()).is_some_and(|(one, other)| Arc::ptr_eq(one, other))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_ref().map_or("", |name| &name.text)
    }

    /// A number below [`SLOTS`]: always the same for the same name, and mostly another one for another.
    #[cfg(target_arch = "wasm32")] // the boundary numbers topics alike
    pub(crate) fn slot(&self) -> usize {
        self.0.as_ref().map_or(0, |name| usize::from(name.slot))
    }
}

/// Selects topic names: `+` matches one level, `#` all that follow.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct TopicFilter(String);

impl TopicFilter {
    /// Checks the rules of section 4.7; `None` if the text breaks one.
    ///
    /// [MQTT-4.7.1-2] `#` is the whole last level, [MQTT-4.7.1-3] `+` a whole level, [MQTT-4.7.3-1]
    /// not empty, [MQTT-4.7.3-2] no U+0000, [MQTT-4.7.3-3] at most 65,535 bytes. A shared
    /// subscription is `$share/{name}/{filter}`, where the name has no wildcard and the filter is
    /// valid by itself. It is accepted in MQTT 3.1.1 as well, because brokers support it there.
    #[must_use]
    pub fn new(filter: impl Into<String>) -> Option<Self> {
        let filter = filter.into();
        let plain = match filter.strip_prefix(SHARE) {
            Some(shared) => match shared.split_once('/') {
                Some((name, plain)) if !name.is_empty() && !has_wildcard(name) => plain,
                _ => return None,
            },
            None => &filter,
        };
        (is_topic(&filter) && !plain.is_empty() && wildcards_are_levels(plain))
            .then_some(Self(filter))
    }

    /// The filter as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the filter matches this topic name.
    #[must_use]
    pub fn matches(&self, name: &TopicName) -> bool {
        let (filter, name) = (self.unshared(), name.as_str());
        // a leading wildcard does not match topics that begin with $ [MQTT-4.7.2-1]
        if name.starts_with('$') && filter.starts_with(['+', '#']) {
            return false;
        }
        let mut levels = name.split('/');
        for expected in filter.split('/') {
            match (expected, levels.next()) {
                ("#", _) => return true, // "a/#" matches "a" as well
                ("+", Some(_)) => {}
                (expected, Some(level)) if expected == level => {}
                _ => return false,
            }
        }
        levels.next().is_none()
    }

    /// Whether it is a shared subscription.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.0.starts_with(SHARE)
    }

    /// Bytes held in memory, approximately.
    pub(crate) fn size(&self) -> usize {
        OVERHEAD + self.0.len()
    }

    /// The filter without `$share/{name}/`.
    fn unshared(&self) -> &str {
        let shared = self.0.strip_prefix(SHARE).and_then(|shared| shared.split_once('/'));
        shared.map_or(&self.0, |(_, filter)| filter)
    }
}

/// The slot of the topic name with these bytes: a sum of its words, scattered by two products whose upper
/// bits depend on all of it.
pub(super) fn slot_of(name: &[u8]) -> u8 {
    let sum = match name.last_chunk() {
        Some(last) => {
            let words = name.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word));
            words.fold(u64::from_le_bytes(*last), u64::wrapping_add)
        }
        None => name.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
    };
    let scattered =
        (sum as u32).wrapping_mul(0x9e37_79b1) ^ ((sum >> 32) as u32).wrapping_mul(0x85eb_ca77);
    (scattered >> 26) as u8 % SLOTS as u8
}

/// Slots of a table of topics
pub(crate) const SLOTS: usize = 64;

/// Bytes held in memory for a topic besides its text, approximately.
pub(super) const OVERHEAD: usize = 64;

const SHARE: &str = "$share/";

/// The rules that names and filters share.
fn is_topic(text: &str) -> bool {
    !text.is_empty() && is_text(text)
}

fn wildcards_are_levels(filter: &str) -> bool {
    let levels = filter.strip_suffix("/#").unwrap_or(if filter == "#" { "" } else { filter });
    levels.split('/').all(|level| level == "+" || !has_wildcard(level))
}

fn has_wildcard(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'+' | b'#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [MQTT-3.3.2-2] [MQTT-4.7.0-1] [MQTT-4.7.1-1] [MQTT-4.7.3-1] [MQTT-4.7.3-2] [MQTT-4.7.3-3]
    #[test]
    fn topic_names() {
        for name in ["a", "/", "a//b", "设备/一", "$SYS/broker", " ", &"x".repeat(65_535)] {
            assert!(TopicName::new(name).is_some(), "{name}");
        }
        for name in ["", "a/+", "#", "a#", "a\0b", &"x".repeat(65_536), &"好".repeat(21_846)] {
            assert!(TopicName::new(name).is_none(), "{name}");
        }
    }

    /// [MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.7.1-3] [MQTT-4.7.3-1] [MQTT-4.7.3-2] [MQTT-4.7.3-3]
    /// [MQTT-4.8.2-1] [MQTT-4.8.2-2]
    #[test]
    fn topic_filters() {
        for filter in [
            "a",
            "+",
            "#",
            "+/+",
            "/+",
            "a/#",
            "a/+/b",
            "设备/+",
            "$SYS/#",
            "$share/g/#",
            "$share/组/a/+",
            "$shared",
            "$share",
        ] {
            assert!(TopicFilter::new(filter).is_some(), "{filter}");
        }
        for filter in [
            "",
            "a+",
            "+a",
            "++",
            "a/#/b",
            "##",
            "a#",
            "#/",
            "\0",
            "$share/",
            "$share/g",
            "$share//a",
            "$share/g/",
            "$share/+/a",
            "$share/g/a#",
        ] {
            assert!(TopicFilter::new(filter).is_none(), "{filter}");
        }
    }

    #[test]
    fn matching() {
        let matches = |filter: &str, name: &str| {
            TopicFilter::new(filter).unwrap().matches(&TopicName::new(name).unwrap())
        };
        for (filter, name) in [
            ("a/b", "a/b"),
            ("sport/#", "sport"),
            ("sport/#", "sport/tennis/1"),
            ("#", "a/b"),
            ("+/+", "/finance"),
            ("/+", "/finance"),
            ("设备/+", "设备/1"),
            ("+/状态", "设备/状态"),
            ("$SYS/#", "$SYS/broker/load"),
            ("$SYS/+", "$SYS/x"),
            ("$share/g/a/+", "a/b"),
            ("+", "一"),
        ] {
            assert!(matches(filter, name), "{filter} {name}");
        }
        for (filter, name) in [
            ("a/b", "a"),
            ("a", "a/b"),
            ("a/+", "a"),
            ("+", "/finance"),
            ("sport/+", "sport/tennis/1"),
            ("#", "$SYS/broker"),
            ("+/broker", "$SYS/broker"),
            ("A", "a"),
            ("$share/g/#", "$SYS/x"),
        ] {
            assert!(!matches(filter, name), "{filter} {name}");
        }
    }
}
