//! What a message costs a connected client: until its bytes are to be sent, and with the acknowledgements
//! of its quality of service.

use criterion::{Criterion, criterion_group, criterion_main};
use mqtt_miniprogram::codec::PacketId;
use mqtt_miniprogram::{Client, Event, Instant, Options, Output, Packet, Publish, QoS};
use mqtt_miniprogram::{TopicName, Version};

criterion_group!(session, publish, receive, in_flight);
criterion_main!(session);

const NOW: Instant = Instant(0);
const SIZE: usize = 256;
const QOS: [QoS; 3] = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce];

fn publish(criterion: &mut Criterion) {
    for qos in QOS {
        let mut client = connected();
        let message = message(qos);
        criterion.bench_function(&format!("publish QoS {}", qos as u8), |bencher| {
            bencher.iter(|| {
                client.publish(message.clone(), NOW).expect("it is taken");
                assert!(answered(&mut client), "the message was not published");
            });
        });
    }
}

fn receive(criterion: &mut Criterion) {
    for qos in QOS {
        let mut client = connected();
        let packet_id = (qos != QoS::AtMostOnce).then_some(PacketId::MIN);
        let packet = encoded(&Packet::Publish(Publish { packet_id, ..message(qos) }));
        let release = [0x62, 2, 0, 1]; // PUBREL
        criterion.bench_function(&format!("receive QoS {}", qos as u8), |bencher| {
            bencher.iter(|| {
                client.handle_transport_received(packet.clone(), NOW);
                assert!(has_message(&mut client), "the message was not received");
                if qos == QoS::ExactlyOnce {
                    client.handle_transport_received(release.to_vec(), NOW);
                    while client.poll_output().is_some() {}
                }
            });
        });
    }
}

/// The oldest of so many messages is acknowledged, and another is published.
fn in_flight(criterion: &mut Criterion) {
    for count in [1_usize, 256, 65_534] {
        let mut client = connected();
        let mut oldest = 0;
        for _ in 0..count {
            client.publish(message(QoS::AtLeastOnce), NOW).expect("it is taken");
            while client.poll_output().is_some() {}
        }
        criterion.bench_function(&format!("acknowledge among {count} in flight"), |bencher| {
            bencher.iter(|| {
                oldest = oldest % u16::MAX + 1;
                let [high, low] = oldest.to_be_bytes();
                client.handle_transport_received(vec![0x40, 2, high, low], NOW);
                client.publish(message(QoS::AtLeastOnce), NOW).expect("it is taken");
                assert!(published(&mut client), "the message was not acknowledged");
            });
        });
    }
}

/// Answers what is sent until the message is through.
fn answered(client: &mut Client) -> bool {
    let mut is_published = false;
    while let Some(output) = client.poll_output() {
        match output {
            Output::Send(bytes) => {
                if let Some(answer) = answer(&bytes) {
                    client.handle_transport_received(answer, NOW);
                }
            }
            Output::Event(Event::Published { .. }) => is_published = true,
            _ => {}
        }
    }
    is_published
}

/// PUBACK, PUBREC or PUBCOMP
fn answer(bytes: &[u8]) -> Option<Vec<u8>> {
    let first = match bytes[0] {
        0x32 => 0x40,
        0x34 => 0x50,
        0x62 => return Some(vec![0x70, 2, bytes[2], bytes[3]]),
        _ => return None,
    };
    let id = bytes.len() - SIZE - 2; // before the payload
    Some(vec![first, 2, bytes[id], bytes[id + 1]])
}

fn published(client: &mut Client) -> bool {
    any_output(client, |output| matches!(output, Output::Event(Event::Published { .. })))
}

fn has_message(client: &mut Client) -> bool {
    any_output(client, |output| matches!(output, Output::Event(Event::Message(_))))
}

/// Takes all outputs; whether one of them is such.
fn any_output(client: &mut Client, is_such: impl Fn(&Output) -> bool) -> bool {
    let mut any = false;
    while let Some(output) = client.poll_output() {
        any |= is_such(&output);
    }
    any
}

fn connected() -> Client {
    let (max_in_flight, queue_limit) = (u16::MAX, usize::MAX);
    let options =
        Options { client_id: "bench".into(), max_in_flight, queue_limit, ..Options::default() };
    let mut client = Client::new(options);
    client.connect(NOW);
    client.handle_transport_opened(NOW);
    client.handle_transport_received(vec![0x20, 2, 0, 0], NOW);
    while client.poll_output().is_some() {}
    client
}

fn message(qos: QoS) -> Publish {
    let topic = TopicName::new("sensors/room-1/temperature").expect("a topic");
    Publish::new(topic, vec![b'x'; SIZE], qos)
}

fn encoded(packet: &Packet) -> bytes::Bytes {
    packet.encode(Version::V311).expect("it can be expressed").into()
}
