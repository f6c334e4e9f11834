//! Tests with sessions packed in the layout of each release, valid ones and ones with a single error.

use super::*;
use crate::support::this_program::interval_of_cases;

/// Releases that changed the layout, and the last releases before them.
const RELEASES: [&str; 16] = [
    "3.6.0", "3.6.2", "3.6.3", "3.6.4", "3.6.5", "3.6.6", "3.6.7", "3.6.12", "3.6.13", "3.6.16",
    "3.7.0", "3.7.1", "3.7.2", "3.7.9", "3.8.9", "3.8.13",
];

/// A session with all possible parts, which a test can change.
struct Session {
    release: Version,
    side: u32,
    credentials: u8,
    auth_info: Vec<u8>,
    protocol: u32,
    certificate_type: u32,
    suite_always: bool,
    id: usize,
    secrets: [usize; 3],
    sizes: [u32; 2],
    switches: [u32; 2],
    ticket: usize,
    ticket_secret: usize,
    arrival: [u32; 3],
    extensions: Vec<(u32, Vec<u8>)>,
}

fn number(number: u32) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}

fn string1(length: usize) -> Vec<u8> {
    [vec![length as u8], vec![7; length]].concat()
}

fn string2(length: usize) -> Vec<u8> {
    [&(length as u16).to_be_bytes()[..], &vec![7; length]].concat()
}

fn string4(content: &[u8]) -> Vec<u8> {
    [&number(content.len() as u32), content].concat()
}

impl Session {
    fn of(release: Version, protocol: u32) -> Self {
        let certificates = [number(2), string4(b"one"), string4(b"two")].concat();
        let mut auth_info = vec![
            number(2048),
            string4(b"p"),
            string4(b"g"),
            string4(b""),
            certificates,
        ];
        if release >= Version::new(3, 6, 3) {
            auth_info.push([number(1), string4(b"response")].concat());
        }
        let mut session = Self {
            release,
            side: 2,
            credentials: 1,
            auth_info: auth_info.concat(),
            protocol,
            certificate_type: 1,
            suite_always: release >= Version::new(3, 7, 2),
            id: 32,
            secrets: [48, 32, 32],
            sizes: [16_384, 64],
            switches: [0, 1],
            ticket: 100,
            ticket_secret: 48,
            arrival: [0, u32::MAX, 999_999_999],
            extensions: Vec::new(),
        };
        let numbers = session.numbers();
        let old = session.is_before(3);
        let name = if old {
            [number(1), string4(&[7; 255])].concat()
        } else {
            string2(300)
        };
        let mut ticket = string4(&[7; 65_535]);
        if old {
            ticket.extend(number(3600));
        }
        let signatures = [number(64), vec![0; 4 * 64]].concat();
        let contents = [name, string2(3), string2(3), signatures, number(1), ticket];
        session.extensions = numbers
            .into_iter()
            .zip(contents)
            .filter_map(|(number, content)| Some((number?, content)))
            .collect();
        if old {
            session.extensions.push((5, string4(b"response")));
            session.extensions.push((1, number(4096)));
        }
        session
    }

    fn with_key(release: Version, protocol: u32) -> Self {
        Self {
            credentials: 4,
            auth_info: psk(128, &[&[7; 128][..], &[0]].concat()),
            ..Self::of(release, protocol)
        }
    }

    /// Returns a client's session with a password. It has no user name, and the password is in the extension.
    fn with_password(release: Version, protocol: u32) -> Self {
        let mut session = Self {
            credentials: 3,
            auth_info: string4(b""),
            ..Self::of(release, protocol)
        };
        let signatures = session.numbers()[3].unwrap();
        let content = [string4(b"alice"), string4(b"secret")].concat();
        session.extensions.push((signatures - 1, content));
        session
    }

    fn anonymous(release: Version, protocol: u32) -> Self {
        Self {
            credentials: 2,
            auth_info: [number(2048), string4(b"p"), string4(b"g"), string4(b"")].concat(),
            ..Self::of(release, protocol)
        }
    }

    fn is_before(&self, patch: u16) -> bool {
        self.release < Version::new(3, 6, patch)
    }

    /// Returns the numbers of the server name, the certificate types, the signature algorithms, heartbeat and the
    /// session ticket.
    fn numbers(&self) -> [Option<u32>; 6] {
        let (name, types, signatures, heartbeat, ticket) = if self.is_before(3) {
            (0, None, 13, 15, 35)
        } else if self.is_before(4) {
            (17, None, 6, 8, 12)
        } else if self.is_before(7) {
            (19, Some([3, 4]), 8, 10, 14)
        } else {
            (18, Some([2, 3]), 7, 9, 13)
        };
        let [client, server] = types.map_or([None; 2], |types| types.map(Some));
        [
            Some(name),
            client,
            server,
            Some(signatures),
            Some(heartbeat),
            Some(ticket),
        ]
    }

    fn is_tls13(&self) -> bool {
        self.protocol == 5 && !self.is_before(3)
    }

    fn pack(&self) -> Vec<u8> {
        let Version {
            major,
            minor,
            patch,
        } = self.release;
        let release = u32::from(major) * 0x1_0000 + u32::from(minor) * 0x100 + u32::from(patch);
        let mut data = vec![number(0xfade_badd + release), number(1_700_000_000)];
        if !self.is_before(5) {
            data.push(number(3600));
        }
        data.push(vec![self.credentials]);
        data.push(string4(&self.auth_info));
        data.push(string4(&self.parameters()));
        if self.is_tls13() {
            data.push(string4(&self.packed_ticket()));
        } else {
            data.push(number(self.extensions.len() as u32));
            for (extension, content) in &self.extensions {
                data.extend([number(*extension), string4(content)]);
            }
        }
        data.concat()
    }

    fn parameters(&self) -> Vec<u8> {
        let [master, client, server] = self.secrets;
        let mut record = self.sizes.map(number).to_vec();
        record.push(vec![0; 12]);
        record.extend(self.switches.map(number));
        let (id, suite) = (string1(self.id), vec![0xc0, 0x2f]);
        let (types, protocol) = (number(self.certificate_type), number(self.protocol));
        let mut data = vec![number(self.side)];
        if self.is_before(3) {
            data.extend([
                suite,
                types,
                protocol,
                vec![7; master + client + server],
                id,
            ]);
            data.extend(record);
            return data.concat();
        }
        let credentials = number(self.credentials.into());
        data.extend([number(6), credentials.clone(), credentials]);
        if !self.is_before(4) {
            data.push(id.clone());
        }
        data.push(protocol);
        if !self.is_before(5) {
            data.extend([types.clone(), types.clone()]);
        }
        if self.suite_always || !self.is_tls13() {
            data.push(suite);
        }
        if !self.is_tls13() {
            if self.is_before(5) {
                data.push(types.clone());
            }
            if self.is_before(5) && !self.is_before(4) {
                data.push(types);
            }
            data.extend(self.secrets.map(string1));
            if self.is_before(4) {
                data.push(id);
            }
            data.extend(record);
        }
        data.concat()
    }

    fn packed_ticket(&self) -> Vec<u8> {
        let mut data = vec![number(7200), number(1)];
        if self.is_before(5) {
            data.push(number(1_700_000_000));
        }
        data.extend([
            string1(8),
            string4(&vec![7; self.ticket]),
            string1(self.ticket_secret),
        ]);
        if !self.is_before(5) {
            data.extend(self.arrival.map(number));
            data.push(number(16_384));
        }
        data.concat()
    }

    fn is_valid(&self) -> bool {
        parse_as(&self.pack(), Side::Client, self.release).is_some()
    }
}

/// Returns the information about a pre-shared key.
fn psk(name: usize, hint: &[u8]) -> Vec<u8> {
    let key = [string4(b"p"), string4(b"g"), string4(b"")].concat();
    [string4(&vec![7; name]), string4(hint), number(2048), key].concat()
}

/// Returns TLS 1.2 and TLS 1.3 sessions of each release, with certificates and, if the parser supports them, with
/// pre-shared keys. The TLS 1.2 sessions also include passwords and anonymous ones.
fn sessions() -> Vec<Session> {
    let mut sessions = Vec::new();
    for release in RELEASES.map(|release| release.parse().unwrap()) {
        for protocol in [4, 5, 202] {
            sessions.push(Session::of(release, protocol));
            if release >= Version::new(3, 6, 13) {
                sessions.push(Session::with_key(release, protocol));
            }
            if protocol != 5 {
                sessions.push(Session::with_password(release, protocol));
                sessions.push(Session::anonymous(release, protocol));
            }
        }
    }
    sessions
}

/// Asserts that a single error makes any session with the affected part invalid.
fn refused(what: &str, has: impl Fn(&Session) -> bool, spoil: impl Fn(&mut Session)) {
    let mut count = 0;
    for mut session in sessions().into_iter().filter(has) {
        count += 1;
        let (release, protocol) = (session.release, session.protocol);
        assert!(session.is_valid(), "{what}: {release}, {protocol}: whole");
        spoil(&mut session);
        assert!(!session.is_valid(), "{what}: {release}, {protocol}");
    }
    assert!(count > 0, "{what}");
}

fn any(_: &Session) -> bool {
    true
}

fn older(session: &Session) -> bool {
    !session.is_tls13()
}

fn has_key(session: &Session) -> bool {
    session.credentials == 4
}

#[test]
fn sessions_of_all_releases_are_parsed() {
    for session in sessions() {
        let (release, number) = (session.release, session.protocol);
        let data = session.pack();
        let packed = parse_as(&data, Side::Client, release);
        let protocol = packed.map(|packed| packed.protocol);
        assert_eq!(protocol, Some(Protocol::from_raw(number)), "{release}");
        assert!(parse_as(&data, Side::Server, release).is_none());
        let server = Session { side: 1, ..session };
        assert!(parse_as(&server.pack(), Side::Server, release).is_some());
        for other in RELEASES.map(|other| other.parse().unwrap()) {
            assert_eq!(
                parse_as(&data, Side::Client, other).is_some(),
                other == release
            );
        }
    }
}

#[test]
fn least_and_most_are_accepted() {
    for mut session in sessions() {
        let release = session.release;
        (session.id, session.sizes) = (0, [64, 16_384]);
        (session.switches, session.ticket, session.ticket_secret) = ([1, 0], 1, 1);
        session.extensions.clear();
        session.auth_info = match session.credentials {
            4 => psk(0, &[0]),
            3 => string4(b""),
            _ => Vec::new(),
        };
        assert!(session.is_valid(), "{release}");
        session.ticket_secret = 64;
        assert!(session.is_valid(), "{release}");
    }
}

#[test]
fn hazard_12_a_cut_anywhere_and_a_byte_too_many_are_refused() {
    for mut session in sessions() {
        // Long enough to be truncated, and short enough for a fast test.
        session
            .extensions
            .retain(|(_, content)| content.len() < 1000);
        let (data, release) = (session.pack(), session.release);
        for length in (0..data.len()).step_by(interval_of_cases()) {
            assert!(parse_as(&data[..length], Side::Client, release).is_none());
        }
        let longer = [&data[..], &[0]].concat();
        assert!(parse_as(&longer, Side::Client, release).is_none());
        // Truncates parts with a length too.
        let spoiled = |spoil: &dyn Fn(&mut Vec<u8>)| {
            let mut auth_info = session.auth_info.clone();
            spoil(&mut auth_info);
            Session {
                auth_info,
                extensions: Vec::new(),
                ..session_like(&session)
            }
            .is_valid()
        };
        assert!(!spoiled(&|auth_info| auth_info.push(0)), "{release}");
        assert!(
            !spoiled(&|auth_info| auth_info.truncate(auth_info.len() - 1)),
            "{release}"
        );
    }
    refused("an extension", older, |session| {
        session.extensions[0].1.push(0)
    });
    refused("an extension", older, |session| {
        session.extensions[0].1.pop();
    });
}

fn session_like(session: &Session) -> Session {
    let like = match session.credentials {
        4 => Session::with_key,
        3 => Session::with_password,
        2 => Session::anonymous,
        _ => Session::of,
    };
    like(session.release, session.protocol)
}

#[test]
fn hazard_12_lengths_that_the_library_would_believe_are_refused() {
    let has_id = |session: &Session| older(session) || !session.is_before(4);
    refused("identifier", has_id, |session| session.id = 33);
    for at in 0..3 {
        refused("secret", older, |session| session.secrets[at] += 1);
        refused("secret", older, |session| session.secrets[at] -= 1);
    }
    for at in 0..2 {
        refused("size", older, |session| session.sizes[at] = 16_385);
        refused("size", older, |session| session.sizes[at] = 63);
        refused("switch", older, |session| session.switches[at] = 2);
    }
    refused("identity", has_key, |session| {
        session.auth_info = psk(129, &[0])
    });
    refused("hint", has_key, |session| {
        session.auth_info = psk(1, &[0; 130])
    });
    refused("hint", has_key, |session| {
        session.auth_info = psk(1, b"no NUL")
    });
    refused("hint", has_key, |session| session.auth_info = psk(1, b""));
    let has_password = |session: &Session| session.credentials == 3;
    refused("name", has_password, |session| {
        session.auth_info = string4(&[0; 130])
    });
    refused("name", has_password, |session| {
        session.auth_info = string4(b"no NUL")
    });
    refused("password", has_password, |session| {
        session.extensions.last_mut().unwrap().1 = string4(b"alice")
    });
    refused("ticket", Session::is_tls13, |session| session.ticket = 0);
    refused("secret", Session::is_tls13, |session| {
        session.ticket_secret = 0
    });
    refused("secret", Session::is_tls13, |session| {
        session.ticket_secret = 65
    });
    let tells_when = |session: &Session| session.is_tls13() && !session.is_before(5);
    refused("time", tells_when, |session| session.arrival[0] = 1);
    refused("time", tells_when, |session| {
        session.arrival[2] = 1_000_000_000
    });
}

#[test]
fn hazard_12_extensions_are_those_of_the_release() {
    let extension = |session: &Session, place: usize| {
        let number = session.numbers()[place];
        let found = session.extensions.iter();
        found.clone().position(|(other, _)| Some(*other) == number)
    };
    let spoil = |place: usize, content: Vec<u8>| {
        refused(
            &format!("extension {place}"),
            |session| older(session) && extension(session, place).is_some(),
            |session| {
                let at = extension(session, place).unwrap();
                session.extensions[at].1 = content.clone();
            },
        );
    };
    spoil(3, [number(65), vec![0; 4 * 65]].concat());
    spoil(5, string4(&[7; 65_536]));
    spoil(5, [string4(&[7; 65_536]), number(1)].concat());
    refused(
        "name",
        |session| session.is_before(3),
        |session| {
            session.extensions[0].1 = [number(1), string4(&[7; 256])].concat();
        },
    );
    refused("unknown", older, |session| session.extensions[0].0 = 4711);
    let by_own_numbers = |session: &Session| older(session) && !session.is_before(3);
    refused("number 0", by_own_numbers, |session| {
        session.extensions[0].0 = 0;
    });
    refused("too many", older, |session| {
        session.extensions.push((u32::MAX, Vec::new()))
    });
}

#[test]
fn hazard_12_what_nobody_uses_is_refused() {
    for credentials in [0, 5] {
        refused("credentials", any, |session| {
            session.credentials = credentials
        });
    }
    let has_type = |session: &Session| older(session) || !session.is_before(5);
    refused("OpenPGP", has_type, |session| session.certificate_type = 2);
    for protocol in [0, 1, 6, 199, 203] {
        refused("protocol", older, |session| session.protocol = protocol);
    }
    // Identities ended in NUL.
    let release = Version::new(3, 6, 12);
    assert!(!Session::with_key(release, 4).is_valid());
}

#[test]
fn a_password_and_a_certificate_go_together() {
    let release = Version::new(3, 7, 9);
    // The client's authentication follows side and hash function, and the server's follows the client's.
    let with = |credentials, client, server| {
        let session = Session {
            credentials,
            auth_info: Vec::new(),
            ..Session::of(release, 4)
        };
        let mut data = session.pack();
        let at = 4 + 4 + 4 + 1 + 4 + 4 + 4 + 4;
        assert_eq!(
            data[at..at + 8],
            [0, 0, 0, credentials, 0, 0, 0, credentials]
        );
        (data[at + 3], data[at + 7]) = (client, server);
        parse_as(&data, Side::Client, release).is_some()
    };
    assert!(with(1, 1, 1) && with(1, 3, 1) && with(1, 4, 1));
    assert!(!with(1, 2, 1) && !with(1, 1, 3) && !with(1, 1, 2) && !with(2, 3, 2));
}

#[test]
fn both_layouts_of_3_7_1_are_parsed() {
    for (release, backported) in [("3.7.0", false), ("3.7.1", true), ("3.7.2", false)] {
        let mut session = Session::of(release.parse().unwrap(), 5);
        assert!(session.is_valid());
        session.suite_always = !session.suite_always;
        assert_eq!(session.is_valid(), backported, "{release}");
    }
}
