//! Topic names that were received before: they are recognised by their bytes, and neither checked nor
//! copied again. Both is a large part of what a small message costs.

use super::error::DecodeError;
use super::primitives::checked_text;
use super::topic::{SLOTS, TopicName, slot_of};

/// The topic names that were received last, by their slots; empty until the first is received.
#[derive(Debug, Default)]
pub(crate) struct TopicCache(Vec<Option<TopicName>>);

impl TopicCache {
    /// The topic name of these bytes, [`TopicName::aliased`] if there are none; `None` if they are text, but
    /// no topic name.
    ///
    /// # Errors
    /// They are not UTF-8 without U+0000. [MQTT-1.5.4-1] [MQTT-1.5.4-2]
    pub(super) fn name(&mut self, bytes: &[u8]) -> Result<Option<TopicName>, DecodeError> {
        if bytes.is_empty() {
            return Ok(Some(TopicName::aliased()));
        }
        let slot = usize::from(slot_of(bytes));
        if let Some(Some(name)) = self.0.get(slot)
            && name.as_str().as_bytes() == bytes
        {
            return Ok(Some(name.clone()));
        }
        let name = TopicName::new(checked_text(bytes)?);
        if name.is_some() && bytes.len() <= LONGEST {
            self.0.resize_with(SLOTS, || None);
            self.0[slot].clone_from(&name);
        }
        Ok(name)
    }
}

/// Bytes of a name that is remembered: what publishers send takes 16 KiB here at most.
const LONGEST: usize = 256;

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

    #[test]
    fn names_of_devices_use_most_slots() {
        for pattern in ["sensors/{}/state", "d{}", "设备/{}"] {
            let names = (0..256).map(|number| pattern.replace("{}", &format!("{number:04}")));
            let mut used = [false; SLOTS];
            names.for_each(|name| used[usize::from(slot_of(name.as_bytes()))] = true);
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
