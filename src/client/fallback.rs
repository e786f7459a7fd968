//! Falling back from MQTT 5 to MQTT 3.1.1: because the server says that it does not support MQTT 5, or
//! because it closes the connection instead of answering CONNECT.

use super::{Client, Desired};
use crate::codec::Version;
use crate::error::ConnectionError;
use crate::event::Event;
use crate::timer::Instant;

/// What is known about a server that may not support MQTT 5.
#[derive(Debug, Default)]
pub(super) struct Fallback {
    /// Attempts in a row whose CONNECT of MQTT 5 was not answered
    unanswered: u8,
    /// The current attempt uses MQTT 3.1.1 on suspicion.
    trial: bool,
    /// The server has accepted MQTT 5 before: a closed connection says nothing about the version.
    v5_accepted: bool,
}

impl Fallback {
    /// Whether the current attempt uses MQTT 3.1.1 only on suspicion.
    pub(super) fn is_trial(&self) -> bool {
        self.trial
    }
}

impl Client {
    /// The server does not support MQTT 5: connects again with MQTT 3.1.1, at once, if that is wanted.
    pub(super) fn version_refused(&mut self, now: Instant) {
        if !self.options.fallback || !matches!(self.desired, Desired::Connected) {
            return self.give_up(ConnectionError::Version, now);
        }
        self.version = Version::V311;
        self.outputs.close_transport();
        self.outputs.emit(Event::FellBack);
        self.open(now);
    }

    /// CONNECT was not answered: the transport was closed, or CONNACK did not come in time. Some servers
    /// treat a version that they do not support in this way, as others do when they are overloaded: the
    /// next version is decided by trial.
    pub(super) fn not_answered(&mut self) {
        if self.fallback.trial {
            self.fallback = Fallback::default();
            self.version = self.options.protocol_version;
        } else if self.version == Version::V5 && self.options.fallback && !self.fallback.v5_accepted
        {
            self.fallback.unanswered += 1;
            if self.fallback.unanswered == SUSPICIOUS {
                self.fallback.trial = true;
                self.version = Version::V311;
            }
        }
    }

    /// The server answered CONNECT.
    pub(super) fn connect_answered(&mut self, accepted: bool) {
        let v5_accepted = self.fallback.v5_accepted || (accepted && self.version == Version::V5);
        let answered = Fallback { v5_accepted, ..Fallback::default() };
        if std::mem::replace(&mut self.fallback, answered).trial {
            self.outputs.emit(Event::FellBack);
        }
    }
}

/// Unanswered attempts after which MQTT 3.1.1 is tried.
const SUSPICIOUS: u8 = 2;
