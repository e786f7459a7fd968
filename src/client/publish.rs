//! Publishing: a message is sent at once if nothing is in its way, and queued otherwise. What leaves the
//! queue, and what is sent again, is sent from here as well.

use super::Client;
use crate::codec::{Packet, PacketId, PropertyId, Publish, QoS, Version};
use crate::connection::{Connection, Phase};
use crate::error::{Failure, Limit, RequestError};
use crate::event::Event;
use crate::outputs::Outputs;
use crate::request_id::RequestId;
use crate::session::Queued;
use crate::timer::Instant;

/// What became of a message that was accepted.
pub(crate) enum Accepted {
    /// It is of QoS 0 and was sent: that is its result.
    Sent(RequestId),
    /// An event will report the result.
    Pending(RequestId),
}

impl Client {
    /// [`publish`](Self::publish), without the event for a QoS 0 message that is sent at once.
    pub(crate) fn send_or_queue(
        &mut self,
        mut publish: Publish,
        now: Instant,
    ) -> Result<Accepted, RequestError> {
        self.prepare(&mut publish)?;
        let is_delivery = publish.qos != QoS::AtMostOnce;
        if self.connection.phase != Phase::Connected
            || !self.session.queue.is_empty()
            || !self.may_send(is_delivery, is_delivery)
        {
            return self.accept(Queued::Publish(publish, now), now).map(Accepted::Pending);
        }
        self.check_room(publish.size())?;
        let request_id = self.session.next_request_id();
        if let Err(failure) = self.send_new(request_id, None, publish, now) {
            self.outputs.emit(Event::Failed { request_id, failure });
        } else if !is_delivery {
            return Ok(Accepted::Sent(request_id));
        }
        Ok(Accepted::Pending(request_id))
    }

    /// Sends a message for the first time, with the packet identifier that is reserved for it, if any.
    pub(super) fn send_new(
        &mut self,
        request_id: RequestId,
        reserved: Option<PacketId>,
        mut publish: Publish,
        now: Instant,
    ) -> Result<(), Failure> {
        let Self { connection, outputs, session, version, .. } = self;
        if publish.qos == QoS::AtMostOnce {
            return send_publish(&publish, *version, connection, outputs, now);
        }
        // there is one, `may_send` has checked
        publish.packet_id = reserved.or_else(|| session.packet_ids.allocate());
        let Some(packet_id) = publish.packet_id else { return Ok(()) };
        self.put_sent(request_id, &publish);
        let held = self.options.store_session & self.options.confirm_records;
        let Self { connection, outputs, session, version, .. } = self;
        let publish = session.in_flight.push(packet_id, request_id, publish, held);
        if held {
            return Ok(()); // `handle_record_stored` will send it
        }
        let sent = send_publish(publish, *version, connection, outputs, now);
        if sent.is_err() {
            self.session.cancel_delivery(packet_id);
            self.delete_delivery(request_id);
        }
        sent
    }

    /// Sends messages in flight, mostly again, as far as the window allows; those that cannot be sent any
    /// more.
    pub(super) fn resend(&mut self, now: Instant) -> Vec<(RequestId, Failure)> {
        let mut failed = Vec::new();
        while self.has_room() {
            let Self { connection, outputs, session, version, .. } = self;
            let Some(publish) = session.in_flight.resend() else { break };
            let sent = send_publish(publish, *version, connection, outputs, now);
            if let (Err(failure), Some(packet_id)) = (sent, publish.packet_id) {
                let id = session.cancel_delivery(packet_id);
                failed.extend(id.map(|request_id| (request_id, failure)));
            }
        }
        failed
    }

    /// Checks a message of the application, and removes what does not belong to it.
    fn prepare(&mut self, publish: &mut Publish) -> Result<(), RequestError> {
        publish.packet_id = None; // assigned when it is sent
        publish.dup &= publish.qos != QoS::AtMostOnce; // [MQTT-3.3.1-2]
        let is_online = self.connection.phase == Phase::Connected;
        if publish.qos == QoS::AtMostOnce && !self.options.queue_qos_zero && !is_online {
            return Err(RequestError::NotConnected);
        }
        publish.check(self.version).map_err(RequestError::Packet)?;
        if self.version == Version::V5 {
            if is_online || publish.topic.is_aliased() {
                self.connection.outgoing_aliases.resolve(publish)?;
            } else {
                // nobody knows yet which aliases the server will allow
                publish.properties.remove(PropertyId::TOPIC_ALIAS);
            }
        } else if self.fallback.is_trial() {
            // a trial that fails ends in MQTT 5 again, which sends the properties
            publish.check(Version::V5).map_err(RequestError::Packet)?;
        } else {
            publish.properties.0.clear(); // MQTT 3 has none, so they were not checked
        }
        Ok(())
    }
}

/// Sends a message, within the limits of the server and with the topic aliases of this connection.
fn send_publish(
    publish: &Publish,
    version: Version,
    connection: &mut Connection,
    outputs: &mut Outputs,
    now: Instant,
) -> Result<(), Failure> {
    let Connection { limits, outgoing_aliases, keep_alive, .. } = connection;
    limits.check_publish(publish).map_err(Failure::Limit)?;
    let fits = |bytes: &Vec<u8>| bytes.len() <= limits.packet_size;
    let aliased = outgoing_aliases.applied(publish, |publish| {
        publish.size() <= limits.packet_size || publish.encode(version).is_ok_and(|it| fits(&it))
    });
    let publish = aliased.as_ref().unwrap_or(publish);
    match publish.encode(version) {
        // [MQTT-3.2.2-15]
        Ok(bytes) if fits(&bytes) => {
            outputs.send(bytes, || Packet::Publish(publish.clone()));
            keep_alive.sent(now);
            Ok(())
        }
        // any other error was reported to the application when the request was made
        _ => Err(Failure::Limit(Limit::PacketSize)),
    }
}
