//! Our packets as `mqttbytes` has them, and what it writes of them.

use bytes::{Bytes, BytesMut};
use mqtt_miniprogram::codec::{
    Ack, ConnAck, Connect, Disconnect, Properties, PropertyId as Id, RetainHandling, SubAck,
    Subscribe, Subscription, UnsubAck, Unsubscribe, Value, Will,
};
use mqtt_miniprogram::{Publish, QoS, TopicFilter};
use mqttbytes::{Protocol, v4, v5};

/// The bytes of a packet of theirs.
pub(crate) fn written<E: std::fmt::Debug>(
    write: impl FnOnce(&mut BytesMut) -> Result<usize, E>,
) -> BytesMut {
    let mut out = BytesMut::new();
    write(&mut out).unwrap();
    out
}

pub(crate) fn publish(publish: &Publish) -> v5::Publish {
    let Publish { dup, qos, retain, topic, packet_id, properties, payload } = publish;
    let identifier = number(properties, Id::SUBSCRIPTION_IDENTIFIER);
    let properties = v5::PublishProperties {
        payload_format_indicator: number(properties, Id::PAYLOAD_FORMAT_INDICATOR),
        message_expiry_interval: number(properties, Id::MESSAGE_EXPIRY_INTERVAL),
        topic_alias: number(properties, Id::TOPIC_ALIAS),
        response_topic: text(properties, Id::RESPONSE_TOPIC),
        correlation_data: binary(properties, Id::CORRELATION_DATA),
        user_properties: pairs(properties),
        subscription_identifiers: identifier
            .map(|identifier: u32| identifier as usize)
            .into_iter()
            .collect(),
        content_type: text(properties, Id::CONTENT_TYPE),
    };
    v5::Publish {
        dup: *dup,
        qos: self::qos(*qos),
        retain: *retain,
        topic: topic.as_str().to_owned(),
        pkid: packet_id.map_or(0, u16::from),
        properties: Some(properties),
        payload: payload.clone(),
    }
}

/// Reason codes, and which of their variants is which.
macro_rules! reasons {
    ($($codes:ident, $variant_of:ident: $reason:ident { $($variant:ident)* })*) => {$(
        pub(crate) const $codes: &[u8] = &[$(v5::$reason::$variant as u8),*];

        fn $variant_of(code: u8) -> v5::$reason {
            let mut variants = [$(v5::$reason::$variant),*].into_iter();
            variants.find(|variant| variant.clone() as u8 == code).unwrap()
        }
    )*};
}

reasons! {
    PUBACK, puback_reason: PubAckReason {
        Success NoMatchingSubscribers UnspecifiedError ImplementationSpecificError NotAuthorized
        TopicNameInvalid PacketIdentifierInUse QuotaExceeded PayloadFormatInvalid
    }
    PUBREC, pubrec_reason: PubRecReason {
        Success NoMatchingSubscribers UnspecifiedError ImplementationSpecificError NotAuthorized
        TopicNameInvalid PacketIdentifierInUse QuotaExceeded PayloadFormatInvalid
    }
    PUBREL, pubrel_reason: PubRelReason { Success PacketIdentifierNotFound }
    PUBCOMP, pubcomp_reason: PubCompReason { Success PacketIdentifierNotFound }
    UNSUBACK, unsuback_reason: UnsubAckReason {
        Success NoSubscriptionExisted UnspecifiedError ImplementationSpecificError NotAuthorized
        TopicFilterInvalid PacketIdentifierInUse
    }
    CONNACK, connack_reason: ConnectReturnCode {
        Success UnspecifiedError MalformedPacket ProtocolError ImplementationSpecificError
        UnsupportedProtocolVersion ClientIdentifierNotValid BadUserNamePassword NotAuthorized
        ServerUnavailable ServerBusy Banned BadAuthenticationMethod TopicNameInvalid PacketTooLarge
        QuotaExceeded PayloadFormatInvalid RetainNotSupported QoSNotSupported UseAnotherServer
        ServerMoved ConnectionRateExceeded
    }
    SUBACK, suback_reason: SubscribeReasonCode {
        QoS0 QoS1 QoS2 Unspecified ImplementationSpecific NotAuthorized TopicFilterInvalid PkidInUse
        QuotaExceeded SharedSubscriptionsNotSupported SubscriptionIdNotSupported
        WildcardSubscriptionsNotSupported
    }
}

/// Packets of the same shape, with types of their own: what is nothing is left out.
macro_rules! acks {
    ($($name:ident: $packet:ident, $properties:ident, $reason:ident;)*) => {$(
        pub(crate) fn $name(ack: &Ack) -> v5::$packet {
            let Ack { packet_id, reason, properties } = ack;
            let said = *reason != 0 || !properties.is_empty();
            let properties = said.then(|| v5::$properties {
                reason_string: text(properties, Id::REASON_STRING),
                user_properties: pairs(properties),
            });
            v5::$packet { pkid: packet_id.get(), reason: $reason(*reason), properties }
        }
    )*};
}

acks! {
    puback: PubAck, PubAckProperties, puback_reason;
    pubrec: PubRec, PubRecProperties, pubrec_reason;
    pubrel: PubRel, PubRelProperties, pubrel_reason;
    pubcomp: PubComp, PubCompProperties, pubcomp_reason;
}

pub(crate) fn connect(connect: &Connect) -> v5::Connect {
    let Connect { client_id, clean, keepalive: keep_alive, will, username, password, properties } =
        connect;
    let properties = v5::ConnectProperties {
        session_expiry_interval: number(properties, Id::SESSION_EXPIRY_INTERVAL),
        receive_maximum: number(properties, Id::RECEIVE_MAXIMUM),
        max_packet_size: number(properties, Id::MAXIMUM_PACKET_SIZE),
        topic_alias_max: number(properties, Id::TOPIC_ALIAS_MAXIMUM),
        request_response_info: number(properties, Id::REQUEST_RESPONSE_INFORMATION),
        request_problem_info: number(properties, Id::REQUEST_PROBLEM_INFORMATION),
        user_properties: pairs(properties),
        authentication_method: text(properties, Id::AUTHENTICATION_METHOD),
        authentication_data: binary(properties, Id::AUTHENTICATION_DATA),
    };
    let login = username.as_ref().zip(password.as_ref());
    v5::Connect {
        protocol: Protocol::V5,
        keep_alive: *keep_alive,
        client_id: client_id.clone(),
        clean_session: *clean,
        last_will: will.as_ref().map(self::will),
        login: login.map(|(name, password)| v5::Login::new(name.as_str(), utf8(password))),
        properties: Some(properties),
    }
}

fn will(will: &Will) -> v5::LastWill {
    let Will { topic, payload, qos, retain, properties } = will;
    let properties = v5::WillProperties {
        delay_interval: number(properties, Id::WILL_DELAY_INTERVAL),
        payload_format_indicator: number(properties, Id::PAYLOAD_FORMAT_INDICATOR),
        message_expiry_interval: number(properties, Id::MESSAGE_EXPIRY_INTERVAL),
        content_type: text(properties, Id::CONTENT_TYPE),
        response_topic: text(properties, Id::RESPONSE_TOPIC),
        correlation_data: binary(properties, Id::CORRELATION_DATA),
        user_properties: pairs(properties),
    };
    v5::LastWill {
        topic: topic.as_str().to_owned(),
        message: payload.clone(),
        qos: self::qos(*qos),
        retain: *retain,
        properties: Some(properties),
    }
}

pub(crate) fn connect_of_mqtt_3(connect: &Connect) -> v4::Connect {
    let Connect { client_id, clean, keepalive: keep_alive, will, username, password, .. } = connect;
    let login = username.as_ref().zip(password.as_ref());
    v4::Connect {
        protocol: Protocol::V4,
        keep_alive: *keep_alive,
        client_id: client_id.clone(),
        clean_session: *clean,
        last_will: will.as_ref().map(|will| v4::LastWill {
            topic: will.topic.as_str().to_owned(),
            message: will.payload.clone(),
            qos: qos(will.qos),
            retain: will.retain,
        }),
        login: login.map(|(name, password)| v4::Login::new(name.as_str(), utf8(password))),
    }
}

pub(crate) fn subscribe(subscribe: &Subscribe) -> v5::Subscribe {
    let Subscribe { packet_id, properties, subscriptions } = subscribe;
    let identifier: Option<u32> = number(properties, Id::SUBSCRIPTION_IDENTIFIER);
    v5::Subscribe {
        pkid: packet_id.get(),
        filters: subscriptions.iter().map(subscription).collect(),
        properties: Some(v5::SubscribeProperties {
            id: identifier.map(|identifier| identifier as usize),
            user_properties: pairs(properties),
        }),
    }
}

fn subscription(subscription: &Subscription) -> v5::SubscribeFilter {
    v5::SubscribeFilter {
        path: subscription.filter.as_str().to_owned(),
        qos: qos(subscription.qos),
        nolocal: subscription.no_local,
        preserve_retain: subscription.retain_as_published,
        retain_forward_rule: match subscription.retain_handling {
            RetainHandling::Always => v5::RetainForwardRule::OnEverySubscribe,
            RetainHandling::IfNew => v5::RetainForwardRule::OnNewSubscribe,
            RetainHandling::Never => v5::RetainForwardRule::Never,
        },
    }
}

pub(crate) fn unsubscribe(unsubscribe: &Unsubscribe) -> v5::Unsubscribe {
    let Unsubscribe { packet_id, properties, filters } = unsubscribe;
    v5::Unsubscribe {
        pkid: packet_id.get(),
        filters: filters.iter().map(TopicFilter::as_str).map(str::to_owned).collect(),
        properties: Some(v5::UnsubscribeProperties { user_properties: pairs(properties) }),
    }
}

pub(crate) fn connack(connack: &ConnAck) -> v5::ConnAck {
    let ConnAck { session_present, reason, properties } = connack;
    v5::ConnAck {
        session_present: *session_present,
        code: connack_reason(*reason),
        properties: Some(v5::ConnAckProperties {
            session_expiry_interval: number(properties, Id::SESSION_EXPIRY_INTERVAL),
            receive_max: number(properties, Id::RECEIVE_MAXIMUM),
            max_qos: number(properties, Id::MAXIMUM_QOS),
            retain_available: number(properties, Id::RETAIN_AVAILABLE),
            max_packet_size: number(properties, Id::MAXIMUM_PACKET_SIZE),
            assigned_client_identifier: text(properties, Id::ASSIGNED_CLIENT_IDENTIFIER),
            topic_alias_max: number(properties, Id::TOPIC_ALIAS_MAXIMUM),
            reason_string: text(properties, Id::REASON_STRING),
            user_properties: pairs(properties),
            wildcard_subscription_available: number(
                properties,
                Id::WILDCARD_SUBSCRIPTION_AVAILABLE,
            ),
            subscription_identifiers_available: number(
                properties,
                Id::SUBSCRIPTION_IDENTIFIER_AVAILABLE,
            ),
            shared_subscription_available: number(properties, Id::SHARED_SUBSCRIPTION_AVAILABLE),
            server_keep_alive: number(properties, Id::SERVER_KEEP_ALIVE),
            response_information: text(properties, Id::RESPONSE_INFORMATION),
            server_reference: text(properties, Id::SERVER_REFERENCE),
            authentication_method: text(properties, Id::AUTHENTICATION_METHOD),
            authentication_data: binary(properties, Id::AUTHENTICATION_DATA),
        }),
    }
}

pub(crate) fn suback(suback: &SubAck) -> v5::SubAck {
    let SubAck { packet_id, properties, codes } = suback;
    v5::SubAck {
        pkid: packet_id.get(),
        return_codes: codes.iter().map(|code| suback_reason(*code)).collect(),
        properties: Some(v5::SubAckProperties {
            reason_string: text(properties, Id::REASON_STRING),
            user_properties: pairs(properties),
        }),
    }
}

pub(crate) fn unsuback(unsuback: &UnsubAck) -> v5::UnsubAck {
    let UnsubAck { packet_id, properties, codes } = unsuback;
    v5::UnsubAck {
        pkid: packet_id.get(),
        reasons: codes.iter().map(|code| unsuback_reason(*code)).collect(),
        properties: Some(v5::UnsubAckProperties {
            reason_string: text(properties, Id::REASON_STRING),
            user_properties: pairs(properties),
        }),
    }
}

pub(crate) fn disconnect(disconnect: &Disconnect) -> v5::Disconnect {
    let Disconnect { reason, properties } = disconnect;
    let said = *reason != 0 || !properties.is_empty();
    v5::Disconnect {
        reason_code: (*reason).try_into().unwrap(),
        properties: said.then(|| v5::DisconnectProperties {
            session_expiry_interval: number(properties, Id::SESSION_EXPIRY_INTERVAL),
            reason_string: text(properties, Id::REASON_STRING),
            user_properties: pairs(properties),
            server_reference: text(properties, Id::SERVER_REFERENCE),
        }),
    }
}

pub(crate) fn qos(qos: QoS) -> mqttbytes::QoS {
    mqttbytes::qos(qos as u8).unwrap()
}

fn number<T: TryFrom<u32, Error: std::fmt::Debug>>(properties: &Properties, id: Id) -> Option<T> {
    properties.number(id).map(|number| number.try_into().unwrap())
}

fn text(properties: &Properties, id: Id) -> Option<String> {
    properties.text(id).map(str::to_owned)
}

fn binary(properties: &Properties, id: Id) -> Option<Bytes> {
    match properties.get(id) {
        Some(Value::Binary(bytes)) => Some(bytes.clone()),
        _ => None,
    }
}

fn pairs(properties: &Properties) -> Vec<(String, String)> {
    let pairs = properties.0.iter().filter_map(|(_, value)| match value {
        Value::Pair(name, value) => Some((name.clone(), value.clone())),
        _ => None,
    });
    pairs.collect()
}

fn utf8(bytes: &Bytes) -> &str {
    str::from_utf8(bytes).unwrap()
}
