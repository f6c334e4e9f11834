//! The parsers of the safe crate, compared with the same calls in C on the same bytes: the same codes, texts and encodings.
//!
//! The vectors (`tests/vectors`), the mutations (`tests/gauntlet`) and the fuzz targets use this crate.

mod check;
mod compare;
pub mod mutation;
mod native;
mod samples;

use crate::check::Check;
pub use crate::check::Verdict;

/// A kind of file, with the functions that parse it in both languages.
#[derive(Debug)]
pub struct Parser {
    /// The name in the output, and of the fuzz target.
    pub name: &'static str,
    compare: fn(&[u8], &mut Check),
    samples: fn() -> Vec<Vec<u8>>,
}

macro_rules! parsers {
    ($($constant:ident $name:ident;)*) => {
        $(#[doc = concat!("`", stringify!($name), "`.")]
        pub const $constant: Parser = Parser {
            name: stringify!($name),
            compare: compare::$name,
            samples: samples::$name,
        };)*

        /// All parsers.
        pub const PARSERS: &[Parser] = &[$($constant),*];
    };
}

parsers! {
    CERTIFICATE certificate;
    REVOCATION_LIST revocation_list;
    CERTIFICATE_REQUEST certificate_request;
    OCSP_REQUEST ocsp_request;
    OCSP_RESPONSE ocsp_response;
    PKCS7 pkcs7;
    PKCS8 pkcs8;
    PKCS12 pkcs12;
    PUBLIC_KEY public_key;
}

impl Parser {
    /// Parses DER in both languages.
    ///
    /// # Errors
    ///
    /// Returns a description of each difference.
    pub fn compare(&self, der: &[u8]) -> Result<Verdict, String> {
        let mut check = Check::default();
        (self.compare)(der, &mut check);
        check.finish()
    }

    /// Returns valid files in DER.
    pub fn samples(&self) -> Vec<Vec<u8>> {
        (self.samples)()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_accepted_in_both_languages() {
        for parser in PARSERS {
            let samples = parser.samples();
            assert!(!samples.is_empty(), "{}", parser.name);
            for sample in samples {
                let verdict = parser.compare(&sample);
                assert_eq!(verdict, Ok(Verdict::Accepted), "{}", parser.name);
            }
        }
    }

    #[test]
    fn other_data_is_rejected_in_both_languages() {
        for parser in PARSERS {
            for data in [
                &b""[..],
                b"\x30",
                b"\x30\x03\x02\x01\x00",
                b"data",
                &[0; 99],
            ] {
                let verdict = parser.compare(data);
                assert_eq!(verdict, Ok(Verdict::Rejected), "{}: {data:?}", parser.name);
            }
        }
    }
}
