//! What the phone does to the app: it hides and freezes it, changes networks, and can kill it before
//! anything that the client wants carried out. The next life has what was stored, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use mqtt_miniprogram::codec::{Record, RecordKey};
use mqtt_miniprogram::{Client, Event, Token};

use super::{Pair, Referee};

/// A request, and the life in which it was made: tokens are told apart within a life.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Request {
    pub life: usize,
    pub token: Token,
}

/// What became of a request.
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    Told(&'a Event),
    Awaited,
    /// It died with the app.
    Lost,
}

/// What outlives the app.
#[derive(Debug, Default)]
pub struct Storage(BTreeMap<String, Vec<u8>>);

/// One life of the app.
#[derive(Debug, Default)]
pub(super) struct Life {
    /// Where its events begin
    begin: usize,
    /// Requests of the life before that it has taken up
    restored: BTreeSet<u32>,
}

impl Storage {
    pub(super) fn store(&mut self, record: &Record) {
        self.0.insert(record.key().text(), record.encode().to_vec());
    }

    pub(super) fn erase(&mut self, key: &RecordKey) {
        self.0.remove(&key.text());
    }

    fn records(&self) -> Vec<Record> {
        self.0.values().map(|bytes| Record::decode(bytes).expect("a record")).collect()
    }

    /// Numbers of the deliveries that are not done with.
    pub fn deliveries(&self) -> BTreeSet<u32> {
        let records = self.records().into_iter();
        let numbers = records.filter_map(|record| match record {
            Record::Delivery(number, _) => Some(number),
            _ => None,
        });
        numbers.collect()
    }
}

impl Pair {
    /// How often the app was killed
    pub fn life(&self) -> usize {
        self.lives.len() - 1
    }

    /// What became of a request.
    pub fn answer(&self, Request { life, token }: Request) -> Answer<'_> {
        for (at, life) in self.lives.iter().enumerate().skip(life) {
            let end = self.lives.get(at + 1).map_or(self.events.len(), |next| next.begin);
            let told = self.events[life.begin..end].iter().find(|event| answers(event, token));
            match (told, self.lives.get(at + 1)) {
                (Some(event), _) => return Answer::Told(event),
                (None, None) => return Answer::Awaited,
                (None, Some(next)) if next.restored.contains(&token.0) => {}
                (None, Some(_)) => return Answer::Lost,
            }
        }
        unreachable!("the last life has no next one");
    }

    /// The app goes to the background.
    pub fn hides(&mut self) {
        self.client.handle_hidden(self.now);
        self.drain();
    }

    /// The app comes back to the foreground.
    pub fn shows(&mut self) {
        self.client.handle_shown(self.now);
        self.drain();
    }

    /// The phone says that the network is lost, or found.
    pub fn network(&mut self, connected: bool) {
        self.client.handle_network(connected, self.now);
        self.drain();
    }

    /// Time passes, and the client does not run.
    pub fn freeze(&mut self, millis: u64) {
        self.now = self.now.after(millis);
        self.inspector.froze(self.now.0);
    }

    /// The app is killed, and started again.
    pub(super) fn die(&mut self) {
        self.dies_in = None;
        self.close_transport();
        self.unacknowledged = None;
        let restored = self.storage.deliveries();
        let records = self.storage.records();
        self.inspector.reborn(&records, &self.payloads);
        self.referee = Referee::reborn(&restored);
        self.payloads.retain(|token, _| restored.contains(token));
        self.lives.push(Life { begin: self.events.len(), restored });
        self.options.seed += 7_919; // another one in each life
        self.client = Client::new(self.options.clone());
        for record in records {
            self.client.restore(record);
        }
        self.connect();
    }

    /// Whether the app dies before this call is carried out.
    pub(super) fn is_killed(&mut self) -> bool {
        match &mut self.dies_in {
            Some(0) => true,
            Some(calls) => {
                *calls -= 1;
                false
            }
            None => false,
        }
    }
}

fn answers(event: &Event, wanted: Token) -> bool {
    match event {
        Event::Published { token, .. }
        | Event::Subscribed { token, .. }
        | Event::Unsubscribed { token, .. }
        | Event::Failed { token, .. } => *token == wanted,
        _ => false,
    }
}
