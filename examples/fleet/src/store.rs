//! The store in Redis: sealed values, short time limits, and no attempt for a while after a failure.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use gnutls::crypto::{Aead, Cipher, random_nonce};
use gnutls::early_data::ReplayStore;
use gnutls::resumption::{SessionCache, SessionData, SessionStore, StoreKey, TicketKey};
use redis::{Client, Commands, Connection, ExistenceCheck, RedisResult, SetExpiry, SetOptions};

/// The time limit of each operation. A handshake waits for it.
const LIMIT: Duration = Duration::from_millis(200);

/// The time without an attempt after a failure, so that a store which is down delays few handshakes.
const PAUSE: Duration = Duration::from_secs(5);

/// The time after which the servers use another ticket key when they start.
const TICKET_KEY_LIFETIME: u64 = 24 * 60 * 60;

/// The time after which Redis discards the sessions of a client.
const SESSION_LIFETIME: i64 = 2 * 60 * 60;

const KEY: usize = 32;
const NONCE: usize = 12;

/// A store that several servers share. If it fails, sessions are not resumed and early data is refused; no connection
/// fails.
pub(crate) struct Store {
    client: Client,
    /// Seals the values, so that Redis has no secrets of sessions and cannot forge them.
    cipher: Mutex<Aead>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    paused_until: Option<Instant>,
}

impl Store {
    /// Creates a store with a secret of 32 bytes, which all servers have.
    pub(crate) fn new(url: &str, secret: &[u8]) -> Result<Arc<Self>> {
        ensure!(
            secret.len() == KEY,
            "the secret must have {KEY} bytes, not {}",
            secret.len()
        );
        Ok(Arc::new(Self {
            client: Client::open(url)?,
            cipher: Mutex::new(Aead::new(Cipher::AES_256_GCM, secret)?),
            state: Mutex::default(),
        }))
    }

    /// Returns the ticket key of all servers. Without the store it is a key of this server only.
    pub(crate) fn ticket_key(&self) -> Result<TicketKey> {
        let own = TicketKey::generate()?;
        let name = "gnutls:ticket-key";
        let sealed = self.seal(name, own.as_bytes())?;
        // The first server stores its key, and all use the stored one.
        let shared = self.with(|connection| {
            let options = SetOptions::default()
                .conditional_set(ExistenceCheck::NX)
                .with_expiration(SetExpiry::EX(TICKET_KEY_LIFETIME));
            let _: redis::Value = connection.set_options(name, &sealed, options)?;
            connection.get::<_, Option<Vec<u8>>>(name)
        });
        match shared.flatten().and_then(|sealed| self.open(name, &sealed)) {
            Some(bytes) => Ok(TicketKey::from_bytes(&bytes)?),
            None => {
                println!("no shared ticket key: sessions resume on this server only");
                Ok(own)
            }
        }
    }

    /// Calls `operation` with a connection. Returns `None` if it fails, or if an earlier one has failed recently.
    fn with<R>(&self, operation: impl FnOnce(&mut Connection) -> RedisResult<R>) -> Option<R> {
        let idle = {
            let mut state = lock(&self.state);
            if state
                .paused_until
                .is_some_and(|until| Instant::now() < until)
            {
                return None;
            }
            state.idle.pop()
        };
        let result = match idle {
            Some(connection) => Ok(connection),
            None => self.connect(),
        }
        .and_then(|mut connection| Ok((operation(&mut connection)?, connection)));
        let mut state = lock(&self.state);
        match result {
            Ok((value, connection)) => {
                state.idle.push(connection);
                Some(value)
            }
            Err(error) => {
                println!("the store fails: {error}");
                *state = State {
                    idle: Vec::new(),
                    paused_until: Some(Instant::now() + PAUSE),
                };
                None
            }
        }
    }

    fn connect(&self) -> RedisResult<Connection> {
        let connection = self.client.get_connection_with_timeout(LIMIT)?;
        connection.set_read_timeout(Some(LIMIT))?;
        connection.set_write_timeout(Some(LIMIT))?;
        Ok(connection)
    }

    fn seal(&self, name: &str, value: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE];
        random_nonce(&mut nonce)?;
        let sealed = lock(&self.cipher).seal(&nonce, name.as_bytes(), value)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Returns the value, or `None` if it was not sealed under this name by a server with the secret.
    fn open(&self, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        lock(&self.cipher).open(nonce, name.as_bytes(), sealed).ok()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the name of an entry in Redis.
fn name(kind: &str, key: &[u8]) -> String {
    let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("gnutls:{kind}:{digits}")
}

/// The sessions of clients without tickets, up to TLS 1.2.
impl SessionCache for Store {
    fn store(&self, key: &[u8], data: &[u8], lifetime: Duration) {
        let name = name("session", key);
        // Without an entry the session is not resumed.
        if let Ok(sealed) = self.seal(&name, data) {
            self.with(|connection| {
                connection.set_ex::<_, _, ()>(&name, sealed, lifetime.as_secs().max(1))
            });
        }
    }

    fn retrieve(&self, key: &[u8]) -> Option<Vec<u8>> {
        let name = name("session", key);
        let sealed = self.with(|connection| connection.get::<_, Option<Vec<u8>>>(&name))?;
        self.open(&name, &sealed?)
    }

    fn remove(&self, key: &[u8]) {
        let name = name("session", key);
        self.with(|connection| connection.del::<_, ()>(&name));
    }
}

/// The sessions of clients, which another process can resume.
impl SessionStore for Store {
    fn insert(&self, key: &StoreKey, session: SessionData) {
        let Some(key) = key.to_bytes() else {
            return;
        };
        let name = name("client", &key);
        // Without an entry the session is not resumed.
        if let Ok(sealed) = self.seal(&name, session.as_bytes()) {
            // The newest tickets of a server, each of which is valid for one connection.
            let mut commands = redis::pipe();
            commands.lpush(&name, sealed).ltrim(&name, 0, 3);
            commands.expire(&name, SESSION_LIFETIME);
            self.with(|connection| commands.exec(connection));
        }
    }

    fn take(&self, key: &StoreKey) -> Option<SessionData> {
        let name = name("client", &key.to_bytes()?);
        let sealed = self.with(|connection| connection.lpop::<_, Option<Vec<u8>>>(&name, None))?;
        let data = self.open(&name, &sealed?)?;
        // Another release of GnuTLS may have stored it.
        SessionData::from_bytes(key.server_name()?, &data).ok()
    }
}

/// The messages with early data.
impl ReplayStore for Store {
    fn add(&self, key: &[u8], lifetime: Duration) -> bool {
        let name = name("early", key);
        // SET with NX is atomic. It returns nil if the key exists.
        let options = SetOptions::default()
            .conditional_set(ExistenceCheck::NX)
            .with_expiration(SetExpiry::PX(lifetime.as_millis().max(1) as u64));
        let added = self
            .with(|connection| connection.set_options::<_, _, Option<String>>(&name, 1, options));
        // Without the store early data is refused, since it could be a replay.
        added.flatten().is_some()
    }
}
