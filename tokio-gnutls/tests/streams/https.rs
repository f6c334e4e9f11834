//! The examples: a web server and a client by hyper, with each other and with curl.

#[allow(dead_code, reason = "its main function is not called")]
#[path = "../../examples/https_client.rs"]
mod https_client;
#[allow(dead_code, reason = "its main function is not called")]
#[path = "../../examples/https_server.rs"]
mod https_server;

use std::process::Output;

use gnutls::ClientConfig;
use gnutls_testing::fixtures::*;
use gnutls_testing::pair::*;
use gnutls_testing::process::system_program;
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::skip_unless;
use hyper::Version;
use tokio::net::TcpListener;

/// Runs the server of the example, and gives its address.
pub(crate) async fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let config = https_server::config(server_identity()).unwrap();
    tokio::spawn(https_server::serve(listener, config));
    // Not by name: where there is no file of hosts, localhost is nowhere.
    format!("127.0.0.1:{port}")
}

#[tokio::test]
async fn the_client_gets_the_page_by_the_protocol_that_it_offers() {
    skip_unless!(requirement::UNFORGEABLE_TICKETS);
    let address = server().await;
    for (offers, version) in [
        (&["h2", "http/1.1"][..], Version::HTTP_2),
        (&["http/1.1"], Version::HTTP_11),
        (&[], Version::HTTP_11),
    ] {
        for priority in stream_protocols() {
            let config: ClientConfig = client(priority).alpn(offers).build().unwrap();
            let (spoken, page) = https_client::get(&config, &address, "/").await.unwrap();
            assert_eq!(spoken, version);
            assert!(
                page.contains(&format!("<p>{version:?} over (TLS1.")),
                "{page}"
            );
        }
    }
}

#[tokio::test]
async fn a_client_that_does_not_trust_the_server_gets_nothing() {
    skip_unless!(requirement::UNFORGEABLE_TICKETS);
    let address = server().await;
    let config = client(TLS1_2).trust(gnutls::Trust::none()).build().unwrap();
    let error = https_client::get(&config, &address, "/").await.unwrap_err();
    let error = error.downcast::<gnutls::Error>().expect("one of TLS");
    assert_eq!(error.kind(), gnutls::ErrorKind::Verification);
}

/// Runs curl.
async fn curl(arguments: &[&str], url: &str) -> Output {
    let mut command = system_program("curl");
    command
        .args(["--silent", "--show-error", "--noproxy", "*"])
        .args(["--max-time", "30"])
        .args(["--write-out", "%{http_version} %{ssl_verify_result}"])
        .args(arguments)
        .arg(url);
    // The server runs in this thread.
    let output = tokio::task::spawn_blocking(move || command.output());
    output.await.unwrap().unwrap()
}

#[tokio::test]
async fn curl_gets_the_page_and_verifies_the_certificate() {
    skip_unless!(requirement::UNFORGEABLE_TICKETS);
    skip_unless!(requirement::CURL);
    let url = format!("https://{}/", server().await);
    let authority = fixture_path("ca.pem");
    let authority = authority.to_str().unwrap();
    for (option, version) in [("--http2", "2"), ("--http1.1", "1.1")] {
        for tls in ["1.2", "1.3"] {
            let arguments = [option, "--tls-max", tls, "--cacert", authority];
            let output = curl(&arguments, &url).await;
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            assert!(said.ends_with(&format!("{version} 0")), "{said}");
            assert!(said.contains("over (TLS1."), "{said}");
            if requirement::TLS1_3.is_present() {
                assert!(said.contains(&format!("over (TLS{tls})")), "{said}");
            }
        }
    }
    // By what is no authority curl refuses (60: the certificate cannot be verified), so that the above means something.
    let other = fixture_path("client.pem");
    let arguments = ["--http2", "--cacert", other.to_str().unwrap()];
    let output = curl(&arguments, &url).await;
    assert_eq!(output.status.code(), Some(60));
}
