//! Features that require a newer library fail with an error that names the release, and work from that release on.
//!
//! `cargo xtask boundaries` runs this test with the crate built for every release that added functions.

use std::fs;
use std::path::Path;

use gnutls::crypto::low_level::CipherState;
use gnutls::crypto::{
    Aead, Cipher, Curve, Digest, Hash, Hmac, Mac, PublicKeyAlgorithm, hkdf_extract, pbkdf2,
};
use gnutls::early_data::{AntiReplay, MemoryReplayStore};
use gnutls::extension::CompressionMethod;
use gnutls::key::{GostParameterSet, PrivateKey, PublicKey, PublicParameters, RsaOaepParameters};
use gnutls::library::{FipsMode, Version, dangerous_with_fips_mode, fips_run_self_tests};
use gnutls::pkcs7::Pkcs7;
use gnutls::pkcs11::{Object, PinSource};
use gnutls::pkcs12::{Attributes, Pkcs12Builder};
use gnutls::psk::{PreSharedKey, imported_identity};
use gnutls::quic::{self, Connection};
use gnutls::record::KeyUpdate;
use gnutls::resumption::TicketKey;
use gnutls::verify::VerificationProfile;
use gnutls::x509::{Certificate, PrintFormat};
use gnutls::{
    ClientConfig, ErrorKind, Identity, Priority, Protocol, Result, Trust, extension, psk, srp,
    version,
};
use gnutls_testing::fixtures::{fixture, server_identity};
use gnutls_testing::pair::{Pair, TLS1_2, client, server};

/// A call and the release that it requires.
struct Need {
    what: &'static str,
    release: Version,
    call: fn() -> Result<()>,
}

const NEEDS: &[Need] = &[
    Need {
        what: "updating keys",
        release: Version::new(3, 6, 3),
        call: || {
            let mut pair = Pair::open(&client(TLS1_2).build()?, &server(TLS1_2).build()?, false);
            pair.client
                .update_key(&mut pair.near, KeyUpdate::NotRequested)
                .map(drop)
        },
    },
    Need {
        what: "appending to the default priorities",
        release: Version::new(3, 6, 3),
        call: || Priority::system().append("-VERS-TLS1.0").map(drop),
    },
    Need {
        what: "the name of the cipher suite",
        release: Version::new(3, 7, 4),
        call: || {
            let pair = Pair::open(&client(TLS1_2).build()?, &server(TLS1_2).build()?, false);
            pair.client.cipher_suite().map(drop)
        },
    },
    Need {
        what: "authentication after the handshake",
        release: Version::new(3, 6, 3),
        call: || client(TLS1_2).post_handshake_auth(true).build().map(drop),
    },
    Need {
        what: "logging keys",
        release: Version::new(3, 6, 13),
        call: || {
            client(TLS1_2)
                .dangerous_key_log(|_, _| ())
                .build()
                .map(drop)
        },
    },
    Need {
        what: "QUIC",
        release: Version::new(3, 7, 2),
        call: || {
            let config = client("NORMAL").build()?;
            Connection::client(&config, quic::Version::V1, "localhost", b"").map(drop)
        },
    },
    Need {
        what: "updating the receiving key",
        release: Version::new(3, 8, 11),
        call: || {
            let mut pair = Pair::connect(&client(TLS1_2).build()?, &server(TLS1_2).build()?, false);
            match pair.client.update_receiving_key() {
                // The protocol has no updates.
                Err(error) if error.kind() == ErrorKind::InvalidState => Ok(()),
                other => other,
            }
        },
    },
    Need {
        what: "accepting early data",
        release: Version::new(3, 6, 5),
        call: || {
            let built = server(TLS1_2)
                .tickets(TicketKey::generate()?)
                .early_data(1, AntiReplay::new(MemoryReplayStore::new(1)))
                .build();
            match built {
                // Older releases have the function, but it is not safe.
                Err(error) if error.required_release() == Some(Version::new(3, 7, 2)) => {
                    assert!(version().running < Version::new(3, 7, 2));
                    Ok(())
                }
                other => other.map(drop),
            }
        },
    },
    Need {
        what: "the hash of the pseudo-random function",
        release: Version::new(3, 6, 13),
        call: || {
            let pair = Pair::open(&client(TLS1_2).build()?, &server(TLS1_2).build()?, false);
            pair.client.prf_hash().map(drop)
        },
    },
    Need {
        what: "sending tickets",
        release: Version::new(3, 6, 3),
        call: || {
            let mut pair = Pair::open(&client(TLS1_2).build()?, &server(TLS1_2).build()?, false);
            pair.server.send_tickets(&mut pair.far, 1).map(drop)
        },
    },
    Need {
        what: "disabling automatic tickets",
        release: Version::new(3, 6, 14),
        call: || server(TLS1_2).automatic_tickets(false).build().map(drop),
    },
    Need {
        what: "exporting early keying material",
        release: Version::new(3, 6, 8),
        call: || {
            let pair = Pair::open(&client(TLS1_2).build()?, &server(TLS1_2).build()?, false);
            pair.client
                .export_early_keying_material("EXPERIMENTAL", None, &mut [0; 16])
        },
    },
    Need {
        what: "the cipher of early data",
        release: Version::new(3, 7, 2),
        call: || {
            let pair = Pair::open(&client(TLS1_2).build()?, &server(TLS1_2).build()?, false);
            pair.client.early_cipher().map(drop)
        },
    },
    Need {
        what: "the hash of early data",
        release: Version::new(3, 7, 2),
        call: || {
            let pair = Pair::open(&client(TLS1_2).build()?, &server(TLS1_2).build()?, false);
            pair.client.early_prf_hash().map(drop)
        },
    },
    Need {
        what: "pre-shared keys",
        release: Version::new(3, 6, 13),
        call: || {
            ClientConfig::builder()
                .psk(pre_shared_key()?)
                .build()
                .map(drop)
        },
    },
    Need {
        what: "importing pre-shared keys",
        release: Version::new(3, 8, 1),
        call: || imported_identity(b"identity", b"", psk::Hash::Sha256).map(drop),
    },
    Need {
        what: "pre-shared keys with SHA-384",
        release: Version::new(3, 8, 11),
        call: || {
            let psk = psk::Client::from(pre_shared_key()?).hash(psk::Hash::Sha384);
            ClientConfig::builder().psk(psk).build().map(drop)
        },
    },
    Need {
        what: "choosing the identity in a callback",
        release: Version::new(3, 6, 3),
        call: || client(TLS1_2).identity_resolver(|_| None).build().map(drop),
    },
    Need {
        what: "stapling an OCSP response",
        release: Version::new(3, 6, 3),
        call: || server_identity().with_ocsp_response(b"0").map(drop),
    },
    Need {
        what: "certificates on tokens",
        release: Version::new(3, 6, 3),
        call: || {
            let url = "pkcs11:token=nobody;object=nothing";
            Identity::from_pkcs11(url, url, PinSource::none()).map(drop)
        },
    },
    Need {
        what: "reporting the steps of a verification",
        release: Version::new(3, 7, 0),
        call: || {
            client(TLS1_2)
                .on_verification_step(|_| ())
                .build()
                .map(drop)
        },
    },
    Need {
        what: "raw public keys",
        release: Version::new(3, 6, 6),
        call: || Trust::none().and_negotiate_raw_public_keys().map(drop),
    },
    Need {
        what: "the OCSP responses of a chain",
        release: Version::new(3, 6, 3),
        call: || {
            let pair = Pair::open(&client(TLS1_2).build()?, &server(TLS1_2).build()?, false);
            pair.client.ocsp_response_at(0).map(drop)
        },
    },
    Need {
        what: "the name of a verification profile",
        release: Version::new(3, 6, 12),
        call: || VerificationProfile::HIGH.name().map(drop),
    },
    Need {
        what: "a verification profile by its name",
        release: Version::new(3, 6, 12),
        call: || "high".parse::<VerificationProfile>().map(drop),
    },
    Need {
        what: "padding records",
        release: Version::new(3, 6, 3),
        call: || {
            let mut pair = Pair::open(&client(TLS1_2).build()?, &server(TLS1_2).build()?, false);
            pair.client.write_padded(&mut pair.near, b"0", 1).map(drop)
        },
    },
    Need {
        what: "limiting the size of received records",
        release: Version::new(3, 6, 8),
        call: || {
            let mut pair = Pair::open(&client(TLS1_2).build()?, &server(TLS1_2).build()?, false);
            pair.client.set_max_receive_size(1024)
        },
    },
    Need {
        what: "the name of the system's configuration file",
        release: Version::new(3, 6, 9),
        call: || gnutls::library::system_config_file().map(drop),
    },
    Need {
        what: "the configuration of the library",
        release: Version::new(3, 7, 3),
        call: || gnutls::library::config().map(drop),
    },
    Need {
        what: "changing the system's policy",
        release: Version::new(3, 7, 3),
        // SAFETY: GnuTLS returns an error before it accesses a table, unless the system's configuration is an
        // allowlist. In that case the call changes a protocol that no configuration of this file uses.
        call: || unsafe { Protocol::SSL3_0.disable() },
    },
    Need {
        what: "the state of FIPS 140 operations",
        release: Version::new(3, 7, 3),
        call: || gnutls::library::fips_operation(|| ()).map(drop),
    },
    Need {
        what: "the SRP group of 8192 bits",
        release: Version::new(3, 6, 2),
        call: || srp::Group::BITS_8192.prime().map(drop),
    },
    Need {
        what: "compressing certificates",
        release: Version::new(3, 7, 4),
        call: || {
            client(TLS1_2)
                .compress_certificates([CompressionMethod::ZLIB])
                .build()
                .map(drop)
        },
    },
    Need {
        what: "the compression of certificates",
        release: Version::new(3, 7, 4),
        call: || {
            let pair = Pair::open(&client(TLS1_2).build()?, &server(TLS1_2).build()?, false);
            pair.client.certificate_compression().map(drop)
        },
    },
    Need {
        what: "extensions of the program",
        release: Version::new(3, 6, 3),
        call: || {
            client(TLS1_2)
                .extension(extension::HelloExtension::new(65_300))
                .build()
                .map(drop)
        },
    },
    Need {
        what: "the name of an extension in a session",
        release: Version::new(3, 6, 14),
        call: || {
            let pair = Pair::open(&client(TLS1_2).build()?, &server(TLS1_2).build()?, false);
            pair.client.extension_name(16).map(drop)
        },
    },
    Need {
        what: "audit contexts",
        release: Version::new(3, 8, 11),
        call: || gnutls::library::audit_context().map(drop),
    },
    Need {
        what: "copying the state of a digest",
        release: Version::new(3, 6, 9),
        call: || Hash::new(Digest::SHA256)?.try_clone().map(drop),
    },
    Need {
        what: "copying the state of a code",
        release: Version::new(3, 6, 9),
        call: || Hmac::new(Mac::SHA256, b"key")?.try_clone().map(drop),
    },
    Need {
        what: "HKDF",
        release: Version::new(3, 6, 13),
        call: || hkdf_extract(Digest::SHA256, b"input", b"salt").map(drop),
    },
    Need {
        what: "PBKDF2",
        release: Version::new(3, 6, 13),
        call: || pbkdf2(Digest::SHA256, b"password", b"salt", 1, &mut [0; 16]),
    },
    Need {
        what: "the parameters of RSA-OAEP keys",
        release: Version::new(3, 8, 4),
        call: || {
            let parameters = RsaOaepParameters::new(Digest::SHA256, []);
            ed25519()?.with_rsa_oaep_parameters(&parameters).map(drop)
        },
    },
    Need {
        what: "the algorithm of an object on a token",
        release: Version::new(3, 8, 13),
        call: || {
            let mut object = std::ptr::null_mut();
            // SAFETY: writes the pointer; the object is initialised, and nothing else uses it.
            let object = unsafe {
                assert_eq!(gnutls_sys::gnutls_pkcs11_obj_init(&mut object), 0);
                Object::from_raw(object)
            };
            object.algorithm().map(drop)
        },
    },
    Need {
        what: "encrypting several buffers",
        release: Version::new(3, 6, 10),
        call: || aes()?.seal_vectored(&[1; 12], &[], &mut []).map(drop),
    },
    Need {
        what: "padding of PKCS #7",
        release: Version::new(3, 7, 7),
        call: || {
            CipherState::new(Cipher::AES_128_CBC, &[1; 16], &[2; 16])?
                .encrypt_padded(b"message")
                .map(drop)
        },
    },
    Need {
        what: "self-tests of derived keys",
        release: Version::new(3, 7, 0),
        call: || Mac::SHA256.hkdf_self_test(),
    },
    Need {
        what: "the FIPS 140 mode of a thread",
        release: Version::new(3, 6, 3),
        call: || dangerous_with_fips_mode(FipsMode::LOG, || ()),
    },
    Need {
        what: "running the self-tests of FIPS 140",
        release: Version::new(3, 7, 7),
        // SAFETY: no other thread of this process uses GnuTLS, since the other test only reads files.
        call: || unsafe { fips_run_self_tests() },
    },
    Need {
        what: "the numbers of GOST keys",
        release: Version::new(3, 6, 3),
        call: || {
            let one = || vec![1];
            PublicKey::from_parameters(&PublicParameters::Gost {
                curve: Curve::SECP256R1,
                digest: Digest::SHA256,
                parameter_set: GostParameterSet::CP_A,
                x: one(),
                y: one(),
            })
            .map(drop)
        },
    },
    Need {
        what: "the numbers of Diffie-Hellman keys",
        release: Version::new(3, 8, 2),
        call: || {
            let (p, g, y) = (vec![23], vec![5], vec![8]);
            PublicKey::from_parameters(&PublicParameters::Dh { p, g, y }).map(drop)
        },
    },
    Need {
        what: "decrypting in constant time",
        release: Version::new(3, 6, 5),
        call: || ed25519()?.decrypt_into(b"encrypted", &mut [0; 4]),
    },
    Need {
        what: "deriving a shared secret",
        release: Version::new(3, 8, 2),
        call: || {
            let key = ed25519()?;
            key.derive_secret(&key.public_key()?).map(drop)
        },
    },
    Need {
        what: "signed certificate timestamps",
        release: Version::new(3, 7, 3),
        call: || {
            let certificate = Certificate::from_pem(&fixture("fields.pem"))?;
            certificate.signed_certificate_timestamps().map(drop)
        },
    },
    Need {
        what: "PBMAC1 in PKCS #12",
        release: Version::new(3, 8, 6),
        call: || {
            let key = ed25519()?;
            let container = Pkcs12Builder::new().private_key(&key, Attributes::new());
            container.pbmac1().build("password").map(drop)
        },
    },
    Need {
        what: "the description of a signature",
        release: Version::new(3, 6, 14),
        call: || {
            let signed = Pkcs7::from_der(&fixture("signed-by-key-id.der"))?;
            signed.print_signature(0, PrintFormat::FULL).map(drop)
        },
    },
    Need {
        what: "digests of any length",
        release: Version::new(3, 8, 6),
        call: || Hash::new(Digest::SHA256)?.squeeze(&mut [0; 16]),
    },
];

fn aes() -> Result<Aead> {
    Aead::new(Cipher::AES_128_GCM, &[1; 16])
}

fn ed25519() -> Result<PrivateKey> {
    PrivateKey::generate_with_bits(PublicKeyAlgorithm::ED25519, 256)
}

fn pre_shared_key() -> Result<PreSharedKey> {
    PreSharedKey::new("identity", psk::Key::new([1; 32])?)
}

#[test]
fn a_call_that_is_too_new_names_its_release() {
    let versions = version();
    let library = versions.built.min(versions.running);
    for Need {
        what,
        release,
        call,
    } in NEEDS
    {
        match call() {
            // A library can also be built without a feature; that error names no release.
            Err(error)
                if error.kind() == ErrorKind::Unsupported && error.required_release().is_some() =>
            {
                assert!(library < *release, "{what} fails with {library}: {error}");
                assert_eq!(error.required_release(), Some(*release), "{what}: {error}");
            }
            // Any other error comes from a call that was possible.
            _ => assert!(library >= *release, "{what} does not fail with {library}"),
        }
    }
}

#[test]
fn every_requirement_is_tested() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut uses = Vec::new();
    collect(&sources, &mut uses);
    uses.sort();
    uses.dedup();
    let mut expected: Vec<_> = NEEDS.iter().map(|need| need.what.to_owned()).collect();
    expected.sort();
    assert_eq!(uses, expected);
}

/// Collects the feature names of all `requires!(cfg, release, what, ...)` in a folder.
fn collect(folder: &Path, uses: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, uses);
        } else {
            let text = fs::read_to_string(&path).unwrap();
            let code: String = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect();
            for after in code.split("requires!(").skip(1) {
                uses.push(after.split('"').nth(1).unwrap().to_owned());
            }
        }
    }
}
