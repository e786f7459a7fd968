//! Plays a schedule, and keeps what was asked for along the way. The invariants it is compared with
//! are in `invariants.rs`.

use std::collections::{BTreeMap, BTreeSet};

use super::action::{Action, LARGE_QUEUE, Setup};
use crate::common::pair::Pair;
use crate::common::pair::app::{Answer, Request};
use crate::common::wire::{Message, Properties, Value, property_id as id};
use crate::common::{filter, name};
use mqtt_miniprogram::codec::{self, PacketId, PropertyId, RetainHandling, Subscription};
use mqtt_miniprogram::{Event, Options, Publish, QoS, RequestError, Version};

pub(crate) struct Run {
    pub(crate) pair: Pair,
    pub(crate) setup: Setup,
    /// What the application was allowed to publish, in order
    pub(crate) published: Vec<Published>,
    /// What the broker had to deliver, in order
    pub(crate) server_published: Vec<Message>,
    /// The last request for each filter
    pub(crate) subscriptions: BTreeMap<&'static str, (Wanted, Request)>,
    /// Payloads that the application did not acknowledge, or refused: they may come again.
    pub(crate) not_taken: BTreeSet<Vec<u8>>,
    /// Payloads that it did acknowledge
    acknowledged: BTreeSet<Vec<u8>>,
}

/// A message of the application's.
pub(crate) struct Published {
    pub(crate) request: Request,
    pub(crate) qos: QoS,
    pub(crate) topic: &'static str,
    pub(crate) payload: Vec<u8>,
    /// Seconds
    pub(crate) expiry: Option<u32>,
}

/// What a filter is to be at the broker.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Wanted {
    /// With these options and this identifier
    Subscribed(u8, Option<u32>),
    Unsubscribed,
}

impl Run {
    /// The client is connected.
    pub(crate) fn new(setup: &Setup) -> Self {
        let mut pair = Pair::new(options(setup));
        pair.broker.waits_for_release = setup.waits_for_release;
        pair.broker.verbose = setup.verbose;
        pair.broker.connack_properties = setup.server_limits.clone();
        pair.broker.highest_level = if setup.old_broker { 4 } else { 5 };
        pair.broker.refused_topics.insert("refused".into());
        if setup.version != Version::V31 {
            pair.broker.refused_filters.insert("refused".into()); // MQTT 3.1 cannot refuse one
        }
        pair.transport.lingers = setup.lingers;
        pair.connect();
        pair.settle();
        Self {
            pair,
            setup: setup.clone(),
            published: Vec::new(),
            server_published: Vec::new(),
            subscriptions: BTreeMap::new(),
            not_taken: BTreeSet::new(),
            acknowledged: BTreeSet::new(),
        }
    }

    pub(crate) fn action(&mut self, action: &Action) {
        let app_run = self.pair.app_run();
        self.carry_out(action);
        self.reconnect_after_refusal();
        if self.pair.app_run() > app_run {
            self.forget_unstored();
        }
        self.check_memory();
    }

    fn carry_out(&mut self, action: &Action) {
        let app_run = self.pair.app_run();
        let pair = &mut self.pair;
        match action {
            Action::Publish { .. } => self.publish(action),
            Action::ServerPublishes { .. } => self.server_publishes(action),
            Action::Subscribe { .. } => self.subscribe(action),
            Action::Unsubscribe(filter) => match pair.unsubscribe(&[filter]) {
                Ok(request_id) => {
                    let request = Request { app_run, request_id };
                    self.subscriptions.insert(filter, (Wanted::Unsubscribed, request));
                }
                Err(error) => assert_eq!(error, RequestError::QueueFull),
            },
            Action::Remove(ago) => {
                let last = pair.client.last_packet_id().map_or(0, PacketId::get);
                if let Some(packet_id) = PacketId::new(last.saturating_sub(*ago)) {
                    pair.removes(packet_id);
                }
            }
            Action::Acknowledge(reason) => self.acknowledge(*reason),
            Action::Cut(direction, after) => pair.transport.cuts.push_back((*direction, *after)),
            Action::CutNow => pair.cut(),
            Action::Vanish => pair.vanish(),
            Action::NetworkDown(millis) => {
                pair.transport.down = true;
                pair.cut();
                pair.pass(*millis);
                pair.transport.down = false;
            }
            Action::Latency(millis) => pair.transport.latency = *millis,
            Action::Piece(bytes) => pair.transport.piece = *bytes,
            Action::Pass(millis) => pair.pass(*millis),
            Action::Freeze(millis) => pair.freeze(*millis),
            Action::Hide => pair.hides(),
            Action::Show => pair.shows(),
            Action::Network(connected) => pair.network(*connected),
            Action::ServerDisconnects(reason) => pair.server_disconnects(*reason),
            Action::Refuse(v3, v5) => {
                let code = if self.speaks_v5() { *v5 } else { *v3 };
                self.pair.broker.refusals.push_back(code);
            }
            Action::ServerLimits(server_limits) => {
                pair.broker.connack_properties = server_limits.clone();
            }
            Action::KillApp(calls) if self.setup.stores_session => pair.killed_after = Some(*calls),
            Action::KillApp(_) => {}
            Action::LoseSessions => {
                pair.broker.forget();
                pair.cut();
            }
        }
    }

    /// The app was killed: what it knew of its requests is gone, but for what was stored.
    fn forget_unstored(&mut self) {
        let pair = &self.pair;
        self.subscriptions.retain(|_, (_, request)| match pair.answer(*request) {
            Answer::Reported(Event::Failed { .. }) | Answer::Pending | Answer::Lost => false,
            Answer::Reported(_) => true,
        });
        if self.setup.manual_ack {
            // what was not acknowledged was not stored either
            let given = self.messages().filter(|payload| !self.acknowledged.contains(payload));
            let given: Vec<Vec<u8>> = given.collect();
            self.not_taken.extend(given);
        }
    }

    /// The network works again, and everything is completed.
    pub(crate) fn settle(&mut self) {
        self.restore_network();
        self.pair.client.options_mut().manual_ack = false;
        self.pair.acknowledges(Some(0));
        self.pair.pass(60_000);
        self.reconnect_after_refusal(); // the last packet of the broker may have been in flight
        if !self.not_taken.is_empty() {
            self.pair.cut(); // only another connection brings them again
        }
        self.pair.settle();
        self.pair.client.options_mut().manual_ack = self.setup.manual_ack;
    }

    pub(crate) fn restore_network(&mut self) {
        self.pair.killed_after = None;
        self.pair.transport.cuts.clear();
        self.pair.broker.refusals.clear();
        self.pair.network(true);
        self.pair.shows();
    }

    /// The application connects again after a refusal that is not retryable.
    fn reconnect_after_refusal(&mut self) {
        if self.pair.has_given_up() {
            self.pair.connect();
        }
    }

    fn speaks_v5(&self) -> bool {
        self.setup.version == Version::V5 && !self.setup.old_broker
    }

    fn publish(&mut self, action: &Action) {
        let &Action::Publish { qos, topic, retain, size, expiry, alias } = action else {
            unreachable!()
        };
        let payload = numbered('c', self.published.len(), size);
        let expiry = expiry.filter(|_| self.speaks_v5());
        let alias = alias.filter(|_| self.speaks_v5());
        let numbers = [
            expiry.map(|seconds| (PropertyId::MESSAGE_EXPIRY_INTERVAL, seconds)),
            alias.map(|alias| (PropertyId::TOPIC_ALIAS, alias.into())),
        ];
        let properties = numbers.into_iter().flatten();
        let properties =
            properties.map(|(id, number)| (id, codec::Value::Number(number))).collect();
        let publish = Publish {
            retain,
            properties: codec::Properties(properties),
            ..Publish::new(name(topic), payload.clone(), qos)
        };
        let (app_run, events) = (self.pair.app_run(), self.pair.events.len());
        match self.pair.publish(publish) {
            Ok(request_id) => {
                let request = Request { app_run, request_id };
                let awaited = matches!(self.pair.answer(request), Answer::Pending);
                if awaited && qos > QoS::AtMostOnce && self.setup.stores_session {
                    let stored = self.pair.storage.deliveries();
                    assert!(
                        stored.contains(&request_id.0),
                        "{request_id:?} would be lost with the app"
                    );
                }
                self.published.push(Published { request, qos, topic, payload, expiry });
            }
            Err(error) => {
                let expected = match error {
                    RequestError::QueueFull => self.setup.queue_limit < LARGE_QUEUE,
                    RequestError::NotConnected => {
                        qos == QoS::AtMostOnce && !self.setup.queue_qos_zero
                    }
                    RequestError::TopicAlias => alias.is_some(),
                    _ => false,
                };
                assert!(expected, "{error:?} for {action:?}");
                assert_eq!(self.pair.events.len(), events, "a refusal that did something");
            }
        }
    }

    fn server_publishes(&mut self, action: &Action) {
        let Action::ServerPublishes { qos, topic, size, properties } = action else {
            unreachable!()
        };
        let properties = if self.speaks_v5() { properties.clone() } else { Properties::new() };
        let message = Message {
            qos: *qos as u8,
            topic: (*topic).into(),
            payload: numbered('s', self.server_published.len(), *size),
            properties,
            ..Message::default()
        };
        if self.pair.server_publishes(message.clone()) {
            self.server_published.push(message);
        }
    }

    fn subscribe(&mut self, action: &Action) {
        let &Action::Subscribe {
            filter: text,
            qos,
            no_local,
            retain_as_published,
            retain_handling,
            identifier,
        } = action
        else {
            unreachable!()
        };
        let v5 = self.speaks_v5();
        let subscription = Subscription {
            filter: filter(text),
            qos,
            no_local: no_local && v5,
            retain_as_published: retain_as_published && v5,
            retain_handling: match retain_handling {
                1 if v5 => RetainHandling::IfNew,
                2 if v5 => RetainHandling::Never,
                _ => RetainHandling::Always,
            },
        };
        let identifier = identifier.filter(|_| v5);
        let properties = identifier.map(|identifier| {
            (PropertyId::SUBSCRIPTION_IDENTIFIER, codec::Value::Number(identifier))
        });
        let properties = codec::Properties(properties.into_iter().collect());
        let app_run = self.pair.app_run();
        match self.pair.subscribe(vec![subscription], properties) {
            Ok(request_id) => {
                let bits = u8::from(no_local) << 2
                    | u8::from(retain_as_published) << 3
                    | retain_handling << 4;
                let wanted = Wanted::Subscribed(qos as u8 | if v5 { bits } else { 0 }, identifier);
                self.subscriptions.insert(text, (wanted, Request { app_run, request_id }));
            }
            Err(error) => assert_eq!(error, RequestError::QueueFull),
        }
    }

    fn acknowledge(&mut self, reason: Option<u8>) {
        let app_run = self.pair.app_run();
        let last = self.messages().last();
        if self.pair.acknowledges(reason) {
            let taken = reason == Some(0) && self.pair.app_run() == app_run;
            let payloads = if taken { &mut self.acknowledged } else { &mut self.not_taken };
            payloads.extend(last);
        }
    }

    /// Payloads of the messages that the application was given.
    fn messages(&self) -> impl Iterator<Item = Vec<u8>> {
        self.pair.events.iter().filter_map(|event| match event {
            Event::Message(publish) => Some(publish.payload.to_vec()),
            _ => None,
        })
    }

    /// Payloads that are queued or in flight stay within the limit.
    fn check_memory(&self) {
        if self.setup.queue_limit == LARGE_QUEUE {
            return;
        }
        let held = self.published.iter().filter(|published| {
            // a QoS 2 message that the broker has is no longer held
            published.qos != QoS::ExactlyOnce
                && matches!(self.pair.answer(published.request), Answer::Pending)
        });
        let sizes: Vec<usize> = held.map(|published| published.payload.len()).collect();
        let size: usize = sizes.iter().sum();
        assert!(sizes.len() < 2 || size <= self.setup.queue_limit, "{size} bytes are held");
    }
}

fn options(setup: &Setup) -> Options {
    let v5 = setup.version == Version::V5;
    let expiry = setup.session_expiry.map(|seconds| (id::SESSION_EXPIRY, Value::Number(seconds)));
    let properties: Properties = expiry.into_iter().chain(setup.client_limits.clone()).collect();
    Options {
        protocol_version: setup.version,
        client_id: if setup.nameless { String::new() } else { "c".into() },
        clean: setup.clean,
        keepalive: 20,
        properties: if v5 { to_codec(&properties) } else { codec::Properties::default() },
        fallback: setup.old_broker, // a new broker that is cut off twice would be tried with MQTT 3.1.1
        auto_assign_topic_alias: setup.auto_assign_topic_alias,
        queue_qos_zero: setup.queue_qos_zero,
        max_in_flight: setup.max_in_flight,
        manual_ack: setup.manual_ack,
        queue_limit: setup.queue_limit,
        store_session: setup.stores_session,
        confirm_records: setup.confirms_records,
        ..Options::default()
    }
}

/// Properties of the test's codec as the crate has them.
pub(crate) fn to_codec(properties: &Properties) -> codec::Properties {
    let convert = |(id, value): &(u8, Value)| {
        let value = match value.clone() {
            Value::Number(number) => codec::Value::Number(number),
            Value::Text(text) => codec::Value::Text(text),
            Value::Binary(bytes) => codec::Value::Binary(bytes.into()),
            Value::Pair(name, value) => codec::Value::Pair(name, value),
        };
        (PropertyId::new(*id).unwrap(), value)
    };
    codec::Properties(properties.iter().map(convert).collect())
}

/// A payload that is identified by its number.
fn numbered(side: char, number: usize, size: usize) -> Vec<u8> {
    format!("{side}{number}{}", ".".repeat(size)).into_bytes()
}
