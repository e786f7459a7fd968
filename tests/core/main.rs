//! The native tests of the core, as one program. Each module tests one concern; `common` is what
//! they share.

mod acks_of_mqtt5;
mod app_state;
mod authentication;
mod common;
mod confirmed_records;
mod connect_packet;
mod connection;
mod cuts;
mod delivery;
mod disconnect;
mod disconnect_packet;
mod fallback;
mod imports;
mod in_flight;
mod keep_alive;
mod leniency;
mod limits;
mod manual_ack;
mod memory;
mod mqtt5;
mod mqttbytes;
mod options;
mod packet_rules;
mod persistence;
mod properties;
mod queue;
mod reconnect;
mod requests;
mod restart;
mod rules;
mod schedules;
mod stream;
mod subscriptions;
mod tcp_example;
mod topic_alias;
mod vectors;

#[path = "../conformance/conformance.rs"]
mod conformance;
