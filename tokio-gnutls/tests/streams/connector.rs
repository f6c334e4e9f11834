//! The client of hyper-util over the connector.

use std::error::Error as _;

use gnutls_testing::fixtures::*;
use gnutls_testing::pair::*;
use gnutls_testing::{requirement, skip_unless};
use http_body_util::{BodyExt, Empty};
use hyper::Version;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio_gnutls::{ConnectionInfo, HttpsConnector};

use crate::https::server;

type HttpsClient = Client<HttpsConnector<HttpConnector>, Empty<Bytes>>;

fn https(config: gnutls::ClientConfig) -> HttpsClient {
    Client::builder(TokioExecutor::new()).build(HttpsConnector::new(config))
}

#[tokio::test]
async fn a_client_uses_the_protocol_that_the_server_selects() {
    skip_unless!(requirement::UNFORGEABLE_TICKETS);
    let address = server().await;
    for (offers, version) in [
        (&["h2", "http/1.1"][..], Version::HTTP_2),
        (&["http/1.1"], Version::HTTP_11),
        (&[], Version::HTTP_11),
    ] {
        for priority in stream_protocols() {
            let client = https(client(priority).alpn(offers).build().unwrap());
            for _ in 0..2 {
                let uri = format!("https://{address}/").parse().unwrap();
                let response = client.get(uri).await.unwrap();
                assert_eq!(response.version(), version);
                let info = response.extensions().get::<ConnectionInfo>().unwrap();
                assert_eq!(info.alpn(), offers.first().map(|name| name.as_bytes()));
                assert_eq!(info.peer_certificates().unwrap()[0], fixture("server.der"));
                let page = response.into_body().collect().await.unwrap().to_bytes();
                let page = String::from_utf8(page.to_vec()).unwrap();
                assert!(page.contains(&format!("{version:?} over (TLS1.")), "{page}");
            }
        }
    }
}

#[tokio::test]
async fn a_request_without_tls_or_to_an_untrusted_server_fails() {
    skip_unless!(requirement::UNFORGEABLE_TICKETS);
    let address = server().await;
    let send = async |config, uri: String| {
        let error = https(config).get(uri.parse().unwrap()).await.unwrap_err();
        error.source().unwrap().to_string()
    };
    let trusting = client(TLS1_2).build().unwrap();
    let error = send(trusting, format!("http://{address}/")).await;
    assert!(error.contains("has not the scheme https"), "{error}");
    let distrustful = client(TLS1_2).trust(gnutls::Trust::none()).build().unwrap();
    let error = send(distrustful, format!("https://{address}/")).await;
    assert!(error.contains("not trusted"), "{error}");
}
