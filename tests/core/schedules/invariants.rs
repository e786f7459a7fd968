//! What a run is compared with when it has come to its end. The list of them is in `main.rs`.

use super::run::{Published, Run, Wanted, to_codec};
use crate::common::QOS;
use crate::common::pair::app::{Answer, Request};
use crate::common::wire::{FIRST_ERROR, Message, number, property_id as id};
use mqtt_miniprogram::codec::PropertyId;
use mqtt_miniprogram::{ConnectionError, Event, Failure, QoS};

impl Run {
    /// Every request was answered, and a message failed only for a reason that lies in it, or because
    /// the session that had it was lost.
    pub(crate) fn check_answers(&self, session_may_be_lost: bool) {
        assert_eq!(self.pair.output_checker.waiting(), 0, "request_ids without an answer");
        for published in &self.published {
            let failure = match self.pair.answer(published.request) {
                Answer::Reported(Event::Refused { .. }) => {
                    assert_eq!(published.topic, "refused");
                    None
                }
                Answer::Reported(Event::Failed { failure, .. }) => Some(*failure),
                Answer::Reported(_) | Answer::Lost => None,
                Answer::Pending => panic!("no answer to {:?}", published.request),
            };
            let justified = match failure {
                None | Some(Failure::Removed) => true,
                Some(Failure::Expired) => published.expiry.is_some(),
                Some(Failure::Limit(_)) => self.pair.broker.highest_level == 5,
                Some(Failure::Unconfirmed) => {
                    session_may_be_lost && published.qos == QoS::ExactlyOnce
                }
                Some(_) => false,
            };
            assert!(justified, "{} failed: {failure:?}", text(&published.payload));
        }
    }

    /// The client reports no error of the server, which made none.
    pub(crate) fn check_errors(&self) {
        for event in &self.pair.events {
            let Event::Error(error) = event else { continue };
            let expected = matches!(
                error,
                ConnectionError::Refused(_)
                    | ConnectionError::ConnackTimeout
                    | ConnectionError::KeepAliveTimeout
                    | ConnectionError::Disconnected(_)
                    | ConnectionError::ResubscribeRefused(..)
            );
            assert!(expected, "{error:?}");
        }
    }

    /// A message that was delivered reached the broker, whatever became of the session.
    pub(crate) fn check_at_least_once(&self) {
        for published in self.published.iter().filter(|published| published.qos > QoS::AtMostOnce) {
            let answer = self.pair.answer(published.request);
            let delivered = matches!(answer, Answer::Reported(Event::Published { .. }));
            let copies = self.copies(published);
            assert!(!delivered || copies > 0, "{} is lost", text(&published.payload));
        }
    }

    /// The broker got what it was to get, as often as it was to get it, in order.
    pub(crate) fn check_forwarded(&self) {
        for published in &self.published {
            let copies = self.copies(published);
            let kept = match (self.pair.answer(published.request), published.qos) {
                (
                    Answer::Reported(
                        Event::Refused { .. } | Event::Failed { failure: Failure::Expired, .. },
                    ),
                    _,
                ) => copies == 0,
                (Answer::Reported(Event::Published { .. }), QoS::AtLeastOnce) => copies >= 1,
                (Answer::Reported(Event::Published { .. }), QoS::ExactlyOnce) => copies == 1,
                (_, QoS::AtLeastOnce) => true, // it may have been in flight
                (_, QoS::ExactlyOnce | QoS::AtMostOnce) => copies <= 1,
            };
            assert!(kept, "{} was taken {copies} times", text(&published.payload));
        }
        let taken: Vec<&[u8]> = self.forwarded().map(|message| &message.payload[..]).collect();
        let payloads = |qos: &[QoS]| -> Vec<&[u8]> {
            let published = self.published.iter().filter(|published| qos.contains(&published.qos));
            published.map(|published| &published.payload[..]).collect()
        };
        if self.setup.waits_for_release {
            // such a broker passes QoS 2 on later than what came behind it
            for qos in QOS {
                assert_order(&payloads(&[qos]), &taken);
            }
        } else {
            assert_order(&payloads(&QOS), &taken);
        }
    }

    /// The application got what it was to get, as it was sent.
    pub(crate) fn check_received(&self) {
        let received: Vec<_> = self.received().collect();
        for sent in &self.server_published {
            let copies: Vec<_> =
                received.iter().filter(|got| got.payload == sent.payload).collect();
            let kept = match sent.qos {
                0 => copies.len() <= 1,
                2 if !self.not_taken.contains(&sent.payload) => copies.len() == 1,
                _ => !copies.is_empty(),
            };
            assert!(kept, "{} was received {} times", text(&sent.payload), copies.len());
            for copy in copies {
                let mut properties = copy.properties.clone();
                properties.0.retain(|(id, _)| *id != PropertyId::TOPIC_ALIAS);
                assert_eq!(copy.topic.as_str(), sent.topic);
                assert_eq!((copy.qos as u8, copy.retain), (sent.qos, sent.retain));
                assert_eq!(properties, to_codec(&sent.properties));
            }
        }
        let received: Vec<&[u8]> = received.iter().map(|got| &got.payload[..]).collect();
        for qos in 0..3 {
            let sent = self.server_published.iter().filter(|sent| sent.qos == qos);
            assert_order(&sent.map(|sent| &sent.payload[..]).collect::<Vec<_>>(), &received);
        }
    }

    /// The broker has the subscriptions that are wanted, with their options, and no others.
    pub(crate) fn check_subscriptions(&self) {
        let session = &self.pair.broker.sessions[&self.pair.broker.client_id];
        for (filter, (wanted, request)) in &self.subscriptions {
            if self.is_open(filter, *wanted, *request) {
                continue;
            }
            let options = session.subscriptions.get(*filter);
            let identifier = session.identifiers.get(*filter);
            let known = match options {
                Some(options) => Wanted::Subscribed(*options, identifier.copied()),
                None => Wanted::Unsubscribed,
            };
            let refused = *filter == "refused" && !self.pair.broker.refused_filters.is_empty();
            let wanted = if refused { Wanted::Unsubscribed } else { *wanted };
            assert_eq!(known, wanted, "{filter}");
        }
    }

    /// Whether it cannot be said what the broker has: the request failed and the application knows,
    /// or the client has reported that the subscription is lost.
    fn is_open(&self, filter: &str, wanted: Wanted, request: Request) -> bool {
        let lost = self.pair.events.iter().any(|event| match event {
            Event::Error(ConnectionError::ResubscribeRefused(lost, _)) => lost.as_str() == filter,
            _ => false,
        });
        match self.pair.answer(request) {
            _ if lost => true,
            Answer::Reported(Event::Failed { failure, .. }) => {
                wanted == Wanted::Unsubscribed || *failure != Failure::ConnectionLost
            }
            Answer::Reported(Event::Subscribed { suback, .. }) => {
                let refused = suback.codes[0] >= FIRST_ERROR;
                assert!(!refused || filter == "refused", "{suback:?}");
                false
            }
            _ => false,
        }
    }

    fn copies(&self, published: &Published) -> usize {
        let copies = self.forwarded().filter(|taken| taken.payload == published.payload);
        let check = |taken: &Message| {
            assert_eq!(taken.topic, published.topic);
            assert_eq!(taken.qos, published.qos as u8);
            let left = number(&taken.properties, id::MESSAGE_EXPIRY);
            assert_eq!(left.is_some(), published.expiry.is_some());
            let range = 1..=published.expiry.unwrap_or(1);
            assert!(range.contains(&left.unwrap_or(1)), "{left:?} of {:?}", published.expiry);
        };
        copies.inspect(|taken| check(taken)).count()
    }

    fn forwarded(&self) -> impl Iterator<Item = &Message> {
        self.pair.broker.forwarded.iter()
    }

    fn received(&self) -> impl Iterator<Item = &mqtt_miniprogram::Publish> {
        self.pair.events.iter().filter_map(|event| match event {
            Event::Message(publish) => Some(&**publish),
            _ => None,
        })
    }
}

/// First copies come in the order of sending.
fn assert_order(sent: &[&[u8]], arrived: &[&[u8]]) {
    let place = |sent: &&[u8]| arrived.iter().position(|arrived| arrived == sent);
    let places: Vec<usize> = sent.iter().filter_map(place).collect();
    let names = || arrived.iter().map(|payload| text(payload)).collect::<Vec<_>>();
    assert!(places.is_sorted(), "out of order: {:?}", names());
}

fn text(payload: &[u8]) -> String {
    String::from_utf8_lossy(payload).into_owned()
}
