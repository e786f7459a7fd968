//! A QoS 2 exchange survives a cut after every byte of both directions, and then another one after
//! every byte that follows, with exactly one delivery each way. The model broker and the packet
//! checker check every packet. Longer exchanges, and the other qualities of service, are in
//! `delivery`.

use crate::common::pair::{Direction, Pair};
use crate::common::persistent_in;
use crate::common::wire::{self, property_id};
use mqtt_miniprogram::codec::{PropertyId, Value};
use mqtt_miniprogram::{Event, Options, QoS, Version};

/// Who publishes a message at QoS 2.
#[derive(Clone, Copy, Debug)]
enum Exchange {
    Client,
    Server,
    Both,
}

/// The parameters of a run.
#[derive(Clone, Copy, Debug)]
struct Setting {
    version: Version,
    exchange: Exchange,
    /// The broker passes a message on at PUBREL, not at PUBLISH.
    waits_for_release: bool,
    /// The broker reads what was sent before the cut, and learns of the cut from the next CONNECT.
    lingers: bool,
    /// Bytes the client gets at a time; 0 for all there are
    piece: usize,
}

/// After so many bytes in this direction, counted from the cut before
type Cut = (Direction, usize);

/// [MQTT-4.3.3-1]
#[test]
fn from_the_client_in_mqtt_3_1_1() {
    survives_every_cut_and_every_two(Version::V311, Exchange::Client);
}

/// [MQTT-4.3.3-2]
#[test]
fn from_the_server_in_mqtt_3_1_1() {
    survives_every_cut_and_every_two(Version::V311, Exchange::Server);
}

#[test]
fn both_at_once_in_mqtt_3_1_1() {
    survives_every_cut_and_every_two(Version::V311, Exchange::Both);
}

/// [MQTT-3.1.2-23] [MQTT-4.3.3-3] [MQTT-4.3.3-5] [MQTT-4.3.3-6]
#[test]
fn from_the_client_in_mqtt_5() {
    survives_every_cut_and_every_two(Version::V5, Exchange::Client);
}

/// [MQTT-4.3.3-10] [MQTT-4.3.3-11]
#[test]
fn from_the_server_in_mqtt_5() {
    survives_every_cut_and_every_two(Version::V5, Exchange::Server);
}

/// [MQTT-2.2.1-5]
#[test]
fn both_at_once_in_mqtt_5() {
    survives_every_cut_and_every_two(Version::V5, Exchange::Both);
}

#[test]
fn every_way_in_mqtt_3_1() {
    for exchange in [Exchange::Client, Exchange::Server, Exchange::Both] {
        for setting in settings(Version::V31, exchange) {
            assert!(cut_everywhere(setting, &[]).len() > 40);
        }
    }
}

#[test]
fn byte_by_byte() {
    for version in [Version::V311, Version::V5] {
        for setting in settings(version, Exchange::Both) {
            assert!(cut_everywhere(Setting { piece: 1, ..setting }, &[]).len() > 60);
        }
    }
}

fn survives_every_cut_and_every_two(version: Version, exchange: Exchange) {
    for setting in settings(version, exchange) {
        let once = cut_everywhere(setting, &[]);
        let twice = once.iter().map(|cut| cut_everywhere(setting, cut).len());
        let (once, twice) = (once.len(), twice.sum::<usize>());
        // there is a CONNECT after a cut, so there is always something to cut once more
        assert!(once > 40 && twice > once * 30, "{once} cuts, {twice} pairs of cuts");
    }
}

/// Plays an exchange with these cuts, and checks it; false if it was over before the last of them.
fn survives(setting: Setting, cuts: &[Cut]) -> bool {
    let Setting { version, exchange, waits_for_release, lingers, piece } = setting;
    let mut pair = Pair::new(options(version));
    pair.broker.connack_properties =
        vec![(property_id::TOPIC_ALIAS_MAXIMUM, wire::Value::Number(1))];
    pair.broker.waits_for_release = waits_for_release;
    pair.transport.lingers = lingers;
    pair.transport.piece = piece;
    pair.transport.cuts.extend(cuts);
    pair.connect();
    let (mut taken, mut received) = (vec![], vec![]);
    if !matches!(exchange, Exchange::Client) {
        pair.settle(); // the broker has a session to send to
        pair.server_sends("s", QoS::ExactlyOnce);
        received.push("s");
    }
    if !matches!(exchange, Exchange::Server) {
        pair.publishes("c", QoS::ExactlyOnce);
        taken.push("c");
    }
    pair.settle();
    let scenario = || format!("{setting:?}, cut at {cuts:?}");
    assert_eq!(pair.forwarded(), taken, "{}", scenario()); // [MQTT-4.3.3-1]
    assert_eq!(pair.received(), received, "{}", scenario()); // [MQTT-4.3.3-2]
    let is_published = |event: &&Event| matches!(event, Event::Published { .. });
    assert_eq!(pair.events.iter().filter(is_published).count(), taken.len(), "{}", scenario());
    assert_eq!(pair.output_checker.waiting(), 0, "{}", scenario());
    pair.transport.cuts.is_empty()
}

/// Plays an exchange with these cuts and another one, after every byte of both directions; all the
/// cuts of each play.
fn cut_everywhere(setting: Setting, before: &[Cut]) -> Vec<Vec<Cut>> {
    let cut = |direction| {
        let cuts = (0..).map(move |after| [before, &[(direction, after)]].concat());
        cuts.take_while(|cuts| survives(setting, cuts))
    };
    [Direction::ToBroker, Direction::ToClient].into_iter().flat_map(cut).collect()
}

/// Every broker, for a client that is given all there is at once.
fn settings(version: Version, exchange: Exchange) -> Vec<Setting> {
    let mut settings = Vec::new();
    for waits_for_release in [false, true] {
        for lingers in [false, true] {
            settings.push(Setting { version, exchange, waits_for_release, lingers, piece: 0 });
        }
    }
    settings
}

fn options(version: Version) -> Options {
    let mut options = Options { auto_assign_topic_alias: true, ..persistent_in(version) };
    if version == Version::V5 {
        for id in [PropertyId::RECEIVE_MAXIMUM, PropertyId::TOPIC_ALIAS_MAXIMUM] {
            options.properties.0.push((id, Value::Number(1)));
        }
    }
    options
}
