//! The handle of a request.

/// Identifies a request (publish, subscribe, unsubscribe) in the events that report its result.
/// Never 0; numbers increase in the order of the requests.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RequestId(pub u32);
