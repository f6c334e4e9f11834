//! Variables that GnuTLS reads without a lock, while other threads may use it.

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use gnutls::library;
use gnutls::library::Version;

/// Replaces a function of the library in this process by one that counts its calls and forwards them.
macro_rules! counted {
    ($calls:ident: $name:ident($argument:ty)) => {
        static $calls: AtomicU32 = AtomicU32::new(0);

        #[unsafe(no_mangle)]
        extern "C" fn $name(argument: $argument) {
            $calls.fetch_add(1, Ordering::Relaxed);
            let name = concat!(stringify!($name), "\0");
            // SAFETY: the name ends with NUL. The function that it identifies in the library takes this argument.
            unsafe {
                let function = libc::dlsym(libc::RTLD_NEXT, name.as_ptr().cast());
                assert!(!function.is_null());
                let function: extern "C" fn($argument) = std::mem::transmute(function);
                function(argument);
            }
        }
    };
}

counted!(LEVELS: gnutls_global_set_log_level(c_int));
counted!(FUNCTIONS: gnutls_global_set_log_function(*const c_void));
counted!(AUDIT_FUNCTIONS: gnutls_global_set_audit_log_function(*const c_void));
counted!(CLOCKS: gnutls_global_set_time_function(*const c_void));

#[test]
fn hazard_46_variables_of_the_library_are_written_only_if_they_change() {
    let has_clock = gnutls::version().built >= Version::new(3, 8, 1);
    for level in [1, 1, 1, 2, 2, 1] {
        library::set_log_function(level, |_, _| {});
        library::set_audit_log_function(|_| {});
        let set = library::dangerous_set_time_function(SystemTime::now);
        assert_eq!(set.is_ok(), has_clock);
    }
    let calls = |counter: &AtomicU32| counter.load(Ordering::Relaxed);
    assert_eq!(calls(&LEVELS), 3);
    assert_eq!(calls(&FUNCTIONS), 1);
    assert_eq!(calls(&AUDIT_FUNCTIONS), 1);
    assert_eq!(calls(&CLOCKS), u32::from(has_clock));
}
