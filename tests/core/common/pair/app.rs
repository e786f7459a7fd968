//! What a phone does to the app: it hides and suspends it, changes networks, and can kill it before
//! anything that the client wants carried out. After the restart it has what was stored, and
//! nothing else.

use std::collections::{BTreeMap, BTreeSet};

use mqtt_miniprogram::{Client, Event, RequestId};
use mqtt_miniprogram::{RecordKey, SessionRecord};

use super::{OutputChecker, Pair};

/// A request, and the run of the app that made it: identifiers are unique within a run.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Request {
    pub app_run: usize,
    pub request_id: RequestId,
}

/// What became of a request.
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    Reported(&'a Event),
    Pending,
    /// It died with the app.
    Lost,
}

/// What outlives the app.
#[derive(Debug, Default)]
pub struct Storage(BTreeMap<String, Vec<u8>>);

/// One run of the app.
#[derive(Debug, Default)]
pub(super) struct AppRun {
    /// Where its events begin
    begin: usize,
    /// Requests of the earlier run that it has restored
    restored: BTreeSet<u32>,
}

impl Storage {
    pub(super) fn store(&mut self, record: &SessionRecord) {
        self.0.insert(record.key().text(), record.encode());
    }

    pub(super) fn erase(&mut self, key: &RecordKey) {
        self.0.remove(&key.text());
    }

    fn records(&self) -> Vec<SessionRecord> {
        self.0.values().map(|bytes| SessionRecord::decode(bytes).expect("a record")).collect()
    }

    /// Numbers of the deliveries that are not done with.
    pub fn deliveries(&self) -> BTreeSet<u32> {
        let records = self.records().into_iter();
        let numbers = records.filter_map(|record| match record {
            SessionRecord::Delivery(number, _) => Some(number),
            _ => None,
        });
        numbers.collect()
    }
}

impl Pair {
    /// How often the app was killed
    pub fn app_run(&self) -> usize {
        self.app_runs.len() - 1
    }

    /// What became of a request.
    pub fn answer(&self, Request { app_run, request_id }: Request) -> Answer<'_> {
        for (at, run) in self.app_runs.iter().enumerate().skip(app_run) {
            let end = self.app_runs.get(at + 1).map_or(self.events.len(), |next| next.begin);
            let reported =
                self.events[run.begin..end].iter().find(|event| answers(event, request_id));
            match (reported, self.app_runs.get(at + 1)) {
                (Some(event), _) => return Answer::Reported(event),
                (None, None) => return Answer::Pending,
                (None, Some(next)) if next.restored.contains(&request_id.0) => {}
                (None, Some(_)) => return Answer::Lost,
            }
        }
        unreachable!("the last run has no next one");
    }

    /// The app is moved to the background.
    pub fn hides(&mut self) {
        self.client.handle_app_hidden(self.now);
        self.drain();
    }

    /// The app is moved to the foreground.
    pub fn shows(&mut self) {
        self.client.handle_app_shown(self.now);
        self.drain();
    }

    /// The phone reports that the network is lost, or found.
    pub fn network(&mut self, connected: bool) {
        self.client.handle_network_changed(connected, self.now);
        self.drain();
    }

    /// Time passes, and the client does not run.
    pub fn freeze(&mut self, millis: u64) {
        self.now = self.now.after(millis);
        self.packet_checker.froze(self.now.0);
    }

    /// The app is killed, and started again.
    pub(super) fn kill_app(&mut self) {
        self.killed_after = None;
        self.close_transport();
        self.unacknowledged = None;
        let restored = self.storage.deliveries();
        let records = self.storage.records();
        self.packet_checker.restarted(&records, &self.payloads);
        self.output_checker = OutputChecker::restarted(&restored);
        self.payloads.retain(|request_id, _| restored.contains(request_id));
        self.app_runs.push(AppRun { begin: self.events.len(), restored });
        self.options.seed += 7_919; // another one in each run
        self.client = Client::new(self.options.clone());
        for record in records {
            self.client.restore(record);
        }
        self.connect();
    }

    /// Whether the app is killed before this call is carried out.
    pub(super) fn is_killed(&mut self) -> bool {
        match &mut self.killed_after {
            Some(0) => true,
            Some(calls) => {
                *calls -= 1;
                false
            }
            None => false,
        }
    }
}

fn answers(event: &Event, wanted: RequestId) -> bool {
    match event {
        Event::Published { request_id, .. }
        | Event::Refused { request_id, .. }
        | Event::Subscribed { request_id, .. }
        | Event::Unsubscribed { request_id, .. }
        | Event::Failed { request_id, .. } => *request_id == wanted,
        _ => false,
    }
}
