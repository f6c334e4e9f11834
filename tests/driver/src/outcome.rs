//! The outcome of a call of the safe crate, in the terms of `FORMAT.md`. Only `outcomes.toml` maps it to codes of C.

use std::task::Poll;

use gnutls::resumption::SessionData;
use gnutls::{Error, ErrorCode, ErrorKind, Result};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// One entry of `calls`.
#[derive(Debug, Default, Serialize)]
pub struct Call {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    pub call: &'static str,
    pub outcome: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<u8>,
}

impl Call {
    /// A call that succeeded.
    pub fn ready(call: &'static str) -> Self {
        Self {
            call,
            outcome: "ready".into(),
            ..Self::default()
        }
    }

    /// A call that would block.
    pub fn pending(call: &'static str) -> Self {
        Self {
            call,
            outcome: "pending".into(),
            ..Self::default()
        }
    }

    /// A call that failed.
    pub fn error(call: &'static str, error: &Error) -> Self {
        let code = error.code();
        let alerted = matches!(
            code,
            Some(ErrorCode::FATAL_ALERT_RECEIVED | ErrorCode::WARNING_ALERT_RECEIVED)
        );
        Self {
            call,
            outcome: match error.kind() {
                ErrorKind::Unsupported => "unsupported".into(),
                kind => format!("error {kind:?}"),
            },
            code: code.map(|code| code.to_string()),
            alert: error
                .alert()
                .filter(|_| alerted)
                .map(|alert| alert.as_raw()),
            // Only an error from C has a code.
            refused: code.is_none().then_some(1),
            ..Self::default()
        }
    }

    /// A call without a count.
    pub fn of(call: &'static str, result: &Result<Poll<()>>) -> Self {
        match result {
            Ok(Poll::Ready(())) => Self::ready(call),
            Ok(Poll::Pending) => Self::pending(call),
            Err(error) => Self::error(call, error),
        }
    }

    /// A call that never blocks.
    pub fn done<T>(call: &'static str, result: &Result<T>) -> Self {
        match result {
            Ok(_) => Self::ready(call),
            Err(error) => Self::error(call, error),
        }
    }

    /// Saving a session.
    pub fn saved(result: &Result<SessionData>) -> Self {
        Self {
            n: result.as_ref().ok().map(|data| data.as_bytes().len()),
            ..Self::done("save", result)
        }
    }

    /// A call with a count of bytes.
    pub fn counted(call: &'static str, result: &Result<Poll<usize>>) -> Self {
        match result {
            Ok(Poll::Ready(n)) => Self {
                n: Some(*n),
                ..Self::ready(call)
            },
            Ok(Poll::Pending) => Self::pending(call),
            Err(error) => Self::error(call, error),
        }
    }

    /// The same with the digest of the received bytes.
    pub fn with_data(self, bytes: &[u8]) -> Self {
        Self {
            data: Some(format!("{}:{}", bytes.len(), digest(bytes))),
            ..self
        }
    }
}

/// A call that returns a number.
pub fn count(call: &'static str, n: usize) -> Call {
    Call {
        n: Some(n),
        ..Call::ready(call)
    }
}

/// Returns the first 16 digits of the SHA-256 of some bytes.
pub fn digest(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes)[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(call: &Call) -> String {
        serde_json::to_string(call).expect("a call has no key that is no string")
    }

    #[test]
    fn a_refusal_is_distinguished_from_a_failure_in_c() {
        let refused = gnutls::SessionId::try_from(&[0; 33][..]).unwrap_err();
        assert_eq!(
            json(&Call::error("set_id", &refused)),
            r#"{"call":"set_id","outcome":"error InvalidInput","refused":1}"#
        );
        let failed = gnutls::Priority::new("NORMAL:+NO-SUCH-THING").unwrap_err();
        assert_eq!(
            json(&Call::error("priority", &failed)),
            r#"{"call":"priority","outcome":"error Priority","code":"GNUTLS_E_INVALID_REQUEST"}"#
        );
    }

    #[test]
    fn counts_and_data_have_the_form_of_the_contract() {
        let call = Call::counted("recv", &Ok(Poll::Ready(3))).with_data(b"abc");
        assert_eq!(
            json(&call),
            r#"{"call":"recv","outcome":"ready","n":3,"data":"3:ba7816bf8f01cfea"}"#
        );
        assert_eq!(
            json(&Call::counted("send", &Ok(Poll::Pending))),
            r#"{"call":"send","outcome":"pending"}"#
        );
    }
}
