//! The checks of qemu before it uses the files of a certificate and of its authorities, and the cases of its own tests.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, ptr, slice};

use gnutls::ErrorKind;
use gnutls::key::PrivateKey;
use gnutls::verify::VerificationStatus;
use gnutls::x509::{
    BasicConstraints, Certificate, CertificateBuilder, Extensions, KeyUsage, Name, TrustList,
    VerifyOptions, oid,
};
use gnutls_sys as sys;
use gnutls_testing::directory::TemporaryDirectory;
use gnutls_testing::fixtures::fixture_path;

use crate::compared_with_c;

/// Checks that the certificate is valid now.
fn check_times(certificate: &Certificate, role: &str) -> Result<(), String> {
    let now = SystemTime::now();
    if certificate.not_after().unwrap() < now {
        return Err(format!("the {role} certificate has expired"));
    }
    if certificate.not_before().unwrap() > now {
        return Err(format!("the {role} certificate is not yet active"));
    }
    Ok(())
}

/// Checks that only authorities have the constraints of one.
fn check_basic_constraints(
    certificate: &Certificate,
    is_authority: bool,
) -> Result<(), &'static str> {
    match (certificate.basic_constraints().unwrap(), is_authority) {
        (Some(own), false) if own.ca => Err("the basic constraints show a CA"),
        (Some(own), true) if !own.ca => Err("the basic constraints do not show a CA"),
        (None, true) => Err("basic constraints are missing"),
        _ => Ok(()),
    }
}

/// Checks the usage, if it is critical.
fn check_usage(certificate: &Certificate, is_authority: bool) -> Result<(), &'static str> {
    let extension = certificate.extension(oid::KEY_USAGE).unwrap();
    if !extension.is_some_and(|extension| extension.critical) {
        return Ok(());
    }
    let usage = certificate.key_usage().unwrap().unwrap();
    match is_authority {
        true if !usage.contains(KeyUsage::KEY_CERT_SIGN) => {
            Err("the usage does not permit certificate signing")
        }
        false if !usage.contains(KeyUsage::DIGITAL_SIGNATURE) => {
            Err("the usage does not permit digital signature")
        }
        _ => Ok(()),
    }
}

/// Checks the purposes, if they are critical.
fn check_purpose(certificate: &Certificate, is_server: bool) -> Result<(), &'static str> {
    let extension = certificate.extension(oid::EXTENDED_KEY_USAGE).unwrap();
    let (purpose, problem) = if is_server {
        (
            oid::PURPOSE_SERVER,
            "the purpose does not allow a TLS server",
        )
    } else {
        (
            oid::PURPOSE_CLIENT,
            "the purpose does not allow a TLS client",
        )
    };
    let is_critical = extension.is_some_and(|extension| extension.critical);
    if is_critical && !certificate.permits_purpose(purpose) {
        return Err(problem);
    }
    Ok(())
}

/// Checks that one of the authorities has issued the certificate.
fn check_chain(certificate: &Certificate, authorities: &[Certificate]) -> Result<(), &'static str> {
    let mut list = TrustList::new().unwrap();
    list.add_certificates(authorities).unwrap();
    let chain = slice::from_ref(certificate);
    let status = list.verify(chain, &VerifyOptions::new()).unwrap().status();
    assert_eq!(status.as_raw(), status_in_c(certificate, authorities));
    if status.is_trusted() {
        Ok(())
    } else if status.contains(VerificationStatus::INSECURE_ALGORITHM) {
        Err("the certificate uses an insecure algorithm")
    } else if status.contains(VerificationStatus::REVOKED) {
        Err("the certificate has been revoked")
    } else if status.contains(VerificationStatus::SIGNER_NOT_FOUND) {
        Err("the certificate hasn't got a known issuer")
    } else {
        Err("the certificate is not trusted")
    }
}

/// Returns the status of the call of qemu.
fn status_in_c(certificate: &Certificate, authorities: &[Certificate]) -> u32 {
    let raw = certificate.as_ptr();
    let authorities: Vec<_> = authorities.iter().map(Certificate::as_ptr).collect();
    let mut status = 0;
    // SAFETY: all objects are initialised and only read, and both counts are those of the lists.
    let code = unsafe {
        sys::gnutls_x509_crt_list_verify(
            &raw,
            1,
            authorities.as_ptr(),
            authorities.len() as _,
            ptr::null(),
            0,
            0,
            &mut status,
        )
    };
    assert_eq!(code, 0);
    status
}

/// The files of a configuration. Only a client can have no certificate.
fn check_files(is_server: bool, authorities: &Path, certificate: &Path) -> Result<(), String> {
    let authorities =
        Certificate::list_from_pem_file(authorities).map_err(|error| error.to_string())?;
    let certificate = match Certificate::from_pem_file(certificate) {
        Ok(certificate) => Some(certificate),
        Err(error) if error.kind() == ErrorKind::Io && !is_server => None,
        Err(error) => return Err(error.to_string()),
    };
    if let Some(certificate) = &certificate {
        check_times(certificate, if is_server { "server" } else { "client" })?;
        check_basic_constraints(certificate, false)?;
        check_usage(certificate, false)?;
        check_purpose(certificate, is_server)?;
    }
    for authority in &authorities {
        check_times(authority, "CA")?;
        check_basic_constraints(authority, true)?;
        check_usage(authority, true)?;
    }
    if let Some(certificate) = &certificate {
        check_chain(certificate, &authorities)?;
    }
    Ok(())
}

/// The validity of a certificate.
#[derive(Clone, Copy)]
enum Validity {
    Now,
    Past,
    Future,
}

impl Validity {
    /// Returns times of which a 32-bit clock can represent each.
    fn times(self) -> (SystemTime, SystemTime) {
        let time = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let (y2020, y2021, y2037, end) =
            (1_577_836_800, 1_609_459_200, 2_114_380_800, 2_145_830_400);
        match self {
            Self::Now => (time(y2020), time(end)),
            Self::Past => (time(y2020), time(y2021)),
            Self::Future => (time(y2037), time(end)),
        }
    }
}

/// The contents of a certificate. A flag beside an extension is `true` if it is critical.
#[derive(Clone, Copy)]
struct Contents {
    subject: &'static str,
    constraints: Option<(bool, BasicConstraints)>,
    usage: Option<(bool, KeyUsage)>,
    purposes: Option<(bool, &'static [&'static str])>,
    validity: Validity,
}

/// Returns the contents of a good authority.
const fn authority(subject: &'static str) -> Contents {
    Contents {
        subject,
        constraints: Some((true, BasicConstraints::authority(None))),
        usage: Some((true, KeyUsage::KEY_CERT_SIGN)),
        purposes: None,
        validity: Validity::Now,
    }
}

/// Returns the contents of a certificate without usage and purposes.
const PLAIN: Contents = Contents {
    subject: "C=UK,CN=qemu.org",
    constraints: Some((true, BasicConstraints::END_ENTITY)),
    usage: None,
    purposes: None,
    validity: Validity::Now,
};

impl Contents {
    const fn usage(self, critical: bool, usage: KeyUsage) -> Self {
        Self {
            usage: Some((critical, usage)),
            ..self
        }
    }

    const fn purposes(self, critical: bool, purposes: &'static [&'static str]) -> Self {
        Self {
            purposes: Some((critical, purposes)),
            ..self
        }
    }

    const fn valid(self, validity: Validity) -> Self {
        Self { validity, ..self }
    }

    fn create(&self, key: &PrivateKey, issuer: Option<&Certificate>) -> Certificate {
        let mut extensions = Extensions::new();
        let mut add = |critical, one: Extensions| {
            for mut extension in one.to_vec().unwrap() {
                extension.critical = critical;
                extensions = std::mem::take(&mut extensions).extension(extension);
            }
        };
        if let Some((critical, constraints)) = self.constraints {
            add(critical, Extensions::new().basic_constraints(constraints));
        }
        if let Some((critical, usage)) = self.usage {
            add(critical, Extensions::new().key_usage(usage));
        }
        if let Some((critical, purposes)) = self.purposes {
            add(critical, Extensions::new().key_purposes(purposes));
        }
        let (from, until) = self.validity.times();
        let builder = CertificateBuilder::new(&Name::from_text(self.subject).unwrap())
            .validity(from, until)
            .extensions(extensions);
        let certificate = match issuer {
            None => builder.self_signed(key),
            Some(issuer) => builder
                .public_key(key.public_key().unwrap())
                .signed_by(issuer, key),
        };
        let certificate = certificate.unwrap();
        compared_with_c::compare(&certificate, self.subject);
        certificate
    }
}

/// The files of the cases.
struct Files {
    directory: TemporaryDirectory,
    key: PrivateKey,
}

impl Files {
    fn write(&self, name: &str, certificates: &[&Certificate]) -> PathBuf {
        let path = self.directory.path().join(name);
        let pem: String = certificates
            .iter()
            .map(|certificate| certificate.to_pem().unwrap())
            .collect();
        fs::write(&path, pem).unwrap();
        path
    }

    /// Returns the result of the checks of a certificate that an authority has issued.
    fn check(&self, is_server: bool, authority: Contents, own: Contents) -> Result<(), String> {
        let authority = authority.create(&self.key, None);
        let own = own.create(&self.key, Some(&authority));
        let (authority, own) = (
            self.write("ca.pem", &[&authority]),
            self.write("own.pem", &[&own]),
        );
        check_files(is_server, &authority, &own)
    }
}

fn files() -> Files {
    Files {
        directory: TemporaryDirectory::new(),
        key: PrivateKey::from_pem_file(fixture_path("server-key.pem"), None).unwrap(),
    }
}

const SIGNATURE: KeyUsage = KeyUsage::DIGITAL_SIGNATURE;
const CERTIFICATES: KeyUsage = KeyUsage::KEY_CERT_SIGN;
const NOTHING: KeyUsage = KeyUsage::from_raw(0);
const SERVER: &[&str] = &[oid::PURPOSE_SERVER];
const CLIENT: &[&str] = &[oid::PURPOSE_CLIENT];
const BOTH: &[&str] = &[oid::PURPOSE_CLIENT, oid::PURPOSE_SERVER];
const ANY: &[&str] = &[oid::PURPOSE_ANY];

#[test]
fn qemu_checks_the_certificate_of_an_authority() {
    let files = files();
    let server = PLAIN.usage(true, SIGNATURE).purposes(true, SERVER);
    let ca = authority("C=UK,CN=qemu CA");
    let without_usage = Contents { usage: None, ..ca };
    let not_critical = Contents {
        constraints: Some((false, BasicConstraints::authority(None))),
        ..without_usage
    };
    let without_constraints = Contents {
        constraints: None,
        ..without_usage
    };
    for (contents, problem) in [
        (ca, None),
        (without_usage, None),
        (not_critical, None),
        // A usage that is not critical passes the check, and the library refuses the chain.
        (
            ca.usage(false, SIGNATURE),
            Some("the certificate is not trusted"),
        ),
        (
            ca.usage(true, SIGNATURE),
            Some("the usage does not permit certificate signing"),
        ),
        (without_constraints, Some("basic constraints are missing")),
        (
            Contents {
                constraints: Some((true, BasicConstraints::END_ENTITY)),
                ..ca
            },
            Some("the basic constraints do not show a CA"),
        ),
        (
            ca.valid(Validity::Past),
            Some("the CA certificate has expired"),
        ),
        (
            ca.valid(Validity::Future),
            Some("the CA certificate is not yet active"),
        ),
    ] {
        let result = files.check(true, contents, server);
        assert_eq!(result.err().as_deref(), problem);
    }
}

#[test]
fn qemu_checks_the_certificates_of_servers_and_clients() {
    let files = files();
    let ca = authority("C=UK,CN=qemu CA");
    for is_server in [true, false] {
        let (own, other) = if is_server {
            (SERVER, CLIENT)
        } else {
            (CLIENT, SERVER)
        };
        let no_signature = Some("the usage does not permit digital signature");
        let wrong_purpose = Some(if is_server {
            "the purpose does not allow a TLS server"
        } else {
            "the purpose does not allow a TLS client"
        });
        let role = if is_server { "server" } else { "client" };
        let (expired, not_active) = (
            format!("the {role} certificate has expired"),
            format!("the {role} certificate is not yet active"),
        );
        let perfect = PLAIN.usage(true, SIGNATURE).purposes(true, own);
        for (contents, problem) in [
            (perfect, None),
            (PLAIN, None),
            (
                Contents {
                    constraints: None,
                    ..PLAIN
                },
                None,
            ),
            (PLAIN.usage(true, SIGNATURE | CERTIFICATES), None),
            (PLAIN.usage(false, CERTIFICATES), None),
            (PLAIN.purposes(true, own), None),
            (PLAIN.purposes(false, own), None),
            (PLAIN.purposes(true, BOTH), None),
            (PLAIN.purposes(false, BOTH), None),
            (PLAIN.purposes(true, ANY), None),
            (PLAIN.purposes(false, other), None),
            (PLAIN.usage(true, CERTIFICATES), no_signature),
            (PLAIN.usage(true, NOTHING), no_signature),
            (PLAIN.purposes(true, other), wrong_purpose),
            (
                authority("C=UK,CN=qemu.org"),
                Some("the basic constraints show a CA"),
            ),
            (perfect.valid(Validity::Past), Some(&*expired)),
            (perfect.valid(Validity::Future), Some(&*not_active)),
        ] {
            let result = files.check(is_server, ca, contents);
            assert_eq!(result.err().as_deref(), problem, "{role}");
        }
    }
}

#[test]
fn qemu_checks_chains_and_missing_files() {
    let files = files();
    let key = &files.key;
    let root = authority("C=UK,CN=qemu root").create(key, None);
    let level_1a = authority("C=UK,CN=qemu level 1a").create(key, Some(&root));
    let level_1b = authority("C=UK,CN=qemu level 1b").create(key, Some(&root));
    let level_2a = authority("C=UK,CN=qemu level 2a").create(key, Some(&level_1a));
    let server = PLAIN
        .usage(true, SIGNATURE)
        .purposes(true, SERVER)
        .create(key, Some(&level_2a));
    let client = PLAIN
        .usage(true, SIGNATURE)
        .purposes(true, CLIENT)
        .create(key, Some(&level_1b));
    let all = files.write("all.pem", &[&root, &level_1a, &level_1b, &level_2a]);
    let (server, client) = (
        files.write("server.pem", &[&server]),
        files.write("client.pem", &[&client]),
    );
    assert_eq!(check_files(true, &all, &server), Ok(()));
    assert_eq!(check_files(false, &all, &client), Ok(()));

    let unknown = Err("the certificate hasn't got a known issuer".to_owned());
    let only_root = files.write("root.pem", &[&root]);
    assert_eq!(check_files(true, &only_root, &server), unknown);
    let other = authority("C=UK,CN=another CA").create(key, None);
    let other = files.write("other.pem", &[&other]);
    assert_eq!(check_files(false, &other, &client), unknown);

    let missing = files.directory.path().join("missing.pem");
    for (is_server, authorities, own, accepted) in [
        (true, &missing, &server, false),
        (true, &all, &missing, false),
        (false, &missing, &client, false),
        (false, &all, &missing, true),
    ] {
        let result = check_files(is_server, authorities, own);
        assert_eq!(result.is_ok(), accepted, "{result:?}");
        let named = result
            .err()
            .is_none_or(|error| error.contains("missing.pem"));
        assert!(named, "an error names the file");
    }
}
