//! Calls into the library that is linked.

use std::ffi::CStr;
use std::ptr;

use gnutls_sys::*;

#[path = "../build/version.rs"]
#[allow(dead_code)]
mod version;

use version::Version;

fn running() -> &'static CStr {
    // SAFETY: a constant string of the library.
    unsafe { CStr::from_ptr(gnutls_check_version(ptr::null())) }
}

#[test]
fn what_runs_is_what_was_built_for_or_newer() {
    let built: Version = BUILT_FOR.parse().unwrap();
    assert_eq!(
        built,
        Version::new(
            GNUTLS_VERSION_MAJOR,
            GNUTLS_VERSION_MINOR,
            GNUTLS_VERSION_PATCH
        )
    );
    assert_eq!(GNUTLS_VERSION.to_str().unwrap(), BUILT_FOR);
    assert_eq!(
        LIBGNUTLS_VERSION_NUMBER,
        built.major << 16 | built.minor << 8 | built.patch
    );
    assert!(
        running().to_str().unwrap().parse::<Version>().unwrap() >= built,
        "{running:?}",
        running = running()
    );
}

/// The stage `static` of `cargo xtask ci` builds this test with `GNUTLS_STATIC`.
#[cfg(target_os = "linux")]
#[test]
fn the_library_is_linked_statically_on_request() {
    // Without a call, the linker may drop the shared library.
    assert!(!running().is_empty());
    let files = std::fs::read_to_string("/proc/self/maps").unwrap();
    let is_static = option_env!("GNUTLS_STATIC").is_some();
    assert_eq!(files.contains("/libgnutls.so"), !is_static, "{files}");
}

#[test]
fn versions_are_compared_as_numbers() {
    let running: Version = running().to_str().unwrap().parse().unwrap();
    let numbers = [running.major, running.minor, running.patch];
    let [major, minor, patch] = numbers.map(|number| u8::try_from(number).unwrap());
    assert!(gnutls_check_version_numeric(3, 6, 0));
    assert!(gnutls_check_version_numeric(2, 12, 20));
    assert!(gnutls_check_version_numeric(major, minor, patch));
    assert!(!gnutls_check_version_numeric(major, minor, patch + 1));
    assert!(!gnutls_check_version_numeric(major, minor + 1, 0));
    assert!(!gnutls_check_version_numeric(major + 1, 0, 0));
}

#[test]
fn a_session_keeps_its_descriptors() {
    let mut session = ptr::null_mut();
    // SAFETY: the session is initialised before it is used, and freed once.
    unsafe {
        assert_eq!(
            gnutls_init(&raw mut session, GNUTLS_CLIENT),
            GNUTLS_E_SUCCESS
        );
        gnutls_transport_set_int(session, 5);
        let (mut receive, mut send) = (0, 0);
        gnutls_transport_get_int2(session, &raw mut receive, &raw mut send);
        assert_eq!((receive, send), (5, 5));
        gnutls_record_set_max_empty_records(session, 1);
        _gnutls_deinit(session);
    }
}

#[test]
fn each_random_is_that_of_its_side() {
    let mut session = ptr::null_mut();
    let [mut client, mut server] = [gnutls_datum_t {
        data: ptr::null_mut(),
        size: 0,
    }; 2];
    // SAFETY: the session is initialised before it is used, and freed once.
    unsafe {
        assert_eq!(
            gnutls_init(&raw mut session, GNUTLS_CLIENT),
            GNUTLS_E_SUCCESS
        );
        gnutls_session_get_random(session, &raw mut client, &raw mut server);
        assert_ne!(client.data, server.data);
        assert_eq!(
            gnutls_session_get_client_random(session),
            client.data.cast()
        );
        assert_eq!(
            gnutls_session_get_server_random(session),
            server.data.cast()
        );
        gnutls_deinit(session);
    }
}

#[test]
fn exported_function_pointers_can_be_called() {
    // SAFETY: nothing replaces the functions; what the first returns is given to the second.
    unsafe {
        let malloc = gnutls_malloc.unwrap();
        let free = gnutls_free.unwrap();
        let bytes: *mut u8 = malloc(16).cast();
        assert!(!bytes.is_null());
        bytes.write_bytes(7, 16);
        free(bytes.cast());
        assert_eq!(gnutls_ffdhe_2048_key_bits, 256);
    }
}

/// Returns an expiration time as a new certificate returns it after it was set.
fn expiration_read_back(time: time_t) -> time_t {
    let mut certificate = ptr::null_mut();
    // SAFETY: the certificate is initialised before it is used, and freed once.
    unsafe {
        assert_eq!(gnutls_x509_crt_init(&raw mut certificate), GNUTLS_E_SUCCESS);
        let code = gnutls_x509_crt_set_expiration_time(certificate, time);
        assert_eq!(code, GNUTLS_E_SUCCESS, "{time}");
        let read = gnutls_x509_crt_get_expiration_time(certificate);
        gnutls_x509_crt_deinit(certificate);
        read
    }
}

#[test]
fn hazard_21_a_time_comes_back_as_it_was_set() {
    // 2030-03-17, and the last day that a 32-bit clock returns.
    for time in [1_900_000_000, 2_145_830_400] {
        assert_eq!(expiration_read_back(time), time);
    }
}

#[test]
fn hazard_21_a_time_after_2038_comes_back_from_a_64_bit_clock_only() {
    // 2038-01-19 and 2049-03-22.
    for time in [2_147_483_647_i64, 2_500_000_000] {
        let (set, read) = match time_t::try_from(time) {
            Ok(set) if time_t::BITS == 64 => (set, set),
            // A 32-bit library returns the end of 2037 for everything later (lib/x509/time.c).
            Ok(set) => (set, 2_145_914_603),
            Err(_) => continue,
        };
        assert_eq!(expiration_read_back(set), read);
    }
}

#[test]
fn aliases_are_what_they_stand_for() {
    assert_eq!(GNUTLS_E_INSUFICIENT_CRED, GNUTLS_E_INSUFFICIENT_CREDENTIALS);
    let second: unsafe extern "C" fn(_, _, _) -> _ = gnutls_read;
    let first: unsafe extern "C" fn(gnutls_session_t, *mut std::ffi::c_void, usize) -> isize =
        gnutls_record_recv;
    assert!(ptr::fn_addr_eq(second, first));
}

#[cfg(feature = "dane")]
#[test]
fn dane_is_linked() {
    // SAFETY: a constant string of the library.
    let text = unsafe { CStr::from_ptr(dane_strerror(DANE_E_SUCCESS)) };
    assert!(!text.is_empty());
}
