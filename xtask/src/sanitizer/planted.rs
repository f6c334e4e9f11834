//! Two faults with memory that C allocates, as GnuTLS does. AddressSanitizer must report the one that is the argument.

use std::ffi::c_void;

unsafe extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn free(memory: *mut c_void);
}

fn main() {
    // SAFETY: this is unsound on purpose, so that AddressSanitizer reports it.
    unsafe {
        let memory = std::hint::black_box(malloc(64).cast::<u8>());
        match std::env::args().nth(1).as_deref() {
            Some("leak") => {}
            Some("use-after-free") => {
                free(memory.cast());
                std::hint::black_box(memory.read_volatile());
            }
            // No fault: the program itself runs without a report.
            _ => free(memory.cast()),
        }
    }
}
