//! A broker with 100,000 phones restarts. How they come back: with this client, and with a client
//! that tries again every second, as MQTT.js does. The phones run the very code of the library.
//!
//! `cargo run --release --example reconnect` writes docs/reconnect.md, its English twin and their pictures.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Write as _;
use std::{fs, io};

use mqtt_miniprogram::{Client, Event, Instant, Options, Output};

const PHONES: usize = 100_000;
/// Milliseconds during which the broker is away
const OUTAGE: u64 = 20_000;
/// Clients that the broker takes in a second; those above that wait in vain
const CAPACITY: usize = 5_000;
/// Milliseconds after which an attempt that is not taken has failed, at most
const PATIENCE: u64 = 1_000;
/// Seconds that are looked at
const SECONDS: usize = 80;

fn main() -> io::Result<()> {
    let ours = simulate((1..=PHONES as u32).map(Ours::new).collect());
    let fixed = simulate((0..PHONES).map(|_| Fixed).collect());
    fs::create_dir_all("docs/images")?;
    for texts in [&CHINESE, &ENGLISH] {
        let suffix = texts.suffix;
        let image = format!("images/reconnect{suffix}.svg");
        fs::write(format!("docs/{image}"), picture(texts, &fixed, &ours))?;
        fs::write(format!("docs/reconnect{suffix}.md"), page(texts, &image, &fixed, &ours))?;
        println!("docs/reconnect{suffix}.md and docs/{image} are written");
    }
    Ok(())
}

/// How one phone comes back.
trait Phone {
    /// The connection, or the attempt, is over: when to try again.
    fn lost(&mut self, now: u64) -> u64;
    /// It tries again.
    fn tries(&mut self, now: u64);
    /// The broker has taken it.
    fn accepted(&mut self, now: u64);
}

/// A client of this library.
struct Ours(Client);

impl Ours {
    fn new(seed: u32) -> Self {
        let mut phone = Self(Client::new(Options {
            client_id: format!("phone{seed}"),
            seed: seed.wrapping_mul(0x9e37_79b9), // as if drawn at random
            ..Options::default()
        }));
        phone.0.connect(Instant(0));
        phone.accepted(0);
        phone
    }

    fn outputs(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.0.poll_output()).collect()
    }
}

impl Phone for Ours {
    fn lost(&mut self, now: u64) -> u64 {
        self.0.handle_transport_closed(Instant(now));
        self.outputs();
        self.0.poll_timeout().expect("it comes back").0
    }

    fn tries(&mut self, now: u64) {
        self.0.handle_timeout(Instant(now));
        assert!(self.outputs().contains(&Output::OpenTransport), "the time had come");
    }

    fn accepted(&mut self, now: u64) {
        self.0.handle_transport_opened(Instant(now));
        self.0.handle_transport_received(vec![0x20, 2, 0, 0], Instant(now));
        let connected = |output: &Output| matches!(output, Output::Event(Event::Connected(_)));
        assert!(self.outputs().iter().any(connected), "CONNACK was good");
    }
}

/// Again after a second, whatever happens.
struct Fixed;

impl Phone for Fixed {
    fn lost(&mut self, now: u64) -> u64 {
        now + 1_000
    }

    fn tries(&mut self, _now: u64) {}

    fn accepted(&mut self, _now: u64) {}
}

/// What the broker sees, second by second.
#[derive(Default)]
struct Seen {
    attempts: Vec<usize>,
    connected: Vec<usize>,
}

impl Seen {
    /// The second in which so many of a hundred phones were back.
    fn back(&self, percent: usize) -> String {
        let second = self.connected.iter().position(|count| *count >= PHONES * percent / 100);
        second.map_or_else(|| format!("> {SECONDS}"), |second| second.to_string())
    }

    fn peak(&self) -> usize {
        let after = &self.attempts[OUTAGE as usize / 1_000..];
        after.iter().copied().max().unwrap_or(0)
    }

    fn total(&self) -> usize {
        self.attempts.iter().sum()
    }
}

fn simulate(mut phones: Vec<impl Phone>) -> Seen {
    let mut seen = Seen { attempts: vec![0; SECONDS], connected: vec![0; SECONDS] };
    let mut queue = BinaryHeap::new();
    for (index, phone) in phones.iter_mut().enumerate() {
        let notices = 20_000 + index as u64 % 200; // the loss is known within 0.2 s
        queue.push(Reverse((phone.lost(notices), index)));
    }
    let mut taken = vec![0; SECONDS];
    while let Some(Reverse((now, index))) = queue.pop() {
        let since = now - 20_000;
        let second = since as usize / 1_000;
        if second >= SECONDS {
            continue;
        }
        let phone = &mut phones[index];
        phone.tries(now);
        seen.attempts[second] += 1;
        if since < OUTAGE {
            queue.push(Reverse((phone.lost(now + 50), index))); // refused at once
        } else if taken[second] < CAPACITY {
            taken[second] += 1;
            phone.accepted(now + 50);
        } else {
            queue.push(Reverse((phone.lost(now + PATIENCE), index)));
        }
    }
    let mut sum = 0;
    for (second, count) in taken.iter().enumerate() {
        sum += count;
        seen.connected[second] = sum;
    }
    seen
}

/// The words of a page and its picture.
struct Texts {
    /// Of the names of its files
    suffix: &'static str,
    introduction: &'static str,
    caption: &'static str,
    columns: [&'static str; 2],
    total: &'static str,
    peak: &'static str,
    back: &'static str,
    second: &'static str,
    conclusion: &'static str,
    away: &'static str,
}

const CHINESE: Texts = Texts {
    suffix: "",
    introduction: "# 断线重连\n\n[English](reconnect.en.md)\n\n\
        十万台手机连着同一个服务器，服务器重启，离线 20 秒，恢复后每秒最多接受 5000 个连接。\
        图与表由 `cargo run --release --example reconnect` 生成，运行的就是本库的代码。",
    caption: "每秒到达的连接请求",
    columns: ["每秒重试一次（MQTT.js）", "本库"],
    total: "连接请求总数",
    peak: "恢复后每秒最多",
    back: "手机重新连上所需的秒数",
    second: "秒",
    conclusion: "第一次重试都在 `reconnectPeriod`（1 秒）之后，这样单独一台手机掉线时恢复最快。\
        之后的间隔是随机的，最短仍是 1 秒，上限每次加倍，最长 30 秒。",
    away: "服务器离线",
};

const ENGLISH: Texts = Texts {
    suffix: ".en",
    introduction: "# Reconnecting\n\n[中文](reconnect.md)\n\n\
        A broker with 100,000 phones restarts. It is away for 20 seconds, and then takes 5,000 \
        connections a second at most. The chart and the tables are made by \
        `cargo run --release --example reconnect`, which runs the code of this library.",
    caption: "Connection attempts per second",
    columns: ["Every second (MQTT.js)", "This library"],
    total: "Attempts in all",
    peak: "Most attempts in a second, once the broker is back",
    back: "of the phones connected after (s)",
    second: "Second",
    conclusion: "Both make the first attempt after `reconnectPeriod` (1 second), which is best for \
        a single phone. Later delays are random: never below 1 second, with an upper bound that \
        doubles each time up to 30 seconds.",
    away: "Broker away",
};

fn page(texts: &Texts, image: &str, fixed: &Seen, ours: &Seen) -> String {
    let Texts { introduction, caption, columns: [theirs, this], .. } = texts;
    let mut page = format!(
        "{introduction}\n\n![{caption}]({image})\n\n\
         | | {theirs} | {this} |\n| --- | ---: | ---: |\n"
    );
    let mut row = |name: &str, fixed: String, ours: String| {
        let _ = writeln!(page, "| {name} | {fixed} | {ours} |"); // a String takes everything
    };
    row(texts.total, fixed.total().to_string(), ours.total().to_string());
    row(texts.peak, fixed.peak().to_string(), ours.peak().to_string());
    for percent in [50, 90, 99, 100] {
        let name = format!("{percent}% {}", texts.back);
        row(&name, fixed.back(percent), ours.back(percent));
    }
    let second = texts.second;
    let _ = writeln!(page, "\n| {second} | {theirs} | {this} |\n| ---: | ---: | ---: |");
    for second in (0..SECONDS).filter(|second| *second < 5 || second % 5 == 0) {
        let (fixed, ours) = (fixed.attempts[second], ours.attempts[second]);
        if fixed + ours > 0 {
            let _ = writeln!(page, "| {second} | {fixed} | {ours} |");
        }
    }
    let _ = writeln!(page, "\n{}", texts.conclusion);
    page
}

fn picture(texts: &Texts, fixed: &Seen, ours: &Seen) -> String {
    const WIDTH: usize = 720;
    const HEIGHT: usize = 320;
    const LEFT: usize = 70;
    const BOTTOM: usize = 40;
    let x = |second: usize| LEFT + second * (WIDTH - LEFT - 20) / SECONDS;
    // ten times as many are as far apart everywhere; 1 is at the bottom
    let y = |count: usize| {
        let decades = (count.max(1) as f64).log10() / 5.2;
        (HEIGHT - BOTTOM) as f64 - decades * (HEIGHT - BOTTOM - 30) as f64
    };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
    );
    let (from, to) = (x(0), x(OUTAGE as usize / 1_000));
    let _ = writeln!(
        svg,
        "<rect x=\"{from}\" y=\"30\" width=\"{}\" height=\"{}\" fill=\"#eee\"/>\n\
         <text x=\"{}\" y=\"24\" fill=\"#666\">{}</text>",
        to - from,
        HEIGHT - BOTTOM - 30,
        from + 4,
        texts.away
    );
    for count in [1, 10, 100, 1_000, 10_000, 100_000] {
        let y = y(count);
        let _ = writeln!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.0}\" y2=\"{y:.0}\" stroke=\"#ddd\"/>\n\
             <text x=\"{}\" y=\"{:.0}\" text-anchor=\"end\">{count}</text>",
            WIDTH - 20,
            LEFT - 6,
            y + 4.0
        );
    }
    for second in (0..=SECONDS).step_by(10) {
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{second} s</text>",
            x(second),
            HEIGHT - BOTTOM + 18
        );
    }
    for (seen, colour) in [(fixed, "#d33"), (ours, "#07c160")] {
        let points: Vec<String> = (0..SECONDS)
            .map(|second| format!("{},{:.1}", x(second), y(seen.attempts[second])))
            .collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\"/>",
            points.join(" ")
        );
    }
    let (at, last) = (WIDTH - 270, HEIGHT - 6);
    let Texts { caption, columns: [theirs, this], .. } = texts;
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{last}\">{caption}</text>\n\
         <text x=\"{at}\" y=\"{last}\" fill=\"#d33\">{theirs}</text>\n\
         <text x=\"{}\" y=\"{last}\" fill=\"#07c160\">{this}</text>\n</svg>",
        at + 170
    );
    svg
}
