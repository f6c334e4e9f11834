//! The reuse of the verdict on a server whose session is resumed.

use std::ops::RangeInclusive;

use super::{Pair, TLS1_2, TLS1_3, fixture, identity, trust};
use crate::config::builder::ClientConfigBuilder;
use crate::config::{ClientConfig, ServerConfig};
use crate::error::{ErrorKind, Result};
use crate::identity::Identity;
use crate::priority::Priority;
use crate::resumption::session_data::SessionData;
use crate::resumption::ticket::TicketKey;
use crate::session_core::server_name::ServerName;
use crate::support::alone::is_alone;
use crate::trust::Trust;
use crate::verify::verdicts::now;
use crate::x509::certificate::Certificate;

const FOREVER: RangeInclusive<i64> = 0..=i64::MAX;

/// A server, the data of a session with it, and its chain.
struct Saved {
    priority: &'static str,
    server: ServerConfig,
    data: SessionData,
    chain: Vec<Vec<u8>>,
}

impl Saved {
    fn new(priority: &'static str) -> Self {
        Self::with_identity(priority, identity("server"))
    }

    fn with_identity(priority: &'static str, server: Identity) -> Self {
        let server = ServerConfig::builder()
            .priority(Priority::new(priority).unwrap())
            .identity(server)
            .tickets(TicketKey::generate().unwrap())
            .build()
            .unwrap();
        let client = client(priority, trust()).dangerous_verifier(|_| Ok(()));
        let client = client.build().unwrap();
        let mut pair = Pair::open(&client, &server, false);
        pair.handshake();
        assert!(
            pair.server
                .write(&mut pair.server_io, b"1")
                .unwrap()
                .is_ready()
        );
        // TLS 1.3 tickets precede the data.
        assert!(
            pair.client
                .read(&mut pair.client_io, &mut [0])
                .unwrap()
                .is_ready()
        );
        let chain = pair.client.peer_certificates().unwrap();
        let chain = chain.map(<[u8]>::to_vec).collect();
        Self {
            priority,
            data: pair.client.session_data().unwrap(),
            chain,
            server,
        }
    }

    /// Resumes the session, and fails with the error of the client.
    fn resume(&self, client: &ClientConfig, name: &str) -> Result<()> {
        let mut pair = Pair::open(client, &self.server, false);
        pair.client = client.resume(name, &self.data)?;
        for _ in 0..100 {
            let ready = pair.client.handshake(&mut pair.client_io)?.is_ready();
            // The server fails if the client does.
            let _ = pair.server.handshake(&mut pair.server_io);
            if ready {
                assert!(pair.client.is_resumed());
                return Ok(());
            }
        }
        panic!("the handshake does not end")
    }

    /// Adds the verdict that the server is trusted.
    fn trusted_by(
        &self,
        builder: ClientConfigBuilder,
        validity: RangeInclusive<i64>,
    ) -> ClientConfig {
        let client = builder.build().unwrap();
        let chain = self.chain.iter().map(Vec::as_slice);
        client
            .0
            .verdicts
            .add_for(&name("localhost"), chain, validity);
        client
    }

    /// A client whose trust anchors do not include that of the server, so that it only trusts it by a verdict.
    fn distrusting(&self) -> ClientConfigBuilder {
        client(self.priority, Trust::pem(&fixture("other-ca")).unwrap())
    }
}

fn client(priority: &str, trust: Trust) -> ClientConfigBuilder {
    ClientConfig::builder()
        .without_resumption()
        .priority(Priority::new(priority).unwrap())
        .trust(trust)
}

fn name(text: &str) -> ServerName {
    ServerName::Dns(std::ffi::CString::new(text).unwrap())
}

#[test]
fn hazard_27_only_a_trusted_server_whose_session_is_resumed_gets_a_verdict() {
    for priority in [TLS1_2, TLS1_3] {
        let saved = Saved::new(priority);
        let has_verdict = |client: &ClientConfig| {
            let chain = saved.chain.iter().map(Vec::as_slice);
            client
                .0
                .verdicts
                .is_trusted(now(), &name("localhost"), chain)
        };
        let trusting = client(priority, trust()).build().unwrap();
        Pair::open(&trusting, &saved.server, false).handshake();
        assert!(!has_verdict(&trusting), "full handshakes need none");
        saved.resume(&trusting, "localhost").unwrap();
        assert!(has_verdict(&trusting), "{priority}");
        saved.resume(&trusting, "localhost").unwrap();

        // A certificate of the same authority that is valid only for clients.
        let saved = Saved::with_identity(priority, identity("purpose"));
        let trusting = client(priority, trust()).build().unwrap();
        let error = saved.resume(&trusting, "localhost").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification);
        let chain = saved.chain.iter().map(Vec::as_slice);
        assert!(
            !trusting
                .0
                .verdicts
                .is_trusted(now(), &name("localhost"), chain)
        );
    }
}

#[test]
fn hazard_27_a_verdict_is_reused_only_if_nothing_but_the_time_matters() {
    for priority in [TLS1_2, TLS1_3] {
        let saved = Saved::new(priority);
        let accepts = |client: &ClientConfig| saved.resume(client, "localhost");
        let refuses = |client: &ClientConfig, reason: &str| {
            let error = saved.resume(client, "localhost").expect_err(reason);
            assert_eq!(error.kind(), ErrorKind::Verification, "{reason}: {error}");
        };
        accepts(&saved.trusted_by(saved.distrusting(), FOREVER)).unwrap();

        refuses(&saved.distrusting().build().unwrap(), "no verdict");
        let expired = saved.trusted_by(saved.distrusting(), 0..=1);
        refuses(&expired, "an expired certificate");
        let early = saved.trusted_by(saved.distrusting(), i64::MAX..=i64::MAX);
        refuses(&early, "a certificate that is not valid yet");
        let lists = Trust::pem(&fixture("other-ca")).unwrap();
        let lists = lists.and_crl_pem(&fixture("crl")).unwrap();
        let lists = saved.trusted_by(client(priority, lists), FOREVER);
        refuses(&lists, "revocation lists");
        #[cfg(gnutls_3_7_0)]
        {
            let observed = saved.distrusting().on_verification_step(|_| ());
            let observed = saved.trusted_by(observed, FOREVER);
            refuses(&observed, "an observer");
        }
        let verified = saved
            .distrusting()
            .verifier(|_| Err(crate::verify::VerificationStatus::MISMATCH.into()));
        let verified = saved.trusted_by(verified, FOREVER);
        refuses(&verified, "the verifier of the program");
        // A handshake without resumption.
        let trusted = saved.trusted_by(saved.distrusting(), FOREVER);
        let mut pair = Pair::open(&trusted, &saved.server, false);
        let error = (0..100).find_map(|_| {
            let _ = pair.server.handshake(&mut pair.server_io);
            pair.client.handshake(&mut pair.client_io).err()
        });
        assert_eq!(error.unwrap().kind(), ErrorKind::Verification);
    }
}

#[test]
fn hazard_27_no_verdict_is_reused_if_the_session_has_a_stapled_response() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/ocsp-good.der");
    let response = std::fs::read(path).unwrap();
    for priority in [TLS1_2, TLS1_3] {
        let stapling = identity("must-staple")
            .with_ocsp_response(&response)
            .unwrap();
        let saved = Saved::with_identity(priority, stapling);
        let client = saved.trusted_by(saved.distrusting(), FOREVER);
        let error = saved.resume(&client, "localhost").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification, "{priority}");
    }
}

#[test]
fn hazard_27_a_verdict_ends_with_the_validity_of_a_certificate() {
    for priority in [TLS1_2, TLS1_3] {
        let saved = Saved::new(priority);
        let trust = Trust::pem(&fixture("ca")).unwrap();
        let trust = trust.and_pem(&fixture("expired")).unwrap();
        let trusting = client(priority, trust).build().unwrap();
        saved.resume(&trusting, "localhost").unwrap();
        let anchors = trusting.0.common.credentials.trust_anchors().unwrap();
        let end = |der: &Vec<u8>| {
            *Certificate::from_der(der)
                .unwrap()
                .validity()
                .unwrap()
                .end()
        };
        let mut ends: Vec<i64> = anchors.iter().map(end).collect();
        ends.sort_unstable();
        let [expired, valid] = ends[..] else {
            panic!("{} trust anchors", ends.len())
        };
        // The expired anchor would be valid again if the clock were turned back.
        assert!(expired < now());
        let period = trusting.0.verdicts.period(&name("localhost")).unwrap();
        assert_eq!(period, expired + 1..=valid);
    }
}

#[test]
fn hazard_27_no_verdict_is_reused_after_a_change_of_the_policy_of_the_system() {
    let name = "::hazard_27_no_verdict_is_reused_after_a_change_of_the_policy_of_the_system";
    let file = std::env::temp_dir().join(format!("gnutls-policy-{}", std::process::id()));
    // The name of the file is read when the process starts.
    if !is_alone(
        &(module_path!().to_owned() + name),
        &[("GNUTLS_SYSTEM_PRIORITY_FILE", file.as_os_str())],
    ) {
        return;
    }
    let file = crate::library::system_config_file().unwrap().unwrap();
    std::fs::write(&file, "").unwrap();
    let saved = Saved::new(TLS1_2);
    let client = saved.trusted_by(saved.distrusting(), FOREVER);
    saved.resume(&client, "localhost").unwrap();
    std::fs::write(&file, "[overrides]\n").unwrap();
    let result = saved.resume(&client, "localhost");
    std::fs::remove_file(file).unwrap();
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Verification);
}
