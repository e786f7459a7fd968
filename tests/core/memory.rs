//! A server cannot make the client take more memory than it has sent bytes for, whatever it claims.
//! Measured by an allocator that counts, for the thread of the test alone.
#![allow(unsafe_code)] // an allocator is

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use crate::common::wire::{accepted, publish};
use crate::common::{message, persistent};
use mqtt_miniprogram::{Client, Instant, Options, QoS, RequestError};

struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count(bytes: isize) {
    HELD.set(HELD.get() + bytes);
    MOST.set(MOST.get().max(HELD.get()));
}

/// Bytes that were held at once, at most, while this ran, beyond what was held before.
fn most_memory(run: impl FnOnce()) -> isize {
    let before = HELD.get();
    MOST.set(before);
    run();
    MOST.get() - before
}

fn connected() -> Client {
    let mut client = Client::new(persistent());
    client.connect(Instant(0));
    client.handle_transport_opened(Instant(0));
    client.handle_transport_received(accepted(false).bytes(), Instant(0));
    drain(&mut client);
    client
}

fn drain(client: &mut Client) -> usize {
    std::iter::from_fn(|| client.poll_output()).count()
}

#[test]
fn a_packet_that_claims_to_be_large_takes_no_memory_until_it_comes() {
    let mut client = connected();
    let held = most_memory(|| {
        client.handle_transport_received(vec![0x30, 0xff, 0xff, 0xff, 0x07], Instant(0)); // nearly 16 MiB
        client.handle_transport_received(vec![0; 1_000], Instant(0));
    });
    assert!(held < 8_000, "{held} bytes");
}

#[test]
fn a_large_packet_in_small_pieces_takes_a_few_times_its_size() {
    let mut client = connected();
    let bytes = publish(0, 0, &"x".repeat(1 << 20)).bytes();
    let held = most_memory(|| {
        for piece in bytes.chunks(1_000) {
            client.handle_transport_received(piece.to_vec(), Instant(0));
        }
        drain(&mut client);
    });
    assert!(held < 4 << 20, "{held} bytes");
}

#[test]
fn delivered_messages_leave_no_memory_allocated() {
    let mut client = connected();
    let words = [publish(1, 1, &"x".repeat(500)), publish(2, 2, &"x".repeat(500))];
    let words: Vec<u8> = words.iter().flat_map(|packet| packet.bytes()).collect();
    let mut round = |rounds: usize| {
        for _ in 0..rounds {
            for piece in words.chunks(700) {
                client.handle_transport_received(piece.to_vec(), Instant(0));
                drain(&mut client);
            }
        }
    };
    let few = most_memory(|| round(10));
    let many = most_memory(|| round(1_000));
    assert!(many <= few + 4_000, "{few} bytes for 10 rounds, {many} for 1,000");
}

#[test]
fn qos_2_messages_that_are_never_released_are_remembered_in_two_bytes_each() {
    let mut client = connected();
    let held = most_memory(|| {
        for id in 1..=2_000 {
            client.handle_transport_received(publish(2, id, "m").bytes(), Instant(0));
            drain(&mut client);
        }
    });
    assert!(held < 20_000, "{held} bytes");
}

#[test]
fn the_queue_uses_about_as_much_memory_as_its_limit() {
    let mut client = Client::new(Options { queue_limit: 1 << 20, ..persistent() });
    let mut taken = 0;
    let mut refused = None;
    let held = most_memory(|| {
        while refused.is_none() && taken < 20_000 {
            match client.publish(message("m", QoS::AtLeastOnce), Instant(0)) {
                Ok(_) => taken += 1,
                Err(error) => refused = Some(error),
            }
        }
    });
    assert_eq!(refused, Some(RequestError::QueueFull));
    assert!(taken > 10_000);
    assert!(held < 4 << 20, "{held} bytes for {taken} messages");
}
