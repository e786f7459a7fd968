//! What errors are called, what they say, and what to do about them: those of the core, and those that the
//! shim makes while there is one.
//!
//! A text crosses only with its error. Those that can occur before the module is loaded are in the shim, in
//! `errors/core-errors.ts` or where they are made.

use js_sys::JsString;
use wasm_bindgen::prelude::*;

use super::ErrorCode;
use crate::codec::reason;

/// The name, the message and the hint (in Chinese and in English) of an `ErrorCode`, a line each; empty
/// if the shim has them. `%` stands for the detail, or for what the reason code means.
#[wasm_bindgen(js_name = errorText)]
#[must_use]
pub fn error_text(code: i32, reason: u8) -> JsString {
    let Some((code, text)) = TEXTS.iter().find(|(known, _)| *known as i32 == code) else {
        return JsString::from("");
    };
    let by_reason = matches!(
        code,
        ErrorCode::ConnectionRefused | ErrorCode::Disconnected | ErrorCode::PublishRefused
    );
    match reason_hint(reason) {
        Some(hint) if by_reason => {
            let (without_hint, _) = text.rsplit_once('\n').unwrap_or((text, ""));
            let mut text = String::from(without_hint);
            text.push('\n');
            text.push_str(hint);
            text.into()
        }
        _ => (*text).into(),
    }
}

/// What to do about a return code of MQTT 3, or a reason code of MQTT 5.
fn reason_hint(reason: u8) -> Option<&'static str> {
    Some(match reason {
        1 | reason::UNSUPPORTED_PROTOCOL_VERSION => {
            "服务器不支持该 MQTT 版本：请检查 protocolVersion。 Check protocolVersion."
        }
        2 | reason::CLIENT_IDENTIFIER_NOT_VALID => {
            "clientId 不被接受：环信要求 deviceID@AppID。 The client id is refused: Easemob wants deviceID@AppID."
        }
        3 | reason::SERVER_UNAVAILABLE | reason::SERVER_BUSY | reason::SERVER_SHUTTING_DOWN => {
            "服务器暂不可用，将自动重试。 The server is unavailable for now; it is tried again."
        }
        4 | reason::BAD_USER_NAME_OR_PASSWORD => {
            "用户名或密码（Token）错误。 The user name or the password (token) is wrong."
        }
        5 | reason::NOT_AUTHORIZED => {
            "未授权：请检查权限；Token 可能已过期，或与 username、clientId 不符。 Not authorized: check the permissions; the token may have expired, or does not fit username and clientId."
        }
        reason::BANNED => "该客户端被服务器禁用：请联系管理员。 The server has banned this client.",
        reason::BAD_AUTHENTICATION_METHOD => {
            "服务器不支持该 authenticationMethod。 The server does not take this authenticationMethod."
        }
        reason::KEEP_ALIVE_TIMEOUT => {
            "服务器在 keepalive 时间内没有收到数据，正在重连。 The server received nothing within keepalive; reconnecting."
        }
        reason::SESSION_TAKEN_OVER => {
            "另一个连接用了同一个 clientId：每个设备须用不同的 clientId。 Another connection uses this client id: each device needs its own."
        }
        reason::RECEIVE_MAXIMUM_EXCEEDED
        | reason::MESSAGE_RATE_TOO_HIGH
        | reason::QUOTA_EXCEEDED
        | reason::CONNECTION_RATE_EXCEEDED => {
            "超过了服务器的频率或配额：请放慢。 Above the rate or quota of the server: slow down."
        }
        reason::PACKET_TOO_LARGE => {
            "报文超过服务器的上限：请减小消息。 Larger than the server takes: make the message smaller."
        }
        reason::ADMINISTRATIVE_ACTION => {
            "管理员断开了连接。 An administrator closed the connection."
        }
        reason::USE_ANOTHER_SERVER | reason::SERVER_MOVED => {
            "请改用另一个服务器地址，见 serverReference。 Use another server: see serverReference."
        }
        _ => return None,
    })
}

const TEXTS: &[(ErrorCode, &str)] = &[
    (
        ErrorCode::NoFilters,
        "NO_FILTERS\nInvalid topic empty_topic_list\n至少给出一个主题。 Give one topic at least.",
    ),
    (
        ErrorCode::PacketTooLarge,
        "PACKET_TOO_LARGE\nThe packet is too large\n请减小消息或主题。 Make the message smaller.",
    ),
    (
        ErrorCode::QueueFull,
        "QUEUE_FULL\nThe queue of messages is full\n待发送的消息过多，请等待回调后再发布。 Wait for callbacks before publishing more.",
    ),
    (
        ErrorCode::InvalidOption,
        "INVALID_OPTION\nCONNECT cannot be written with these options\nclientId、username、password、will 过长或含空字符；有 password 须有 username。 clientId, username, password or will is too long or has U+0000 in it; a password needs a username.",
    ),
    (
        ErrorCode::ConnectionRefused,
        "CONNECTION_REFUSED\nConnection refused: %\n服务器拒绝连接：请按原因检查 clientId、用户名、密码与权限。 The server refused: check client id, user name, password and permissions by the reason.",
    ),
    (
        ErrorCode::ConnackTimeout,
        "CONNACK_TIMEOUT\nconnack timeout\n服务器未在 connectTimeout 内应答：请检查地址、端口与路径。 The server did not answer within connectTimeout: check host, port and path.",
    ),
    (
        ErrorCode::Malformed,
        "MALFORMED\nMalformed packet: %\n服务器发来的不是 MQTT：请检查路径（常见 /mqtt）。 The server does not speak MQTT: check the path, often /mqtt.",
    ),
    (
        ErrorCode::ProtocolError,
        "PROTOCOL_ERROR\nProtocol error: %\n服务器违反了 MQTT 协议，正在重连；若反复出现，请升级服务器。 The server broke the rules of MQTT; if it does so again and again, update it.",
    ),
    (
        ErrorCode::ConnectionLost,
        "CONNECTION_LOST\nConnection closed\n应答之前断线，请重试。 The connection was lost before the answer: try again.",
    ),
    (
        ErrorCode::ResubscribeRefused,
        "RESUBSCRIBE_REFUSED\nSubscribe error: % was refused after reconnecting\n服务器拒绝恢复该订阅：请检查权限。 The server refused to restore it: check the permissions.",
    ),
    (
        ErrorCode::PublishRefused,
        "PUBLISH_REFUSED\nPublish error: %\n服务器拒绝了该消息：请检查权限与配额。 The server refused it: check permissions and quota.",
    ),
    (
        ErrorCode::Unsupported,
        "UNSUPPORTED\nNot supported by the server: %\n服务器在 CONNACK 中声明不支持。 The server said in CONNACK that it does not take this.",
    ),
    (
        ErrorCode::Expired,
        "EXPIRED\nThe message expired before it was sent\n已超过 messageExpiryInterval。 Its messageExpiryInterval is over.",
    ),
    (
        ErrorCode::Disconnected,
        "DISCONNECTED\nDisconnected by the server: %\n服务器主动断开：请按原因处理。 The server disconnected: see the reason.",
    ),
    (
        ErrorCode::VersionRefused,
        "VERSION_REFUSED\nThe server does not speak MQTT 5.0\n请改用 protocolVersion: 4，或打开 fallback 选项。 Use protocolVersion 4, or the option fallback.",
    ),
    (
        ErrorCode::InvalidProperty,
        "INVALID_PROPERTY\nInvalid property %\n属性名、取值或所在报文不对。 A name, a value, or the packet it is in.",
    ),
    (
        ErrorCode::NoLocalOnShared,
        "NO_LOCAL_ON_SHARED\nnl cannot be used with a shared subscription\n共享订阅不能设置 nl。 Leave nl out.",
    ),
    (
        ErrorCode::InvalidReason,
        "INVALID_REASON\nInvalid reason code\n该报文不能使用这个原因码。 This packet cannot have it.",
    ),
    (
        ErrorCode::NoAuthenticationMethod,
        "NO_AUTHENTICATION_METHOD\nPacket has no Authentication Method\n请在 properties 中给出 authenticationMethod。 Give authenticationMethod in properties.",
    ),
    (
        ErrorCode::TopicAliasRange,
        "TOPIC_ALIAS_RANGE\nSending Topic Alias out of range\n服务器接受的 topicAliasMaximum 更小，或尚未连接。 The server takes fewer aliases, or there is no connection yet.",
    ),
    (
        ErrorCode::TopicAliasUnknown,
        "TOPIC_ALIAS_UNKNOWN\nUnregistered Topic Alias\n请先用主题加别名发布一次。 Publish once with both the topic and the alias.",
    ),
    (
        ErrorCode::Overrun,
        "OVERRUN\nMessages pile up behind handleMessage\nhandleMessage 未及时回调，已断开重连。 handleMessage did not call back in time.",
    ),
    (
        ErrorCode::InvalidRecord,
        "INVALID_RECORD\nA stored record is torn or foreign\n该记录已忽略。 The record was ignored.",
    ),
    (
        ErrorCode::Unconfirmed,
        "UNCONFIRMED\nThe server lost the session before it confirmed the message\n该 QoS 2 消息可能已送达，也可能没有；为避免重复，没有重发。 The QoS 2 message may have been delivered or not; it is not sent again, to avoid a duplicate.",
    ),
    (
        ErrorCode::InvalidMessage,
        "INVALID_MESSAGE\nA message was dropped: %\n发布方的主题或属性不合法，该消息已确认并丢弃，连接不受影响。 Its publisher chose an invalid topic or property. The message was acknowledged, the connection stays.",
    ),
    (
        ErrorCode::MessageTooLarge,
        "MESSAGE_TOO_LARGE\nA message was dropped: too large%\n消息超过 16 MiB 或 maximumPacketSize，已跳过。 Larger than 16 MiB, or than maximumPacketSize.",
    ),
    (
        ErrorCode::Tolerated,
        "TOLERATED\nThe server broke a rule that does no harm: %\n已容忍；strict: true 会断开连接。 It is tolerated; strict: true closes the connection.",
    ),
    (
        ErrorCode::NoWx,
        "NO_WX\n%\nWorker 内没有 wx 接口：请在主线程连接，用 postMessage 传递消息。 A Worker has no wx: connect in the main thread, and pass messages on by postMessage.",
    ),
    (
        ErrorCode::DomainNotListed,
        "DOMAIN_NOT_LISTED\n%\n请在小程序后台“开发设置”的 socket 合法域名中加入该 wss 域名。 Add the wss domain to the socket domains in the mini-program console.",
    ),
    (
        ErrorCode::TooManySockets,
        "TOO_MANY_SOCKETS\n%\n小程序最多同时有 5 个 WebSocket，5 分钟内 20 个 TCP：请 end() 不用的客户端。 A mini-program may have 5 WebSockets at once, 20 TCP sockets in 5 minutes: end() clients that are not needed.",
    ),
    (
        ErrorCode::Certificate,
        "CERTIFICATE\n%\n证书无效或证书链不完整：请在服务器上配置完整证书链。 The certificate is invalid or its chain is incomplete: install the full chain on the server.",
    ),
    (
        ErrorCode::SubProtocol,
        "SUB_PROTOCOL\n%\n服务器不接受 WebSocket 子协议 mqtt：请确认它是 MQTT over WebSocket 端口。 The server refuses the sub-protocol mqtt: is this its MQTT over WebSocket port?",
    ),
    (
        ErrorCode::ServerUnavailable,
        "SERVER_UNAVAILABLE\n%\n服务器或网关暂不可用，会自动重试。 The server or its gateway is not available for now; it is tried again.",
    ),
    (
        ErrorCode::BadPath,
        "BAD_PATH\n%\n服务器拒绝了 WebSocket 握手：请检查 URL 的路径（常见 /mqtt）。 The server refused the WebSocket handshake: check the path of the URL, often /mqtt.",
    ),
    (
        ErrorCode::InvalidUrl,
        "INVALID_URL\n%\n地址形如 wxs://host/path。 An address is like wxs://host/path.",
    ),
    (
        ErrorCode::Suspended,
        "SUSPENDED\n%\n小程序在后台时网络被挂起，回到前台后会重连。 The network is suspended in the background.",
    ),
    (
        ErrorCode::TimedOut,
        "TIMEOUT\n%\n连接超时：请检查网络、地址与端口。 Timed out: check network, host and port.",
    ),
    (
        ErrorCode::Socket,
        "SOCKET\n%\n请检查网络、地址、端口、路径（常见 /mqtt）、证书与 socket 合法域名。 Check network, host, port, path (often /mqtt), certificate and the list of socket domains.",
    ),
    (
        ErrorCode::NoTcp,
        "NO_TCP\n%\n需要基础库 2.18.0 和真机。 Needs base library 2.18.0 and a phone.",
    ),
    (
        ErrorCode::TcpPort,
        "TCP_PORT\n%\n小程序禁止该端口：请用 1883 等。 This port is not allowed: use e.g. 1883.",
    ),
    (
        ErrorCode::Tcp,
        "TCP\n%\nmqtt:// 只用于局域网和 tcp 合法域名：请检查地址、端口、防火墙与 Wi-Fi。 mqtt:// is for the LAN and listed TCP domains: check address, port, firewall and Wi-Fi.",
    ),
    (
        ErrorCode::Closed,
        "CLOSED\n%\n连接断开，会自动重连；若每次刚连上就断，请检查 clientId 是否重复。 The connection was lost and is made again; if each is lost at once, look for a second client with this client id.",
    ),
    (
        ErrorCode::TransformWsUrl,
        "TRANSFORM_WS_URL\ntransformWsUrl: %\n页面的 transformWsUrl 抛出异常。 The transformWsUrl of the page threw.",
    ),
    (
        ErrorCode::StreamBuilder,
        "STREAM_BUILDER\n%\n页面的 streamBuilder 抛出异常。 The streamBuilder of the page threw.",
    ),
    (
        ErrorCode::Stream,
        "STREAM\n%\n页面提供的流出错，会自动重连。 The stream of the page failed; it is built again.",
    ),
    (
        ErrorCode::NoAuthAnswer,
        "NO_AUTH_ANSWER\nProtocol error: No auth packet to continue the authentication exchange\n服务器要求继续认证：请改写 handleAuth，或给 authPacket 选项。 The server wants another step: replace handleAuth, or give the option authPacket.",
    ),
    (
        ErrorCode::WrongReasonCode,
        "WRONG_REASON_CODE\nWrong reason code for %\ncustomHandleAcks 的原因码只能是 0、16、128、131、135、144、145、151、153。 Not a reason code for a message.",
    ),
    (
        ErrorCode::StoreUnreadable,
        "STORE\nStorage failed: %\n读不出本地缓存：本次运行不保存会话，已存的记录保持不变。 The storage cannot be read: this run stores nothing, and leaves stored records as they are.",
    ),
    (
        ErrorCode::PageStore,
        "STORE\n%\n自备的 Store 出错：新消息没有发出，在途的消息只在内存中。 The store failed: a new message is not sent; one under way is kept in memory only.",
    ),
    (
        ErrorCode::TokenProvider,
        "TOKEN_PROVIDER\ntokenProvider: %\n获取 Token 失败，稍后自动重试：请检查 tokenProvider。 There is no token; it is tried again later.",
    ),
    (
        ErrorCode::TokenPause,
        "TOKEN_PAUSE\nThe last token was of no use; the next one is asked for later\n请检查 Token 对应的 username 与 clientId。 Check the user name and clientId the token is for.",
    ),
    (
        ErrorCode::SubscribeRefused,
        "SUBSCRIBE_REFUSED\nSubscribe error: %\n服务器拒绝订阅 %：请检查权限。 The server refused: check the permissions.",
    ),
    (
        ErrorCode::UnsubscribeRefused,
        "UNSUBSCRIBE_REFUSED\nUnsubscribe error: %\n服务器拒绝取消订阅：请检查权限。 The server refused: check the permissions.",
    ),
    (
        ErrorCode::StoreInUse,
        "STORE_IN_USE\nAnother client of this app has the stored session of this clientId\n同一个小程序里已有客户端使用这个 clientId 的会话：请共用它，或先 end()。本客户端不保存会话。 Share that client, or end() it first. This one runs without a stored session.",
    ),
];
