//! The certificates that all libraries use: an authority, and a server certificate for each type of key.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::extension::{BasicConstraints, KeyUsage, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509NameBuilder};

use crate::case::KeyType;

/// The name of the server.
pub(crate) const NAME: &str = "localhost";

/// A directory with the certificates as PEM files.
pub(crate) struct Certificates {
    directory: PathBuf,
}

impl Certificates {
    /// Creates the files in a directory.
    pub(crate) fn create(directory: &Path) -> Result<Self> {
        let ca_key = ecdsa()?;
        let ca = certificate("Benchmark authority", &ca_key, None)?;
        let certificates = Self::new(directory);
        fs::write(certificates.ca(), ca.to_pem()?).context("writing the authority")?;
        for (key_type, key) in [
            (KeyType::Ecdsa, ecdsa()?),
            (KeyType::Rsa, PKey::from_rsa(Rsa::generate(2048)?)?),
        ] {
            let server = certificate(NAME, &key, Some((&ca, &ca_key)))?;
            fs::write(certificates.chain(key_type), server.to_pem()?)?;
            fs::write(certificates.key(key_type), key.private_key_to_pem_pkcs8()?)?;
        }
        Ok(certificates)
    }

    /// Uses the files that `create` has created.
    pub(crate) fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
        }
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(crate) fn ca(&self) -> PathBuf {
        self.directory.join("ca.pem")
    }

    pub(crate) fn chain(&self, key: KeyType) -> PathBuf {
        self.directory.join(format!("{key}.pem"))
    }

    pub(crate) fn key(&self, key: KeyType) -> PathBuf {
        self.directory.join(format!("{key}-key.pem"))
    }
}

fn ecdsa() -> Result<PKey<Private>> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
    Ok(PKey::from_ec_key(EcKey::generate(&group)?)?)
}

/// Creates an authority, or a server certificate that an authority signs.
fn certificate(
    name: &str,
    key: &PKey<Private>,
    issuer: Option<(&X509, &PKey<Private>)>,
) -> Result<X509> {
    let mut subject = X509NameBuilder::new()?;
    subject.append_entry_by_nid(Nid::COMMONNAME, name)?;
    let subject = subject.build();
    let mut serial = BigNum::new()?;
    serial.rand(120, MsbOption::MAYBE_ZERO, false)?;

    let mut builder = X509Builder::new()?;
    builder.set_version(2)?;
    builder.set_serial_number(&*serial.to_asn1_integer()?)?;
    builder.set_subject_name(&subject)?;
    builder.set_issuer_name(issuer.map_or(&subject, |(ca, _)| ca.subject_name()))?;
    builder.set_pubkey(key)?;
    builder.set_not_before(&*Asn1Time::days_from_now(0)?)?;
    builder.set_not_after(&*Asn1Time::days_from_now(1)?)?;
    let mut usage = KeyUsage::new();
    let mut constraints = BasicConstraints::new();
    if issuer.is_none() {
        builder.append_extension(constraints.critical().ca().build()?)?;
        builder.append_extension(usage.critical().key_cert_sign().build()?)?;
    } else {
        builder.append_extension(constraints.critical().build()?)?;
        builder.append_extension(usage.critical().digital_signature().build()?)?;
        let names = SubjectAlternativeName::new()
            .dns(name)
            .build(&builder.x509v3_context(issuer.map(|(ca, _)| &**ca), None))?;
        builder.append_extension(names)?;
    }
    builder.sign(issuer.map_or(key, |(_, key)| key), MessageDigest::sha256())?;
    Ok(builder.build())
}
