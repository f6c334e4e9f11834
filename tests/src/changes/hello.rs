//! Compares two hellos field by field, with the names of TLS for numbers.

use std::collections::{BTreeMap, BTreeSet};

/// The fields of a hello by name; an extension's name is `extension NUMBER`.
pub type Fields = BTreeMap<String, String>;

/// Describes the fields that differ.
pub fn changes(was: &Fields, is: &Fields) -> Vec<String> {
    let mut shown = Vec::new();
    let names: BTreeSet<_> = was.keys().chain(is.keys()).collect();
    for name in names {
        let called = field(name);
        match (was.get(name), is.get(name)) {
            (was, is) if was == is => {}
            (None, Some(_)) => shown.push(format!("adds {called}")),
            (Some(_), None) => shown.push(format!("drops {called}")),
            (Some(was), Some(is)) => shown.push(format!("{called} {}", other(name, was, is))),
            (None, None) => {}
        }
    }
    shown
}

fn field(name: &str) -> String {
    let number = name.strip_prefix("extension ");
    match number.and_then(|number| number.parse().ok()) {
        Some(number) => named(EXTENSIONS, number).map_or_else(|| name.to_owned(), str::to_owned),
        None => name.to_owned(),
    }
}

/// Describes the added and dropped parts of a field, or the change of its length.
fn other(name: &str, was: &str, is: &str) -> String {
    if let (Some(was), Some(is)) = (numbers(name, was), numbers(name, is)) {
        let names = |numbers: &[u16], without: &[u16]| {
            let list = numbers.iter().filter(|number| !without.contains(number));
            list.map(
                |number| match table(name).and_then(|table| named(table, *number)) {
                    Some(name) => name.to_owned(),
                    None => format!("{number:04x}"),
                },
            )
            .collect::<Vec<_>>()
        };
        let (more, less) = (names(&is, &was), names(&was, &is));
        let mut parts = Vec::new();
        if !more.is_empty() {
            parts.push(format!("adds {}", more.join(", ")));
        }
        if !less.is_empty() {
            parts.push(format!("drops {}", less.join(", ")));
        }
        if parts.is_empty() {
            parts.push("come in another order".into());
        }
        return parts.join(", ");
    }
    match (part(was, "length"), part(is, "length")) {
        (Some(was), Some(is)) if was != is => format!("{was} -> {is} bytes"),
        _ if name.starts_with("extension ") => "has other contents".into(),
        _ => format!("{was} -> {is}"),
    }
}

fn part<'a>(value: &'a str, key: &str) -> Option<&'a str> {
    let mut words = value.split(' ').filter_map(|word| word.split_once('='));
    words.find(|(name, _)| *name == key).map(|(_, value)| value)
}

/// Returns the numbers of a field that is a list of numbers.
fn numbers(name: &str, value: &str) -> Option<Vec<u16>> {
    let hex = |text: &str| u16::from_str_radix(text, 16).ok();
    match name {
        "cipher_suites" => value.split(' ').map(hex).collect(),
        "extension 51" => part(value, "groups")?.split(',').map(hex).collect(),
        "extension 10" | "extension 13" | "extension 43" | "extension 50" => {
            let data = part(value, "data")?;
            // The length has one byte or two.
            let list = data.get(if data.len() % 4 == 0 { 4 } else { 2 }..)?;
            // The choice of a server is not a list.
            let at = (!list.is_empty()).then(|| (0..list.len()).step_by(4))?;
            at.map(|at| hex(list.get(at..at + 4)?)).collect()
        }
        _ => None,
    }
}

type Names = &'static [(u16, &'static str)];

fn table(name: &str) -> Option<Names> {
    match name {
        "extension 10" | "extension 51" => Some(GROUPS),
        "extension 13" | "extension 50" => Some(SIGNATURES),
        "extension 43" => Some(VERSIONS),
        _ => None,
    }
}

fn named(table: Names, number: u16) -> Option<&'static str> {
    table
        .iter()
        .find(|(known, _)| *known == number)
        .map(|(_, name)| *name)
}

/// The registry of extensions, as far as GnuTLS uses it.
const EXTENSIONS: Names = &[
    (0, "server_name"),
    (1, "max_fragment_length"),
    (5, "status_request"),
    (10, "supported_groups"),
    (11, "ec_point_formats"),
    (12, "srp"),
    (13, "signature_algorithms"),
    (14, "use_srtp"),
    (15, "heartbeat"),
    (16, "application_layer_protocol_negotiation"),
    (19, "client_certificate_type"),
    (20, "server_certificate_type"),
    (21, "padding"),
    (22, "encrypt_then_mac"),
    (23, "extended_master_secret"),
    (27, "compress_certificate"),
    (28, "record_size_limit"),
    (35, "session_ticket"),
    (41, "pre_shared_key"),
    (42, "early_data"),
    (43, "supported_versions"),
    (44, "cookie"),
    (45, "psk_key_exchange_modes"),
    (49, "post_handshake_auth"),
    (50, "signature_algorithms_cert"),
    (51, "key_share"),
    (65281, "renegotiation_info"),
];

const GROUPS: Names = &[
    (0x0015, "secp224r1"),
    (0x0017, "secp256r1"),
    (0x0018, "secp384r1"),
    (0x0019, "secp521r1"),
    (0x001d, "x25519"),
    (0x001e, "x448"),
    (0x0022, "GC256A"),
    (0x0100, "ffdhe2048"),
    (0x0101, "ffdhe3072"),
    (0x0102, "ffdhe4096"),
    (0x0103, "ffdhe6144"),
    (0x0104, "ffdhe8192"),
    (0x0201, "MLKEM768"),
    (0x0202, "MLKEM1024"),
    (0x11eb, "SecP256r1MLKEM768"),
    (0x11ec, "X25519MLKEM768"),
    (0x11ed, "SecP384r1MLKEM1024"),
];

const SIGNATURES: Names = &[
    (0x0201, "rsa_pkcs1_sha1"),
    (0x0203, "ecdsa_sha1"),
    (0x0401, "rsa_pkcs1_sha256"),
    (0x0403, "ecdsa_secp256r1_sha256"),
    (0x0501, "rsa_pkcs1_sha384"),
    (0x0503, "ecdsa_secp384r1_sha384"),
    (0x0601, "rsa_pkcs1_sha512"),
    (0x0603, "ecdsa_secp521r1_sha512"),
    (0x0804, "rsa_pss_rsae_sha256"),
    (0x0805, "rsa_pss_rsae_sha384"),
    (0x0806, "rsa_pss_rsae_sha512"),
    (0x0807, "ed25519"),
    (0x0808, "ed448"),
    (0x0809, "rsa_pss_pss_sha256"),
    (0x080a, "rsa_pss_pss_sha384"),
    (0x080b, "rsa_pss_pss_sha512"),
    (0x0904, "mldsa44"),
    (0x0905, "mldsa65"),
    (0x0906, "mldsa87"),
];

const VERSIONS: Names = &[
    (0x0301, "TLS 1.0"),
    (0x0302, "TLS 1.1"),
    (0x0303, "TLS 1.2"),
    (0x0304, "TLS 1.3"),
    (0xfefd, "DTLS 1.2"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str, was: &str, is: &str) -> Vec<String> {
        let fields = |value: &str| Fields::from([(name.to_owned(), value.to_owned())]);
        changes(&fields(was), &fields(is))
    }

    #[test]
    fn lists_show_additions_and_removals() {
        assert_eq!(
            shown(
                "extension 43",
                "length=5 data=0403040303",
                "length=3 data=020304"
            ),
            ["supported_versions drops TLS 1.2"]
        );
        assert_eq!(
            shown("extension 51", "groups=0017", "groups=11ec,0017"),
            ["key_share adds X25519MLKEM768"]
        );
        assert_eq!(
            shown("cipher_suites", "1302 1301", "1301 1302"),
            ["cipher_suites come in another order"]
        );
    }

    #[test]
    fn other_fields_show_their_length_or_that_they_differ() {
        assert_eq!(
            shown("extension 21", "length=9", "length=7"),
            ["padding 9 -> 7 bytes"]
        );
        assert_eq!(
            shown("extension 28", "length=2 data=4001", "length=2 data=4000"),
            ["record_size_limit has other contents"]
        );
        assert_eq!(
            shown("hello_version", "0303", "0301"),
            ["hello_version 0303 -> 0301"]
        );
        let none = Fields::new();
        let some = Fields::from([("extension 49".to_owned(), "length=0".to_owned())]);
        assert_eq!(changes(&none, &some), ["adds post_handshake_auth"]);
        assert_eq!(changes(&some, &none), ["drops post_handshake_auth"]);
    }
}
