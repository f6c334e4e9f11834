//! Generates scenarios. It tracks the state of each connection, so that few steps are in vain; the same seed and number
//! always give the same scenario.

use gnutls_conformance_scenario::Scenario;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The scenario with this number in the series of this seed.
pub fn scenario(seed: u64, number: u64) -> Scenario {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(number);
    let lines = vec![format!("scenario generated-{seed}-{number}")];
    let mut generator = Generator {
        random,
        lines,
        pairs: Vec::new(),
        connections: Vec::new(),
        saved: Vec::new(),
    };
    generator.configurations();
    generator.open();
    for _ in 0..generator.random.random_range(4..16) {
        generator.step();
    }
    Scenario::from_lines(&generator.lines).expect("generated lines are well-formed")
}

struct Generator {
    random: ChaCha8Rng,
    lines: Vec<String>,
    /// Clients and servers that can connect to each other.
    pairs: Vec<Pair>,
    connections: Vec<Connection>,
    saved: Vec<Saved>,
}

#[derive(Clone)]
struct Pair {
    client: String,
    server: String,
    version: Version,
    renegotiation: bool,
    datagram: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Version {
    Tls12,
    Tls13,
    Dtls12,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Begun,
    Established,
    Closed,
}

struct Connection {
    number: u32,
    pair: Pair,
    state: State,
}

#[derive(Clone)]
struct Saved {
    name: String,
    version: Version,
}

impl Version {
    fn priority(self) -> &'static str {
        match self {
            Version::Tls12 => "NORMAL:-VERS-ALL:+VERS-TLS1.2",
            Version::Tls13 => "NORMAL:-VERS-ALL:+VERS-TLS1.3",
            Version::Dtls12 => "NORMAL:-VERS-ALL:+VERS-DTLS1.2",
        }
    }
}

impl Generator {
    fn chance(&mut self, percent: u32) -> bool {
        self.random.random_range(0..100) < percent
    }

    fn line(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    /// One client, and one or two servers with different ticket keys.
    fn configurations(&mut self) {
        let version = *[
            Version::Tls12,
            Version::Tls12,
            Version::Tls13,
            Version::Tls13,
            Version::Dtls12,
        ]
        .choose(&mut self.random)
        .expect("the list is not empty");
        let tickets = self.chance(60);
        let cache = version != Version::Tls13 && self.chance(60);
        let renegotiation = version != Version::Tls13 && self.chance(40);
        let authentication = *["none", "none", "none", "request", "require"]
            .choose(&mut self.random)
            .expect("not empty");
        if version == Version::Tls13 {
            self.line("requires tls13");
        }
        if tickets {
            self.line("make ticketkey k seed=1");
        }
        if cache {
            let size = self.random.random_range(1..5);
            self.line(format!("make cache m size={size}"));
        }

        let mut client = format!("client c priority={}", version.priority());
        if !tickets || self.chance(15) {
            client += " tickets=0";
        }
        if version == Version::Tls12 && self.chance(25) {
            client += " false_start=1";
        }
        if renegotiation {
            client += " renegotiation=1";
        }
        if authentication != "none" && self.chance(80) {
            client += if self.chance(85) {
                " identity=client"
            } else {
                " identity=other"
            };
        }
        let alpn = self.chance(25);
        if alpn {
            client += " alpn=h2,http/1.1";
        }
        self.line(client);

        for server in if self.chance(35) {
            &["s", "t"][..]
        } else {
            &["s"][..]
        } {
            let mut line = format!("server {server} priority={}", version.priority());
            if tickets && *server == "t" && self.chance(50) {
                self.line("make ticketkey l seed=2");
                line += " tickets=l";
            } else if tickets {
                line += " tickets=k";
            }
            if cache {
                line += " cache=m";
            }
            if renegotiation && self.chance(85) {
                line += " renegotiation=1";
            }
            if authentication != "none" {
                line += &format!(" client_auth={authentication} trust=ca");
            }
            if alpn {
                line += if self.chance(85) {
                    " alpn=http/1.1"
                } else {
                    " alpn=spdy/1"
                };
            }
            // Ed25519 signs ten times faster than RSA.
            line += if self.chance(6) {
                [
                    " identity=wrong-host",
                    " identity=expired",
                    " identity=other",
                ]
                .choose(&mut self.random)
                .expect("the list is not empty")
            } else if self.chance(85) {
                " identity=server-ed25519"
            } else {
                ""
            };
            self.line(line);
            let datagram = version == Version::Dtls12;
            let pair = Pair {
                client: "c".into(),
                server: (*server).into(),
                version,
                renegotiation,
                datagram,
            };
            self.pairs.push(pair);
        }
    }

    fn open(&mut self) {
        let number = self
            .connections
            .iter()
            .map(|connection| connection.number)
            .max()
            .unwrap_or(0)
            + 1;
        let pair = self
            .pairs
            .choose(&mut self.random)
            .expect("a server was made")
            .clone();
        let mut line = format!("open {number} {} {}", pair.client, pair.server);
        let saved = self
            .saved
            .iter()
            .filter(|saved| saved.version == pair.version)
            .cloned()
            .collect::<Vec<_>>();
        if let Some(name) = saved
            .choose(&mut self.random)
            .map(|saved| saved.name.clone())
            && self.chance(80)
        {
            line += &format!(" resume={name}");
        }
        if pair.datagram {
            line += " datagram=1";
        } else if self.chance(20) {
            let chunk = *[1, 2, 7, 100, 1000]
                .choose(&mut self.random)
                .expect("the list is not empty");
            line += &format!(" chunk={chunk}");
        }
        if self.chance(5) {
            line += " name=example.org";
        } else if self.chance(10) {
            line += " name=127.0.0.1";
        }
        self.line(line);
        if self.chance(5) {
            let length = self.random.random_range(1..=32);
            let id: String = (0..length)
                .map(|at| format!("{:02x}", at * 7 + length))
                .collect();
            self.line(format!("set {number}c id={id}"));
        }
        self.connections.push(Connection {
            number,
            pair,
            state: State::New,
        });
    }

    fn step(&mut self) {
        let living = self
            .connections
            .iter()
            .filter(|connection| connection.state != State::Closed)
            .count();
        if living == 0 || (living < 3 && self.chance(15)) {
            return self.open();
        }
        let at = loop {
            let at = self.random.random_range(0..self.connections.len());
            if self.connections[at].state != State::Closed {
                break at;
            }
        };
        let number = self.connections[at].number;
        match self.connections[at].state {
            State::New | State::Begun => self.step_of_handshake(at, number),
            State::Established => self.step_of_use(at, number),
            State::Closed => unreachable!("a closed connection was chosen"),
        }
    }

    fn step_of_handshake(&mut self, at: usize, number: u32) {
        match self.random.random_range(0..100) {
            0..30 => {
                let side = if self.connections[at].state == State::New || self.chance(50) {
                    'c'
                } else {
                    's'
                };
                self.line(format!("step {number}{side}"));
                self.connections[at].state = State::Begun;
            }
            30..34 => self.line(format!("observe {number}c")),
            _ => {
                self.line(format!("handshake {number}"));
                self.connections[at].state = State::Established;
            }
        }
    }

    fn step_of_use(&mut self, at: usize, number: u32) {
        let side = if self.chance(50) { 'c' } else { 's' };
        let other = if side == 'c' { 's' } else { 'c' };
        let pair = self.connections[at].pair.clone();
        match self.random.random_range(0..100) {
            0..35 => {
                let length = match pair.datagram {
                    true => self.random.random_range(1..1200),
                    false => *[1, 2, 100, 16384, 16385, 40000]
                        .choose(&mut self.random)
                        .expect("not empty"),
                };
                self.line(format!("send {number}{side} {length}"));
                self.line(format!("recv {number}{other}"));
            }
            35..50 => self.line(format!("recv {number}{side}")),
            50..70 => {
                let name = format!("d{}", self.saved.len() + 1);
                if pair.version == Version::Tls13 {
                    self.line(format!("recv {number}c"));
                }
                self.line(format!("save {number}c {name}"));
                if self.chance(8) {
                    // The magic number, the time, or the certificate: elsewhere are lengths, with which C reads out of
                    // bounds.
                    let place = match self.chance(30) {
                        true => self.random.random_range(0..8),
                        false => self.random.random_range(60..400),
                    };
                    let change = self.random.random_range(1..256);
                    self.line(format!("damage {name} {place} {change}"));
                }
                self.saved.push(Saved {
                    name,
                    version: pair.version,
                });
                self.open();
            }
            70..82 if pair.version == Version::Tls13 => {
                let peer = if self.chance(40) { " peer" } else { "" };
                self.line(format!("rekey {number}{side}{peer}"));
                self.line(format!("recv {number}{other}"));
            }
            70..82 if pair.renegotiation => {
                self.line(format!("rehandshake {number}{side}"));
                self.line(format!("recv {number}{other}"));
                self.line(format!("handshake {number}"));
                self.line(format!("recv {number}{side}"));
            }
            82..86 => {
                let seconds = *[1, 3600, 100_000, 700_000]
                    .choose(&mut self.random)
                    .expect("not empty");
                self.line(format!("advance {seconds}"));
            }
            86..92 => {
                self.line(format!("bye {number}{side}"));
                self.line(format!("recv {number}{other}"));
                self.line(format!("bye {number}{other}"));
                self.line(format!("recv {number}{side}"));
                self.connections[at].state = State::Closed;
            }
            92..95 => {
                self.line(format!("close {number}"));
                self.connections[at].state = State::Closed;
            }
            _ => self.line(format!("observe {number}{side}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_scenario_and_another_number_another() {
        let lines = |seed, number| scenario(seed, number).lines;
        assert_eq!(lines(7, 3), lines(7, 3));
        assert_ne!(lines(7, 3)[1..], lines(7, 4)[1..]);
        assert_ne!(lines(7, 3)[1..], lines(8, 3)[1..]);
    }

    #[test]
    fn every_verb_and_every_way_to_resume_comes_up() {
        let all: Vec<String> = (0..300)
            .flat_map(|number| scenario(1, number).lines)
            .collect();
        for word in [
            "step ",
            "handshake ",
            "send ",
            "recv ",
            "save ",
            "damage ",
            "rekey ",
            "rehandshake ",
            "bye ",
            "close ",
            "advance ",
            "set ",
            "observe ",
            "resume=",
            "chunk=1",
            "datagram=1",
            "false_start=1",
            "client_auth=require",
            "tickets=l",
        ] {
            assert!(
                all.iter().any(|line| line.contains(word)),
                "{word} never came up"
            );
        }
    }
}
