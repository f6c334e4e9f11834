//! The packed format of sessions: saved by a client, and stored in the cache of a server.

use std::sync::{Arc, Mutex, OnceLock};
use std::task::Poll;
use std::time::Duration;

use gnutls::resumption::{MemoryCache, SessionCache, SessionData, TicketKey};
use gnutls::{ClientConfig, ServerConfig};
use gnutls_testing::pair::{Pair, TLS1_2, TLS1_3, client, server};
use gnutls_testing::requirement::{self, Requirement as _};

use crate::input::Input;
use crate::wire::hello_session_id;

/// The bytes that a cache returns for any key.
#[derive(Default)]
struct FixedCache(Mutex<Option<Vec<u8>>>);

impl SessionCache for FixedCache {
    fn store(&self, _: &[u8], data: &[u8], _: Duration) {
        self.0.lock().unwrap().get_or_insert_with(|| data.to_vec());
    }

    fn retrieve(&self, _: &[u8]) -> Option<Vec<u8>> {
        self.0.lock().unwrap().clone()
    }

    fn remove(&self, _: &[u8]) {}
}

/// A client and a server of one protocol, and the data of a session between them.
struct Setup {
    client: ClientConfig,
    server: ServerConfig,
    saved: SessionData,
    /// The cache of the server, and the session in it.
    cache: Option<(Arc<FixedCache>, Vec<u8>)>,
}

fn setups() -> &'static [Setup] {
    static SETUPS: OnceLock<Vec<Setup>> = OnceLock::new();
    SETUPS.get_or_init(|| {
        let mut setups = vec![with_cache(TLS1_2, false), with_cache(TLS1_2, true)];
        if requirement::TLS1_3.is_present() {
            let key = TicketKey::generate().unwrap();
            let (client, server) = (client(TLS1_3), server(TLS1_3).tickets(key));
            setups.push(setup(client.build().unwrap(), server.build().unwrap()));
        }
        setups
    })
}

fn setup(client: ClientConfig, server: ServerConfig) -> Setup {
    let saved = Pair::connect(&client, &server, false).save();
    Setup {
        client,
        server,
        saved,
        cache: None,
    }
}

/// Returns a setup in which the input is either the data of the client or that in the cache of the server.
fn with_cache(priority: &str, of_server: bool) -> Setup {
    let client = client(priority).build().unwrap();
    if !of_server {
        let server = server(priority).session_cache(MemoryCache::new(10));
        return setup(client, server.build().unwrap());
    }
    let cache = Arc::new(FixedCache::default());
    let server = server(priority).session_cache(Arc::clone(&cache));
    let mut setup = setup(client, server.build().unwrap());
    let stored = cache.0.lock().unwrap().clone();
    setup.cache = Some((cache, stored.expect("the server has stored its session")));
    setup
}

/// Resumes a session with damaged data. The first byte chooses the protocol and the side; with its highest bit set, the
/// rest changes valid data.
///
/// No damaged data makes an identifier of more than 32 bytes, and a client that completes the handshake has verified
/// the server.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let choice = input.byte();
    let setups = setups();
    let setup = &setups[usize::from(choice & 0x7f) % setups.len()];
    let valid = match &setup.cache {
        Some((_, stored)) => &stored[..],
        None => setup.saved.as_bytes(),
    };
    let mut bytes = valid.to_vec();
    if choice & 0x80 == 0 {
        bytes = input.0.to_vec();
    } else {
        input.change(&mut bytes);
    }
    let session = match &setup.cache {
        Some((cache, _)) => {
            *cache.0.lock().unwrap() = Some(bytes);
            setup.client.resume("localhost", &setup.saved)
        }
        None => match SessionData::from_bytes("localhost", &bytes) {
            Ok(saved) => setup.client.resume("localhost", &saved),
            Err(_) => return,
        },
    };
    // The library itself can refuse data.
    let Ok(session) = session else { return };
    let mut pair = Pair::new(session, setup.server.session().unwrap());
    pair.near.set_record(true);
    let completed = handshake(&mut pair);
    let hello: Vec<u8> = pair.near.take_record().concat();
    assert!(
        hello_session_id(&hello).is_none_or(|id| id <= 32),
        "{hello:?}"
    );
    if completed {
        let status = pair.client.verification_status();
        assert!(
            status.is_some_and(|status| status.is_trusted()),
            "{status:?}"
        );
    }
}

/// Runs a handshake as far as it goes. Returns `true` if the client completes it.
fn handshake(pair: &mut Pair) -> bool {
    let mut done = false;
    for _ in 0..20 {
        let (client, server) = pair.step();
        done |= matches!(client, Ok(Poll::Ready(())));
        if client.is_err() || server.is_err() || done && server.is_ok_and(|poll| poll.is_ready()) {
            break;
        }
    }
    done
}
