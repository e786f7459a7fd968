//! Connects to a broker over TCP, and exchanges a QoS 2 message with itself:
//! `cargo run --example tcp -- localhost:1883`

use std::error::Error;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{self, Duration};
use std::{env, process};

use mqtt_miniprogram::codec::{Disconnect, Properties, Subscription};
use mqtt_miniprogram::{Client, Event, Instant, Options, Output, Publish, QoS};
use mqtt_miniprogram::{TopicFilter, TopicName};

/// Milliseconds that all this may take
const TIME_LIMIT: u64 = 10_000;

fn main() {
    let address = env::args().nth(1).unwrap_or_else(|| "localhost:1883".to_owned());
    if let Err(error) = exchange(&address) {
        eprintln!("failed: {error}");
        process::exit(1);
    }
}

fn exchange(address: &str) -> Result<(), Box<dyn Error>> {
    let client_id = format!("tcp-example-{}", process::id());
    let topic = format!("{client_id}/greeting");
    let options = Options { client_id, reconnect_period: 0, ..Options::default() };
    let mut client = Client::new(options);
    let mut socket = None;
    let (mut published, mut received) = (false, false);
    let mut buffer = [0; 4096];
    let clock = time::Instant::now();
    let now = || Instant(clock.elapsed().as_millis() as u64);

    client.connect(now());
    while now() < Instant(TIME_LIMIT) {
        let (mut events, mut opened) = (Vec::new(), false);
        while let Some(output) = client.poll_output() {
            match output {
                Output::OpenTransport => {
                    socket = Some(TcpStream::connect(address)?);
                    opened = true;
                }
                Output::Send(bytes) => socket.as_mut().ok_or("no socket")?.write_all(&bytes)?,
                Output::CloseTransport => socket = None,
                Output::Event(event) => events.push(event),
                _ => {} // session records: only with `store_session`
            }
        }
        if opened {
            client.handle_transport_opened(now());
        }
        for event in &events {
            println!("{event:?}");
            match event {
                Event::Connected(_) => {
                    let filter = TopicFilter::new(&topic).ok_or("not a topic filter")?;
                    let subscription = Subscription::new(filter, QoS::ExactlyOnce);
                    client.subscribe(vec![subscription], Properties::default(), now())?;
                }
                Event::Subscribed { .. } => {
                    let name = TopicName::new(&topic).ok_or("not a topic name")?;
                    client.publish(Publish::new(name, "hello", QoS::ExactlyOnce), now())?;
                }
                Event::Published { .. } => published = true,
                Event::Message(message) => received = message.payload == "hello",
                Event::Error(error) => return Err(error.clone().into()),
                Event::Failed { failure, .. } => return Err((*failure).into()),
                Event::Ended => return Ok(()),
                Event::Closed if !(published && received) => return Err("closed".into()),
                _ => {}
            }
            if published && received {
                client.disconnect(false, Disconnect::default(), now())?;
            }
        }
        if opened || !events.is_empty() {
            continue; // carries out what these calls have caused
        }
        let open = socket.as_mut().ok_or("no socket")?;
        let wait = client.poll_timeout().map_or(1_000, |at| at.0.saturating_sub(now().0));
        open.set_read_timeout(Some(Duration::from_millis(wait.clamp(1, 1_000))))?;
        match open.read(&mut buffer) {
            Ok(0) => client.handle_transport_closed(now()),
            Ok(length) => client.handle_transport_received(buffer[..length].to_vec(), now()),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                client.handle_timeout(now());
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err("the message was not exchanged in time".into())
}
