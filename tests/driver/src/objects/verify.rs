//! The verbs that verify certificates.

use std::net::IpAddr;
use std::time::{Duration, UNIX_EPOCH};

use gnutls::verify::{VerificationFlags, VerificationProfile, VerificationStatus};
use gnutls::x509::{Certificate, TrustList, VerifyOptions};

use crate::fault::Fault;
use crate::objects::facts::Facts;
use crate::objects::{Step, Stop, token};

const FLAGS: [(&str, VerificationFlags); 14] = {
    use VerificationFlags as Flags;
    [
        ("DISABLE_CA_SIGN", Flags::DANGEROUS_DISABLE_CA_SIGN),
        ("DO_NOT_ALLOW_SAME", Flags::DO_NOT_ALLOW_SAME),
        (
            "ALLOW_ANY_X509_V1_CA_CRT",
            Flags::DANGEROUS_ALLOW_ANY_X509_V1_CA_CRT,
        ),
        ("ALLOW_SIGN_RSA_MD5", Flags::DANGEROUS_ALLOW_SIGN_RSA_MD5),
        (
            "ALLOW_SIGN_WITH_SHA1",
            Flags::DANGEROUS_ALLOW_SIGN_WITH_SHA1,
        ),
        ("ALLOW_BROKEN", Flags::DANGEROUS_ALLOW_BROKEN),
        ("DISABLE_TIME_CHECKS", Flags::DANGEROUS_DISABLE_TIME_CHECKS),
        (
            "DISABLE_TRUSTED_TIME_CHECKS",
            Flags::DANGEROUS_DISABLE_TRUSTED_TIME_CHECKS,
        ),
        (
            "DO_NOT_ALLOW_X509_V1_CA_CRT",
            Flags::DO_NOT_ALLOW_X509_V1_CA_CRT,
        ),
        ("DISABLE_CRL_CHECKS", Flags::DANGEROUS_DISABLE_CRL_CHECKS),
        (
            "DO_NOT_ALLOW_UNSORTED_CHAIN",
            Flags::DO_NOT_ALLOW_UNSORTED_CHAIN,
        ),
        ("DO_NOT_ALLOW_WILDCARDS", Flags::DO_NOT_ALLOW_WILDCARDS),
        ("DO_NOT_ALLOW_IP_MATCHES", Flags::DO_NOT_ALLOW_IP_MATCHES),
        (
            "IGNORE_UNKNOWN_CRIT_EXTENSIONS",
            Flags::DANGEROUS_IGNORE_UNKNOWN_CRITICAL_EXTENSIONS,
        ),
    ]
};

const PROFILES: [(&str, VerificationProfile); 9] = [
    ("VERY_WEAK", VerificationProfile::DANGEROUS_VERY_WEAK),
    ("LOW", VerificationProfile::LOW),
    ("LEGACY", VerificationProfile::LEGACY),
    ("MEDIUM", VerificationProfile::MEDIUM),
    ("HIGH", VerificationProfile::HIGH),
    ("ULTRA", VerificationProfile::ULTRA),
    ("FUTURE", VerificationProfile::FUTURE),
    ("SUITEB128", VerificationProfile::SUITEB128),
    ("SUITEB192", VerificationProfile::SUITEB192),
];

fn named<T: Copy>(name: &str, table: &[(&str, T)]) -> Result<T, Stop> {
    let found = table.iter().find(|(known, _)| *known == name);
    let found = found.map(|(_, value)| *value);
    found.ok_or_else(|| Stop::Wrong(format!("there is no flag or profile {name:?}")))
}

impl Step<'_> {
    pub fn flags(&self) -> Result<VerificationFlags, Stop> {
        let mut flags = VerificationFlags::default();
        for name in self.options.list("flags") {
            flags |= named(name, &FLAGS)?;
        }
        Ok(flags)
    }

    fn address(&self) -> Result<Option<IpAddr>, Stop> {
        self.number("address")
    }

    /// Returns the certificate of a key in PEM.
    pub fn certificate(&self, key: &str) -> Result<gnutls::Result<Certificate>, Stop> {
        Ok(Certificate::from_pem(&self.bytes(key)?))
    }
}

impl Facts {
    /// Lists the flags of a verification status.
    pub fn put_status(&mut self, status: VerificationStatus) {
        for name in status.names() {
            self.put(format!("status.{name}"), true);
        }
    }
}

pub fn matches(step: &mut Step<'_>) -> Result<(), Stop> {
    let certificate = step.certificate("certificate")?;
    let (flags, address) = (step.flags()?, step.address()?);
    let (name, email) = (step.text("name")?, step.text("email")?);
    step.facts.group("matches");
    let Some(certificate) = step.facts.result(certificate)? else {
        return Ok(());
    };
    let name = name.map(|name| certificate.matches_hostname_with(&name, flags));
    step.facts.put("name", name);
    step.facts
        .put("address", address.map(|ip| certificate.matches_ip(ip)));
    let email = email.map(|email| certificate.matches_email(&email));
    step.facts.put("email", email);
    let purpose = step.get("purpose");
    let purpose = purpose.map(|purpose| certificate.permits_purpose(purpose));
    step.facts.put("purpose", purpose);
    if step.get("issuer").is_some() {
        let issuer = step.certificate("issuer")?;
        if let Some(issuer) = step.facts.check("issuer", issuer)? {
            step.facts.put("issuer", certificate.is_issued_by(&issuer));
            let status = certificate.verify(&[issuer], flags);
            if let Some(status) = step.facts.check("verified", status)? {
                step.facts.put_status(status);
            }
        }
    }
    Ok(())
}

pub fn verify(step: &mut Step<'_>) -> Result<(), Stop> {
    let chain = Certificate::list_from_pem(&step.bytes("chain")?);
    let options = options(step)?;
    step.facts.group("verification");
    let Some(chain) = step.facts.check("chain", chain)? else {
        return Ok(());
    };
    let Some(list) = trust_list(step)? else {
        return Ok(());
    };
    if let Some(verification) = step.facts.result(list.verify(&chain, &options))? {
        step.facts.put_status(verification.status());
        if verification.status().is_trusted() {
            for (at, certificate) in (1..).zip(verification.path()) {
                step.facts
                    .put_result(format!("path.{at}"), certificate.to_der())?;
            }
        }
    }
    Ok(())
}

fn options(step: &Step<'_>) -> Result<VerifyOptions, Stop> {
    let mut options = VerifyOptions::new().flags(step.flags()?);
    if let Some(name) = step.text("name")? {
        options = options.hostname(name);
    } else if let Some(email) = step.text("email")? {
        options = options.email(email);
    } else if let Some(address) = step.address()? {
        options = options.ip(address);
    }
    let purpose = step.get("purpose");
    if let Some(purpose) = purpose.filter(|_| step.fault != Some(Fault::OmittedPurpose)) {
        options = options.purpose(purpose);
    }
    if let Some(seconds) = step.number("at")? {
        options = options.at(UNIX_EPOCH + Duration::from_secs(seconds));
    }
    if let Some(profile) = step.get("profile") {
        options = options.profile(named(profile, &PROFILES)?);
    }
    Ok(options)
}

/// Returns the trust list, or `None` if a part of it is refused.
fn trust_list(step: &mut Step<'_>) -> Result<Option<TrustList>, Stop> {
    let mut list = TrustList::new().map_err(|error| error.to_string())?;
    let crls = step.optional_bytes("crls")?;
    let trust = match step.get("trust") {
        Some(url) if token::is_url(url) => Some(list.add_url(url)),
        Some(_) => Some(list.add_pem(&step.bytes("trust")?)),
        None => None,
    };
    if let Some(count) = trust {
        let Some(count) = step.facts.check("trust", count)? else {
            return Ok(None);
        };
        step.facts.put("trust", count);
    }
    if let Some(crls) = crls {
        let count = if step.switch("unverified")? {
            list.dangerous_add_unverified_crl_pem(&crls)
        } else {
            list.add_crl_pem(&crls, VerificationFlags::default())
        };
        let Some(count) = step.facts.check("crls", count)? else {
            return Ok(None);
        };
        step.facts.put("crls", count);
    }
    if let Some(name) = step.text("pinned_name")? {
        let added = step
            .certificate("pinned")?
            .and_then(|certificate| list.add_named_certificate(&certificate, &name));
        if step.facts.check("pinned", added)?.is_none() {
            return Ok(None);
        }
    }
    if let Some(distrust) = step.optional_bytes("distrust")? {
        let count =
            Certificate::list_from_pem(&distrust).and_then(|distrust| list.distrust(&distrust));
        let Some(count) = step.facts.check("distrust", count)? else {
            return Ok(None);
        };
        step.facts.put("distrust", count);
    }
    Ok(Some(list))
}
