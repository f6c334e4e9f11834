//! The verbs that create certificates, requests and revocation lists.

use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gnutls::crypto::Digest;
use gnutls::library::Version;
use gnutls::x509::{
    AccessDescription, BasicConstraints, CertificateBuilder, CertificateRequestBuilder,
    DistributionPoint, Extension, Extensions, GeneralName, KeyUsage, Name, NameConstraints, Policy,
    RevocationListBuilder, RevocationReasons, oid,
};

use crate::objects::{Step, Stop, decoded};

impl Step<'_> {
    fn time(&self, key: &str) -> Result<Option<SystemTime>, Stop> {
        let seconds = self.number(key)?;
        Ok(seconds.map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds)))
    }

    fn digest(&self) -> Result<Option<Digest>, Stop> {
        let digest = self
            .get("digest")
            .map(|_| self.algorithm("digest", Digest::from_name));
        digest.transpose()
    }

    /// Returns whether signatures are reproducible, which older releases ignore.
    fn reproducible(&self) -> Result<bool, Stop> {
        let reproducible = self.switch("reproducible")?;
        if reproducible {
            self.require(Version::new(3, 6, 10))?;
        }
        Ok(reproducible)
    }

    /// Returns the names of a list such as `dns:objects.example`.
    fn names(&self, key: &str) -> Result<Vec<GeneralName>, Stop> {
        let list = self.options.list(key);
        list.into_iter().map(general_name).collect()
    }

    /// Returns the texts of a list, in which `%XX` stands for a byte.
    pub fn texts(&self, key: &str) -> Result<Vec<String>, Stop> {
        let list = self.options.list(key);
        list.into_iter().map(text).collect()
    }

    /// Returns the extensions that certificates and requests have in common.
    fn common_extensions(&self) -> Result<Extensions, Stop> {
        let mut extensions = Extensions::new();
        if self.get("names").is_some() {
            extensions = extensions.subject_alt_names(&self.names("names")?);
        }
        extensions = match self.get("ca") {
            None => extensions,
            Some("no") => extensions.basic_constraints(BasicConstraints::END_ENTITY),
            Some(_) => {
                let length = self.number::<i64>("ca")?.unwrap_or(-1);
                let length = u32::try_from(length).ok();
                extensions.basic_constraints(BasicConstraints::authority(length))
            }
        };
        if let Some(usage) = self.number("usage")? {
            extensions = extensions.key_usage(KeyUsage::from_raw(usage));
        }
        if self.get("purposes").is_some() {
            extensions = extensions.key_purposes(&self.options.list("purposes"));
        }
        if self.get("features").is_some() {
            let features = self.options.list("features").into_iter();
            let features = features.map(|number| number.parse().map_err(|_| wrong(number)));
            extensions = extensions.tls_features(&features.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(extensions)
    }

    fn extensions(&self) -> Result<Extensions, Stop> {
        let mut extensions = self.common_extensions()?;
        if self.get("points").is_some() {
            let points = self.texts("points")?.into_iter().map(|uri| {
                DistributionPoint::new(GeneralName::Uri(uri), RevocationReasons::default())
            });
            extensions = extensions.crl_distribution_points(&points.collect::<Vec<_>>());
        }
        if self.get("ocsp").is_some() {
            let access = self.texts("ocsp")?.into_iter();
            let access = access.map(|uri| AccessDescription::new(oid::OCSP, GeneralName::Uri(uri)));
            extensions = extensions.authority_info_access(&access.collect::<Vec<_>>());
        }
        let (permitted, excluded) = (self.names("permitted")?, self.names("excluded")?);
        if !permitted.is_empty() || !excluded.is_empty() {
            extensions = extensions.name_constraints(&NameConstraints::new(permitted, excluded));
        }
        if self.get("policies").is_some() {
            let policies = self.options.list("policies").into_iter();
            let policies = policies.map(|oid| Policy::new(oid, Vec::new()));
            extensions = extensions.policies(&policies.collect::<Vec<_>>());
        }
        if let Some(certificates) = self.number("inhibit")? {
            extensions = extensions.inhibit_any_policy(certificates);
        }
        if let [oid, value] = self.options.list("extension")[..] {
            let value = self.bytes_of(value)?;
            extensions = extensions.extension(Extension::new(oid, false, value));
        }
        Ok(extensions)
    }

    /// Lists an encoding, unless its signature is random, and names it.
    pub fn put_created(&mut self, der: gnutls::Result<Vec<u8>>) -> Result<(), Stop> {
        let random = self.switch("random")?;
        if let Some(der) = self.facts.result(der)? {
            self.facts.put("der", Some(&der).filter(|_| !random));
            self.name_bytes(der);
        }
        Ok(())
    }
}

fn wrong(word: &str) -> Stop {
    Stop::Wrong(format!("{word:?} does not fit here"))
}

fn text(word: &str) -> Result<String, Stop> {
    String::from_utf8(decoded(word)?).map_err(|_| wrong(word))
}

fn general_name(word: &str) -> Result<GeneralName, Stop> {
    let (kind, value) = word.split_once(':').ok_or_else(|| wrong(word))?;
    let value = text(value)?;
    Ok(match kind {
        "dns" => GeneralName::Dns(value),
        "email" => GeneralName::Email(value),
        "uri" => GeneralName::Uri(value),
        "ip" => GeneralName::Ip(value.parse::<IpAddr>().map_err(|_| wrong(word))?),
        _ => return Err(wrong(word)),
    })
}

pub fn issue(step: &mut Step<'_>) -> Result<(), Stop> {
    let subject = step.text("subject")?.unwrap_or_default();
    let (key, serial) = (step.private_key("key")?, step.bytes("serial")?);
    let [from, until] =
        [step.time("from")?, step.time("until")?].map(|time| time.unwrap_or(UNIX_EPOCH));
    let (extensions, digest) = (step.extensions()?, step.digest()?);
    let (key_ids, pss) = (step.switch("key_ids")?, step.switch("pss")?);
    let reproducible = step.reproducible()?;
    let issuer = match step.get("issuer") {
        Some(_) => Some((step.certificate("issuer")?, step.private_key("issuer_key")?)),
        None => None,
    };
    let create = || {
        let key = key?;
        let mut builder = CertificateBuilder::new(&Name::from_text(&subject)?)
            .serial(&serial)
            .validity(from, until)
            .extensions(extensions);
        if key_ids {
            builder = builder.key_ids();
        }
        if reproducible {
            builder = builder.reproducible();
        }
        if pss {
            builder = builder.rsa_pss_signature();
        }
        if let Some(digest) = digest {
            builder = builder.digest(digest);
        }
        let certificate = match issuer {
            None => builder.self_signed(&key)?,
            Some((issuer, issuer_key)) => builder
                .public_key(key.public_key()?)
                .signed_by(&issuer?, &issuer_key?)?,
        };
        certificate.to_der()
    };
    step.facts.group("issue");
    step.put_created(create())
}

pub fn apply(step: &mut Step<'_>) -> Result<(), Stop> {
    let subject = step.text("subject")?.unwrap_or_default();
    let (key, password) = (step.private_key("key")?, step.text("password")?);
    let (extensions, digest) = (step.common_extensions()?, step.digest()?);
    let reproducible = step.reproducible()?;
    let create = || {
        let name = Name::from_text(&subject)?;
        let mut builder = CertificateRequestBuilder::new(&name).extensions(extensions);
        if let Some(password) = password {
            builder = builder.challenge_password(&password);
        }
        if reproducible {
            builder = builder.reproducible();
        }
        if let Some(digest) = digest {
            builder = builder.digest(digest);
        }
        builder.signed_by(&key?)?.to_der()
    };
    step.facts.group("apply");
    step.put_created(create())
}

pub fn revoke(step: &mut Step<'_>) -> Result<(), Stop> {
    let (issuer, key) = (step.certificate("issuer")?, step.private_key("key")?);
    let at = step.time("at")?.unwrap_or(UNIX_EPOCH);
    let (next, number) = (step.time("next")?, step.bytes("number")?);
    let serials = step.options.list("serials").into_iter();
    let serials = serials.map(|serial| step.bytes_of(serial));
    let serials = serials.collect::<Result<Vec<_>, Stop>>()?;
    let (key_ids, digest) = (step.switch("key_ids")?, step.digest()?);
    let create = || {
        let mut builder = RevocationListBuilder::new(at);
        if let Some(next) = next {
            builder = builder.next_update(next);
        }
        for serial in &serials {
            builder = builder.revoke_serial(serial, at);
        }
        if key_ids {
            builder = builder.key_id();
        }
        if !number.is_empty() {
            builder = builder.number(&number);
        }
        if let Some(digest) = digest {
            builder = builder.digest(digest);
        }
        builder.signed_by(&issuer?, &key?)?.to_der()
    };
    step.facts.group("revoke");
    step.put_created(create())
}
