//! The calls of a sequence, and their generation.

use std::fmt;

use gnutls_testing::pair::{DTLS1_2, TLS1_2, TLS1_3};
use gnutls_testing::requirement::{self, Requirement as _};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// A kind of session.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    pub(crate) priority: &'static str,
    pub(crate) datagram: bool,
    /// The weights prefer renegotiation and data.
    renegotiates: bool,
    /// Both ends are descriptors, which GnuTLS itself uses.
    pub(crate) descriptors: bool,
}

impl Profile {
    /// Returns all profiles that the library supports.
    pub(crate) fn all() -> Vec<Self> {
        let profile = |name, priority, datagram, renegotiates, descriptors| Self {
            name,
            priority,
            datagram,
            renegotiates,
            descriptors,
        };
        let mut all = vec![
            profile("tls12", TLS1_2, false, false, false),
            profile("tls12-renegotiation", TLS1_2, false, true, false),
            profile("tls12-descriptors", TLS1_2, false, true, true),
            profile("dtls12", DTLS1_2, true, false, false),
        ];
        if requirement::TLS1_3.is_present() {
            all.push(profile("tls13", TLS1_3, false, false, false));
            all.push(profile("tls13-descriptors", TLS1_3, false, false, true));
        }
        all
    }
}

/// The side of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Client,
    Server,
}

impl End {
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// One call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Handshake,
    Read(usize),
    ReadPacket,
    Write(usize),
    WriteVectored(usize, usize),
    WritePadded(usize, usize),
    WriteHidingLength(usize, usize),
    Cork,
    Uncork,
    Flush,
    UpdateKey {
        requested: bool,
    },
    Rehandshake,
    RequestAuthentication,
    Ping(usize),
    SendTickets(u8),
    SaveSession,
    Warning,
    Close,
    Getters,
    /// The bytes per call of the transport.
    Limit(Option<usize>),
    /// The bytes that the transport holds.
    Capacity(Option<usize>),
}

/// The configurations of a sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Setup {
    pub(crate) client_renegotiates: bool,
    pub(crate) server_renegotiates: bool,
    pub(crate) client_certificate: bool,
    /// The server requests a certificate: after the handshake in TLS 1.3.
    pub(crate) client_auth: bool,
    pub(crate) heartbeat: bool,
    pub(crate) tickets: bool,
    pub(crate) resumes: bool,
    /// The record size that each side requests.
    pub(crate) record_sizes: [Option<usize>; 2],
    /// The handshake is complete before the first call.
    pub(crate) connected: bool,
}

/// A sequence of calls.
#[derive(Clone, Debug)]
pub(crate) struct Sequence {
    pub(crate) profile: Profile,
    pub(crate) setup: Setup,
    pub(crate) calls: Vec<(End, Operation)>,
}

impl Sequence {
    pub(crate) fn generate(profile: &Profile, random: &mut ChaCha8Rng) -> Self {
        let record_size = |random: &mut ChaCha8Rng| {
            let sizes = [512, 1024, 4096];
            random
                .random_ratio(1, 6)
                .then(|| sizes[random.random_range(0..3)])
        };
        let setup = Setup {
            client_renegotiates: profile.renegotiates && random.random_ratio(3, 4),
            server_renegotiates: profile.renegotiates && random.random_ratio(3, 4),
            client_certificate: random.random(),
            client_auth: random.random(),
            heartbeat: random.random_ratio(1, 3),
            tickets: random.random(),
            resumes: random.random_ratio(1, 4),
            // GnuTLS sends no DTLS message that exceeds the size of a record.
            record_sizes: [record_size(random).filter(|_| !profile.datagram), None],
            connected: random.random_ratio(4, 5),
        };
        let length = random.random_range(5..60);
        let calls = (0..length)
            .map(|_| {
                let end = if random.random() {
                    End::Client
                } else {
                    End::Server
                };
                (end, Operation::generate(profile, random))
            })
            .collect();
        Self {
            profile: profile.clone(),
            setup,
            calls,
        }
    }
}

impl Operation {
    fn generate(profile: &Profile, random: &mut ChaCha8Rng) -> Self {
        let sizes = [4, 20, 300, 1200, 5000, 20_000];
        // A datagram has at most 1200 bytes, and consists of words.
        let sizes = if profile.datagram {
            &sizes[..4]
        } else {
            &sizes
        };
        let size = sizes[random.random_range(0..sizes.len())];
        let small = sizes[random.random_range(0..3)];
        if profile.renegotiates && random.random_ratio(1, 4) {
            return match random.random_range(0..4) {
                0 => Self::Rehandshake,
                _ => Self::Handshake,
            };
        }
        match random.random_range(0..100) {
            0..5 => Self::Handshake,
            5..30 => Self::Read(if profile.datagram { 20_000 } else { size }),
            30..33 => Self::ReadPacket,
            33..50 => Self::Write(size),
            50..54 => Self::WriteVectored(small, small),
            54..57 => Self::WritePadded(small, random.random_range(0..100)),
            57..59 => Self::WriteHidingLength(small, random.random_range(0..100)),
            59..63 => Self::Cork,
            63..67 => Self::Uncork,
            67..72 => Self::Flush,
            72..75 => Self::UpdateKey {
                requested: random.random_ratio(1, 3),
            },
            75..78 => Self::Rehandshake,
            78..82 => Self::RequestAuthentication,
            82..85 => Self::Ping(small),
            85..87 => Self::SendTickets(random.random_range(0..3)),
            87..89 => Self::SaveSession,
            89..90 => Self::Warning,
            90..91 => Self::Close,
            91..94 => Self::Getters,
            94..97 => Self::Limit(match random.random_range(0..4) {
                0 => None,
                1 => Some(1),
                2 => Some(0),
                _ => Some(random.random_range(1..2000)),
            }),
            _ => Self::Capacity(match random.random_range(0..3) {
                0 => None,
                1 => Some(0),
                _ => Some(random.random_range(1..3000)),
            }),
        }
    }
}

impl fmt::Display for Sequence {
    /// Writes the setup, and one call per line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {}: {:?}", self.profile.name, self.setup)?;
        for (end, operation) in &self.calls {
            writeln!(f, "  {end:?}: {operation:?}")?;
        }
        Ok(())
    }
}
