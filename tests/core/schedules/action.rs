//! What a schedule is made of: the setup it happens in, which does not change, and the actions.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::common::QOS;
use crate::common::pair::Direction;
use crate::common::wire::{Properties, Value, property_id as id};
use mqtt_miniprogram::{QoS, Version};

/// How client and broker are set up.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) version: Version,
    /// The broker speaks no MQTT 5: the client has to fall back.
    pub(crate) old_broker: bool,
    pub(crate) clean: bool,
    /// The broker gives the client its identifier (MQTT 5).
    pub(crate) nameless: bool,
    /// Seconds the session is kept (MQTT 5)
    pub(crate) session_expiry: Option<u32>,
    pub(crate) max_in_flight: u16,
    pub(crate) queue_limit: usize,
    pub(crate) queue_qos_zero: bool,
    pub(crate) manual_ack: bool,
    pub(crate) auto_assign_topic_alias: bool,
    /// What the client takes, as CONNECT says it (MQTT 5)
    pub(crate) client_limits: Properties,
    /// What the broker takes at first, as CONNACK says it (MQTT 5)
    pub(crate) server_limits: Properties,
    pub(crate) waits_for_release: bool,
    pub(crate) verbose: bool,
    pub(crate) lingers: bool,
    /// The client stores what it needs to go on after the app was killed.
    pub(crate) stores_session: bool,
    /// It sends a message only when its record is confirmed.
    pub(crate) confirms_records: bool,
}

/// One thing that happens.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    Publish {
        qos: QoS,
        topic: &'static str,
        retain: bool,
        /// Bytes of payload beyond those that number it
        size: usize,
        /// Seconds (MQTT 5)
        expiry: Option<u32>,
        alias: Option<u16>,
    },
    ServerPublishes {
        qos: QoS,
        topic: &'static str,
        size: usize,
        /// Of the message (MQTT 5)
        properties: Properties,
    },
    Subscribe {
        filter: &'static str,
        qos: QoS,
        no_local: bool,
        retain_as_published: bool,
        retain_handling: u8,
        identifier: Option<u32>,
    },
    Unsubscribe(&'static str),
    /// The application removes the message whose packet identifier was assigned so many messages
    /// ago.
    Remove(u16),
    /// The application deals with a message; `None`: it does not acknowledge it.
    Acknowledge(Option<u8>),
    /// The connection breaks after so many bytes.
    Cut(Direction, usize),
    CutNow,
    Vanish,
    /// For how long no connection can be made
    NetworkDown(u64),
    Latency(u64),
    Piece(usize),
    Pass(u64),
    /// Time passes, but not for the client's timers.
    Freeze(u64),
    Hide,
    Show,
    Network(bool),
    /// The broker ends the connection, with this reason if it speaks MQTT 5.
    ServerDisconnects(u8),
    /// The next CONNECT is refused with this code of MQTT 3, or of MQTT 5.
    Refuse(u8, u8),
    /// The next CONNACK has other server_limits (MQTT 5).
    ServerLimits(Properties),
    /// The phone kills the app before so many calls more are carried out, and starts it again.
    KillApp(usize),
    /// The broker is started anew, without its sessions.
    LoseSessions,
}

pub(crate) const TOPICS: [&str; 5] =
    ["t", "设备/1/温度", "refused", "unsubscribed", "a/long/name/of/a/topic"];
/// Bytes; no schedule fills it.
pub(crate) const LARGE_QUEUE: usize = 8 << 20;
pub(crate) const FILTERS: [&str; 5] = ["a", "设备/+", "$share/g/b", "#", "refused"];

/// Setups in which the session is kept whatever happens.
pub(crate) fn persistent_setup() -> impl Strategy<Value = Setup> {
    (setup(), select(vec![1_000_000, u32::MAX])).prop_map(|(setup, seconds)| Setup {
        clean: false,
        session_expiry: Some(seconds),
        ..setup
    })
}

/// Setups in which the session may get lost. A client of MQTT 3.1 cannot notice that, so it has to
/// ask for a new one.
pub(crate) fn volatile_setup() -> impl Strategy<Value = Setup> {
    (setup(), option::of(0..60_u32)).prop_map(|(setup, session_expiry)| Setup {
        clean: setup.clean || setup.version == Version::V31,
        session_expiry,
        ..setup
    })
}

pub(crate) fn action() -> impl Strategy<Value = Action> {
    let direction = select(vec![Direction::ToBroker, Direction::ToClient]);
    prop_oneof![
        8 => publish(),
        5 => server_publishes(),
        2 => subscribe(),
        2 => select(&FILTERS[..]).prop_map(Action::Unsubscribe),
        1 => (0..4_u16).prop_map(Action::Remove),
        4 => prop_oneof![4 => Just(Some(0)), 1 => Just(Some(0x80)), 1 => Just(None)]
            .prop_map(Action::Acknowledge),
        5 => (direction, 0..60_usize).prop_map(|(direction, after)| Action::Cut(direction, after)),
        1 => Just(Action::CutNow),
        1 => Just(Action::Vanish),
        1 => (0..100_000_u64).prop_map(Action::NetworkDown),
        1 => (0..3_000_u64).prop_map(Action::Latency),
        1 => (0..5_usize).prop_map(Action::Piece),
        8 => prop_oneof![0..50_u64, 50..5_000_u64, 5_000..200_000_u64].prop_map(Action::Pass),
        1 => (0..100_000_u64).prop_map(Action::Freeze),
        1 => Just(Action::Hide),
        1 => Just(Action::Show),
        1 => any::<bool>().prop_map(Action::Network),
        1 => select(vec![0x8b, 0x89, 0x8e]).prop_map(Action::ServerDisconnects),
        1 => select(vec![(3, 0x88), (5, 0x87), (3, 0x97)]).prop_map(|(v3, v5)| Action::Refuse(v3, v5)),
        1 => server_limits().prop_map(Action::ServerLimits),
        2 => (0..8_usize).prop_map(Action::KillApp),
        1 => Just(Action::LoseSessions),
    ]
}

fn setup() -> impl Strategy<Value = Setup> {
    let version = select(vec![
        Version::V31,
        Version::V311,
        Version::V311,
        Version::V5,
        Version::V5,
        Version::V5,
    ]);
    let flags = vec(any::<bool>(), 8);
    let queue_limit = prop_oneof![4 => Just(LARGE_QUEUE), 1 => 400..1_000_usize];
    (version, flags, 0..6_u8, 1..5_u16, queue_limit, client_limits(), server_limits()).prop_map(
        |(version, flags, nth, max_in_flight, queue_limit, client_limits, server_limits)| {
            let v5 = version == Version::V5;
            Setup {
                version,
                old_broker: v5 && nth == 5,
                clean: flags[0],
                nameless: v5 && nth == 4,
                session_expiry: None,
                max_in_flight,
                queue_limit,
                queue_qos_zero: flags[1] || flags[2],
                manual_ack: nth == 2 || nth == 3,
                auto_assign_topic_alias: flags[3],
                client_limits,
                server_limits,
                waits_for_release: flags[4],
                verbose: flags[5],
                lingers: flags[6],
                stores_session: flags[7],
                confirms_records: nth % 2 == 0,
            }
        },
    )
}

fn publish() -> impl Strategy<Value = Action> {
    let expiry = prop_oneof![4 => Just(None), 1 => (1..100_u32).prop_map(Some)];
    let alias = prop_oneof![6 => Just(None), 1 => (1..4_u16).prop_map(Some)];
    (qos(), topic(), 0..5_u8, size(), expiry, alias).prop_map(
        |(qos, topic, nth, size, expiry, alias)| Action::Publish {
            qos,
            topic,
            retain: nth == 4,
            size,
            expiry,
            alias,
        },
    )
}

fn server_publishes() -> impl Strategy<Value = Action> {
    let properties = select(vec![
        vec![],
        vec![],
        vec![(id::MESSAGE_EXPIRY, Value::Number(60))],
        vec![
            (id::SUBSCRIPTION_IDENTIFIER, Value::Number(7)),
            (id::SUBSCRIPTION_IDENTIFIER, Value::Number(300)),
        ],
        vec![
            (CORRELATION_DATA, Value::Binary(vec![0, 0xff])),
            (id::USER_PROPERTY, Value::Pair("名".into(), "值".into())),
            (id::USER_PROPERTY, Value::Pair("名".into(), String::new())),
            (RESPONSE_TOPIC, Value::Text("答".into())),
        ],
    ]);
    (qos(), topic(), size(), properties).prop_map(|(qos, topic, size, properties)| {
        Action::ServerPublishes { qos, topic, size, properties }
    })
}

fn subscribe() -> impl Strategy<Value = Action> {
    let identifier = option::of(select(vec![1, 127, 128, 268_435_455]));
    (select(&FILTERS[..]), qos(), any::<bool>(), any::<bool>(), 0..3_u8, identifier).prop_map(
        |(filter, qos, no_local, retain_as_published, retain_handling, identifier)| {
            Action::Subscribe {
                filter,
                qos,
                no_local: no_local && !filter.starts_with("$share/"), // [MQTT-3.8.3-4]
                retain_as_published,
                retain_handling,
                identifier,
            }
        },
    )
}

/// What the client says it takes: a packet of less than 100 bytes might be too short for CONNACK.
fn client_limits() -> impl Strategy<Value = Properties> {
    let receive_maximum = number(id::RECEIVE_MAXIMUM, 1..4_u32);
    let packet_size = number(id::MAXIMUM_PACKET_SIZE, 100..200_u32);
    let aliases = number(id::TOPIC_ALIAS_MAXIMUM, 0..4_u32);
    (receive_maximum, packet_size, aliases).prop_map(|(a, b, c)| [a, b, c].concat())
}

fn server_limits() -> impl Strategy<Value = Properties> {
    let amounts = (
        number(id::RECEIVE_MAXIMUM, 1..5_u32),
        prop_oneof![
            2 => Just(Properties::new()),
            1 => number(id::MAXIMUM_PACKET_SIZE, 25..120_u32)
        ],
        number(id::TOPIC_ALIAS_MAXIMUM, 0..4_u32),
        number(id::SERVER_KEEP_ALIVE, 13..40_u32), // PINGRESP may take half of it
    );
    let denied = vec(0..6_u8, 5);
    (amounts, denied, 0..2_u32).prop_map(|((a, b, c, d), denied, qos)| {
        let kinds = [
            (id::MAXIMUM_QOS, qos),
            (id::RETAIN_AVAILABLE, 0),
            (id::WILDCARDS, 0),
            (id::SUBSCRIPTION_IDENTIFIERS, 0),
            (id::SHARED_SUBSCRIPTIONS, 0),
        ];
        let kinds = kinds.iter().zip(denied).filter(|(_, nth)| *nth == 5);
        let denied = kinds.map(|((id, number), _)| (*id, Value::Number(*number))).collect();
        [a, b, c, d, denied].concat()
    })
}

/// A property that is there or not.
fn number(id: u8, range: impl Strategy<Value = u32>) -> impl Strategy<Value = Properties> {
    option::of(range).prop_map(move |number| {
        number.into_iter().map(|number| (id, Value::Number(number))).collect()
    })
}

fn qos() -> impl Strategy<Value = QoS> {
    select(&QOS[..])
}

fn topic() -> impl Strategy<Value = &'static str> {
    prop_oneof![5 => Just(TOPICS[0]), 4 => select(&TOPICS[..])]
}

fn size() -> impl Strategy<Value = usize> {
    prop_oneof![6 => 0..4_usize, 1 => 4..150_usize]
}

const RESPONSE_TOPIC: u8 = 8;
const CORRELATION_DATA: u8 = 9;
