//! Deliberate faults, which the comparison must detect.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::observe::Observation;
use crate::output::Sent;

/// A fault of the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Another byte in the identifier of a server.
    WrongId,
    /// The observations of both sides are exchanged.
    SwappedSide,
    /// The last byte that an endpoint sent is missing.
    LostByte,
    /// Each identifier of 32 bytes is the same.
    ConstantId,
    /// A client does not verify unless its options enable verification.
    OmittedDefault,
    /// The last byte of bytes that an object returns is different.
    WrongByte,
    /// A chain is not verified for a purpose.
    OmittedPurpose,
    /// A datagram that is lost arrives.
    KeptDatagram,
    /// Any cookie is valid, of whichever key.
    AnyCookie,
    /// A message of QUIC keeps its encryption level.
    KeptLevel,
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Ok(match name {
            "wrong-id" => Self::WrongId,
            "swapped-side" => Self::SwappedSide,
            "lost-byte" => Self::LostByte,
            "constant-id" => Self::ConstantId,
            "omitted-default" => Self::OmittedDefault,
            "wrong-byte" => Self::WrongByte,
            "omitted-purpose" => Self::OmittedPurpose,
            "kept-datagram" => Self::KeptDatagram,
            "any-cookie" => Self::AnyCookie,
            "kept-level" => Self::KeptLevel,
            _ => return Err(format!("there is no fault {name:?}")),
        })
    }
}

impl Fault {
    /// Changes the facts before they are printed.
    pub fn distort(self, observations: &mut BTreeMap<String, Observation>, wire: &mut [Sent]) {
        match self {
            Self::WrongId => {
                for (_, observation) in observations
                    .iter_mut()
                    .filter(|(endpoint, _)| endpoint.ends_with('s'))
                {
                    observation.change_id(|bytes| {
                        if let Some(byte) = bytes.first_mut() {
                            *byte ^= 1;
                        }
                    });
                }
            }
            Self::ConstantId => {
                for observation in observations.values_mut() {
                    observation.change_id(|bytes| {
                        if bytes.len() == 32 {
                            bytes.fill(0x42);
                        }
                    });
                }
            }
            Self::SwappedSide => {
                let seen = std::mem::take(observations);
                for (endpoint, observation) in seen {
                    let other = match endpoint.strip_suffix('c') {
                        Some(connection) => format!("{connection}s"),
                        None => format!("{}c", endpoint.trim_end_matches('s')),
                    };
                    observations.insert(other, observation);
                }
            }
            Self::LostByte => {
                if let Some(sent) = wire.last_mut() {
                    sent.lose_byte();
                }
            }
            // These faults change the configuration, the calls, or facts about objects.
            Self::OmittedDefault
            | Self::WrongByte
            | Self::OmittedPurpose
            | Self::KeptDatagram
            | Self::AnyCookie
            | Self::KeptLevel => {}
        }
    }
}
