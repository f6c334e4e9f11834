//! Panics in callbacks: caught before they reach a C frame, stored, and resumed after C returns.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Stores the first panic of the callbacks that run during one call into GnuTLS.
///
/// Every session owns one. A callback runs its Rust code inside [`catch`](Self::catch), and the function that calls
/// GnuTLS calls [`resume`](Self::resume) as soon as GnuTLS returns.
#[derive(Default)]
pub(crate) struct PanicSlot(Cell<Option<Box<dyn Any + Send>>>);

impl PanicSlot {
    pub(crate) const fn new() -> Self {
        Self(Cell::new(None))
    }

    /// Runs `callback`. If it panics, the panic is stored (only the first one) and `fallback` is returned.
    pub(crate) fn catch<R>(&self, fallback: R, callback: impl FnOnce() -> R) -> R {
        Self::run(callback).unwrap_or_else(|panic| {
            self.take_over(panic);
            fallback
        })
    }

    /// Runs `callback`, and returns its panic in a slot.
    #[inline]
    pub(crate) fn run<R>(callback: impl FnOnce() -> R) -> Result<R, Self> {
        // A panic can leave only the program's own state half modified, and it is resumed in the program's own call.
        catch_unwind(AssertUnwindSafe(callback)).map_err(|payload| Self(Cell::new(Some(payload))))
    }

    /// Takes the panic of another slot, unless this one already contains a panic.
    pub(crate) fn take_over(&self, other: Self) {
        if let Some(payload) = other.0.into_inner() {
            self.keep(payload);
        }
    }

    /// Takes the stored panic.
    pub(crate) fn take(&self) -> Self {
        Self(Cell::new(self.0.take()))
    }

    fn keep(&self, payload: Box<dyn Any + Send>) {
        match self.0.take() {
            None => self.0.set(Some(payload)),
            Some(first) => {
                self.0.set(Some(first));
                forget(payload);
            }
        }
    }

    /// Resumes the stored panic, if any. It must not be called inside a callback.
    #[inline]
    pub(crate) fn resume(&self) {
        if let Some(payload) = self.0.take() {
            resume_unwind(payload);
        }
    }

    /// Returns `true` if a panic is stored. Later callbacks should then do nothing.
    #[inline]
    pub(crate) fn is_set(&self) -> bool {
        let payload = self.0.take();
        let set = payload.is_some();
        self.0.set(payload);
        set
    }
}

/// Runs a callback and discards its panic, for callbacks without a Rust caller that could resume it.
pub(crate) fn contain<R>(callback: impl FnOnce() -> R) -> Option<R> {
    match catch_unwind(AssertUnwindSafe(callback)) {
        Ok(value) => Some(value),
        Err(payload) => {
            forget(payload);
            None
        }
    }
}

/// Discards the payload of a panic. Dropping it can panic again, which must not reach the C frame above; the payload of
/// that second panic is leaked.
fn forget(payload: Box<dyn Any + Send>) {
    if let Err(next) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(next);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    /// A panic payload that panics when it is dropped.
    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            // The payload has no allocation, because it is leaked.
            resume_unwind(Box::new(()));
        }
    }

    #[test]
    fn bug_class_13_what_a_panic_carries_panics_in_no_c_frame_when_it_is_dropped() {
        let bomb = || resume_unwind(Box::new(Bomb));
        let slot = PanicSlot::new();
        assert_eq!(slot.catch(-1, || resume_unwind(Box::new("first"))), -1);
        assert_eq!(slot.catch(-1, bomb), -1);
        let other = PanicSlot::new();
        assert_eq!(other.catch(-1, bomb), -1);
        slot.take_over(other);
        assert!(contain(bomb).is_none());
        assert_eq!(contain(|| 7), Some(7));
        let payload = catch_unwind(AssertUnwindSafe(|| slot.resume())).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"first"));
    }

    #[test]
    fn bug_class_13_a_panic_is_kept_and_resumed() {
        let slot = PanicSlot::new();
        let value = slot.catch(-1, || panic!("first"));
        assert_eq!(value, -1);
        assert!(slot.is_set());
        assert_eq!(slot.catch(-1, || panic!("second")), -1);
        let payload =
            catch_unwind(AssertUnwindSafe(|| slot.resume())).expect_err("the panic is resumed");
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
