//! What the client keeps in storage, if it is to: enough to go on after the app was killed at any
//! moment. A record is stored before the packet that relies on it is sent, and erased when nothing
//! depends on it any more. Ending the client erases nothing: what is unfinished can be taken up.

use super::Client;
use crate::codec::{PacketId, Progress, Publish, Record, RecordKey};
use crate::output::{Output, Token};
use crate::timer::Instant;

impl Client {
    /// Takes up a piece of the session that an earlier client has kept; in any order, before the
    /// first `connect`. What is delivered of it is told by [`Event::Published`] with a token that
    /// nobody was given in this life.
    ///
    /// [`Event::Published`]: crate::Event::Published
    pub fn restore(&mut self, record: Record) {
        match record {
            Record::Delivery(number, progress) => {
                self.last_token = self.last_token.max(number);
                self.session.restore_delivery(Token(number), progress);
            }
            Record::Received(packet_id) => {
                self.session.receive(packet_id);
            }
            Record::Subscription(subscription, properties) => {
                self.session.subscriptions.restore(subscription, properties);
            }
            Record::ClientId(client_id) if self.options.client_id.is_empty() => {
                self.options.client_id = client_id;
            }
            Record::ClientId(_) => {} // the application has one of its own by now
        }
    }

    /// A message waits for a connection, or for room in flight.
    pub(super) fn keep_waiting(&mut self, token: Token, publish: Publish, since: Instant) {
        self.keep(Record::Delivery(token.0, Progress::Waiting(publish, since.0)));
    }

    /// A message is about to be sent for the first time.
    pub(super) fn keep_sent(&mut self, token: Token, publish: &Publish) {
        if self.options.keep_records {
            self.keep(Record::Delivery(token.0, Progress::Sent(publish.clone())));
        }
    }

    /// The server has taken a QoS 2 message.
    pub(super) fn keep_released(&mut self, token: Token, packet_id: PacketId) {
        self.keep(Record::Delivery(token.0, Progress::Released(packet_id)));
    }

    pub(super) fn keep(&mut self, record: Record) {
        if self.options.keep_records {
            self.outputs.push_back(Output::Store(record));
        }
    }

    /// The delivery is over, one way or another.
    pub(super) fn erase_delivery(&mut self, token: Token) {
        self.erase(RecordKey::Delivery(token.0));
    }

    pub(super) fn erase(&mut self, key: RecordKey) {
        if self.options.keep_records {
            self.outputs.push_back(Output::Erase(key));
        }
    }
}
