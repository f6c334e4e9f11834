//! The protection of packets, with the vectors of RFC 9001, appendix A, and RFC 9369, appendix A.

use gnutls::quic::{Keys, Version, retry_integrity_tag};
use gnutls::{ErrorCode, ErrorKind, Side};
use gnutls_testing::requirement;
use gnutls_testing::skip_unless;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<_> = hex.chars().filter(|c| !c.is_whitespace()).collect();
    let pairs = digits.chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap())
        .collect()
}

const DESTINATION: &str = "8394c8f03e515708";

/// The frames of the server's first packet (appendix A.3 of both RFCs), and its number.
const SERVER_PAYLOAD: &str = "02000000000600405a020000560303ee fce7f7b37ba1d1632e96677825ddf739
    88cfc79825df566dc5430b9a045a1200 130100002e00330024001d00209d3c94 0d89690b84d08a60993c144eca684d10
    81287c834d5311bcf32bb9da1a002b00 020304";

/// Encrypts a packet with its header, whose last bytes are the packet number.
fn protect(keys: &mut Keys, number: u64, header: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut buffer = payload.to_vec();
    let key = &mut keys.local.packet;
    buffer.resize(payload.len() + key.tag_len(), 0);
    key.seal(number, header, &mut buffer).unwrap();
    let length = usize::from(header[0] & 3) + 1;
    let mut header = header.to_vec();
    let sample = &buffer[4 - length..][..keys.local.header.sample_len()];
    let (first, rest) = header.split_first_mut().unwrap();
    let place = rest.len() - length;
    keys.local
        .header
        .encrypt_in_place(sample, first, &mut rest[place..])
        .unwrap();
    [header, buffer].concat()
}

/// Decrypts a packet, whose packet number begins at `place`.
fn unprotect(keys: &mut Keys, number: u64, place: usize, packet: &[u8]) -> Option<Vec<u8>> {
    let mut packet = packet.to_vec();
    let (first, rest) = packet.split_first_mut().unwrap();
    let (head, tail) = rest.split_at_mut(place + 3);
    let sample = &tail[..keys.remote.header.sample_len()];
    keys.remote
        .header
        .decrypt_in_place(sample, first, &mut head[place - 1..])
        .unwrap();
    let length = usize::from(packet[0] & 3) + 1;
    let (header, payload) = packet.split_at_mut(place + length);
    let plain = keys
        .remote
        .packet
        .decrypt_in_place(number, header, payload)
        .ok()?;
    Some(plain.to_vec())
}

#[test]
fn initial_packets_are_those_of_the_vectors() {
    skip_unless!(requirement::HKDF);
    for (version, header, packet) in [
        (
            Version::V1,
            "c1000000010008f067a5502a4262b50040750001",
            "cf000000010008f067a5502a4262b500 4075c0d95a482cd0991cd25b0aac406a
             5816b6394100f37a1c69797554780bb3 8cc5a99f5ede4cf73c3ec2493a1839b3
             dbcba3f6ea46c5b7684df3548e7ddeb9 c3bf9c73cc3f3bded74b562bfb19fb84
             022f8ef4cdd93795d77d06edbb7aaf2f 58891850abbdca3d20398c276456cbc4
             2158407dd074ee",
        ),
        (
            Version::V2,
            "d16b3343cf0008f067a5502a4262b50040750001",
            "dc6b3343cf0008f067a5502a4262b500 4075d92faaf16f05d8a4398c47089698
             baeea26b91eb761d9b89237bbf872630 17915358230035f7fd3945d88965cf17
             f9af6e16886c61bfc703106fbaf3cb4c fa52382dd16a393e42757507698075b2
             c984c707f0a0812d8cd5a6881eaf21ce da98f4bd23f6fe1a3e2c43edd9ce7ca8
             4bed8521e2e140",
        ),
    ] {
        let (header, packet) = (bytes(header), bytes(packet));
        let mut server = Keys::initial(version, Side::Server, &bytes(DESTINATION)).unwrap();
        let sealed = protect(&mut server, 1, &header, &bytes(SERVER_PAYLOAD));
        assert_eq!(sealed, packet, "{version:?}");

        let mut client = Keys::initial(version, Side::Client, &bytes(DESTINATION)).unwrap();
        let opened = unprotect(&mut client, 1, header.len() - 2, &packet);
        assert_eq!(opened, Some(bytes(SERVER_PAYLOAD)), "{version:?}");
    }
}

#[test]
fn a_packet_that_was_changed_is_refused() {
    skip_unless!(requirement::HKDF);
    let keys = |side| Keys::initial(Version::V1, side, b"identifier").unwrap();
    let header = bytes("c1000000010008f067a5502a4262b50040750001");
    let packet = protect(&mut keys(Side::Client), 1, &header, b"0123456789 payload");
    let mut server = keys(Side::Server);
    let place = header.len() - 2;
    assert!(unprotect(&mut server, 1, place, &packet).is_some());
    for at in [1, place - 1, header.len(), packet.len() - 1] {
        let mut changed = packet.clone();
        changed[at] ^= 1;
        assert_eq!(unprotect(&mut server, 1, place, &changed), None, "{at}");
    }
    assert_eq!(unprotect(&mut server, 2, place, &packet), None);
    let mut other = Keys::initial(Version::V2, Side::Server, b"identifier").unwrap();
    assert_eq!(unprotect(&mut other, 1, place, &packet), None);

    // No decrypted data remains in the buffer.
    let mut payload = vec![7; 40];
    let error = server.remote.packet.decrypt_in_place(1, b"", &mut payload);
    let error = error.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::DECRYPTION_FAILED));
    assert_eq!(payload, [0; 40]);
    let mut short = [0; 15];
    let error = server.remote.packet.decrypt_in_place(1, b"", &mut short);
    let error = error.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::DECRYPTION_FAILED));
}

#[test]
fn wrong_lengths_are_refused_and_change_nothing() {
    skip_unless!(requirement::HKDF);
    let mut keys = Keys::initial(Version::V1, Side::Client, b"").unwrap();
    let key = &mut keys.local.header;
    for length in [0, 15, 17] {
        let sample = vec![1; length];
        let (mut first, mut number) = (0x40, [9; 4]);
        let error = key.decrypt_in_place(&sample, &mut first, &mut number);
        assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidInput);
        let error = key.encrypt_in_place(&sample, &mut first, &mut number[..1]);
        assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidInput);
        assert_eq!((first, number), (0x40, [9; 4]));
    }
    for length in [0, 1] {
        let (mut first, mut number) = (0x41, vec![9; length]);
        let error = key.encrypt_in_place(&[1; 16], &mut first, &mut number);
        assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidInput);
        assert_eq!((first, number), (0x41, vec![9; length]));
    }
    let (mut first, mut number) = (0x40, []);
    let error = key.decrypt_in_place(&[1; 16], &mut first, &mut number);
    assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(first, 0x40);
    let error = keys.local.packet.seal(0, b"", &mut [0; 15]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn only_the_permitted_bits_of_the_first_byte_are_protected() {
    skip_unless!(requirement::HKDF);
    let mut keys = Keys::initial(Version::V1, Side::Client, b"").unwrap();
    let (mut long, mut short) = (0, 0);
    for sample in 0..=255 {
        for (header, changed) in [(0xc0, &mut long), (0x40, &mut short)] {
            let mut first = header;
            let key = &mut keys.local.header;
            key.encrypt_in_place(&[sample; 16], &mut first, &mut [0])
                .unwrap();
            *changed |= first ^ header;
        }
    }
    assert_eq!((long, short), (0x0f, 0x1f));
}

#[test]
fn retry_tags_are_those_of_the_vectors() {
    for (version, packet) in [
        (
            Version::V1,
            "ff000000010008f067a5502a4262b574 6f6b656e04a265ba2eff4d829058fb3f 0f2496ba",
        ),
        (
            Version::V2,
            "cf6b3343cf0008f067a5502a4262b574 6f6b656ec8646ce8bfe33952d9555436 65dcc7b6",
        ),
    ] {
        let packet = bytes(packet);
        let (packet, tag) = packet.split_last_chunk::<16>().unwrap();
        let computed = retry_integrity_tag(version, &bytes(DESTINATION), packet).unwrap();
        assert_eq!(computed, *tag, "{version:?}");
        assert_ne!(
            retry_integrity_tag(version, b"other", packet).unwrap(),
            *tag
        );
        assert_ne!(
            retry_integrity_tag(version, &bytes(DESTINATION), &packet[1..]).unwrap(),
            *tag
        );
    }
    let error = retry_integrity_tag(Version::V1, &[0; 256], b"").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn limits_depend_on_the_cipher() {
    skip_unless!(requirement::HKDF);
    let keys = Keys::initial(Version::V1, Side::Client, b"").unwrap();
    let key = &keys.local.packet;
    assert_eq!(key.confidentiality_limit(), 1 << 23);
    assert_eq!(key.integrity_limit(), 1 << 52);
    assert_eq!(key.tag_len(), 16);
}

#[test]
fn keys_are_not_printed() {
    skip_unless!(requirement::HKDF);
    let keys = Keys::initial(Version::V1, Side::Client, b"").unwrap();
    let text = format!("{keys:?}");
    assert!(text.contains("AES-128-GCM"), "{text}");
    assert!(!text.contains('['), "{text}");
}
