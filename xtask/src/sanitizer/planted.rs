//! Two faults with memory that C allocates, as GnuTLS does: AddressSanitizer has to report the one that is asked for.

use std::ffi::c_void;

unsafe extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn free(memory: *mut c_void);
}

fn main() {
    // SAFETY: none, it is there to be found.
    unsafe {
        let memory = std::hint::black_box(malloc(64).cast::<u8>());
        match std::env::args().nth(1).as_deref() {
            Some("leak") => {}
            Some("use-after-free") => {
                free(memory.cast());
                std::hint::black_box(memory.read_volatile());
            }
            // To be told that this program runs at all.
            _ => free(memory.cast()),
        }
    }
}
