//! A program that uses `GNUTLS_SKIP_GLOBAL_INIT` starts without GnuTLS initialising itself.

use std::env;

mod support;

gnutls_sys::GNUTLS_SKIP_GLOBAL_INIT!();

#[test]
fn initialisation_is_left_to_the_program() {
    const CHILD: &str = "GNUTLS_SYS_TEST_CHILD";
    if env::var_os(CHILD).is_some() {
        eprintln!("the program has started");
        // SAFETY: it may be called at any time, from one thread.
        assert_eq!(unsafe { gnutls_sys::gnutls_global_init() }, 0);
        return;
    }
    // The log tells when the library initialises itself.
    let child = support::this_program()
        .args([
            "--exact",
            "initialisation_is_left_to_the_program",
            "--nocapture",
        ])
        .env(CHILD, "1")
        .env("GNUTLS_DEBUG_LEVEL", "3")
        .output()
        .unwrap();
    let text = String::from_utf8(child.stderr).unwrap();
    assert!(child.status.success(), "{text}");
    let started = text.find("the program has started");
    let initialised = text.find("Enabled GnuTLS");
    assert!(started.is_some() && started < initialised, "{text}");
}
