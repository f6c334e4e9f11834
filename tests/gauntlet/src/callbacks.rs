//! Panics in each call of each callback, in the destructors of callbacks, and sessions in thread-local destructors.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use gnutls::extension::HelloExtension;
use gnutls::resumption::{SessionCache, SessionData, SessionStore, StoreKey, TicketKey};
use gnutls::{
    ClientAuth, ClientConfigBuilder, HelloAnswer, Priority, ServerConfig, ServerConfigBuilder,
};
use gnutls_testing::fixtures::{client_identity, server_identity, trust};
use gnutls_testing::pair::{self, Pair};

use crate::Options;
use crate::allocations::live;
use crate::exchange;
use crate::report::Report;
use crate::wire::INJECTED;

/// Counts the calls of callbacks, and panics in one of them.
#[derive(Clone)]
struct Trigger {
    calls: Arc<AtomicUsize>,
    panics_at: usize,
}

impl Trigger {
    fn new(panics_at: usize) -> Self {
        Self {
            calls: Arc::default(),
            panics_at,
        }
    }

    fn call(&self) {
        if self.calls.fetch_add(1, Ordering::Relaxed) + 1 == self.panics_at {
            panic!("{INJECTED}");
        }
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}

/// A store and a cache that keep nothing.
struct Nothing(Trigger);

impl SessionStore for Nothing {
    fn insert(&self, _: &StoreKey, _: SessionData) {
        self.0.call();
    }

    fn take(&self, _: &StoreKey) -> Option<SessionData> {
        self.0.call();
        None
    }
}

impl SessionCache for Nothing {
    fn store(&self, _: &[u8], _: &[u8], _: Duration) {
        self.0.call();
    }

    fn retrieve(&self, _: &[u8]) -> Option<Vec<u8>> {
        self.0.call();
        None
    }

    fn remove(&self, _: &[u8]) {
        self.0.call();
    }
}

type Builders = (ClientConfigBuilder, ServerConfigBuilder);

/// Adds callbacks to both configurations, the server's without an identity and tickets.
type Install = fn(Builders, Trigger) -> Builders;

const CALLBACKS: &[(&str, Install)] = &[
    ("on-client-hello", |(client, server), trigger| {
        let server = server.on_client_hello(move |_, _| {
            trigger.call();
            HelloAnswer::Continue
        });
        (client, server)
    }),
    ("identity-resolver", |(client, server), trigger| {
        let client = client.identity(client_identity());
        let server = server.identity_resolver(move |_| {
            trigger.call();
            Some(server_identity())
        });
        (client, server)
    }),
    ("verifier", |(client, server), trigger| {
        let other = trigger.clone();
        let client = client.identity(client_identity()).verifier(move |_| {
            trigger.call();
            Ok(())
        });
        let server = server
            .client_auth(ClientAuth::Required(trust()))
            .verifier(move |_| {
                other.call();
                Ok(())
            });
        (client, server)
    }),
    ("on-verification-step", |(client, server), trigger| {
        (client.on_verification_step(move |_| trigger.call()), server)
    }),
    ("ocsp-responder", |(client, server), trigger| {
        let server = server.ocsp_responder(move |_| {
            trigger.call();
            None
        });
        (client, server)
    }),
    ("key-log", |(client, server), trigger| {
        let other = trigger.clone();
        (
            client.dangerous_key_log(move |_, _| trigger.call()),
            server.dangerous_key_log(move |_, _| other.call()),
        )
    }),
    ("extension", |(client, server), trigger| {
        let other = trigger.clone();
        let sends = HelloExtension::new(65_300).on_send(move |_, _| {
            trigger.call();
            Ok(Some(b"question".to_vec()))
        });
        let receives = HelloExtension::new(65_300).on_receive(move |_, _, _| {
            other.call();
            Ok(())
        });
        (client.extension(sends), server.extension(receives))
    }),
    ("session-store", |(client, server), trigger| {
        (client.resumption(Nothing(trigger)), server)
    }),
    ("session-cache", |(client, server), trigger| {
        (client, server.session_cache(Nothing(trigger)))
    }),
];

pub(crate) fn run(_: &Options, report: &mut Report) -> Result<()> {
    exchange::silence_injected_panics();
    for (priority, datagram) in pair::protocols() {
        for callback in CALLBACKS {
            let name = callback.0;
            // The calls of a connection without a panic.
            let trigger = Trigger::new(0);
            connect(callback, priority, datagram, &trigger)?;
            let calls = trigger.calls();
            for number in 1..=calls {
                let case = format!("{name}/{priority}/call-{number}");
                report.case(&case, || check(callback, priority, datagram, number));
            }
        }
        let case = format!("thread-local-destructor/{priority}");
        report.case(&case, || in_destructor(priority, datagram));
        let case = format!("drop/{priority}");
        report.case(&case, || dropped(priority, datagram));
    }
    Ok(())
}

/// Connects a pair with callbacks, exchanges data and closes both sides.
fn connect(
    (name, install): &(&str, Install),
    priority: &str,
    datagram: bool,
    trigger: &Trigger,
) -> Result<()> {
    let resolves = *name == "identity-resolver";
    let server = ServerConfig::builder()
        .dangerous_allow_forgeable_tickets()
        .priority(Priority::new(priority)?);
    let builders = (pair::client(priority), server);
    let (client, mut server) = install(builders, trigger.clone());
    if !resolves {
        server = server.identity(server_identity());
    }
    if *name != "session-cache" {
        server = server.tickets(TicketKey::generate()?);
    }
    let (client, server) = (client.build()?, server.build()?);
    let mut pair = match exchange::catch(|| Pair::open(&client, &server, datagram)) {
        Ok(pair) => pair,
        Err(text) if text == INJECTED && trigger.panics_at > 0 => return Ok(()),
        Err(text) => anyhow::bail!("another panic: {text}"),
    };
    let connected = exchange::catch(|| -> Result<()> {
        pair.handshake()?;
        pair.there(b"question");
        pair.back(b"answer");
        let _ = pair.client.close(&mut pair.near)?;
        let _ = pair.server.close(&mut pair.far)?;
        // A panic that follows data waits for the next call.
        let _ = pair.client.read(&mut pair.near, &mut [0])?;
        let _ = pair.server.read(&mut pair.far, &mut [0])?;
        Ok(())
    });
    if trigger.panics_at == 0 {
        return connected.map_err(anyhow::Error::msg)?;
    }
    let text = match connected {
        Err(text) => text,
        Ok(ended) => anyhow::bail!("the panic is lost: {ended:?}"),
    };
    anyhow::ensure!(text == INJECTED, "another panic: {text}");
    // Both sessions can still be called, and fail.
    for _ in 0..20 {
        let stepped = exchange::catch(|| pair.step());
        anyhow::ensure!(stepped.is_ok(), "a panic after the panic: {stepped:?}");
    }
    Ok(())
}

/// Checks that the panic of a call surfaces, and that nothing is left behind.
fn check(
    callback: &(&str, Install),
    priority: &str,
    datagram: bool,
    number: usize,
) -> Result<(), String> {
    let connected = || {
        let trigger = Trigger::new(number);
        connect(callback, priority, datagram, &trigger).map_err(|error| format!("{error:#}"))
    };
    connected()?;
    let before = live();
    connected()?;
    match live() - before {
        0 => Ok(()),
        leaked => Err(format!("{leaked} allocations are left behind")),
    }
}

/// A connection that is used and closed in its destructor.
struct Closing(Option<Pair>);

impl Drop for Closing {
    fn drop(&mut self) {
        let Some(mut pair) = self.0.take() else {
            return;
        };
        let used = pair.there(b"question") == b"question" && pair.back(b"answer") == b"answer";
        let closed = pair.client.close(&mut pair.near);
        if !used || !matches!(closed, Ok(poll) if poll.is_ready()) {
            FAILED.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The destructors that could not use their connection.
static FAILED: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static CONNECTION: RefCell<Closing> = const { RefCell::new(Closing(None)) };
}

/// Uses a connection in the destructor of a thread-local variable, which is created before those of the crate.
fn in_destructor(priority: &str, datagram: bool) -> Result<(), String> {
    let failed = FAILED.load(Ordering::Relaxed);
    let priority = priority.to_owned();
    let used = thread::spawn(move || {
        CONNECTION.with_borrow_mut(|closing| {
            closing.0 = Some(Pair::connected(&priority, datagram));
        });
    });
    used.join().map_err(|_| "the thread panicked".to_owned())?;
    match FAILED.load(Ordering::Relaxed) - failed {
        0 => Ok(()),
        _ => Err("a session cannot be used in a thread-local destructor".to_owned()),
    }
}

/// A value whose destructor panics.
struct Explosive;

impl Drop for Explosive {
    fn drop(&mut self) {
        if !thread::panicking() {
            panic!("{INJECTED}");
        }
    }
}

/// Drops configurations and sessions whose callbacks own a value that panics in its destructor. The panic surfaces in
/// the drop of the last owner, or is discarded, but does not abort.
fn dropped(priority: &str, datagram: bool) -> Result<(), String> {
    for session_last in [false, true] {
        let value = Explosive;
        let client = pair::client(priority).verifier(move |_| {
            let _ = &value;
            Ok(())
        });
        let client = client.build().map_err(|error| error.to_string())?;
        let server = pair::server(priority)
            .build()
            .map_err(|error| error.to_string())?;
        let pair = Pair::connect(&client, &server, datagram);
        let dropped = match session_last {
            true => {
                drop(client);
                exchange::catch(|| drop(pair))
            }
            false => {
                drop(pair);
                exchange::catch(|| drop(client))
            }
        };
        if let Err(text) = dropped {
            if text != INJECTED {
                return Err(format!("another panic: {text}"));
            }
        }
    }
    Ok(())
}
