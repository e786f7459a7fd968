//! The broker library rmqtt as a program: MQTT over WebSocket at one port, over TLS at another.
//!
//!     rmqtt-broker WS_PORT WSS_PORT CERTIFICATE KEY
use std::net::{Ipv4Addr, SocketAddr};

use rmqtt::context::ServerContext;
use rmqtt::net::{Builder, tls_provider};
use rmqtt::server::MqttServer;

#[tokio::main]
async fn main() -> rmqtt::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [ws, wss, certificate, key] = &arguments[..] else {
        panic!("four arguments are needed, not {arguments:?}");
    };
    let listener = |port: &str| -> rmqtt::Result<Builder> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.parse()?));
        Ok(Builder::new().name(port).laddr(address))
    };
    tls_provider::default_provider().install_default().expect("it is the first");

    let context = ServerContext::new().build().await;
    rmqtt_retainer::register(&context, true, false).await?;
    let secure = listener(wss)?.tls_cert(Some(certificate)).tls_key(Some(key));
    MqttServer::new(context)
        .listener(listener(ws)?.bind()?.ws()?)
        .listener(secure.bind()?.wss()?)
        .build()
        .run()
        .await
}
