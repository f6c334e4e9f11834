//! The expected identifiers by side, protocol and version of the library.
//!
//! Two things changed over time. Since 3.6.4 each side of a resumed TLS 1.2 session keeps its own identifier (before,
//! the server took the client's), and since 3.7.1 a TLS 1.3 client has one at all. A distribution may have brought
//! either to an older release, so an older release may behave like a newer one.

use gnutls::SessionId;
use gnutls::library::Version;

use crate::exchange::Observation;

/// The storage of sessions for resumption, and the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Tls13Tickets,
    Tls12Tickets,
    Tls12Cache,
}

/// Both sides of a connection.
pub(crate) struct Pair {
    pub(crate) client: Observation,
    pub(crate) server: Server,
}

/// The known facts of the server's side.
pub(crate) enum Server {
    /// The server is our own.
    Observed(Observation),
    /// The server is another program, which may report its identifier.
    Reported(Option<SessionId>),
}

impl Server {
    pub(crate) fn observation(&self) -> Option<&Observation> {
        match self {
            Self::Observed(observation) => Some(observation),
            Self::Reported(_) => None,
        }
    }

    pub(crate) fn id(&self) -> Option<SessionId> {
        match self {
            Self::Observed(observation) => Some(observation.id),
            Self::Reported(id) => *id,
        }
    }
}

/// Returns the unexpected facts, each as a sentence.
pub(crate) fn unexpected(mode: Mode, running: Version, full: &Pair, resumed: &Pair) -> Vec<String> {
    let mut unexpected = Unexpected::default();
    for (pair, is_resumed, which) in [(full, false, "full"), (resumed, true, "resumed")] {
        unexpected.of_connection(pair, is_resumed, which);
    }
    unexpected.of_client(mode, running, &full.client, &resumed.client);
    if let (Some(before), Some(after)) = (full.server.observation(), resumed.server.observation()) {
        unexpected.of_server(
            mode,
            running,
            [full.client.id, before.id],
            [resumed.client.id, after.id],
        );
    }
    unexpected.0
}

/// Returns the unexpected facts of one connection that are independent of its protocol.
pub(crate) fn unexpected_of(pair: &Pair, is_resumed: bool, which: &str) -> Vec<String> {
    let mut unexpected = Unexpected::default();
    unexpected.of_connection(pair, is_resumed, which);
    unexpected.0
}

#[derive(Default)]
struct Unexpected(Vec<String>);

impl Unexpected {
    fn expect(&mut self, holds: bool, sentence: impl FnOnce() -> String) {
        if !holds {
            self.0.push(sentence());
        }
    }

    fn of_connection(&mut self, pair: &Pair, is_resumed: bool, which: &str) {
        for (side, observation) in [
            ("client", Some(&pair.client)),
            ("server", pair.server.observation()),
        ] {
            let Some(observation) = observation else {
                continue;
            };
            self.expect(observation.agrees, || {
                format!("{which}, {side}: Rust and C return different identifiers")
            });
            self.expect(observation.steady, || {
                format!("{which}, {side}: the identifier changed after the handshake")
            });
            self.expect(observation.resumed == is_resumed, || {
                format!(
                    "{which}, {side}: the session was {}resumed",
                    if observation.resumed { "" } else { "not " }
                )
            });
        }
    }

    fn of_client(
        &mut self,
        mode: Mode,
        running: Version,
        full: &Observation,
        resumed: &Observation,
    ) {
        let size = full.id.len();
        let may_be_empty = mode == Mode::Tls13Tickets && running < Version::new(3, 7, 1);
        self.expect(
            size == SessionId::MAX_LEN || may_be_empty && size == 0,
            || format!("the client's identifier has {size} bytes, not 32"),
        );
        self.expect(full.id == resumed.id, || {
            "the client's identifier did not survive resumption".into()
        });
    }

    /// Returns the identifiers of client and server.
    fn of_server(
        &mut self,
        mode: Mode,
        running: Version,
        full: [SessionId; 2],
        resumed: [SessionId; 2],
    ) {
        let size = full[1].len();
        self.expect(size == SessionId::MAX_LEN, || {
            format!("the server's identifier has {size} bytes, not 32")
        });
        let takes_the_clients = mode == Mode::Tls12Tickets && running < Version::new(3, 6, 4);
        self.expect(
            full[1] == resumed[1] || takes_the_clients && resumed[0] == resumed[1],
            || "the server's identifier did not survive resumption".into(),
        );
        match mode {
            Mode::Tls12Cache => self.expect(full[0] == full[1], || {
                "client and server have different identifiers, though the server keeps its sessions in a cache".into()
            }),
            Mode::Tls12Tickets | Mode::Tls13Tickets => self.expect(full[0] != full[1], || {
                "client and server have the same identifier, though each makes its own".into()
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observation(byte: u8, size: usize, resumed: bool) -> Observation {
        let id = SessionId::try_from(&vec![byte; size][..]).unwrap();
        Observation {
            id,
            agrees: true,
            steady: true,
            resumed,
            description: String::new(),
        }
    }

    fn pair(client: (u8, usize), server: (u8, usize), resumed: bool) -> Pair {
        Pair {
            client: observation(client.0, client.1, resumed),
            server: Server::Observed(observation(server.0, server.1, resumed)),
        }
    }

    fn server(pair: &mut Pair) -> &mut Observation {
        match &mut pair.server {
            Server::Observed(observation) => observation,
            Server::Reported(_) => panic!("the server is ours"),
        }
    }

    fn count(
        mode: Mode,
        version: &str,
        full: [(u8, usize); 2],
        resumed: [(u8, usize); 2],
    ) -> usize {
        let (full, resumed) = (
            pair(full[0], full[1], false),
            pair(resumed[0], resumed[1], true),
        );
        unexpected(mode, version.parse().unwrap(), &full, &resumed).len()
    }

    #[test]
    fn each_row_of_the_table_is_expected() {
        let (mine, yours) = ((1, 32), (2, 32));
        assert_eq!(
            count(Mode::Tls13Tickets, "3.7.9", [mine, yours], [mine, yours]),
            0
        );
        assert_eq!(
            count(
                Mode::Tls13Tickets,
                "3.6.16",
                [(0, 0), yours],
                [(0, 0), yours]
            ),
            0
        );
        assert_eq!(
            count(Mode::Tls13Tickets, "3.6.16", [mine, yours], [mine, yours]),
            0
        );
        assert_eq!(
            count(Mode::Tls12Tickets, "3.8.9", [mine, yours], [mine, yours]),
            0
        );
        assert_eq!(
            count(Mode::Tls12Tickets, "3.6.3", [mine, yours], [mine, mine]),
            0
        );
        assert_eq!(
            count(Mode::Tls12Cache, "3.8.9", [mine, mine], [mine, mine]),
            0
        );
    }

    #[test]
    fn everything_else_is_a_surprise() {
        let (mine, yours, other) = ((1, 32), (2, 32), (3, 32));
        assert_eq!(
            count(
                Mode::Tls13Tickets,
                "3.7.1",
                [(0, 0), yours],
                [(0, 0), yours]
            ),
            1
        );
        assert_eq!(
            count(Mode::Tls13Tickets, "3.7.9", [mine, yours], [other, yours]),
            1
        );
        assert_eq!(
            count(Mode::Tls13Tickets, "3.7.9", [mine, yours], [mine, other]),
            1
        );
        assert_eq!(
            count(Mode::Tls13Tickets, "3.7.9", [mine, mine], [mine, mine]),
            1
        );
        assert_eq!(
            count(Mode::Tls13Tickets, "3.7.9", [mine, (0, 0)], [mine, (0, 0)]),
            1
        );
        assert_eq!(
            count(Mode::Tls12Tickets, "3.6.4", [mine, yours], [mine, mine]),
            1
        );
        assert_eq!(
            count(Mode::Tls12Cache, "3.8.9", [mine, yours], [mine, yours]),
            1
        );
        assert_eq!(
            count(
                Mode::Tls12Cache,
                "3.8.9",
                [(1, 31), (1, 31)],
                [(1, 31), (1, 31)]
            ),
            2
        );
    }

    #[test]
    fn what_a_side_says_of_itself_counts() {
        let version = Version::new(3, 8, 9);
        let good = || (pair((1, 32), (2, 32), false), pair((1, 32), (2, 32), true));
        type Spoil = fn(&mut Pair, &mut Pair);
        let spoilers: [Spoil; 4] = [
            |full, _| full.client.agrees = false,
            |_, resumed| server(resumed).agrees = false,
            |_, resumed| resumed.client.resumed = false,
            |full, _| server(full).steady = false,
        ];
        for spoil in spoilers {
            let (mut full, mut resumed) = good();
            spoil(&mut full, &mut resumed);
            assert_eq!(
                unexpected(Mode::Tls12Tickets, version, &full, &resumed).len(),
                1
            );
        }
    }
}
