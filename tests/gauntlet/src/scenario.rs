//! The scenarios into which faults are injected: a protocol, a kind of handshake, and the programs of both sides.

use std::fmt;

use crate::endpoint::Operation;

/// A protocol version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Tls12,
    Tls13,
    Dtls12,
}

/// The kind of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Full,
    Resumed,
    ClientCertificate,
    Psk,
    Renegotiation,
    KeyUpdate,
    EarlyData,
}

/// A scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scenario {
    pub(crate) protocol: Protocol,
    pub(crate) kind: Kind,
}

impl Scenario {
    /// Returns all scenarios.
    pub(crate) fn all() -> Vec<Self> {
        use Kind::*;
        let common = [Full, Resumed, ClientCertificate, Psk];
        let of = |protocol, kinds: &[Kind]| {
            let kinds = common.iter().chain(kinds).copied();
            let scenarios = kinds.map(move |kind| Self { protocol, kind });
            scenarios.collect::<Vec<_>>()
        };
        [
            of(Protocol::Tls12, &[Renegotiation]),
            of(Protocol::Tls13, &[KeyUpdate, EarlyData]),
            of(Protocol::Dtls12, &[]),
        ]
        .concat()
    }

    /// Returns a priority string with which the lengths of all messages are the same in each connection.
    pub(crate) fn priority(self) -> String {
        let version = match self.protocol {
            Protocol::Tls12 => "TLS1.2",
            Protocol::Tls13 => "TLS1.3",
            Protocol::Dtls12 => "DTLS1.2",
        };
        let exchange = match self.kind {
            Kind::Psk if self.protocol == Protocol::Tls13 => "-KX-ALL:+ECDHE-PSK",
            Kind::Psk => "-KX-ALL:+PSK",
            _ => "-KX-ALL:+ECDHE-RSA",
        };
        format!(
            "NORMAL:-VERS-ALL:+VERS-{version}:{exchange}:-GROUP-ALL:+GROUP-X25519:-CIPHER-ALL:+AES-128-GCM"
        )
    }

    pub(crate) fn is_datagram(self) -> bool {
        self.protocol == Protocol::Dtls12
    }

    pub(crate) fn has_client_certificate(self) -> bool {
        self.kind == Kind::ClientCertificate
    }

    pub(crate) fn has_psk(self) -> bool {
        self.kind == Kind::Psk
    }

    pub(crate) fn has_early_data(self) -> bool {
        self.kind == Kind::EarlyData
    }

    pub(crate) fn renegotiates(self) -> bool {
        self.kind == Kind::Renegotiation
    }

    /// Returns whether the connection resumes an earlier one.
    pub(crate) fn resumes(self) -> bool {
        matches!(self.kind, Kind::Resumed | Kind::EarlyData)
    }

    /// Returns the programs of the client and of the server. `first` is the connection that is resumed later.
    pub(crate) fn programs(self, first: bool) -> (Vec<Operation>, Vec<Operation>) {
        use Operation::*;
        let (mut client, mut server) = (vec![], vec![]);
        if self.has_early_data() && !first {
            client.push(WriteEarly(40));
        }
        client.push(Handshake);
        server.push(Handshake);
        if self.has_early_data() && !first {
            server.push(ReadEarly(40));
        }
        client.extend([Write(60), Read(90)]);
        server.extend([Read(60), Write(90)]);
        match self.kind {
            Kind::Renegotiation => {
                client.push(Rehandshake);
                server.push(AwaitRehandshake);
            }
            Kind::KeyUpdate => {
                client.push(UpdateKey { request: true });
                server.push(UpdateKey { request: false });
            }
            _ => {}
        }
        client.extend([Write(70), Read(50), Close, ReadEnd]);
        server.extend([Read(70), Write(50), ReadEnd, Close]);
        (client, server)
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = match self.protocol {
            Protocol::Tls12 => "tls12",
            Protocol::Tls13 => "tls13",
            Protocol::Dtls12 => "dtls12",
        };
        let kind = match self.kind {
            Kind::Full => "full",
            Kind::Resumed => "resumed",
            Kind::ClientCertificate => "client-certificate",
            Kind::Psk => "psk",
            Kind::Renegotiation => "renegotiation",
            Kind::KeyUpdate => "key-update",
            Kind::EarlyData => "early-data",
        };
        write!(f, "{protocol}/{kind}")
    }
}
