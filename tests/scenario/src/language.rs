//! The table of the language: every verb, key and feature, once.

use std::str::FromStr;

use crate::words::{self, Endpoint, Options, Words};

/// A row of the table of verbs.
pub struct Row {
    /// The words of a line: the verb, then placeholders for its arguments.
    pub usage: &'static str,
    pub meaning: &'static str,
}

/// Declares the verbs: a variant, the words that begin its line, all words of its line, and the fields that are read
/// from them in this order.
macro_rules! verbs {
    ($(
        #[doc = $meaning:literal]
        $variant:ident [$verb:literal $($object:literal)?] $usage:literal
            { $($field:ident: $type:ty = $read:expr),* $(,)? }
    )*) => {
        /// A line of a scenario.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Verb {
            $( #[doc = $meaning] $variant { $($field: $type),* }, )*
        }

        /// The verbs in the order of the documentation.
        pub const VERBS: &[Row] = &[
            $( Row { usage: $usage, meaning: $meaning }, )*
        ];

        impl Verb {
            /// Reads the words of a line.
            pub fn parse(words: &[&str]) -> Result<Self, String> {
                match words {
                    $( [$verb, $($object,)? rest @ ..] => {
                        let words = &mut Words::new(rest, $usage);
                        let verb = Self::$variant { $($field: ($read)(&mut *words)?),* };
                        words.end()?;
                        Ok(verb)
                    } )*
                    words => Err(format!("not a verb: {:?}", words.join(" "))),
                }
            }

            /// The word that the line begins with.
            pub fn name(&self) -> &'static str {
                match self {
                    $( Self::$variant { .. } => $verb, )*
                }
            }
        }
    };
}

verbs! {
    #[doc = "ends the scenario as *not supported* if the version under test lacks a feature, see below"]
    Requires ["requires"] "requires FEATURE..." { features: Vec<Feature> = words::features }

    #[doc = "creates a session ticket key of 64 bytes: byte `i` is `seed + 7 i` modulo 256 (default: 1)"]
    MakeTicketKey ["make" "ticketkey"] "make ticketkey N [seed=BYTE]" {
        name: String = words::name,
        seed: u8 = |words: &mut _| words::keyed(words, "seed", 1),
    }

    #[doc = "creates a server-side session cache of at most K entries (default: 64)"]
    MakeCache ["make" "cache"] "make cache N [size=K]" {
        name: String = words::name,
        size: usize = |words: &mut _| words::keyed(words, "size", 64),
    }

    #[doc = "creates a store in which servers remember the first messages that came with early data, at most 64"]
    MakeReplay ["make" "replay"] "make replay N" { name: String = words::name }

    #[doc = "creates the key of a server's cookies, with random bytes"]
    MakeCookieKey ["make" "cookiekey"] "make cookiekey N" { name: String = words::name }

    #[doc = "replaces a key of cookies; those of the replaced key remain valid until the next replacement"]
    Rotate ["rotate"] "rotate N" { name: String = words::name }

    #[doc = "defines a client configuration, see below"]
    Client ["client"] "client N key=value..." {
        name: String = words::name,
        options: Options = |words: &mut _| words::options(words, Of::Client),
    }

    #[doc = "defines a server configuration, see below"]
    Server ["server"] "server N key=value..." {
        name: String = words::name,
        options: Options = |words: &mut _| words::options(words, Of::Server),
    }

    #[doc = "creates two sessions and a memory transport between them; nothing is sent"]
    Open ["open"] "open CONN CLIENT SERVER key=value..." {
        connection: String = words::connection,
        client: String = words::name,
        server: String = words::name,
        options: Options = |words: &mut _| words::options(words, Of::Open),
    }

    #[doc = "calls `gnutls_session_set_id` with these bytes"]
    Set ["set"] "set E id=HEX" { endpoint: Endpoint = words::endpoint, id: Vec<u8> = words::id }

    #[doc = "makes one call of `gnutls_handshake` on that endpoint; skipped if no handshake is under way or due"]
    Step ["step"] "step E" { endpoint: Endpoint = words::endpoint }

    #[doc = "runs the handshake of the client until it blocks or ends, then that of the server, and so on until neither moves"]
    Handshake ["handshake"] "handshake CONN" { connection: String = words::connection }

    #[doc = "makes one call to send LEN bytes, byte `i` being `i mod 251`"]
    Send ["send"] "send E LEN" { endpoint: Endpoint = words::endpoint, len: usize = words::number }

    #[doc = "receives until the transport is empty, or the peer closed, or an error occurs; at most 64 calls of 16,384 bytes"]
    Recv ["recv"] "recv E" { endpoint: Endpoint = words::endpoint }

    #[doc = "sends early data of a client that has not begun: LEN bytes, as for `send`, with the first message"]
    Early ["early"] "early E LEN" { endpoint: Endpoint = words::endpoint, len: usize = words::number }

    #[doc = "reads early data until there is none (`n` 0)"]
    ReadEarly ["readearly"] "readearly E" { endpoint: Endpoint = words::endpoint }

    #[doc = "delivers the bytes that the client of CONN sent before it received anything to the server E once more; skipped for a client and for datagrams"]
    Replay ["replay"] "replay E CONN" {
        endpoint: Endpoint = words::endpoint,
        from: String = words::connection,
    }

    #[doc = "calls `gnutls_session_key_update`; with `peer` it also requests an update from the peer"]
    Rekey ["rekey"] "rekey E [peer]" {
        endpoint: Endpoint = words::endpoint,
        peer: bool = |words: &mut _| words::flag(words, "peer"),
    }

    #[doc = "starts a new handshake: a server sends its hello request, a client begins to handshake"]
    Rehandshake ["rehandshake"] "rehandshake E" { endpoint: Endpoint = words::endpoint }

    #[doc = "saves the client's session data under the name N (receiving a ticket is an explicit `recv` before)"]
    Save ["save"] "save E N" { endpoint: Endpoint = words::endpoint, name: String = words::name }

    #[doc = "XORs the byte at AT (decimal, modulo the length) of saved data with XOR (decimal, 1 to 255)"]
    Damage ["damage"] "damage N AT XOR" {
        name: String = words::name,
        at: usize = words::number,
        xor: u8 = words::number,
    }

    #[doc = "moves the virtual clock of both drivers, which nothing else moves"]
    Advance ["advance"] "advance SECONDS" { seconds: u32 = words::number }

    #[doc = "moves the virtual clock by milliseconds"]
    Wait ["wait"] "wait MILLISECONDS" { milliseconds: u32 = words::number }

    #[doc = "closes the sending direction (`gnutls_bye` with `GNUTLS_SHUT_WR`)"]
    Bye ["bye"] "bye E" { endpoint: Endpoint = words::endpoint }

    #[doc = "drops both sessions; the numbers are free again, nothing is observed"]
    Close ["close"] "close CONN" { connection: String = words::connection }

    #[doc = "does nothing except the observation that follows every verb"]
    Observe ["observe"] "observe E" { endpoint: Endpoint = words::endpoint }

    #[doc = "receives as `recv` does, by `gnutls_record_recv_packet`"]
    Packet ["packet"] "packet E" { endpoint: Endpoint = words::endpoint }

    #[doc = "writes buffers of these lengths at once, with the bytes of one `send`; the C driver sends them as one buffer"]
    Gather ["gather"] "gather E LEN..." { endpoint: Endpoint = words::endpoint, lengths: Vec<usize> = words::numbers }

    #[doc = "corks, sends these lengths, no more than 16,384 bytes in all, and uncorks"]
    Corked ["corked"] "corked E LEN..." { endpoint: Endpoint = words::endpoint, lengths: Vec<usize> = words::numbers }

    #[doc = "sends LEN bytes by `gnutls_record_send_range`"]
    Hide ["hide"] "hide E LEN LOW HIGH" {
        endpoint: Endpoint = words::endpoint,
        len: usize = words::number,
        low: usize = words::number,
        high: usize = words::number,
    }

    #[doc = "sends LEN bytes, or as many as fit, with padding by `gnutls_record_send2`"]
    Pad ["pad"] "pad E LEN PADDING" {
        endpoint: Endpoint = words::endpoint,
        len: usize = words::number,
        padding: usize = words::number,
    }

    #[doc = "calls `gnutls_record_set_max_size`, or `gnutls_record_set_max_recv_size`, before the handshake"]
    Limit ["limit"] "limit E SIZE [receive]" {
        endpoint: Endpoint = words::endpoint,
        size: usize = words::number,
        receive: bool = |words: &mut _| words::flag(words, "receive"),
    }

    #[doc = "calls `gnutls_alert_send`; a fatal alert ends the session"]
    Alert ["alert"] "alert E warning|fatal NUMBER" {
        endpoint: Endpoint = words::endpoint,
        fatal: bool = words::level,
        number: u8 = words::number,
    }

    #[doc = "ends the stream to E behind the bytes that are waiting, without close_notify unless that is among them; skipped for datagrams"]
    Cut ["cut"] "cut E" { endpoint: Endpoint = words::endpoint }

    #[doc = "examines the datagrams that wait for the server E, which has not begun, as a server without a session: each comes from 192.0.2.1 and PORT (default: 5000); a hello without a valid cookie of this key is answered with a cookie (`gnutls_dtls_cookie_send`), any other datagram is dropped, and the first hello with a valid one begins the session (`gnutls_dtls_cookie_verify`, `gnutls_dtls_prestate_set`)"]
    Greet ["greet"] "greet E KEY [PORT]" {
        endpoint: Endpoint = words::endpoint,
        key: String = words::name,
        port: u16 = |words: &mut _| words::optional(words, 5000),
    }

    #[doc = "replaces the datagrams, or messages of QUIC, that wait for E by those with these numbers, in this order: the first is 1, one that is not listed is lost, one that is listed twice is duplicated, `deliver E 0` loses all"]
    Deliver ["deliver"] "deliver E NUMBER..." { endpoint: Endpoint = words::endpoint, numbers: Vec<usize> = words::numbers }

    #[doc = "XORs the byte at AT, modulo the length, of the waiting datagram, or message of QUIC, with this number"]
    Corrupt ["corrupt"] "corrupt E NUMBER AT XOR" {
        endpoint: Endpoint = words::endpoint,
        number: usize = words::number,
        at: usize = words::number,
        xor: u8 = words::number,
    }

    #[doc = "cuts the waiting datagram with this number after LEN bytes, at least 1"]
    Truncate ["truncate"] "truncate E NUMBER LEN" {
        endpoint: Endpoint = words::endpoint,
        number: usize = words::number,
        len: usize = words::number,
    }

    #[doc = "stores a copy of the waiting datagram with this number under the name N"]
    Capture ["capture"] "capture E NUMBER N" {
        endpoint: Endpoint = words::endpoint,
        number: usize = words::number,
        name: String = words::name,
    }

    #[doc = "delivers a stored datagram to E, behind those that wait"]
    Inject ["inject"] "inject E N" { endpoint: Endpoint = words::endpoint, name: String = words::name }

    #[doc = "limits the datagrams that the transport of E sends: it fails with `EMSGSIZE` for a larger one; 0 is no limit"]
    Path ["path"] "path E SIZE" { endpoint: Endpoint = words::endpoint, size: usize = words::number }

    #[doc = "calls `gnutls_dtls_set_mtu`"]
    Mtu ["mtu"] "mtu E SIZE" { endpoint: Endpoint = words::endpoint, size: u16 = words::number }

    #[doc = "calls `gnutls_dtls_set_data_mtu`"]
    DataMtu ["datamtu"] "datamtu E SIZE" { endpoint: Endpoint = words::endpoint, size: u16 = words::number }

    #[doc = "lists the MTU (`gnutls_dtls_get_mtu`), and that of data (`gnutls_dtls_get_data_mtu`) if a handshake is over and none is under way"]
    Mtus ["mtus"] "mtus E" { endpoint: Endpoint = words::endpoint }

    #[doc = "calls `gnutls_dtls_set_timeouts` with this time of retransmission, and 60 seconds in total"]
    Timers ["timers"] "timers E MILLISECONDS" { endpoint: Endpoint = words::endpoint, milliseconds: u32 = words::number }

    #[doc = "lists the milliseconds until the next retransmission (`gnutls_dtls_get_timeout`), or 65536 if there is nothing to send again"]
    Timeout ["timeout"] "timeout E" { endpoint: Endpoint = words::endpoint }

    #[doc = "creates two sessions for QUIC and begins the handshake of the client, whose hello then waits for the server, see below"]
    Quic ["quic"] "quic CONN CLIENT SERVER key=value..." {
        connection: String = words::connection,
        client: String = words::name,
        server: String = words::name,
        options: Options = |words: &mut _| words::options(words, Of::Quic),
    }

    #[doc = "delivers the handshake messages that wait for E (`gnutls_handshake_write`): those of a level at once, or in pieces of SIZE bytes; `n` is the number of bytes, and a failure is followed by the alert and its level"]
    Crypto ["crypto"] "crypto E [SIZE]" {
        endpoint: Endpoint = words::endpoint,
        size: usize = |words: &mut _| words::optional(words, 0),
    }

    #[doc = "delivers as `crypto` does to the client and to the server, until no message waits for either"]
    Exchange ["exchange"] "exchange CONN [SIZE]" {
        connection: String = words::connection,
        size: usize = |words: &mut _| words::optional(words, 0),
    }

    #[doc = "changes the encryption level of the waiting message with this number: `initial`, `early`, `handshake` or `application`"]
    Level ["level"] "level E NUMBER LEVEL" {
        endpoint: Endpoint = words::endpoint,
        number: usize = words::number,
        level: u8 = words::encryption_level,
    }

    #[doc = "delivers these bytes to E at this level, behind the messages that wait"]
    Message ["message"] "message E LEVEL HEX" {
        endpoint: Endpoint = words::endpoint,
        level: u8 = words::encryption_level,
        bytes: Vec<u8> = words::bytes,
    }

    #[doc = "replaces the number of the extension with the transport parameters by 65337 in the messages that wait for E"]
    Strip ["strip"] "strip E" { endpoint: Endpoint = words::endpoint }

    #[doc = "lists for each level whether a side has the keys, whether both have the same, and whether they still do after a key update; those of early data are available until the handshake is over"]
    Secrets ["secrets"] "secrets CONN" { connection: String = words::connection }

    #[doc = "lists the transport parameters of the peer, and on a client that announces early data those of the resumed session; 65536 if there are none"]
    Parameters ["parameters"] "parameters E" { endpoint: Endpoint = words::endpoint }

    #[doc = "lists for each direction the lengths of the keys and the last 16 bits of the sequence number (`gnutls_record_get_state`), and whether the sender and the receiver have the same keys"]
    Keys ["keys"] "keys CONN" { connection: String = words::connection }

    #[doc = "increases the sequence number of the next record that is sent, or received, by N (`gnutls_record_set_state`)"]
    Renumber ["renumber"] "renumber E N [receive]" {
        endpoint: Endpoint = words::endpoint,
        by: u16 = words::number,
        receive: bool = |words: &mut _| words::flag(words, "receive"),
    }

    #[doc = "lists the number of discarded records (`gnutls_record_get_discarded`)"]
    Discarded ["discarded"] "discarded E" { endpoint: Endpoint = words::endpoint }

    #[doc = "calls `gnutls_transport_is_ktls_enabled`: 0, 1 (receives), 2 (sends) or 3"]
    Kernel ["kernel"] "kernel E" { endpoint: Endpoint = words::endpoint }

    #[doc = "lists the number of the last alert that was received, close_notify included, or 256"]
    Heard ["heard"] "heard E" { endpoint: Endpoint = words::endpoint }

    #[doc = "makes one call of `gnutls_reauth` on a server, which requests a certificate or continues to wait for it; `n` is whether one was received"]
    Authenticate ["authenticate"] "authenticate E" { endpoint: Endpoint = words::endpoint }

    #[doc = "calls `gnutls_session_ticket_send` for 1 to 31 tickets"]
    Tickets ["tickets"] "tickets E N" { endpoint: Endpoint = words::endpoint, count: u8 = words::tickets }

    #[doc = "exports 16 bytes by `gnutls_prf_early` on both sides, and lists whether both sides have the same"]
    EarlyExport ["earlyexport"] "earlyexport CONN" { connection: String = words::connection }

    #[doc = "lists the cipher and the hash of early data: `gnutls_early_cipher_get`, `gnutls_early_prf_hash_get`"]
    EarlyNames ["earlynames"] "earlynames E" { endpoint: Endpoint = words::endpoint }

    #[doc = "sends a heartbeat with LEN bytes, 1 to 16,365, by `gnutls_heartbeat_ping`, whose argument is 16 more"]
    Ping ["ping"] "ping E LEN" { endpoint: Endpoint = words::endpoint, len: usize = words::number }

    #[doc = "lists the maximum record sizes, the overhead of a record, and whether lengths can be hidden"]
    Sizes ["sizes"] "sizes E" { endpoint: Endpoint = words::endpoint }

    #[doc = "reads a priority string and lists what it enables; `SYSTEM` is the library's own, `SYSTEM:STRING` appends to it"]
    Priority ["priority"] "priority STRING" { text: String = words::text }

    #[doc = "lists what the library has: algorithms, cipher suites, lengths, codes with their alerts"]
    Algorithms ["algorithms"] "algorithms" {}
}

/// The verbs that have a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    Client,
    Server,
    /// Clients and servers.
    Both,
    Open,
    Quic,
}

impl Of {
    /// Returns whether a key of these verbs is a key of one of them.
    pub fn is(self, verb: Self) -> bool {
        self == verb || self == Self::Both && [Self::Client, Self::Server].contains(&verb)
    }
}

/// A row of the table of keys.
pub struct Key {
    pub of: Of,
    pub name: &'static str,
    pub value: &'static str,
    pub meaning: &'static str,
}

/// Declares the keys: their verbs, their name, their value, their meaning.
macro_rules! keys {
    ($($of:ident $name:literal = $value:literal: $meaning:literal;)*) => {
        /// The keys in the order of the documentation. A key that has another meaning for clients than for servers is
        /// there twice.
        pub const KEYS: &[Key] = &[
            $( Key { of: Of::$of, name: $name, value: $value, meaning: $meaning }, )*
        ];
    };
}

keys! {
    Both "priority" = "STRING": "the priority string (default: `NORMAL`)";
    Both "defaults" = "1": "the library's own default priorities instead of a string";
    Client "trust" = "ca|other|none": "the trust anchors (default: `ca`)";
    Server "trust" = "ca|other": "the trust anchors for client certificates (default: `ca`)";
    Client "verify" = "0|chain": "accepts any certificate, or verifies only the chain and not the name of a server if `name` is `none`";
    Client "identity" = "LIST": "certificates with their keys (default: none)";
    Server "identity" = "LIST": "certificates with their keys (default: `server`); `none`, with `psk`, `srp` or `anonymous`, is no certificate";
    Both "choose" = "1": "a callback chooses the identity: on a server the second for a client that requests a name and the first for any other, on a client the first if the server names its authorities and otherwise none";
    Both "crl" = "1": "the certificate revocation list of `ca`";
    Both "limit" = "N": "the maximum number of certificates in a chain";
    Both "profile" = "medium|high|ultra": "the verification profile";
    Both "purpose" = "OID": "the required key purpose";
    Both "judge" = "refuse|accept": "a verify function of the program, called after the verification by the library: it adds `GNUTLS_CERT_MISMATCH`, or accepts any result";
    Server "ocsp" = "good|revoked|expired": "the stapled response, which is for `must-staple`";
    Server "authorities" = "0": "does not name the authorities in a certificate request";
    Server "client_auth" = "none|request|require|later": "the client certificate (default: `none`); with `later` only `authenticate` requests one";
    Client "post_auth" = "1": "offers post-handshake authentication";
    Both "raw" = "LIST": "trusts the raw public keys (RFC 7250) of these fixtures; `any` negotiates raw public keys and trusts none";
    Both "alpn" = "NAME,...": "application protocols";
    Client "false_start" = "1": "enables false start";
    Both "renegotiation" = "1": "permits renegotiation";
    Client "tickets" = "0": "no session tickets";
    Server "tickets" = "KEY": "session tickets with this key";
    Server "auto_tickets" = "0": "sends no TLS 1.3 ticket except by the verb `tickets`";
    Server "cache" = "CACHE": "the session cache";
    Server "lifetime" = "SECONDS": "the lifetime of sessions that can be resumed";
    Client "store" = "1": "stores its sessions and resumes them automatically, unless `open` has `resume`";
    Server "early" = "SIZE": "accepts early data; only together with `replay` and `tickets`";
    Server "replay" = "STORE": "the store against replays of early data";
    Server "hello" = "NAME:SERVER,...": "for a client that requests this name, another configuration, defined before, replaces this one before any part of the hello is processed; `refuse` for SERVER ends the handshake with `unrecognized_name`";
    Both "psk" = "IDENTITY:BYTE,...": "pre-shared keys, each 32 times its byte; a client uses the first";
    Client "psk_callback" = "1": "a callback chooses the key whose identity is the hint, else the first";
    Server "hint" = "TEXT": "the identity hint";
    Both "import" = "CONTEXT": "imports the keys of `psk` into TLS 1.3 with SHA-256 and this context (RFC 9258)";
    Both "srp" = "NAME:PASSWORD,...": "SRP users; a client uses the first, and every verifier has the same salt of 16 bytes";
    Client "srp_callback" = "1": "a callback returns the name and the password";
    Server "srp_bits" = "2048|3072|4096": "the SRP group (default: 2048)";
    Server "srp_seed" = "TEXT": "the seed of the salts for unknown users";
    Both "anonymous" = "1": "an anonymous key exchange";
    Both "compress" = "zlib,brotli,zstd": "the compression methods for certificates";
    Both "srtp" = "PROFILE,...": "SRTP profiles by GnuTLS's names, for datagrams";
    Both "mki" = "HEX": "the SRTP master key identifier, for datagrams";
    Both "heartbeat" = "answer|send": "enables heartbeats, or only sending them";
    Both "extension" = "LEN|none": "an extension of the driver with the number 65300 and the bytes of a `send` of LEN; with `none` it is only received";
    Both "when_resumed" = "1": "processes that extension in resumed handshakes too";
    Both "supplemental" = "LEN": "supplemental data of the format 65301 if both sides agree on that extension: as many bytes, or none with 0; the peer must send some";
    Both "refuse" = "send|receive|send-data|receive-data": "the callback for the extension or for the data fails with `illegal_parameter`";
    Open "name" = "HOST": "the name of the server (default: `localhost`), which the client also sends in lower case (SNI); an address such as `127.0.0.1` is verified as an address and not sent; `none` is for `verify=0` and `verify=chain`";
    Open "resume" = "SAVED": "resumes saved session data";
    Open "datagram" = "1": "DTLS";
    Open "chunk" = "N": "the transport moves at most N bytes per call and blocks after each call; 1 is the hardest case";
    Open "mtu" = "N": "the maximum size of a datagram";
    Open "lose" = "PERCENT": "the network loses this part of all datagrams, chosen by `seed`";
    Open "repeat" = "PERCENT": "the network delivers this part of all datagrams twice";
    Open "swap" = "PERCENT": "the network delivers this part of all datagrams before the last one that waits";
    Open "spoil" = "PERCENT": "the network changes the last byte of this part of all encrypted datagrams";
    Open "seed" = "N": "the seed of the network (default: 1)";
    Open "descriptor" = "1": "GnuTLS itself uses a non-blocking socket on each side, whose send buffer holds a few kilobytes; before and after each call and after each verb the drivers move the bytes from one socket to the other; not for datagrams";
    Quic "name" = "HOST": "as of `open`";
    Quic "resume" = "SAVED": "resumes saved session data; a client announces early data if the data was saved with its configuration, and the ticket permits early data";
    Quic "parameters" = "LEN": "the length of the transport parameters of the client (default: 20), with the bytes of a `send`; those of the server have one byte more";
}

/// Declares the features: a variant, a name, and how a driver probes it.
macro_rules! features {
    ($($variant:ident $name:literal: $probe:literal;)*) => {
        /// A feature that a scenario can require.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Feature {
            $( #[doc = $probe] $variant, )*
        }

        impl Feature {
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            pub fn name(self) -> &'static str {
                match self {
                    $( Self::$variant => $name, )*
                }
            }

            /// How a driver probes it.
            pub fn probe(self) -> &'static str {
                match self {
                    $( Self::$variant => $probe, )*
                }
            }
        }
    };
}

features! {
    Tls13 "tls13": "the priority string `NORMAL:-VERS-ALL:+VERS-TLS1.3` is accepted, and the library is not 3.6.3 (a draft)";
    CompatOff "compat-off": "`NORMAL:%DISABLE_TLS13_COMPAT_MODE` is accepted";
    Psk "psk": "identities of pre-shared keys are byte strings: the driver was built with the functions of 3.6.13";
    Srp "srp": "`NORMAL:+SRP` is accepted: the library was built with SRP, which is not its default since 3.8.0";
    EarlyData "early-data": "the driver was built with the functions of 3.6.5, and the library is 3.7.2 or newer: older servers fail or crash when early data comes with an unknown ticket";
    Choose "choose": "the library was 3.6.3 or newer when the driver was built: there is `gnutls_certificate_set_retrieve_function3`";
    PostAuth "post-auth": "the driver was built with the functions of 3.6.3, and there is `tls13`";
    QuietTickets "quiet-tickets": "the driver was built for 3.6.14: servers can be configured to send no tickets automatically";
    EarlyExport "early-export": "the driver was built with the functions of 3.6.8";
    EarlyNames "early-names": "the driver was built with the functions of 3.7.2";
    PskImport "psk-import": "the driver was built with the functions of 3.8.1";
    RawPublicKeys "raw-public-keys": "the driver was built with the functions of 3.6.6";
    Extensions "extensions": "the driver was built with the functions of 3.6.3: the callback of an extension receives its message";
    Zlib "zlib": "a session accepts the method for certificates; distributions differ, and Debian has none";
    Brotli "brotli": "as `zlib`";
    Zstd "zstd": "as `zlib`";
    SrtpGcm "srtp-gcm": "the library has a name for the profile 7 of SRTP";
    Quic "quic": "the driver was built with the functions of 3.7.2";
    Heartbeat "heartbeat": "the library has a name for the extension 15";
    Token "token": "the driver has the option `--token`, and the library was built with PKCS #11; a failure to load the module ends the driver";
}

impl FromStr for Feature {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let mut all = Self::ALL.iter().copied();
        all.find(|feature| feature.name() == word)
            .ok_or_else(|| format!("there is no feature {word:?}"))
    }
}
