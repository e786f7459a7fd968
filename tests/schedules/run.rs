//! Plays a schedule, and keeps what was asked for along the way. The promises it is compared with
//! are in `promises.rs`.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::pair::Pair;
use crate::common::pair::life::{Answer, Request};
use crate::common::wire::{Message, Properties, Value, property_id as id};
use crate::common::{filter, name};
use crate::world::{Act, BIG_QUEUE, World};
use mqtt_miniprogram::codec::{self, PacketId, PropertyId, RetainHandling, Subscription};
use mqtt_miniprogram::{Event, Options, Publish, QoS, RequestError, Version};

pub(crate) struct Run {
    pub(crate) pair: Pair,
    pub(crate) world: World,
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
    pub(crate) fn new(world: &World) -> Self {
        let mut pair = Pair::new(options(world));
        pair.broker.waits_for_release = world.waits_for_release;
        pair.broker.chatty = world.chatty;
        pair.broker.terms = world.terms.clone();
        pair.broker.highest_level = if world.old_broker { 4 } else { 5 };
        pair.broker.refused_topics.insert("refused".into());
        if world.version != Version::V31 {
            pair.broker.refused_filters.insert("refused".into()); // MQTT 3.1 cannot refuse one
        }
        pair.transport.lingers = world.lingers;
        pair.connect();
        pair.settle();
        Self {
            pair,
            world: world.clone(),
            published: Vec::new(),
            server_published: Vec::new(),
            subscriptions: BTreeMap::new(),
            not_taken: BTreeSet::new(),
            acknowledged: BTreeSet::new(),
        }
    }

    pub(crate) fn act(&mut self, act: &Act) {
        let life = self.pair.life();
        self.carry_out(act);
        self.revive();
        if self.pair.life() > life {
            self.forget_what_died();
        }
        self.check_memory();
    }

    fn carry_out(&mut self, act: &Act) {
        let life = self.pair.life();
        let pair = &mut self.pair;
        match act {
            Act::Publish { .. } => self.publish(act),
            Act::ServerPublishes { .. } => self.server_publishes(act),
            Act::Subscribe { .. } => self.subscribe(act),
            Act::Unsubscribe(filter) => match pair.unsubscribe(&[filter]) {
                Ok(token) => {
                    let request = Request { life, token };
                    self.subscriptions.insert(filter, (Wanted::Unsubscribed, request));
                }
                Err(error) => assert_eq!(error, RequestError::QueueFull),
            },
            Act::Remove(ago) => {
                let last = pair.client.last_packet_id().map_or(0, PacketId::get);
                if let Some(packet_id) = PacketId::new(last.saturating_sub(*ago)) {
                    pair.removes(packet_id);
                }
            }
            Act::Acknowledge(reason) => self.acknowledge(*reason),
            Act::Cut(direction, after) => pair.transport.cuts.push_back((*direction, *after)),
            Act::CutNow => pair.cut(),
            Act::Vanish => pair.vanish(),
            Act::NetworkDown(millis) => {
                pair.transport.down = true;
                pair.cut();
                pair.pass(*millis);
                pair.transport.down = false;
            }
            Act::Latency(millis) => pair.transport.latency = *millis,
            Act::Piece(bytes) => pair.transport.piece = *bytes,
            Act::Pass(millis) => pair.pass(*millis),
            Act::Freeze(millis) => pair.freeze(*millis),
            Act::Hide => pair.hides(),
            Act::Show => pair.shows(),
            Act::Network(connected) => pair.network(*connected),
            Act::ServerLeaves(reason) => pair.server_leaves(*reason),
            Act::Refuse(v3, v5) => {
                let code = if self.speaks_v5() { *v5 } else { *v3 };
                self.pair.broker.refusals.push_back(code);
            }
            Act::Terms(terms) => pair.broker.terms = terms.clone(),
            Act::Kill(calls) if self.world.keeps_records => pair.dies_in = Some(*calls),
            Act::Kill(_) => {}
            Act::Forget => {
                pair.broker.forget();
                pair.cut();
            }
        }
    }

    /// The app was killed: what it knew of its requests is gone, but for what was stored.
    fn forget_what_died(&mut self) {
        let pair = &self.pair;
        self.subscriptions.retain(|_, (_, request)| match pair.answer(*request) {
            Answer::Told(Event::Failed { .. }) | Answer::Awaited | Answer::Lost => false,
            Answer::Told(_) => true,
        });
        if self.world.manual_acknowledgement {
            // what was not acknowledged was not stored either
            let given = self.messages().filter(|payload| !self.acknowledged.contains(payload));
            let given: Vec<Vec<u8>> = given.collect();
            self.not_taken.extend(given);
        }
    }

    /// Everything heals, and comes to its end.
    pub(crate) fn settle(&mut self) {
        self.heal();
        self.pair.client.acknowledge_manually(false);
        self.pair.acknowledges(Some(0));
        self.pair.pass(60_000);
        self.revive(); // the broker's last word may have been on its way
        if !self.not_taken.is_empty() {
            self.pair.cut(); // only another connection brings them again
        }
        self.pair.settle();
        self.pair.client.acknowledge_manually(self.world.manual_acknowledgement);
    }

    pub(crate) fn heal(&mut self) {
        self.pair.dies_in = None;
        self.pair.transport.cuts.clear();
        self.pair.broker.refusals.clear();
        self.pair.network(true);
        self.pair.shows();
    }

    /// The application connects again after a refusal that it alone can heal.
    fn revive(&mut self) {
        if self.pair.rests() {
            self.pair.connect();
        }
    }

    fn speaks_v5(&self) -> bool {
        self.world.version == Version::V5 && !self.world.old_broker
    }

    fn publish(&mut self, act: &Act) {
        let &Act::Publish { qos, topic, retain, size, expiry, alias } = act else { unreachable!() };
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
        let (life, told) = (self.pair.life(), self.pair.events.len());
        match self.pair.publish(publish) {
            Ok(token) => {
                let request = Request { life, token };
                let awaited = matches!(self.pair.answer(request), Answer::Awaited);
                if awaited && qos > QoS::AtMostOnce && self.world.keeps_records {
                    let stored = self.pair.storage.deliveries();
                    assert!(stored.contains(&token.0), "{token:?} would die with the app");
                }
                self.published.push(Published { request, qos, topic, payload, expiry });
            }
            Err(error) => {
                let expected = match error {
                    RequestError::QueueFull => self.world.queue_limit < BIG_QUEUE,
                    RequestError::NotConnected => qos == QoS::AtMostOnce && !self.world.queue_qos0,
                    RequestError::TopicAlias => alias.is_some(),
                    _ => false,
                };
                assert!(expected, "{error:?} for {act:?}");
                assert_eq!(self.pair.events.len(), told, "a refusal that did something");
            }
        }
    }

    fn server_publishes(&mut self, act: &Act) {
        let Act::ServerPublishes { qos, topic, size, properties } = act else { unreachable!() };
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

    fn subscribe(&mut self, act: &Act) {
        let &Act::Subscribe {
            filter: text,
            qos,
            no_local,
            retain_as_published,
            retain_handling,
            identifier,
        } = act
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
        let life = self.pair.life();
        match self.pair.subscribe(vec![subscription], properties) {
            Ok(token) => {
                let bits = u8::from(no_local) << 2
                    | u8::from(retain_as_published) << 3
                    | retain_handling << 4;
                let wanted = Wanted::Subscribed(qos as u8 | if v5 { bits } else { 0 }, identifier);
                self.subscriptions.insert(text, (wanted, Request { life, token }));
            }
            Err(error) => assert_eq!(error, RequestError::QueueFull),
        }
    }

    fn acknowledge(&mut self, reason: Option<u8>) {
        let life = self.pair.life();
        let last = self.messages().last();
        if self.pair.acknowledges(reason) {
            let taken = reason == Some(0) && self.pair.life() == life;
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

    /// Payloads that wait or are on their way keep to the limit.
    fn check_memory(&self) {
        if self.world.queue_limit == BIG_QUEUE {
            return;
        }
        let held = self.published.iter().filter(|published| {
            // a QoS 2 message that the broker has is no longer held
            published.qos != QoS::ExactlyOnce
                && matches!(self.pair.answer(published.request), Answer::Awaited)
        });
        let sizes: Vec<usize> = held.map(|published| published.payload.len()).collect();
        let size: usize = sizes.iter().sum();
        assert!(sizes.len() < 2 || size <= self.world.queue_limit, "{size} bytes are held");
    }
}

fn options(world: &World) -> Options {
    let v5 = world.version == Version::V5;
    let expiry = world.session_expiry.map(|seconds| (id::SESSION_EXPIRY, Value::Number(seconds)));
    let properties: Properties = expiry.into_iter().chain(world.limits.clone()).collect();
    Options {
        version: world.version,
        client_id: if world.nameless { String::new() } else { "c".into() },
        clean: world.clean,
        keep_alive: 20,
        properties: if v5 { to_codec(&properties) } else { codec::Properties::default() },
        fall_back: true,
        automatic_aliases: world.automatic_aliases,
        queue_qos0: world.queue_qos0,
        max_in_flight: world.max_in_flight,
        manual_acknowledgement: world.manual_acknowledgement,
        queue_limit: world.queue_limit,
        keep_records: world.keeps_records,
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

/// A payload that is told apart by its number.
fn numbered(side: char, number: usize, size: usize) -> Vec<u8> {
    format!("{side}{number}{}", ".".repeat(size)).into_bytes()
}
