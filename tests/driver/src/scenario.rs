//! The scenario language: one line, one verb.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A side of a connection, written `1c` or `1s`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// The connection's name.
    pub connection: String,
    /// Whether this is the client.
    pub client: bool,
}

impl FromStr for Endpoint {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let (connection, client) = match (word.strip_suffix('c'), word.strip_suffix('s')) {
            (Some(connection), _) => (connection, true),
            (_, Some(connection)) => (connection, false),
            _ => return Err(format!("{word:?} is not an endpoint such as 1c or 1s")),
        };
        Ok(Self {
            connection: connection_name(connection)?,
            client,
        })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{}",
            self.connection,
            if self.client { 'c' } else { 's' }
        )
    }
}

/// The `key=value` words of a verb.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options(BTreeMap<String, String>);

impl Options {
    fn parse(words: &[&str], known: &[&str]) -> Result<Self, String> {
        let mut options = BTreeMap::new();
        for word in words {
            let (key, value) = word
                .split_once('=')
                .ok_or_else(|| format!("{word:?} is not key=value"))?;
            if !known.contains(&key) {
                return Err(format!("the verb does not know the key {key:?}"));
            }
            options.insert(key.to_owned(), value.to_owned());
        }
        Ok(Self(options))
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// The value of a switch, `0` or `1`.
    pub fn switch(&self, key: &str) -> Result<Option<bool>, String> {
        match self.get(key) {
            None => Ok(None),
            Some("0") => Ok(Some(false)),
            Some("1") => Ok(Some(true)),
            Some(value) => Err(format!("{key} is 0 or 1, not {value:?}")),
        }
    }

    /// The value of a key that is a number.
    pub fn number<T: FromStr>(&self, key: &str) -> Result<Option<T>, String> {
        self.get(key).map(number).transpose()
    }

    /// The values of a key that is a list with commas.
    pub fn list(&self, key: &str) -> Vec<&str> {
        self.get(key)
            .map(|list| list.split(',').collect())
            .unwrap_or_default()
    }
}

/// What a line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verb {
    Requires {
        features: Vec<String>,
    },
    MakeTicketKey {
        name: String,
        seed: u8,
    },
    MakeCache {
        name: String,
        size: usize,
    },
    MakeReplay {
        name: String,
    },
    Client {
        name: String,
        options: Options,
    },
    Server {
        name: String,
        options: Options,
    },
    Open {
        connection: String,
        client: String,
        server: String,
        options: Options,
    },
    Set {
        endpoint: Endpoint,
        id: Vec<u8>,
    },
    Step {
        endpoint: Endpoint,
    },
    Handshake {
        connection: String,
    },
    Send {
        endpoint: Endpoint,
        len: usize,
    },
    Recv {
        endpoint: Endpoint,
    },
    Early {
        endpoint: Endpoint,
        len: usize,
    },
    ReadEarly {
        endpoint: Endpoint,
    },
    Replay {
        endpoint: Endpoint,
        from: String,
    },
    Rekey {
        endpoint: Endpoint,
        peer: bool,
    },
    Rehandshake {
        endpoint: Endpoint,
    },
    Save {
        endpoint: Endpoint,
        name: String,
    },
    Damage {
        name: String,
        at: usize,
        xor: u8,
    },
    Advance {
        seconds: u32,
    },
    Bye {
        endpoint: Endpoint,
    },
    Close {
        connection: String,
    },
    Observe {
        endpoint: Endpoint,
    },
    Packet {
        endpoint: Endpoint,
    },
    Gather {
        endpoint: Endpoint,
        lengths: Vec<usize>,
    },
    Corked {
        endpoint: Endpoint,
        lengths: Vec<usize>,
    },
    Hide {
        endpoint: Endpoint,
        len: usize,
        low: usize,
        high: usize,
    },
    Pad {
        endpoint: Endpoint,
        len: usize,
        padding: usize,
    },
    Limit {
        endpoint: Endpoint,
        size: usize,
        receive: bool,
    },
    Ping {
        endpoint: Endpoint,
        len: usize,
    },
    Sizes {
        endpoint: Endpoint,
    },
    Alert {
        endpoint: Endpoint,
        fatal: bool,
        number: u8,
    },
    Heard {
        endpoint: Endpoint,
    },
    Kernel {
        endpoint: Endpoint,
    },
    Cut {
        endpoint: Endpoint,
    },
    Tickets {
        endpoint: Endpoint,
        count: u8,
    },
    Authenticate {
        endpoint: Endpoint,
    },
    EarlyExport {
        connection: String,
    },
    EarlyNames {
        endpoint: Endpoint,
    },
    Priority {
        text: String,
    },
    Algorithms,
}

const CLIENT_KEYS: [&str; 24] = [
    "raw",
    "srp",
    "srp_callback",
    "anonymous",
    "import",
    "post_auth",
    "store",
    "psk",
    "psk_callback",
    "priority",
    "trust",
    "verify",
    "identity",
    "alpn",
    "false_start",
    "renegotiation",
    "tickets",
    "defaults",
    "choose",
    "crl",
    "limit",
    "profile",
    "purpose",
    "judge",
];
const SERVER_KEYS: [&str; 30] = [
    "raw",
    "srp",
    "srp_bits",
    "srp_seed",
    "anonymous",
    "import",
    "hello",
    "lifetime",
    "auto_tickets",
    "psk",
    "hint",
    "early",
    "replay",
    "priority",
    "identity",
    "tickets",
    "cache",
    "client_auth",
    "trust",
    "alpn",
    "renegotiation",
    "defaults",
    "choose",
    "crl",
    "limit",
    "profile",
    "purpose",
    "judge",
    "ocsp",
    "authorities",
];
const OPEN_KEYS: [&str; 6] = ["name", "resume", "datagram", "descriptor", "chunk", "mtu"];

impl Verb {
    /// Reads the words of a line.
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        Ok(match words {
            ["requires", first, rest @ ..] => {
                let features = std::iter::once(first).chain(rest);
                Self::Requires {
                    features: features.map(|feature| (*feature).to_owned()).collect(),
                }
            }
            ["make", "ticketkey", name, rest @ ..] => {
                let options = Options::parse(rest, &["seed"])?;
                Self::MakeTicketKey {
                    name: identifier(name)?,
                    seed: options.number("seed")?.unwrap_or(1),
                }
            }
            ["make", "cache", name, rest @ ..] => {
                let options = Options::parse(rest, &["size"])?;
                Self::MakeCache {
                    name: identifier(name)?,
                    size: options.number("size")?.unwrap_or(64),
                }
            }
            ["make", "replay", name] => Self::MakeReplay {
                name: identifier(name)?,
            },
            ["client", name, rest @ ..] => Self::Client {
                name: identifier(name)?,
                options: Options::parse(
                    rest,
                    &[&CLIENT_KEYS[..], &crate::extensions::KEYS].concat(),
                )?,
            },
            ["server", name, rest @ ..] => Self::Server {
                name: identifier(name)?,
                options: Options::parse(
                    rest,
                    &[&SERVER_KEYS[..], &crate::extensions::KEYS].concat(),
                )?,
            },
            ["open", connection, client, server, rest @ ..] => Self::Open {
                connection: connection_name(connection)?,
                client: identifier(client)?,
                server: identifier(server)?,
                options: Options::parse(rest, &OPEN_KEYS)?,
            },
            ["set", endpoint, rest @ ..] => {
                let options = Options::parse(rest, &["id"])?;
                let id = options.get("id").ok_or("set needs id=")?;
                Self::Set {
                    endpoint: endpoint.parse()?,
                    id: unhex(id)?,
                }
            }
            ["step", endpoint] => Self::Step {
                endpoint: endpoint.parse()?,
            },
            ["handshake", connection] => Self::Handshake {
                connection: connection_name(connection)?,
            },
            ["send", endpoint, len] => Self::Send {
                endpoint: endpoint.parse()?,
                len: number(len)?,
            },
            ["recv", endpoint] => Self::Recv {
                endpoint: endpoint.parse()?,
            },
            ["early", endpoint, len] => Self::Early {
                endpoint: endpoint.parse()?,
                len: number(len)?,
            },
            ["readearly", endpoint] => Self::ReadEarly {
                endpoint: endpoint.parse()?,
            },
            ["replay", endpoint, from] => Self::Replay {
                endpoint: endpoint.parse()?,
                from: connection_name(from)?,
            },
            ["packet", endpoint] => Self::Packet {
                endpoint: endpoint.parse()?,
            },
            ["gather", endpoint, first, rest @ ..] => Self::Gather {
                endpoint: endpoint.parse()?,
                lengths: lengths(first, rest)?,
            },
            ["corked", endpoint, first, rest @ ..] => Self::Corked {
                endpoint: endpoint.parse()?,
                lengths: lengths(first, rest)?,
            },
            ["hide", endpoint, len, low, high] => Self::Hide {
                endpoint: endpoint.parse()?,
                len: number(len)?,
                low: number(low)?,
                high: number(high)?,
            },
            ["pad", endpoint, len, padding] => Self::Pad {
                endpoint: endpoint.parse()?,
                len: number(len)?,
                padding: number(padding)?,
            },
            ["limit", endpoint, size] => Self::Limit {
                endpoint: endpoint.parse()?,
                size: number(size)?,
                receive: false,
            },
            ["limit", endpoint, size, "receive"] => Self::Limit {
                endpoint: endpoint.parse()?,
                size: number(size)?,
                receive: true,
            },
            ["ping", endpoint, len] => Self::Ping {
                endpoint: endpoint.parse()?,
                len: number(len)?,
            },
            ["sizes", endpoint] => Self::Sizes {
                endpoint: endpoint.parse()?,
            },
            ["alert", endpoint, level @ ("warning" | "fatal"), alert] => Self::Alert {
                endpoint: endpoint.parse()?,
                fatal: *level == "fatal",
                number: number(alert)?,
            },
            ["heard", endpoint] => Self::Heard {
                endpoint: endpoint.parse()?,
            },
            ["kernel", endpoint] => Self::Kernel {
                endpoint: endpoint.parse()?,
            },
            ["cut", endpoint] => Self::Cut {
                endpoint: endpoint.parse()?,
            },
            ["tickets", endpoint, count] => Self::Tickets {
                endpoint: endpoint.parse()?,
                count: number(count).and_then(|count| match count {
                    1..=31 => Ok(count),
                    _ => Err("1 to 31 tickets".to_owned()),
                })?,
            },
            ["authenticate", endpoint] => Self::Authenticate {
                endpoint: endpoint.parse()?,
            },
            ["earlyexport", connection] => Self::EarlyExport {
                connection: connection_name(connection)?,
            },
            ["earlynames", endpoint] => Self::EarlyNames {
                endpoint: endpoint.parse()?,
            },
            ["priority", text] => Self::Priority {
                text: (*text).to_owned(),
            },
            ["algorithms"] => Self::Algorithms,
            ["rekey", endpoint] => Self::Rekey {
                endpoint: endpoint.parse()?,
                peer: false,
            },
            ["rekey", endpoint, "peer"] => Self::Rekey {
                endpoint: endpoint.parse()?,
                peer: true,
            },
            ["rehandshake", endpoint] => Self::Rehandshake {
                endpoint: endpoint.parse()?,
            },
            ["save", endpoint, name] => Self::Save {
                endpoint: endpoint.parse()?,
                name: identifier(name)?,
            },
            ["damage", name, at, xor] => Self::Damage {
                name: identifier(name)?,
                at: number(at)?,
                xor: number(xor)?,
            },
            ["advance", seconds] => Self::Advance {
                seconds: number(seconds)?,
            },
            ["bye", endpoint] => Self::Bye {
                endpoint: endpoint.parse()?,
            },
            ["close", connection] => Self::Close {
                connection: connection_name(connection)?,
            },
            ["observe", endpoint] => Self::Observe {
                endpoint: endpoint.parse()?,
            },
            _ => return Err(format!("not a verb: {:?}", words.join(" "))),
        })
    }

    /// The word that the line begins with.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Requires { .. } => "requires",
            Self::MakeTicketKey { .. } | Self::MakeCache { .. } | Self::MakeReplay { .. } => "make",
            Self::Client { .. } => "client",
            Self::Server { .. } => "server",
            Self::Open { .. } => "open",
            Self::Set { .. } => "set",
            Self::Step { .. } => "step",
            Self::Handshake { .. } => "handshake",
            Self::Send { .. } => "send",
            Self::Recv { .. } => "recv",
            Self::Early { .. } => "early",
            Self::ReadEarly { .. } => "readearly",
            Self::Replay { .. } => "replay",
            Self::Packet { .. } => "packet",
            Self::Gather { .. } => "gather",
            Self::Corked { .. } => "corked",
            Self::Hide { .. } => "hide",
            Self::Pad { .. } => "pad",
            Self::Limit { .. } => "limit",
            Self::Ping { .. } => "ping",
            Self::Sizes { .. } => "sizes",
            Self::Alert { .. } => "alert",
            Self::Heard { .. } => "heard",
            Self::Kernel { .. } => "kernel",
            Self::Cut { .. } => "cut",
            Self::Tickets { .. } => "tickets",
            Self::Authenticate { .. } => "authenticate",
            Self::EarlyExport { .. } => "earlyexport",
            Self::EarlyNames { .. } => "earlynames",
            Self::Priority { .. } => "priority",
            Self::Algorithms => "algorithms",
            Self::Rekey { .. } => "rekey",
            Self::Rehandshake { .. } => "rehandshake",
            Self::Save { .. } => "save",
            Self::Damage { .. } => "damage",
            Self::Advance { .. } => "advance",
            Self::Bye { .. } => "bye",
            Self::Close { .. } => "close",
            Self::Observe { .. } => "observe",
        }
    }
}

/// A line of a scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Nothing,
    Scenario(String),
    Verb(Verb),
}

impl FromStr for Line {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let text = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        Ok(match words.as_slice() {
            [] => Self::Nothing,
            ["scenario", name] => Self::Scenario((*name).to_owned()),
            words => Self::Verb(Verb::parse(words)?),
        })
    }
}

fn identifier(word: &str) -> Result<String, String> {
    let valid = !word.is_empty()
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if valid {
        Ok(word.to_owned())
    } else {
        Err(format!("{word:?} is not a name"))
    }
}

fn connection_name(word: &str) -> Result<String, String> {
    number::<u32>(word).map(|_| word.to_owned())
}

/// One number or more.
fn lengths(first: &str, rest: &[&str]) -> Result<Vec<usize>, String> {
    std::iter::once(&first)
        .chain(rest)
        .map(|word| number(word))
        .collect()
}

fn number<T: FromStr>(word: &str) -> Result<T, String> {
    word.parse()
        .map_err(|_| format!("{word:?} is not a number that fits here"))
}

fn unhex(word: &str) -> Result<Vec<u8>, String> {
    let digits = word.as_bytes();
    if digits.len() % 2 != 0 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return Err(format!("{word:?} is not hexadecimal"));
    }
    digits
        .chunks(2)
        .map(|pair| {
            let text = std::str::from_utf8(pair).map_err(|error| error.to_string())?;
            u8::from_str_radix(text, 16).map_err(|_| format!("{word:?} is not hexadecimal"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lines() {
        assert_eq!("  # nothing".parse(), Ok(Line::Nothing));
        assert_eq!(
            "scenario a-b # comment".parse(),
            Ok(Line::Scenario("a-b".into()))
        );
        let endpoint = Endpoint {
            connection: "12".into(),
            client: false,
        };
        assert_eq!(
            "rekey 12s peer".parse(),
            Ok(Line::Verb(Verb::Rekey {
                endpoint,
                peer: true
            }))
        );
        let Ok(Line::Verb(Verb::Client { options, .. })) =
            "client c alpn=h2,http/1.1 verify=0".parse()
        else {
            panic!("a client line");
        };
        assert_eq!(options.list("alpn"), ["h2", "http/1.1"]);
        assert_eq!(options.switch("verify"), Ok(Some(false)));
        assert_eq!(options.switch("tickets"), Ok(None));
        let Ok(Line::Verb(Verb::Client { options, .. })) =
            "client c priority=NORMAL:-VERS-ALL=x".parse()
        else {
            panic!("a client line");
        };
        assert_eq!(options.get("priority"), Some("NORMAL:-VERS-ALL=x"));
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for line in [
            "juggle 1c",
            "client c colour=red",
            "open 1 c",
            "step 1",
            "step xc",
            "send 1c many",
            "set 1c",
            "set 1c id=abc",
            "set 1c id=+f",
            "damage d 1 256",
            "make hammer h",
            "scenario",
            "scenario two words",
        ] {
            assert!(line.parse::<Line>().is_err(), "{line}");
        }
    }
}
