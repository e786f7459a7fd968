//! The boundary as JavaScript meets it, in a browser: what crosses, in which order and shape.
//! The rules of MQTT are tested natively; the shim, with this core under it, by `tests/shim`.
#![cfg(target_arch = "wasm32")]

#[path = "wasm/memory.rs"]
mod memory;

use js_sys::{Array, JSON, Uint8Array};
use mqtt_miniprogram::wasm::{
    Command, Core, CoreOption, ErrorCode, FilterUse, Host, HostStep, Input, Query,
};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

// A host that notes each call as [name, ...arguments]. Bytes in this memory are copied at once: views, and
// the address and size that `send` has.
#[wasm_bindgen(inline_js = "
    export function noting(calls, memory) {
        const copied = argument => (argument instanceof Uint8Array ? argument.slice() : argument)
        const note = (_, name) => (...given) => {
            const views = name === 'send' ? [new Uint8Array(memory.buffer, ...given)] : given
            calls.push([name, ...views.map(copied)])
        }
        return new Proxy({}, { get: note })
    }
")]
extern "C" {
    fn noting(calls: &Array, memory: JsValue) -> JsValue;
}

#[wasm_bindgen_test]
fn connect_asks_for_a_transport_and_sends_one_message() {
    let mut client = Scenario::new();
    client.input(Input::Connect, 1_000.0);
    assert_eq!(client.told(), [step(HostStep::OpenTransport, "null")]);

    let deadline = client.input(Input::TransportOpened, 1_200.0);
    assert_eq!(client.sent(), [CONNECT]);
    assert_eq!(deadline, 31_000.0, "the time until CONNACK counts from the beginning");
}

#[wasm_bindgen_test]
fn credentials_and_a_will_cross_into_connect() {
    let mut client = Scenario::new();
    client.core.set_credentials(Some("张三".into()), bytes(b"token"));
    assert_eq!(client.core.set_will("last/words".into(), bytes(b"gone"), 1, true), 0);
    assert_eq!(client.command(Command::Validate, 0), 0.0);
    client.input(Input::Connect, 0.0);
    client.input(Input::TransportOpened, 0.0);

    let connect = &client.sent()[0];
    assert_eq!(connect[9], 0b1110_1110, "user name, password, will retained at QoS 1, clean");
    let end = ["\0\nlast/words\0\u{4}gone\0\u{6}张三\0\u{5}token"].concat();
    assert!(connect.ends_with(end.as_bytes()), "{connect:?}");
}

#[wasm_bindgen_test]
fn connack_becomes_a_plain_object() {
    let mut client = Scenario::connected();
    client.receive(&[0x20, 2, 0, 0]);
    let connack = r#"{"cmd":"connack","sessionPresent":false,"returnCode":0,"reasonCode":0}"#;
    assert_eq!(client.told(), [step(HostStep::Connected, connack)]);
}

#[wasm_bindgen_test]
fn a_refusal_tells_its_reason() {
    let mut client = Scenario::connected();
    client.receive(&[0x20, 2, 0, 5]);
    let refused = format!(r#"["error",{},5,"",true,true]"#, ErrorCode::ConnectionRefused as i32);
    assert!(client.told().contains(&refused));
}

#[wasm_bindgen_test]
fn subscribe_takes_strings_and_grants_codes() {
    let mut client = Scenario::accepted();
    client.add_filter("a/+", 1);
    client.add_filter("话题/#", 2);
    let token = client.command(Command::Subscribe, 0);
    assert!(token > 0.0);
    let subscribe = "\0\u{3}a/+\u{1}\0\u{8}话题/#\u{2}";
    let sent = &client.sent()[0];
    assert!(sent.ends_with(subscribe.as_bytes()), "{sent:?}");

    client.receive(&[0x90, 4, sent[2], sent[3], 1, 0x80]);
    let packet_id = u16::from_be_bytes([sent[2], sent[3]]);
    let told = client.told();
    assert!(told[0].starts_with(r#"["putRecord","sa/+","#), "{told:?}");
    let subscribed = format!(r#"["subscribed",{token},{packet_id},{{"0":1,"1":128}},null]"#);
    assert_eq!(told[1..], [r##"["deleteRecord","s话题/#"]"##.to_owned(), subscribed]);
}

#[wasm_bindgen_test]
fn refused_commands_are_negative_codes_and_do_nothing() {
    let mut client = Scenario::accepted();
    client.add_filter("a/#/b", 0);
    assert_eq!(client.command(Command::Subscribe, 0), refused(ErrorCode::InvalidFilter));
    client.add_filter("a", 3);
    assert_eq!(client.command(Command::Subscribe, 0), refused(ErrorCode::InvalidQos));
    assert_eq!(
        client.command(Command::Subscribe, 0),
        refused(ErrorCode::NoFilters),
        "filters are for one call"
    );
    client.add_filter("", 0);
    assert_eq!(client.command(Command::Unsubscribe, 0), refused(ErrorCode::InvalidFilter));
    assert_eq!(client.core.define_topic(0, "a/+".into()), -(ErrorCode::InvalidTopic as i32));
    assert_eq!(client.core.define_topic(64, "a".into()), -(ErrorCode::InvalidTopic as i32));
    let unnamed = client.core.publish(0, vec![], 0, 0.0);
    assert_eq!(unnamed, refused(ErrorCode::InvalidTopic));
    assert_eq!(client.told(), [""; 0]);
}

#[wasm_bindgen_test]
fn publish_names_its_topic_by_slot() {
    let mut client = Scenario::accepted();
    assert_eq!(client.core.define_topic(7, "Topic0".into()), 0);
    let send = format!(r#"["send",{}]"#, json(b"0\x0d\0\x06Topic0hello"));
    let sent = client.core.publish(7, b"hello".to_vec(), 0, 0.0);
    assert_eq!((sent, client.told()), (0.0, vec![send.clone()]), "nothing more will be reported");
    let sent = client.core.publish_text(7, "hello".into(), 0, 0.0);
    assert_eq!((sent, client.told()), (0.0, vec![send]));
}

#[wasm_bindgen_test]
fn a_message_that_has_to_wait_is_completed_later() {
    let mut client = Scenario::new();
    client.core.define_topic(0, "t".into());
    let request_id = client.core.publish(0, vec![], 0, 0.0);
    assert!(request_id > 0.0);
    assert_eq!(client.told(), [""; 0]);
    client.input(Input::Connect, 0.0);
    client.input(Input::TransportOpened, 0.0);
    client.receive(&[0x20, 2, 0, 0]);
    let completed = format!(r#"["completed",{request_id},0,0,null]"#);
    assert_eq!(client.told().last(), Some(&completed));
}

#[wasm_bindgen_test]
fn a_topic_crosses_once_and_its_messages_by_slot() {
    let mut client = Scenario::accepted();
    client.receive(b"0\x09\0\x06Topic0a0\x09\0\x06Topic0b");
    let told = client.told();
    let [topic, first, second] = &told[..] else { panic!("{told:?}") };
    assert!(topic.starts_with(r#"["topic","#) && topic.ends_with(r#","Topic0"]"#), "{topic}");
    let slot = topic.split(',').nth(1).unwrap_or_default();
    assert_eq!(*first, format!(r#"["message",{slot},0,{{"0":97}},0,9,null]"#));
    assert_eq!(*second, format!(r#"["message",{slot},0,{{"0":98}},0,9,null]"#));
}

#[wasm_bindgen_test]
fn a_megabyte_crosses_whole_while_memory_grows() {
    let mut client = Scenario::accepted();
    let payload: Vec<u8> = (0..1 << 20).map(|at: u32| (at % 251) as u8).collect();
    client.core.define_topic(0, "big".into());
    client.core.publish(0, payload.clone(), 0, 0.0);
    let sent = client.sent().concat();
    assert!(sent.ends_with(&payload));

    client.receive(&sent);
    let message = client.calls.get(client.calls.length() - 1).unchecked_into::<Array>();
    assert!(Uint8Array::new(&message.get(3)).to_vec() == payload, "the message that came in");
}

#[wasm_bindgen_test]
fn packets_cross_only_when_they_are_observed() {
    let mut client = Scenario::accepted();
    client.receive(&[0xd0, 0]);
    assert_eq!(client.told(), [""; 0]);
    client.set(CoreOption::ObservePackets, 1.0);
    client.receive(&[0xd0, 0]);
    assert_eq!(client.told(), [step(HostStep::PacketReceived, r#"{"cmd":"pingresp"}"#)]);
}

#[wasm_bindgen_test]
fn deadlines_are_on_the_browsers_clock() {
    let clock = web_sys::window().and_then(|window| window.performance()).expect_throw("a clock");
    let now = clock.time_origin() + clock.now();
    let mut client = Scenario::new();
    client.input(Input::Connect, now);
    client.input(Input::TransportOpened, now);
    let deadline = client.core.transport_received(vec![0x20, 2, 0, 0].into(), now);
    let keep_alive = deadline - now;
    assert!((0.0..=60_000.0).contains(&keep_alive), "the next packet is due in {keep_alive} ms");
    assert_eq!(client.input(Input::Timeout, now), deadline, "nothing is due yet");
}

#[wasm_bindgen_test]
fn a_client_that_ended_waits_for_nothing() {
    let mut client = Scenario::accepted();
    assert_eq!(client.command(Command::DisconnectNow, 0), 0.0);
    assert_eq!(client.core.query(Query::Deadline as u8, 0), f64::INFINITY);
    let told = client.told();
    assert!(told.contains(&step(HostStep::CloseTransport, "null")), "{told:?}");
    assert_eq!(told.last(), Some(&step(HostStep::Ended, "null")));
}

#[wasm_bindgen_test]
fn a_message_is_acknowledged_by_the_application_if_it_wants_that() {
    let mut client = Scenario::accepted();
    client.set(CoreOption::ManualAck, 1.0);
    client.receive(b"2\x05\0\x01t\0\x092\x05\0\x01t\0\x0a");
    assert_eq!(client.sent(), [[0u8; 0]; 0]);
    client.command(Command::Acknowledge, 0);
    assert_eq!(client.sent(), [b"\x40\x02\0\x09"]);
    client.command(Command::Acknowledge, -1);
    assert_eq!(client.told(), [""; 0], "no acknowledgement");
}

#[wasm_bindgen_test]
fn a_message_is_taken_back_by_its_packet_identifier() {
    let mut client = Scenario::accepted();
    assert_eq!(client.core.query(Query::LastPacketId as u8, 0), 0.0);
    client.core.define_topic(0, "t".into());
    let token = client.core.publish(0, vec![], 2, 0.0);
    client.told();
    client.core.input(Input::RemoveOutgoing as u8, 0, 0.0);
    let packet_id = client.core.query(Query::LastPacketId as u8, 0);
    client.core.input(Input::RemoveOutgoing as u8, packet_id as u32, 0.0);
    assert_eq!(client.told(), [format!(r#"["failed",{token},{},0]"#, ErrorCode::Removed as i32)]);
}

#[wasm_bindgen_test]
fn records_are_kept_before_their_packets_and_taken_up_in_another_life() {
    let mut client = Scenario::accepted();
    client.set(CoreOption::StoreSession, 1.0);
    client.core.define_topic(0, "t".into());
    client.core.publish(0, b"m".to_vec(), 2, 0.0);
    let stored = client.calls.get(0).unchecked_into::<Array>();
    assert_eq!(stored.get(0), "putRecord");
    assert_eq!(stored.get(1), "d1");
    assert_eq!(client.calls.get(1).unchecked_into::<Array>().get(0), "send");
    let record = Uint8Array::new(&stored.get(2)).to_vec();
    client.told();
    client.receive(&[0x40, 2, 0, 1]);
    assert_eq!(client.told()[0], r#"["deleteRecord","d1"]"#);

    let mut next = Scenario::new();
    let torn = -(ErrorCode::InvalidRecord as i32);
    assert_eq!(next.core.restore_record(&record[1..]), torn);
    assert_eq!(next.core.restore_record(&record), 0);
    next.input(Input::Connect, 0.0);
    next.input(Input::TransportOpened, 0.0);
    next.told();
    next.receive(&[0x20, 2, 0, 0]);
    assert_eq!(next.sent(), [b"\x32\x06\0\x01t\0\x01m"]);
}

#[wasm_bindgen_test]
fn the_foreground_asks_for_a_sign_of_life() {
    let mut client = Scenario::accepted();
    client.input(Input::AppHidden, 0.0);
    assert_eq!(client.input(Input::AppShown, 60_000.0), 63_000.0);
    assert_eq!(client.sent(), [[0xc0, 0]]);
    client.input(Input::Timeout, 63_000.0);
    assert!(client.told().contains(&step(HostStep::OpenTransport, "null")));
    client.input(Input::NetworkChanged, 63_000.0);
    assert_eq!(client.told().last(), Some(&step(HostStep::OpenTransport, "null")));
}

#[wasm_bindgen_test]
fn options_are_set_by_their_numbers() {
    let mut client = Scenario::new();
    client.set(CoreOption::ConnectTimeout, 5_000.0);
    client.set(CoreOption::Keepalive, 7.0);
    assert!(!client.core.set_option(255, 7.0), "no such option");
    client.input(Input::Connect, 0.0);
    assert_eq!(client.input(Input::TransportOpened, 0.0), 5_000.0);
    assert_eq!(client.sent()[0][10..12], [0, 7]);
}

#[wasm_bindgen_test]
fn validate_refuses_what_connect_cannot_carry() {
    let mut client = Scenario::new();
    client.core.set_credentials(None, bytes(b"a password without a user name"));
    assert_eq!(client.command(Command::Validate, 0), refused(ErrorCode::InvalidOption));
}

#[wasm_bindgen_test]
fn filters_match_topics() {
    let core = Scenario::new().core;
    assert!(core.topic_matches("$share/g/a/+".into(), "a/b".into()));
    assert!(!core.topic_matches("a/+".into(), "a/b/c".into()));
    assert!(!core.topic_matches("#".into(), "$SYS/x".into()));
    assert!(!core.topic_matches("a/#/b".into(), "a/b".into()), "no filter");
}

/// A client, and the calls to its host that were not looked at yet.
struct Scenario {
    core: Core,
    calls: Array,
}

impl Scenario {
    fn new() -> Self {
        let calls = Array::new();
        let host = noting(&calls, wasm_bindgen::memory()).unchecked_into::<Host>();
        let core = Core::new(host, 4, "dev@app".into(), true, 1);
        Self { core, calls }
    }

    /// CONNECT is on its way.
    fn connected() -> Self {
        let mut scenario = Self::new();
        scenario.input(Input::Connect, 0.0);
        scenario.input(Input::TransportOpened, 0.0);
        scenario.calls.set_length(0);
        scenario
    }

    /// The server said yes.
    fn accepted() -> Self {
        let mut scenario = Self::connected();
        scenario.receive(&[0x20, 2, 0, 0]);
        scenario.calls.set_length(0);
        scenario
    }

    fn input(&mut self, input: Input, now: f64) -> f64 {
        self.core.input(input as u8, 0, now)
    }

    fn command(&mut self, command: Command, reason: i32) -> f64 {
        self.core.command(command as u8, reason, 0.0)
    }

    fn set(&mut self, option: CoreOption, value: f64) {
        assert!(self.core.set_option(option as u8, value));
    }

    fn add_filter(&mut self, filter: &str, options: u8) {
        assert!(self.core.use_filter(FilterUse::Add as u8, filter.into(), options));
    }

    fn receive(&mut self, bytes: &[u8]) {
        self.core.transport_received(bytes.into(), 0.0);
    }

    /// The calls since the last look, as JSON.
    fn told(&self) -> Vec<String> {
        let told = self.calls.iter().map(|call| to_json(&call)).collect();
        self.calls.set_length(0);
        told
    }

    /// The socket messages since the last look.
    fn sent(&self) -> Vec<Vec<u8>> {
        let calls = self.calls.iter().map(|call| call.unchecked_into::<Array>());
        let sends = calls.filter(|call| call.get(0) == "send");
        let messages = sends.map(|call| Uint8Array::new(&call.get(1)).to_vec()).collect();
        self.calls.set_length(0);
        messages
    }
}

const CONNECT: &[u8] = b"\x10\x13\0\x04MQTT\x04\x02\0\x3c\0\x07dev@app";

/// As a command returns it.
fn refused(code: ErrorCode) -> f64 {
    -f64::from(code as i32)
}

/// A step as `told` has it; `packet` is JSON.
fn step(step: HostStep, packet: &str) -> String {
    format!(r#"["step",{},{packet}]"#, step as u8)
}

fn to_json(value: &JsValue) -> String {
    JSON::stringify(value).map(String::from).unwrap_or_default()
}

/// As JSON has a byte array.
fn json(bytes: &[u8]) -> String {
    to_json(&Uint8Array::from(bytes))
}

/// A `Uint8Array` of its own.
fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}
