//! `examples/tcp.rs` as a user runs it, against mosquitto.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn it_exchanges_a_qos_2_message_with_itself() {
    let broker = Mosquitto::start();
    let output = run_example(broker.port);
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    for event in ["Connected", "Subscribed", "Message", "Published", "Closed", "Ended"] {
        assert!(printed.lines().any(|line| line.starts_with(event)), "no {event}: {printed}");
    }
    assert!(printed.contains("qos: ExactlyOnce") && printed.contains("payload: b\"hello\""));
}

#[test]
fn it_fails_without_a_broker() {
    let output = run_example(free_port());
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("failed: "), "{output:?}");
}

fn run_example(port: u16) -> Output {
    let address = format!("127.0.0.1:{port}");
    let arguments = ["run", "--quiet", "--locked", "--example", "tcp", "--", &address];
    Command::new(env!("CARGO")).args(arguments).output().expect("cargo runs")
}

/// A broker on a free port of this machine.
struct Mosquitto {
    process: Child,
    port: u16,
}

impl Mosquitto {
    fn start() -> Self {
        let port = free_port();
        // Debian installs it into a folder that users do not search
        let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default());
        let process = Command::new("mosquitto")
            .args(["-p", &port.to_string()])
            .env("PATH", path)
            .stderr(Stdio::null())
            .spawn()
            .expect("mosquitto is needed: `./build.sh test` installs it");
        let mut broker = Self { process, port };
        broker.wait_until_it_listens();
        broker
    }

    fn wait_until_it_listens(&mut self) {
        let begin = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.process.try_wait().unwrap();
            assert_eq!(ended, None, "mosquitto does not run");
            assert!(begin.elapsed() < Duration::from_secs(30), "mosquitto does not listen");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
