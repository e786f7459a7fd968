//! The transport between client and broker. What it delivers it delivers in order and once, as TCP
//! does; when it breaks, each end may have had any beginning of what was sent to it.

use std::collections::VecDeque;
use std::mem;

use mqtt_miniprogram::Instant;

#[derive(Debug, Default)]
pub struct Transport {
    /// Milliseconds from end to end
    pub latency: u64,
    /// Bytes the client gets at a time; 0 for all there are
    pub piece: usize,
    /// New transports cannot be opened.
    pub down: bool,
    /// The broker does not know at once when the connection breaks: what the client has sent still
    /// arrives, and the broker's end stays open until the next CONNECT.
    pub lingers: bool,
    /// Where it will break: after so many bytes more in this direction. One after the other.
    pub cuts: VecDeque<(Direction, usize)>,
    /// Bytes delivered, to broker and to client
    pub delivered: [usize; 2],
    pub(super) opens_at: Option<Instant>,
    pub(super) open: bool,
    /// What is sent is lost, and nobody knows.
    pub(super) vanished: bool,
    pub(super) to_broker: Queue,
    pub(super) to_client: Queue,
    /// Sent to the broker before the connection broke
    pub(super) late: Queue,
}

pub(super) type Queue = VecDeque<(Instant, Vec<u8>)>;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    ToBroker,
    ToClient,
}

impl Transport {
    pub(super) fn push(&mut self, direction: Direction, bytes: Vec<u8>, now: Instant) {
        if self.open && !self.vanished && !bytes.is_empty() {
            let at = now.after(self.latency);
            let queue = self.queue(direction);
            let at = queue.back().map_or(at, |(last, _)| at.max(*last)); // in order
            queue.push_back((at, bytes));
        }
    }

    pub(super) fn arrived(&mut self, direction: Direction, now: Instant) -> Option<Vec<u8>> {
        pop_due(self.queue(direction), now)
    }

    pub(super) fn arrived_late(&mut self, now: Instant) -> Option<Vec<u8>> {
        pop_due(&mut self.late, now)
    }

    /// When bytes arrive next, or the transport opens.
    pub(super) fn next(&self) -> Option<Instant> {
        let arrivals = [&self.to_broker, &self.to_client, &self.late];
        let arrivals = arrivals.into_iter().filter_map(VecDeque::front).map(|(at, _)| *at);
        arrivals.chain(self.opens_at).min()
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.open && !self.vanished && self.to_broker.is_empty() && self.to_client.is_empty()
    }

    pub(super) fn close(&mut self) {
        self.opens_at = None;
        self.open = false;
        self.vanished = false;
        let unread = mem::take(&mut self.to_broker);
        self.late = if self.lingers { unread } else { Queue::new() };
        self.to_client.clear();
    }

    fn queue(&mut self, direction: Direction) -> &mut Queue {
        match direction {
            Direction::ToBroker => &mut self.to_broker,
            Direction::ToClient => &mut self.to_client,
        }
    }
}

fn pop_due(queue: &mut Queue, now: Instant) -> Option<Vec<u8>> {
    let due = queue.front().is_some_and(|(at, _)| *at <= now);
    due.then(|| queue.pop_front()).flatten().map(|(_, bytes)| bytes)
}
