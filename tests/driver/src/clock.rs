//! The virtual clock, which only a scenario moves.

use std::ffi::{c_longlong, c_ulong};

use crate::transport;

// SAFETY: the declarations are those of `clock.h`.
unsafe extern "C" {
    safe fn conformance_clock_reset();
    safe fn conformance_clock_advance(seconds: c_longlong);
    safe fn conformance_clock_wait(milliseconds: c_longlong);
    safe fn conformance_clock_asked() -> c_ulong;
}

/// Sets the clock back to its start.
pub fn reset() {
    conformance_clock_reset();
}

/// Advances the clock.
pub fn advance(seconds: u32) {
    conformance_clock_advance(seconds.into());
}

/// Advances the clock by milliseconds.
pub fn wait(milliseconds: u32) {
    conformance_clock_wait(milliseconds.into());
}

/// Returns the number of calls that read the clock.
#[allow(
    clippy::useless_conversion,
    reason = "an unsigned long has 32 bits on some machines"
)]
pub fn asked() -> u64 {
    conformance_clock_asked().into()
}

/// Fails unless the library reads this clock, without which no run can be repeated.
pub fn check() -> Result<(), String> {
    let before = asked();
    // A handshake begins by reading the clock.
    let (mut end, _) = transport::pair(false, None);
    let _blocks = gnutls::ClientConfig::builder()
        .dangerous_accept_any_certificate()
        .build()
        .and_then(|config| config.session(gnutls::session::PeerName::Unnamed))
        .and_then(|mut session| session.handshake(&mut end))
        .map_err(|error| error.to_string())?;
    if asked() == before {
        Err("the library does not read the virtual clock; link the driver with -rdynamic".into())
    } else {
        Ok(())
    }
}

/// Serializes the tests that move the clock, of which the process has only one.
#[cfg(test)]
pub static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    #[test]
    fn the_library_and_rust_see_the_virtual_clock_alone() {
        let _turn = TURN.lock();
        check().expect("libgnutls is bound to the clock");
        reset();
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_748_736_000);
        assert_eq!(SystemTime::now(), start);
        advance(86_400);
        assert_eq!(SystemTime::now(), start + Duration::from_secs(86_400));
        wait(999);
        wait(2);
        let moved = Duration::from_millis(86_401_001);
        assert_eq!(SystemTime::now(), start + moved);
        reset();
        assert_eq!(SystemTime::now(), start);
    }
}
