//! Logging is shared by the process, so the tests run one at a time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gnutls::verify::KnownHosts;
use gnutls::{ClientConfig, ErrorKind, Priority, Trust};
use gnutls_testing::directory::TemporaryDirectory;
use gnutls_testing::fixtures::fixture;
use gnutls_testing::pair::*;
use gnutls_testing::process::is_alone;
use gnutls_testing::test_name;

fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn messages_up_to_the_level_are_logged() {
    let _turn = turn();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    gnutls::library::set_log_function(5, move |level, message| {
        log.lock().unwrap().push((level, message.to_owned()));
    });
    Pair::connected(TLS1_2, false);
    gnutls::library::set_log_function(0, |_, _| {});
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    assert!(
        seen.iter().all(|(level, _)| (1..=5).contains(level)),
        "{seen:?}"
    );
    assert!(seen.iter().any(|(_, text)| text.contains("CLIENT HELLO")));
    assert!(seen.iter().all(|(_, text)| !text.ends_with('\n')));
    // Level 0 disables logging.
    let count = Arc::new(AtomicUsize::new(0));
    let log = Arc::clone(&count);
    gnutls::library::set_log_function(0, move |_, _| {
        log.fetch_add(1, Ordering::Relaxed);
    });
    Pair::connected(TLS1_2, false);
    assert_eq!(count.load(Ordering::Relaxed), 0);
}

#[test]
fn bug_class_13_a_log_function_that_panics_or_uses_the_library_disturbs_nothing() {
    let _turn = turn();
    let count = Arc::new(AtomicUsize::new(0));
    let log = Arc::clone(&count);
    gnutls::library::set_log_function(5, move |_, _| {
        log.fetch_add(1, Ordering::Relaxed);
        // This error is also logged.
        let error = Trust::der(b"wrong").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate);
        std::panic::resume_unwind(Box::new("without a word"));
    });
    let mut pair = Pair::connected(TLS1_2, false);
    assert_eq!(pair.there(b"goes on"), b"goes on");
    gnutls::library::set_log_function(0, |_, _| {});
    assert!(count.load(Ordering::Relaxed) > 10);
}

/// GnuTLS logs while it holds the lock of the system's policy, and while this crate holds that of known hosts.
#[test]
fn hazard_46_a_log_function_that_would_wait_for_a_lock_gets_an_error() {
    let _turn = turn();
    let directory = TemporaryDirectory::new();
    let hosts = KnownHosts::file(directory.path().join("known_hosts")).unwrap();
    let (done, wait) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        let kinds = Arc::new(Mutex::new(Vec::new()));
        let (log, known) = (Arc::clone(&kinds), hosts.clone());
        let certificate = fixture("server.der");
        gnutls::library::set_log_function(9, move |_, _| {
            let errors = [
                Priority::new("@NO-SUCH-POLICY").err(),
                Priority::system().enabled().err(),
                ClientConfig::builder().build().err(),
                known.verify("host", None, &certificate).err(),
            ];
            let kinds = errors.map(|error| error.map(|error| error.kind()));
            log.lock().unwrap().push(kinds);
        });
        let logged = || std::mem::take(&mut *kinds.lock().unwrap());
        assert!(Priority::new("@NO-SUCH-POLICY").is_err());
        let policy = logged();
        assert!(hosts.store("host", None, b"damaged", None).is_err());
        let known = logged();
        gnutls::library::set_log_function(0, |_, _| {});
        for kinds in [policy, known] {
            assert!(!kinds.is_empty());
            for kinds in kinds {
                assert_eq!(kinds, [Some(ErrorKind::InvalidState); 4]);
            }
        }
        drop(done);
    });
    let waited: Result<(), _> = wait.recv_timeout(Duration::from_secs(60));
    assert_eq!(waited, Err(RecvTimeoutError::Disconnected));
    thread.join().unwrap();
}

/// The captures of a log function can log when they are dropped.
#[test]
fn bug_class_19_a_function_that_is_replaced_may_log_once_more() {
    struct Logs;
    impl Drop for Logs {
        fn drop(&mut self) {
            assert!(Trust::der(b"wrong").is_err());
        }
    }
    let _turn = turn();
    let logs = Logs;
    gnutls::library::set_log_function(9, move |_, _| {
        std::hint::black_box(&logs);
    });
    let (done, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        gnutls::library::set_log_function(9, |_, _| {});
        done.send(()).unwrap();
    });
    let waited = wait.recv_timeout(std::time::Duration::from_secs(20));
    assert!(waited.is_ok(), "deadlock");
    gnutls::library::set_log_function(0, |_, _| {});
}

/// The captures of a log function that replaces itself are dropped below the C function that logs.
#[test]
fn bug_class_13_a_log_function_that_replaces_itself_may_panic_when_dropped() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            std::panic::resume_unwind(Box::new("a destructor"));
        }
    }
    // A panic that reaches the C function aborts the process.
    if !is_alone(&test_name!(), &[]) {
        return;
    }
    for auditors in [false, true] {
        let panics = Panics;
        let mut pair = Pair::connected(DTLS1_2, true);
        if auditors {
            gnutls::library::set_audit_log_function(move |_| {
                std::hint::black_box(&panics);
                gnutls::library::set_audit_log_function(|_| {});
            });
            let strange = [23, 254, 253, 0, 9, 0, 0, 0, 0, 0, 1, 0, 1, 0];
            std::io::Write::write_all(&mut pair.near, &strange).unwrap();
        } else {
            gnutls::library::set_log_function(9, move |_, _| {
                std::hint::black_box(&panics);
                gnutls::library::set_log_function(0, |_, _| {});
            });
        }
        let read = pair.server.read(&mut pair.far, &mut [0; 9]);
        assert!(read.unwrap().is_pending());
        assert_eq!(pair.there(b"goes on"), b"goes on");
    }
}

#[test]
fn a_rejected_record_is_logged_for_auditors() {
    let _turn = turn();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    gnutls::library::set_audit_log_function(move |message| {
        log.lock().unwrap().push(message.to_owned())
    });
    let mut pair = Pair::connected(DTLS1_2, true);
    // A record of an unknown epoch.
    let strange = [23, 254, 253, 0, 9, 0, 0, 0, 0, 0, 1, 0, 1, 0];
    std::io::Write::write_all(&mut pair.near, &strange).unwrap();
    assert!(
        pair.server
            .read(&mut pair.far, &mut [0; 9])
            .unwrap()
            .is_pending()
    );
    gnutls::library::set_audit_log_function(|_| {});
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    assert!(seen.iter().any(|text| text.contains("epoch")), "{seen:?}");
    assert_eq!(pair.there(b"goes on"), b"goes on");
}

#[cfg(feature = "tracing")]
mod tracing_feature {
    use tracing::field::{Field, Visit};
    use tracing::{Event, Level, Metadata, Subscriber, span};

    use super::*;

    /// A subscriber that stores the level, target and message of every event.
    #[derive(Clone, Default)]
    struct Keeping(Arc<Mutex<Vec<(Level, String, String)>>>);

    #[derive(Default)]
    struct Message(String);

    impl Visit for Message {
        fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
            if field.name() == "message" {
                self.0 = format!("{value:?}");
            }
        }
    }

    impl Subscriber for Keeping {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
            span::Id::from_u64(1)
        }
        fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
        fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
        fn event(&self, event: &Event<'_>) {
            let mut message = Message::default();
            event.record(&mut message);
            let metadata = event.metadata();
            let entry = (*metadata.level(), metadata.target().to_owned(), message.0);
            self.0.lock().unwrap().push(entry);
        }
        fn enter(&self, _: &span::Id) {}
        fn exit(&self, _: &span::Id) {}
    }

    #[test]
    fn messages_become_events() {
        let _turn = turn();
        let keeping = Keeping::default();
        tracing::subscriber::with_default(keeping.clone(), || {
            gnutls::library::log_to_tracing(4);
            Pair::connected(TLS1_2, false);
            gnutls::library::set_log_function(0, |_, _| {});
            gnutls::library::set_audit_log_function(|_| {});
        });
        let seen = keeping.0.lock().unwrap();
        assert!(
            seen.iter()
                .all(|(_, target, _)| target.starts_with("gnutls"))
        );
        assert!(seen.iter().any(|(level, _, message)| {
            *level == Level::TRACE && message.contains("CLIENT HELLO")
        }));
    }
}
