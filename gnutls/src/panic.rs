//! Panics in callbacks: caught before they reach a C frame, kept, and resumed once C has returned.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Holds the first panic of the callbacks that ran inside one call into GnuTLS.
///
/// Each session owns one. A callback runs its Rust code through [`catch`](Self::catch); whatever called into GnuTLS
/// calls [`resume`](Self::resume) as soon as GnuTLS has returned.
#[derive(Default)]
pub(crate) struct PanicSlot(Cell<Option<Box<dyn Any + Send>>>);

impl PanicSlot {
    pub(crate) const fn new() -> Self {
        Self(Cell::new(None))
    }

    /// Runs `callback`. A panic is kept (the first one, where there are more) and `fallback` returned in its place.
    pub(crate) fn catch<R>(&self, fallback: R, callback: impl FnOnce() -> R) -> R {
        // The state that a panic may leave half changed is the user's own, and the panic goes on in the user's own call.
        match catch_unwind(AssertUnwindSafe(callback)) {
            Ok(value) => value,
            Err(payload) => {
                let first = self.0.take().unwrap_or(payload);
                self.0.set(Some(first));
                fallback
            }
        }
    }

    /// Resumes the panic that was kept, if there is one. Not to be called from inside a callback.
    pub(crate) fn resume(&self) {
        if let Some(payload) = self.0.take() {
            resume_unwind(payload);
        }
    }

    /// Whether a panic is kept: a callback that follows one should do nothing more.
    pub(crate) fn is_set(&self) -> bool {
        let payload = self.0.take();
        let set = payload.is_some();
        self.0.set(payload);
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    #[test]
    fn bug_class_13_a_panic_is_kept_and_resumed() {
        let slot = PanicSlot::new();
        let value = slot.catch(-1, || panic!("first"));
        assert_eq!(value, -1);
        assert!(slot.is_set());
        assert_eq!(slot.catch(-1, || panic!("second")), -1);
        let payload =
            catch_unwind(AssertUnwindSafe(|| slot.resume())).expect_err("the panic goes on");
        assert_eq!(payload.downcast_ref(), Some(&"first"));
        assert!(!slot.is_set());
        slot.resume();
    }

    #[test]
    fn without_a_panic_the_value_passes_through() {
        let slot = PanicSlot::new();
        assert_eq!(slot.catch(-1, || 7), 7);
        slot.resume();
    }
}
