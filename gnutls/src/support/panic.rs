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
                self.keep(payload);
                fallback
            }
        }
    }

    /// Takes over what another slot has caught, unless there is a panic already.
    pub(crate) fn take_over(&self, other: Self) {
        if let Some(payload) = other.0.into_inner() {
            self.keep(payload);
        }
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

/// Runs a callback for which there is no call that its panic could go on in: it ends here.
pub(crate) fn contain<R>(callback: impl FnOnce() -> R) -> Option<R> {
    match catch_unwind(AssertUnwindSafe(callback)) {
        Ok(value) => Some(value),
        Err(payload) => {
            forget(payload);
            None
        }
    }
}

/// Leaves a panic to itself. To drop what it carries may panic once more, which must not reach the C frame above; what that
/// one carries is not dropped any more.
fn forget(payload: Box<dyn Any + Send>) {
    if let Err(next) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(next);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    /// What a panic may carry.
    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            // Without a payload in memory, since that is not dropped.
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
