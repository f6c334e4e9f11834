//! The verbs for the parameters of RSA keys: RSA-PSS (RFC 4055) and RSA-OAEP.

use gnutls::crypto::{Digest, PublicKeyAlgorithm};
use gnutls::key::{PublicKey, RsaOaepParameters};
use gnutls::library::Version;
use gnutls::x509::RsaPssParameters;

use crate::objects::facts::Facts;
use crate::objects::{Step, Stop};

pub fn spki(step: &mut Step<'_>) -> Result<(), Stop> {
    let from = step.bytes("from")?;
    match step.get("format") {
        None => {
            let key = step.private_key("from")?;
            step.facts.group("spki");
            if let Some(key) = step.facts.result(key)? {
                let oaep = || key.rsa_oaep_parameters();
                put(
                    &mut step.facts,
                    key.algorithm(),
                    key.rsa_pss_parameters(),
                    oaep,
                )?;
            }
        }
        Some("public") => {
            step.facts.group("spki");
            if let Some(key) = step.facts.result(PublicKey::from_pem(&from))? {
                let oaep = || key.rsa_oaep_parameters();
                put(
                    &mut step.facts,
                    key.algorithm(),
                    key.rsa_pss_parameters(),
                    oaep,
                )?;
            }
        }
        Some(_) => {
            let certificate = step.certificate("from")?;
            step.facts.group("spki");
            if let Some(certificate) = step.facts.result(certificate)? {
                let (algorithm, pss) = (
                    certificate.public_key_algorithm(),
                    certificate.rsa_pss_parameters(),
                );
                put(&mut step.facts, algorithm, pss, || Ok(None))?;
            }
        }
    }
    Ok(())
}

/// Lists the parameters of a key, if it has any. Older libraries have no RSA-OAEP keys.
fn put(
    facts: &mut Facts,
    algorithm: Option<PublicKeyAlgorithm>,
    pss: gnutls::Result<Option<RsaPssParameters>>,
    oaep: impl FnOnce() -> gnutls::Result<Option<RsaOaepParameters>>,
) -> Result<(), Stop> {
    facts.put("algorithm", algorithm.and_then(PublicKeyAlgorithm::name));
    if algorithm == Some(PublicKeyAlgorithm::RSA_OAEP) {
        if let Some(Some(parameters)) = facts.check("digest", oaep())? {
            facts.put("digest", parameters.digest.name());
            facts.put("label", parameters.label);
        }
    } else if let Some(Some(parameters)) = facts.check("digest", pss)? {
        facts.put("digest", parameters.digest.name());
        facts.put("salt", parameters.salt_length);
    }
    Ok(())
}

pub fn restrict(step: &mut Step<'_>) -> Result<(), Stop> {
    let digest = step.algorithm("digest", Digest::from_name)?;
    let (from, salt) = (step.bytes("from")?, step.number("salt")?.unwrap_or(0));
    let (label, public) = (step.optional_bytes("label")?, step.switch("public")?);
    if label.is_some() {
        step.require(Version::new(3, 8, 4))?;
    }
    let key = step.private_key("from")?;
    let pss = RsaPssParameters::new(digest, salt);
    let oaep = label.map(|label| RsaOaepParameters::new(digest, label));
    let restrict = || match (public, oaep) {
        (false, None) => key?.with_rsa_pss_parameters(pss)?.to_pem(None),
        (false, Some(oaep)) => key?.with_rsa_oaep_parameters(&oaep)?.to_pem(None),
        (true, None) => PublicKey::from_pem(&from)?
            .with_rsa_pss_parameters(pss)?
            .to_pem(),
        (true, Some(oaep)) => PublicKey::from_pem(&from)?
            .with_rsa_oaep_parameters(&oaep)?
            .to_pem(),
    };
    step.facts.group("restrict");
    if let Some(pem) = step.facts.result(restrict())? {
        step.facts.put("pem", pem.as_bytes());
        step.name_bytes(pem);
    }
    Ok(())
}
