//! What the client does about keep alive. When it is due is decided in `connection/keep_alive.rs`.

use super::Client;
use crate::codec::Packet;
use crate::connection::Phase;
use crate::error::ConnectionError;
use crate::timer::Instant;

impl Client {
    /// Sends PINGREQ, if there is a connection.
    pub(super) fn send_ping(&mut self, now: Instant) {
        if self.connection.phase == Phase::Connected {
            self.connection.keep_alive.expect_response(now);
            self.send(Packet::PingReq, now);
        }
    }

    /// Verifies that the connection is alive: PINGRESP must be received soon.
    pub(super) fn probe(&mut self, now: Instant) {
        self.connection.keep_alive.probe(now);
        self.send(Packet::PingReq, now);
        self.connection.keep_alive.schedule();
    }

    /// The server did not answer in time. A connection that died while the app was suspended is
    /// made again at once.
    pub(super) fn ping_failed(&mut self, now: Instant) {
        let was_probing = self.connection.keep_alive.is_probing();
        self.close_transport(Some(ConnectionError::KeepAliveTimeout), now);
        if was_probing {
            self.reconnect_now(now);
        }
    }
}
