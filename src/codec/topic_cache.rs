//! Topic names that were received before: they are recognised by their bytes, and neither checked nor
//! copied again. Both is a large part of what a small message costs.

use super::error::DecodeError;
use super::primitives::checked_text;
use super::topic::TopicName;

/// The topic names that were received last, by their slots; empty until the first is received.
#[derive(Debug, Default)]
pub(crate) struct TopicCache(Vec<Option<TopicName>>);

impl TopicCache {
    /// Names that are remembered at a time
    pub(crate) const SLOTS: usize = 64;

    /// The topic name of these bytes, [`TopicName::aliased`] if there are none; `None` if they are text, but
    /// no topic name.
    ///
    /// # Errors
    /// They are not UTF-8 without U+0000. [MQTT-1.5.4-1] [MQTT-1.5.4-2]
    pub(super) fn name(&mut self, bytes: &[u8]) -> Result<Option<TopicName>, DecodeError> {
        if bytes.is_empty() {
            return Ok(Some(TopicName::aliased()));
        }
        self.0.resize_with(Self::SLOTS, || None);
        let place = &mut self.0[slot_of(bytes)];
        if place.as_ref().is_some_and(|name| is_same(name.as_str().as_bytes(), bytes)) {
            return Ok(place.clone());
        }
        let name = TopicName::new(checked_text(bytes)?);
        if name.is_some() && bytes.len() <= LONGEST {
            place.clone_from(&name);
        }
        Ok(name)
    }
}

/// Bytes of a name that is remembered: what publishers send takes 16 KiB here at most.
const LONGEST: usize = 256;

/// A number below [`TopicCache::SLOTS`] for a topic name: always the same for the same name, and mostly
/// another one for another.
pub(crate) fn slot_of(name: &[u8]) -> usize {
    hash_of(name) as usize % TopicCache::SLOTS
}

/// A hash of a topic name or filter, whose lower bits depend on all of it. FNV-1a, but by four bytes at a time.
pub(crate) fn hash_of(topic: &[u8]) -> u32 {
    let (words, rest) = topic.as_chunks::<4>();
    let mix = |hash: u32, word: u32| (hash ^ word).wrapping_mul(0x0100_0193);
    let hash = words.iter().fold(0x811c_9dc5, |hash, word| mix(hash, u32::from_le_bytes(*word)));
    let hash = rest.iter().fold(hash, |hash, byte| mix(hash, u32::from(*byte)));
    // a product's lower bits depend on lower bits alone
    hash ^ hash >> 8 ^ hash >> 16 ^ hash >> 24
}

/// As `==`, which compares byte by byte in WebAssembly.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let ((words, rest), (other_words, other_rest)) = (one.as_chunks::<8>(), other.as_chunks());
    one.len() == other.len()
        && words
            .iter()
            .zip(other_words)
            .all(|(a, b)| u64::from_le_bytes(*a) == u64::from_le_bytes(*b))
        && rest.iter().zip(other_rest).all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_recognised_and_shared() {
        let mut cache = TopicCache::default();
        let first = cache.name("设备/1/状态".as_bytes()).unwrap().unwrap();
        let second = cache.name("设备/1/状态".as_bytes()).unwrap().unwrap();
        assert_eq!(first.as_str(), "设备/1/状态");
        assert!(first.as_str().as_ptr() == second.as_str().as_ptr());
    }

    #[test]
    fn names_that_share_a_slot_are_told_apart() {
        let mut cache = TopicCache::default();
        let names: Vec<String> = (0..1_000).map(|number| format!("sensors/{number}")).collect();
        for name in names.iter().chain(names.iter().rev()) {
            assert_eq!(cache.name(name.as_bytes()).unwrap().unwrap().as_str(), name);
        }
    }

    #[test]
    fn a_long_name_is_not_kept() {
        let mut cache = TopicCache::default();
        let name = vec![b'a'; LONGEST + 1];
        let [first, second] = [(); 2].map(|()| cache.name(&name).unwrap().unwrap());
        assert_eq!(first, second);
        assert!(cache.0.iter().all(Option::is_none));
    }

    /// Lengths around those of the words that are compared and mixed
    #[test]
    fn names_that_differ_in_one_byte_or_in_length_are_told_apart() {
        for length in 1..20 {
            let name = vec![b'a'; length];
            let mut others = vec![vec![b'a'; length + 1], vec![b'a'; length - 1]];
            others.extend((0..length).map(|at| {
                let mut other = name.clone();
                other[at] = b'b';
                other
            }));
            assert!(is_same(&name, &name.clone()));
            for other in others {
                assert!(!is_same(&name, &other), "{other:?}");
            }
        }
    }

    #[test]
    fn names_of_devices_use_most_slots() {
        for pattern in ["sensors/{}/state", "d{}", "设备/{}"] {
            let names = (0..256).map(|number| pattern.replace("{}", &format!("{number:04}")));
            let mut used = [false; TopicCache::SLOTS];
            names.for_each(|name| used[slot_of(name.as_bytes())] = true);
            let used = used.iter().filter(|used| **used).count();
            assert!(used > 48, "{pattern}: {used}");
        }
    }

    #[test]
    fn what_is_no_topic_name_is_refused_every_time() {
        let mut cache = TopicCache::default();
        for _ in 0..2 {
            assert_eq!(cache.name(b"a/+"), Ok(None));
            assert_eq!(cache.name(b""), Ok(Some(TopicName::aliased())));
            assert_eq!(cache.name(b"a\0b"), Err(DecodeError::Utf8));
            assert_eq!(cache.name(b"\xff"), Err(DecodeError::Utf8));
        }
    }
}
