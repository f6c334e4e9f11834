//! The cases that are measured.

use std::fmt;

use clap::ValueEnum;

/// A protocol version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Dtls12,
    Tls12,
    Tls13,
}

/// The type of the server's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyType {
    Ecdsa,
    Rsa,
}

/// A callback of the program that runs once in a handshake. The order is that of `enum callback` in native.c.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Callback {
    /// A server inspects the ClientHello.
    Hello = 1,
    /// A server chooses its identity.
    Identity,
    /// A client verifies the server's certificate in addition to the library.
    Verifier,
    /// A client sends an extension, and a server receives it.
    Extension,
    /// Both sides log the secrets.
    KeyLog,
}

/// One repetition of a case, which is what its figures refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// A complete handshake of two sessions in memory, from creation to release.
    FullHandshake(KeyType),
    /// A resumed handshake of two sessions in memory, and one byte from the server, with which the tickets arrive.
    ResumedHandshake,
    /// A complete handshake of two sessions in memory, with a callback.
    Callback(Callback),
    /// One record of this many bytes, written and read in memory.
    Record(usize),
    /// One record of this many bytes, written in memory and received without a copy.
    Packet(usize),
    /// [`PIECES`] small writes in memory that become one record.
    Corked,
    /// A borrowed session identifier of a connected client.
    Id,
    /// The authority of a client from PEM text.
    ReadTrust,
    /// The certificate and the key of a server from PEM text.
    ReadIdentity,
    /// The verification of the server's certificate, without a handshake.
    Verify,
    /// Two sessions in memory that stay open and idle after the handshake.
    Open,
    /// A TCP connection over loopback with a handshake and two bytes in either direction.
    Exchange { no_delay: bool },
    /// A TCP connection over loopback with a handshake and one byte from the server.
    FirstByte,
    /// Writes of `write` bytes over an open TCP connection over loopback, and one byte as an answer to all.
    Transfer { write: usize, count: usize },
    /// A TCP connection over loopback that stays open and idle after the handshake.
    Hold,
}

/// The number of small writes of [`Work::Corked`], and the bytes of each.
pub(crate) const PIECES: usize = 64;
pub(crate) const PIECE: usize = 16;

/// A case: the names on the command line and in reports are those of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Case {
    Dtls12Full,
    Dtls12Record1024,
    Tls12Full,
    Tls12FullRsa,
    Tls12Resumed,
    Tls13Full,
    Tls13FullRsa,
    Tls13Resumed,
    Tls12Record64,
    Tls12Record1024,
    Tls12Record16384,
    Tls13Record64,
    Tls13Record1024,
    Tls13Record16384,
    Tls13Packet16384,
    Tls13Corked,
    Tls13Id2,
    CallbackHello,
    CallbackIdentity,
    CallbackVerifier,
    CallbackExtension,
    CallbackKeyLog,
    ReadTrust,
    ReadIdentity,
    Verify,
    Open,
    TcpFirstByte,
    TcpExchange,
    TcpExchangeNoDelay,
    TcpRecord64,
    TcpRecord1024,
    TcpRecord16384,
    TcpBulk,
    TcpHold,
}

impl Case {
    pub(crate) fn protocol(self) -> Protocol {
        match self {
            Case::Dtls12Full | Case::Dtls12Record1024 => Protocol::Dtls12,
            Case::Tls12Full
            | Case::Tls12FullRsa
            | Case::Tls12Resumed
            | Case::Tls12Record64
            | Case::Tls12Record1024
            | Case::Tls12Record16384 => Protocol::Tls12,
            _ => Protocol::Tls13,
        }
    }

    pub(crate) fn work(self) -> Work {
        match self {
            Case::Dtls12Full | Case::Tls12Full | Case::Tls13Full => {
                Work::FullHandshake(KeyType::Ecdsa)
            }
            Case::Tls12FullRsa | Case::Tls13FullRsa => Work::FullHandshake(KeyType::Rsa),
            Case::Tls12Resumed | Case::Tls13Resumed => Work::ResumedHandshake,
            Case::Tls12Record64 | Case::Tls13Record64 => Work::Record(64),
            Case::Dtls12Record1024 | Case::Tls12Record1024 | Case::Tls13Record1024 => {
                Work::Record(1024)
            }
            Case::Tls12Record16384 | Case::Tls13Record16384 => Work::Record(16384),
            Case::Tls13Packet16384 => Work::Packet(16384),
            Case::Tls13Corked => Work::Corked,
            Case::Tls13Id2 => Work::Id,
            Case::CallbackHello => Work::Callback(Callback::Hello),
            Case::CallbackIdentity => Work::Callback(Callback::Identity),
            Case::CallbackVerifier => Work::Callback(Callback::Verifier),
            Case::CallbackExtension => Work::Callback(Callback::Extension),
            Case::CallbackKeyLog => Work::Callback(Callback::KeyLog),
            Case::ReadTrust => Work::ReadTrust,
            Case::ReadIdentity => Work::ReadIdentity,
            Case::Verify => Work::Verify,
            Case::Open => Work::Open,
            Case::TcpFirstByte => Work::FirstByte,
            Case::TcpExchange => Work::Exchange { no_delay: false },
            Case::TcpExchangeNoDelay => Work::Exchange { no_delay: true },
            Case::TcpRecord64 => Work::Transfer {
                write: 64,
                count: 256,
            },
            Case::TcpRecord1024 => Work::Transfer {
                write: 1024,
                count: 256,
            },
            Case::TcpRecord16384 => Work::Transfer {
                write: 16384,
                count: 64,
            },
            Case::TcpBulk => Work::Transfer {
                write: 64 << 10,
                count: 16,
            },
            Case::TcpHold => Work::Hold,
        }
    }

    /// Returns the type of the server's key.
    pub(crate) fn key(self) -> KeyType {
        match self.work() {
            Work::FullHandshake(key) => key,
            _ => KeyType::Ecdsa,
        }
    }

    /// Returns the callback that runs in the handshake.
    pub(crate) fn callback(self) -> Option<Callback> {
        match self.work() {
            Work::Callback(callback) => Some(callback),
            _ => None,
        }
    }

    pub(crate) fn is_loopback(self) -> bool {
        matches!(
            self.work(),
            Work::Exchange { .. } | Work::FirstByte | Work::Transfer { .. } | Work::Hold
        )
    }

    /// Returns the words of tables and plots.
    pub(crate) fn title(self) -> String {
        let protocol = self.protocol();
        match self.work() {
            Work::FullHandshake(key) => format!("{protocol} full handshake, {key}"),
            Work::ResumedHandshake => format!("{protocol} resumed handshake and one byte"),
            Work::Callback(callback) => format!("{protocol} full handshake, {callback}"),
            Work::Record(size) => format!("{protocol} record of {size} bytes"),
            Work::Packet(size) => {
                format!("{protocol} record of {size} bytes, received without a copy")
            }
            Work::Corked => format!("{protocol} record of {PIECES} writes of {PIECE} bytes"),
            Work::Id => format!("{protocol} session identifier"),
            Work::ReadTrust => "authority from PEM".into(),
            Work::ReadIdentity => "certificate and key from PEM".into(),
            Work::Verify => "verification of a chain".into(),
            Work::Open => format!("{protocol} idle pair in memory"),
            Work::FirstByte => "TCP connection, first byte of the server".into(),
            Work::Exchange { no_delay: false } => "TCP connection, 2 bytes each way".into(),
            Work::Exchange { no_delay: true } => {
                "TCP connection, 2 bytes each way, TCP_NODELAY".into()
            }
            Work::Transfer { write, count } => format!("TCP, {count} writes of {write} bytes"),
            Work::Hold => "TCP, idle connection".into(),
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value().expect("no case is hidden");
        f.pad(value.get_name())
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Protocol::Dtls12 => "DTLS 1.2",
            Protocol::Tls12 => "TLS 1.2",
            Protocol::Tls13 => "TLS 1.3",
        })
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            KeyType::Ecdsa => "ECDSA",
            KeyType::Rsa => "RSA",
        })
    }
}

impl fmt::Display for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Callback::Hello => "callback for the ClientHello",
            Callback::Identity => "callback that chooses the identity",
            Callback::Verifier => "callback that verifies",
            Callback::Extension => "callbacks of an extension",
            Callback::KeyLog => "callback for secrets",
        })
    }
}
