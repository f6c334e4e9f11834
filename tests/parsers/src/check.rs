//! The comparison of results.

use std::ffi::c_int;

/// The result of a comparison without a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Both languages accept the file.
    Accepted,
    /// Both languages reject the file, with the same code.
    Rejected,
}

/// The differences found so far.
#[derive(Debug, Default)]
pub(crate) struct Check {
    differences: Vec<String>,
    accepted: bool,
}

impl Check {
    /// Compares the results of the import, and returns both objects if there are both.
    pub(crate) fn import<R, C>(
        &mut self,
        rust: gnutls::Result<R>,
        c: Result<C, c_int>,
    ) -> Option<(R, C)> {
        match (rust, c) {
            (Ok(rust), Ok(c)) => {
                self.accepted = true;
                Some((rust, c))
            }
            (rust, c) => {
                self.equal("import", rust.map(|_| ()), || c.map(|_| ()));
                None
            }
        }
    }

    /// Compares a value. C is not called if the safe crate refuses to call it, which it does without a code.
    pub(crate) fn equal<T: PartialEq + std::fmt::Debug>(
        &mut self,
        name: &str,
        rust: gnutls::Result<T>,
        c: impl FnOnce() -> Result<T, c_int>,
    ) {
        let rust = match rust {
            Ok(value) => Ok(value),
            Err(error) => match error.code() {
                Some(code) => Err(code.as_raw()),
                None => return,
            },
        };
        let c = c();
        if rust != c {
            self.differences
                .push(format!("{name}: {rust:?} in Rust, {c:?} in C"));
        }
    }

    pub(crate) fn finish(self) -> Result<Verdict, String> {
        if !self.differences.is_empty() {
            return Err(self.differences.join("; "));
        }
        Ok(match self.accepted {
            true => Verdict::Accepted,
            false => Verdict::Rejected,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejected() -> gnutls::Error {
        gnutls::x509::Certificate::from_der(b"no DER").unwrap_err()
    }

    #[test]
    fn a_difference_is_found() {
        let code = rejected().code().unwrap().as_raw();
        let with = |rust: gnutls::Result<u8>, c: Result<u8, c_int>| {
            let mut check = Check::default();
            check.equal("value", rust, || c);
            check.finish()
        };
        assert!(with(Ok(1), Ok(1)).is_ok());
        assert!(with(Err(rejected()), Err(code)).is_ok());
        assert_eq!(
            with(Ok(1), Ok(2)).unwrap_err(),
            "value: Ok(1) in Rust, Ok(2) in C"
        );
        assert!(with(Ok(1), Err(code)).is_err());
        assert!(with(Err(rejected()), Ok(1)).is_err());
        assert!(with(Err(rejected()), Err(code - 1)).is_err());
    }

    #[test]
    fn an_object_of_one_language_only_is_a_difference() {
        let mut check = Check::default();
        assert!(check.import::<u8, u8>(Err(rejected()), Ok(1)).is_none());
        assert!(check.finish().is_err());
        let mut check = Check::default();
        assert!(check.import(Ok(1), Ok(2)).is_some());
        assert_eq!(check.finish(), Ok(Verdict::Accepted));
    }
}
