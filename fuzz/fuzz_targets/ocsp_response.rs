#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| gnutls_fuzz_targets::parsers::ocsp_response(data));
