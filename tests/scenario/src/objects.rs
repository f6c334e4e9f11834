//! The table of the verbs about objects: certificates, keys, ciphers and the other things outside of a session.
//!
//! Every argument is `key=value`. The keys of a verb are those of its usage; those in brackets are optional.

use crate::language::Row;
use crate::words::{Options, Words};

/// The verbs in the order of the documentation.
pub const OBJECTS: &[Row] = &[
    Row {
        usage: "bytes as=N from=BYTES [cut=LEN] [at=OFFSET] [xor=BYTE]",
        meaning: "names bytes: those of `from`, of which only the first LEN remain, and of which the byte at OFFSET is XORed with a decimal number (default: 1)",
    },
    Row {
        usage: "pem from=BYTES [label=TEXT] [decode=1] [random=1] [as=N]",
        meaning: "encodes data as PEM with this label, or decodes the first data with this label, or with any; the result is not listed with `random`",
    },
    Row {
        usage: "hash algorithm=NAME data=BYTES [as=N]",
        meaning: "computes a digest, in one call and in two updates",
    },
    Row {
        usage: "mac algorithm=NAME key=BYTES data=BYTES [nonce=BYTES]",
        meaning: "computes a message authentication code, in one update and in two",
    },
    Row {
        usage: "aead cipher=NAME key=BYTES nonce=BYTES data=BYTES [associated=BYTES] [open=1] [as=N]",
        meaning: "seals data, or opens sealed data",
    },
    Row {
        usage: "cipher cipher=NAME key=BYTES iv=BYTES data=BYTES [decrypt=1] [as=N]",
        meaning: "encrypts or decrypts data with a cipher that does not authenticate",
    },
    Row {
        usage: "hkdf mac=NAME key=BYTES salt=BYTES info=BYTES size=LEN",
        meaning: "extracts a key, and expands it to LEN bytes (RFC 5869)",
    },
    Row {
        usage: "pbkdf2 mac=NAME password=BYTES salt=BYTES iterations=COUNT size=LEN",
        meaning: "derives LEN bytes from a password (RFC 8018)",
    },
    Row {
        usage: "certificate from=BYTES|URL [format=der|unchecked] [pins=PIN,...]",
        meaning: "imports a certificate from PEM, from DER, or from DER without the checks of its contents, and lists its fields, extensions, digests and descriptions",
    },
    Row {
        usage: "timestamps from=BYTES",
        meaning: "imports a certificate from DER, and lists its signed certificate timestamps, of which those of unknown versions are skipped",
    },
    Row {
        usage: "certificates from=BYTES|URL [pins=PIN,...]",
        meaning: "imports a list of certificates from PEM, or a certificate on a token and its issuers there",
    },
    Row {
        usage: "name text=TEXT",
        meaning: "encodes a distinguished name from its text (RFC 4514), and lists its attributes",
    },
    Row {
        usage: "matches certificate=BYTES [name=HOST] [address=IP] [email=TEXT] [purpose=OID] [issuer=BYTES] [flags=FLAG,...]",
        meaning: "compares a certificate with names, a purpose and its issuer, and verifies it with the issuer",
    },
    Row {
        usage: "verify chain=BYTES [trust=BYTES|URL] [crls=BYTES] [unverified=1] [distrust=BYTES] [pinned=BYTES] [pinned_name=HOST] [name=HOST] [address=IP] [email=TEXT] [purpose=OID] [at=SECONDS] [flags=FLAG,...] [profile=NAME]",
        meaning: "verifies a chain with a trust list: authorities, revocation lists (without verification of their own with `unverified`), distrusted certificates, a certificate that is trusted for one name, and the conditions; the flags have the names of `GNUTLS_VERIFY_`, the profile that of `GNUTLS_PROFILE_`",
    },
    Row {
        usage: "key from=BYTES|URL [format=der] [password=TEXT] [pins=PIN,...]",
        meaning: "imports a private key, and lists its parameters and encodings; the key is also created from its parameters",
    },
    Row {
        usage: "public from=BYTES|URL [format=der|certificate|private] [pins=PIN,...]",
        meaning: "imports a public key, also from a certificate or from a private key, and lists its parameters, encodings and descriptions",
    },
    Row {
        usage: "spki from=BYTES [format=public|certificate]",
        meaning: "imports a private key, a public key or a certificate, and lists the parameters that restrict the use of its RSA key",
    },
    Row {
        usage: "restrict from=BYTES digest=NAME [salt=LEN] [label=BYTES] [public=1] [as=N]",
        meaning: "restricts a private or public RSA key to RSA-PSS, or with `label` to RSA-OAEP, and exports it in PEM",
    },
    Row {
        usage: "sign key=BYTES|URL algorithm=NAME data=BYTES [hash=1] [random=1] [reproducible=1] [pins=PIN,...] [as=N]",
        meaning: "signs data, or a digest, and verifies the signature, which is not listed with `random`",
    },
    Row {
        usage: "check key=BYTES|URL algorithm=NAME data=BYTES signature=BYTES [hash=1] [flags=FLAG,...] [pins=PIN,...]",
        meaning: "verifies a signature of data, or of a digest, with a public key",
    },
    Row {
        usage: "encrypt key=BYTES|URL data=BYTES [pins=PIN,...] [as=N]",
        meaning: "encrypts data with a public key",
    },
    Row {
        usage: "decrypt key=BYTES|URL data=BYTES [pins=PIN,...]",
        meaning: "decrypts data with a private key",
    },
    Row {
        usage: "derive key=BYTES peer=BYTES",
        meaning: "derives a shared secret from a private and a public key",
    },
    Row {
        usage: "protect key=BYTES|URL scheme=NAME [password=TEXT] [format=der] [pins=PIN,...] [as=N]",
        meaning: "exports a private key in PKCS #8, encrypted in PEM or DER, with a scheme of `GNUTLS_PKCS_`; without a password, the key is not encrypted",
    },
    Row {
        usage: "pkcs8 from=BYTES [format=der] [random=1]",
        meaning: "lists the encryption of a private key; with `random`, only the scheme",
    },
    Row {
        usage: "rs from=BYTES",
        meaning: "decodes an ECDSA signature into its two numbers, and encodes them again",
    },
    Row {
        usage: "digestinfo algorithm=NAME data=BYTES",
        meaning: "encodes a digest as a DigestInfo, and decodes it",
    },
    Row {
        usage: "request from=BYTES [format=der] [flags=FLAG,...]",
        meaning: "imports a certificate request, verifies its signature, and lists its fields, extensions and attributes",
    },
    Row {
        usage: "crl from=BYTES [format=der] [issuer=BYTES] [flags=FLAG,...]",
        meaning: "imports a revocation list, and lists its fields, extensions and certificates; it is verified with an issuer",
    },
    Row {
        usage: "ocsprequest [from=BYTES] [certificate=BYTES] [issuer=BYTES] [digest=NAME] [nonce=BYTES] [as=N]",
        meaning: "imports an OCSP request from DER, or creates one for a certificate of an issuer, and lists its contents",
    },
    Row {
        usage: "ocspresponse from=BYTES [certificate=BYTES] [issuer=BYTES] [trust=BYTES] [flags=FLAG,...]",
        meaning: "imports an OCSP response from DER, and lists its contents and whether it is about a certificate; it is verified directly with an issuer, and with an authority",
    },
    Row {
        usage: "issue key=BYTES subject=TEXT serial=BYTES from=SECONDS until=SECONDS [issuer=BYTES] [issuer_key=BYTES] [names=NAME,...] [ca=LEN|no] [usage=BITS] [purposes=OID,...] [features=NUMBER,...] [points=URI,...] [ocsp=URI,...] [permitted=NAME,...] [excluded=NAME,...] [policies=OID,...] [inhibit=COUNT] [extension=OID,BYTES] [key_ids=1] [digest=NAME] [pss=1] [reproducible=1] [random=1] [as=N]",
        meaning: "creates a certificate in DER, signed by its own key or by an issuer, which is not listed with `random`; a name is `dns:HOST`, `email:ADDRESS`, `uri:URI` or `ip:ADDRESS`, and the length -1 of `ca` is no limit",
    },
    Row {
        usage: "apply key=BYTES subject=TEXT [names=NAME,...] [ca=LEN|no] [usage=BITS] [purposes=OID,...] [features=NUMBER,...] [password=TEXT] [digest=NAME] [reproducible=1] [random=1] [as=N]",
        meaning: "creates a certificate request in DER",
    },
    Row {
        usage: "revoke issuer=BYTES key=BYTES at=SECONDS [next=SECONDS] [number=BYTES] [serials=BYTES,...] [key_ids=1] [digest=NAME] [random=1] [as=N]",
        meaning: "creates a revocation list in DER",
    },
    Row {
        usage: "pkcs7 from=BYTES [format=der] [signer=BYTES] [data=BYTES] [flags=FLAG,...]",
        meaning: "imports PKCS #7, and lists its contents and signatures, which are verified with a certificate, and with detached data",
    },
    Row {
        usage: "signdata signer=BYTES key=BYTES data=BYTES digest=NAME [other_signer=BYTES] [other_key=BYTES] [signed=OID,BYTES,...] [unsigned=OID,BYTES,...] [time=1] [detached=1] [omit=1] [random=1] [as=N]",
        meaning: "signs data in PKCS #7, in DER, without the data with `detached`, and without the certificate with `omit`; with the attributes `signed` and `unsigned`, with the time, and with a second signer",
    },
    Row {
        usage: "bundle [certificates=BYTES,...] [crls=BYTES,...] [as=N]",
        meaning: "creates PKCS #7 with certificates and revocation lists, and without signatures, in DER",
    },
    Row {
        usage: "pkcs12 from=BYTES [password=TEXT] [random=1]",
        meaning: "imports PKCS #12, verifies its code, decrypts its bags, and lists their elements; with `random`, without the numbers of iterations",
    },
    Row {
        usage: "createpkcs12 password=TEXT [certificates=BYTES,...] [crls=BYTES,...] [secrets=BYTES,...] [keys=BYTES,...] [names=TEXT,...] [ids=BYTES,...] [scheme=NAME] [mac=NAME] [pbmac1=1] [as=N]",
        meaning: "creates PKCS #12 in DER, which is not listed, since a part of it is random; the names and the key ids are those of the first elements",
    },
    Row {
        usage: "token [url=URL]",
        meaning: "lists the properties of a token, or of all tokens; `rsa` and the like are whether it supports a mechanism",
    },
    Row {
        usage: "initialize url=URL so=PIN label=TEXT",
        meaning: "initializes a token with the PIN of its security officer",
    },
    Row {
        usage: "pin url=URL new=PIN [old=PIN] [so=1] [pins=PIN,...]",
        meaning: "changes the PIN of the user or of the security officer, or sets the PIN of the user as security officer",
    },
    Row {
        usage: "random url=URL size=LEN",
        meaning: "returns random bytes from a token",
    },
    Row {
        usage: "objects url=URL [flags=FLAG,...] [random=1] [pins=PIN,...]",
        meaning: "lists the objects of a URL with the kinds of the flags, sorted by their URLs; with `random` without their contents",
    },
    Row {
        usage: "object url=URL [flags=FLAG,...] [random=1] [algorithm=1] [pins=PIN,...]",
        meaning: "finds the object of a URL, and lists it; with `algorithm` also that of its key, which requires GnuTLS 3.8.13",
    },
    Row {
        usage: "modify url=URL [label=TEXT] [id=BYTES] [flags=FLAG,...] [pins=PIN,...]",
        meaning: "changes the label and the identifier of an object",
    },
    Row {
        usage: "delete url=URL [flags=FLAG,...] [pins=PIN,...]",
        meaning: "finds an object and deletes it",
    },
    Row {
        usage: "generate url=URL algorithm=NAME bits=COUNT [label=TEXT] [id=BYTES] [usage=BITS] [flags=FLAG,...] [pins=PIN,...] [as=N]",
        meaning: "generates a key on a token, and names its public key in PEM",
    },
    Row {
        usage: "store url=URL kind=certificate|private|public|secret from=BYTES [label=TEXT] [id=BYTES] [usage=BITS] [flags=FLAG,...] [pins=PIN,...]",
        meaning: "copies an object in PEM, or the bytes of a secret key, to a token",
    },
    Row {
        usage: "known url=URL certificate=BYTES [flags=FLAG,...] [pins=PIN,...]",
        meaning: "returns whether a certificate is on a token, and finds its issuer, and the trusted certificates with its subject and key identifier",
    },
];

/// A line with a verb about objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectStep {
    pub verb: &'static str,
    pub options: Options,
}

impl ObjectStep {
    /// Reads the words of a line. Returns `None` if its verb is of another table.
    pub(crate) fn parse(words: &[&str]) -> Result<Option<Self>, String> {
        let row = OBJECTS.iter().find(|row| words.first() == Some(&verb(row)));
        let Some(row) = row else {
            return Ok(None);
        };
        let known = |name: &str| keys(row).any(|(key, _)| key == name);
        let options = Words::new(&words[1..], row.usage).options(known)?;
        for (key, required) in keys(row) {
            if required && options.get(key).is_none() {
                return Err(format!("{} requires {key}=", verb(row)));
            }
        }
        Ok(Some(Self {
            verb: verb(row),
            options,
        }))
    }
}

/// Returns whether a word is a verb about objects.
pub(crate) fn is_verb(word: &str) -> bool {
    OBJECTS.iter().any(|row| verb(row) == word)
}

/// The verb of a row.
pub(crate) fn verb(row: &'static Row) -> &'static str {
    row.usage.split(' ').next().unwrap_or_default()
}

/// The keys of a verb, and whether they are required.
pub(crate) fn keys(row: &'static Row) -> impl Iterator<Item = (&'static str, bool)> {
    row.usage.split(' ').skip(1).map(|word| {
        let key = word.trim_start_matches('[').split('=').next();
        (key.unwrap_or_default(), !word.starts_with('['))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_follow_from_the_usage() {
        let row = OBJECTS.iter().find(|row| verb(row) == "bytes").unwrap();
        let keys: Vec<_> = keys(row).collect();
        assert_eq!(keys[..3], [("as", true), ("from", true), ("cut", false)]);
    }

    #[test]
    fn a_line_has_all_required_keys_and_no_others() {
        let parse = |line: &str| ObjectStep::parse(&line.split(' ').collect::<Vec<_>>());
        let step = parse("hash data=text:a algorithm=SHA256").unwrap().unwrap();
        assert_eq!(step.verb, "hash");
        assert_eq!(step.options.get("data"), Some("text:a"));
        assert_eq!(parse("handshake 1"), Ok(None));
        assert!(parse("hash algorithm=SHA256").is_err());
        assert!(parse("hash algorithm=SHA256 data=hex: colour=red").is_err());
    }
}
