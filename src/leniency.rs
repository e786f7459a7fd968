//! What well-known brokers do against the standard without harm to the stream. The client continues,
//! and reports each kind once; with [`Options::strict`] each of them ends the connection.
//!
//! This is the only list of its kind; `docs/leniencies.md` shows it to users.
//!
//! [`Options::strict`]: crate::Options::strict

/// A deviation from the standard that the client tolerates.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Leniency {
    /// A QoS 2 PUBLISH is answered with PUBACK, or with PUBCOMP before PUBREC, as RabbitMQ 3.10 does,
    /// which downgrades to QoS 1: the delivery is complete. [MQTT-4.3.3-1]
    Qos2CompletedEarly = 0,
    /// A QoS 1 PUBLISH is answered with PUBREC: the delivery continues as at QoS 2. [MQTT-4.3.2-1]
    Qos1AnsweredWithPubRec = 1,
    /// More QoS 2 messages arrive than Receive Maximum allows, as from mosquitto 2.0.11: they are
    /// delivered. [MQTT-3.3.4-9]
    ReceiveMaximumExceeded = 2,
    /// DISCONNECT arrives in MQTT 3.1 or 3.1.1, where only clients send it, as from mqttv5-cli 0.29 when
    /// another client takes the session over: the connection ends with its reason. (table 2.1)
    DisconnectInMqtt3 = 3,
    /// PUBACK, PUBREC, PUBREL, PUBCOMP or UNSUBACK of MQTT 3.1 or 3.1.1 has a reason code behind its packet
    /// identifier, as from mqttv5-cli 0.29, which refuses with it, or says that it has completed the delivery
    /// before: the reason counts as in MQTT 5. (section 3.4.1)
    AckOfMqtt5 = 4,
}

impl Leniency {
    /// What the server did, as a clause for a warning.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Qos2CompletedEarly => "a QoS 2 message was acknowledged as at QoS 1",
            Self::Qos1AnsweredWithPubRec => "a QoS 1 message was acknowledged as at QoS 2",
            Self::ReceiveMaximumExceeded => "more messages in flight than Receive Maximum",
            Self::DisconnectInMqtt3 => "DISCONNECT in MQTT 3.1.1",
            Self::AckOfMqtt5 => "a reason code in an acknowledgement of MQTT 3.1.1",
        }
    }
}

/// The kinds that were reported.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reported(u8);

impl Reported {
    /// Marks this kind as reported; whether it was not before.
    pub(crate) fn insert(&mut self, leniency: Leniency) -> bool {
        let bit = 1 << leniency as u8;
        let is_new = self.0 & bit == 0;
        self.0 |= bit;
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_reported_once() {
        let mut reported = Reported::default();
        assert!(reported.insert(Leniency::Qos2CompletedEarly));
        assert!(reported.insert(Leniency::DisconnectInMqtt3));
        assert!(!reported.insert(Leniency::Qos2CompletedEarly));
    }
}
