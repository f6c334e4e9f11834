//! The extensions of a certificate or a request that is created.

use std::ffi::c_uint;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::error::argument::bytes;
use crate::error::{Error, Result};
use crate::support::datum::Output;
use crate::x509::certificate::fields::PrintFormat;
use crate::x509::der;
use crate::x509::der::tag;
use crate::x509::extension::encode::c_oid;
use crate::x509::extension::{
    AccessDescription, AuthorityKeyId, BasicConstraints, DistributionPoint, Extension, KeyUsage,
    NameConstraints, Policy, PrivateKeyUsagePeriod, ProxyInfo, SignedCertificateTimestamp,
};
use crate::x509::general_name::GeneralName;
use crate::x509::oid;

/// The extensions of a [certificate](crate::x509::CertificateBuilder) or a
/// [request](crate::x509::CertificateRequestBuilder) that is created, in their order.
///
/// A method replaces the extension that it has set before. Extensions are critical as RFC 5280 and C choose. The first
/// value that is not valid is an error of the method that creates the object.
///
/// ```
/// use gnutls::x509::{BasicConstraints, Extensions, GeneralName, KeyUsage, oid};
///
/// let server = Extensions::new()
///     .basic_constraints(BasicConstraints::END_ENTITY)
///     .key_usage(KeyUsage::DIGITAL_SIGNATURE)
///     .key_purposes(&[oid::PURPOSE_SERVER])
///     .subject_alt_names(&[GeneralName::Dns("server.example".into())]);
/// assert_eq!(server.to_vec()?.len(), 4);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Extensions {
    list: Vec<Extension>,
    error: Option<Error>,
}

impl Extensions {
    /// Creates an empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets an extension in its encoding, for example one of another certificate.
    #[corresponds(alias(
        gnutls_x509_crt_set_extension_by_oid,
        gnutls_x509_crq_set_extension_by_oid
    ))]
    pub fn extension(self, extension: Extension) -> Self {
        match c_oid(&extension.oid) {
            Ok(_) => self.set(
                &extension.oid.clone(),
                extension.critical,
                Ok(extension.value),
            ),
            Err(error) => self.failed(error),
        }
    }

    /// Sets the alternative names of the subject, for which the certificate is valid.
    #[corresponds(alias(
        gnutls_x509_ext_export_subject_alt_names,
        gnutls_x509_crt_set_subject_alt_name,
        gnutls_x509_crt_set_subject_alt_othername,
        gnutls_x509_crt_set_subject_alternative_name,
        gnutls_x509_crq_set_subject_alt_name,
        gnutls_x509_crq_set_subject_alt_othername
    ))]
    pub fn subject_alt_names(self, names: &[GeneralName]) -> Self {
        self.set(oid::SUBJECT_ALT_NAME, false, general_names(names))
    }

    /// Sets the alternative names of the issuer.
    #[corresponds(alias(
        gnutls_x509_crt_set_issuer_alt_name,
        gnutls_x509_crt_set_issuer_alt_othername
    ))]
    pub fn issuer_alt_names(self, names: &[GeneralName]) -> Self {
        self.set(oid::ISSUER_ALT_NAME, false, general_names(names))
    }

    /// Sets the basic constraints, which distinguish an authority.
    #[corresponds(
        gnutls_x509_ext_export_basic_constraints,
        alias(
            gnutls_x509_crt_set_basic_constraints,
            gnutls_x509_crt_set_ca_status,
            gnutls_x509_crq_set_basic_constraints
        )
    )]
    pub fn basic_constraints(self, constraints: BasicConstraints) -> Self {
        self.set(oid::BASIC_CONSTRAINTS, true, constraints.encode())
    }

    /// Sets the permitted uses of the key.
    #[corresponds(alias(
        gnutls_x509_ext_export_key_usage,
        gnutls_x509_crt_set_key_usage,
        gnutls_x509_crq_set_key_usage
    ))]
    pub fn key_usage(self, usage: KeyUsage) -> Self {
        self.set(oid::KEY_USAGE, true, usage.encode())
    }

    /// Sets the object identifiers of the permitted purposes of the key, such as
    /// [`PURPOSE_SERVER`](oid::PURPOSE_SERVER).
    #[corresponds(
        gnutls_x509_ext_export_key_purposes,
        gnutls_x509_key_purpose_set,
        alias(
            gnutls_x509_crt_set_key_purpose_oid,
            gnutls_x509_crq_set_key_purpose_oid
        )
    )]
    pub fn key_purposes(self, purposes: &[&str]) -> Self {
        let value = Extension::encode_key_purposes(purposes);
        self.set(oid::EXTENDED_KEY_USAGE, false, value)
    }

    /// Sets the identifier of the subject's key. [`key_ids`](crate::x509::CertificateBuilder::key_ids) computes it.
    #[corresponds(
        gnutls_x509_ext_export_subject_key_id,
        alias(gnutls_x509_crt_set_subject_key_id)
    )]
    pub fn subject_key_id(self, id: &[u8]) -> Self {
        let value = Extension::encode_subject_key_id(id);
        self.set(oid::SUBJECT_KEY_ID, false, value)
    }

    /// Sets the identification of the issuer's key. [`key_ids`](crate::x509::CertificateBuilder::key_ids) computes it.
    #[corresponds(alias(
        gnutls_x509_ext_export_authority_key_id,
        gnutls_x509_aki_set_id,
        gnutls_x509_crt_set_authority_key_id
    ))]
    pub fn authority_key_id(self, id: &AuthorityKeyId) -> Self {
        self.set(oid::AUTHORITY_KEY_ID, false, id.encode())
    }

    /// Sets the locations of the revocation lists of the issuer.
    #[corresponds(alias(
        gnutls_x509_ext_export_crl_dist_points,
        gnutls_x509_crl_dist_points_set,
        gnutls_x509_crt_set_crl_dist_points,
        gnutls_x509_crt_set_crl_dist_points2,
        gnutls_x509_crt_cpy_crl_dist_points
    ))]
    pub fn crl_distribution_points(self, points: &[DistributionPoint]) -> Self {
        let value = DistributionPoint::encode_list(points);
        self.set(oid::CRL_DISTRIBUTION_POINTS, false, value)
    }

    /// Sets how to get information about the issuer, such as the address of its OCSP responder.
    #[corresponds(alias(
        gnutls_x509_ext_export_aia,
        gnutls_x509_aia_set,
        gnutls_x509_crt_set_authority_info_access
    ))]
    pub fn authority_info_access(self, access: &[AccessDescription]) -> Self {
        let value = AccessDescription::encode_list(access);
        self.set(oid::AUTHORITY_INFO_ACCESS, false, value)
    }

    /// Sets the names that the authority may certify.
    #[corresponds(alias(
        gnutls_x509_ext_export_name_constraints,
        gnutls_x509_name_constraints_add_permitted,
        gnutls_x509_name_constraints_add_excluded,
        gnutls_x509_crt_set_name_constraints
    ))]
    pub fn name_constraints(self, constraints: &NameConstraints) -> Self {
        self.set(oid::NAME_CONSTRAINTS, true, constraints.encode())
    }

    /// Sets the policies under which the certificate is issued.
    #[corresponds(alias(
        gnutls_x509_ext_export_policies,
        gnutls_x509_policies_set,
        gnutls_x509_crt_set_policy
    ))]
    pub fn policies(self, policies: &[Policy]) -> Self {
        let value = Policy::encode_list(policies);
        self.set(oid::CERTIFICATE_POLICIES, false, value)
    }

    /// Sets the time during which the private key may be used.
    #[corresponds(
        gnutls_x509_ext_export_private_key_usage_period,
        alias(
            gnutls_x509_crt_set_private_key_usage_period,
            gnutls_x509_crq_set_private_key_usage_period
        )
    )]
    pub fn private_key_usage_period(self, period: PrivateKeyUsagePeriod) -> Self {
        self.set(oid::PRIVATE_KEY_USAGE_PERIOD, false, period.encode())
    }

    /// Sets the TLS features (RFC 7633): the numbers of TLS extensions that a server must send. 5 requires it to staple an
    /// OCSP response.
    #[corresponds(
        gnutls_x509_ext_export_tlsfeatures,
        gnutls_x509_tlsfeatures_add,
        alias(gnutls_x509_crt_set_tlsfeatures, gnutls_x509_crq_set_tlsfeatures)
    )]
    pub fn tls_features(self, features: &[u16]) -> Self {
        let value = Extension::encode_tls_features(features);
        self.set(oid::TLS_FEATURES, false, value)
    }

    /// Sets the number of further certificates of a chain that may still use the policy "any".
    #[corresponds(
        gnutls_x509_ext_export_inhibit_anypolicy,
        alias(gnutls_x509_crt_set_inhibit_anypolicy)
    )]
    pub fn inhibit_any_policy(self, certificates: u32) -> Self {
        let value = Extension::encode_inhibit_any_policy(certificates);
        self.set(oid::INHIBIT_ANY_POLICY, true, value)
    }

    /// Sets the delegation of a proxy certificate (RFC 3820).
    #[corresponds(gnutls_x509_ext_export_proxy, alias(gnutls_x509_crt_set_proxy))]
    pub fn proxy_info(self, info: &ProxyInfo) -> Self {
        self.set(oid::PROXY_CERT_INFO, true, info.encode())
    }

    /// Returns the extensions in their encodings.
    ///
    /// # Errors
    ///
    /// Returns an error, in most cases of kind [`InvalidInput`](crate::ErrorKind::InvalidInput), for the first value that is
    /// not valid.
    pub fn to_vec(&self) -> Result<Vec<Extension>> {
        match &self.error {
            Some(error) => Err(error.clone()),
            None => Ok(self.list.clone()),
        }
    }

    /// Returns GnuTLS's description of the extensions, in the language of the program.
    ///
    /// ```
    /// use gnutls::x509::{Extensions, PrintFormat};
    ///
    /// let text = Extensions::new().tls_features(&[5]).print(PrintFormat::FULL)?;
    /// assert!(text.contains("OCSP Status Request(5)"), "{text}");
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](crate::ErrorKind::Certificate) if there are signed certificate timestamps of an
    /// unknown version or, before GnuTLS 3.8.13, with wrong lengths, the errors of [`to_vec`](Self::to_vec), and an error if
    /// memory is exhausted.
    #[corresponds(gnutls_x509_ext_print)]
    pub fn print(&self, format: PrintFormat) -> Result<String> {
        let extensions = self.to_vec()?;
        let mut oids = Vec::new();
        for extension in &extensions {
            SignedCertificateTimestamp::check_before_print(extension)?;
            oids.push(c_oid(&extension.oid)?);
        }
        let mut list = Vec::new();
        for (extension, oid) in extensions.iter().zip(&oids) {
            list.push(sys::gnutls_x509_ext_st {
                oid: oid.as_ptr().cast_mut(),
                critical: extension.critical.into(),
                data: bytes(&extension.value)?,
            });
        }
        let count = list.len() as c_uint;
        // SAFETY: the list has `count` elements, whose identifiers end in NUL and whose values are those of `extensions`;
        // C only reads them. The output is owned by the caller after success.
        let text = Output::filled_by(|output| unsafe {
            sys::gnutls_x509_ext_print(list.as_mut_ptr(), count, format.as_raw(), output)
        })?;
        Ok(text.to_text())
    }

    /// Returns `true` if the extension is set.
    pub(crate) fn contains(&self, oid: &str) -> bool {
        self.list.iter().any(|extension| extension.oid == oid)
    }

    fn set(mut self, oid: &str, critical: bool, value: Result<Vec<u8>>) -> Self {
        match value {
            Ok(value) => {
                let extension = Extension::new(oid, critical, value);
                let same = self.list.iter_mut().find(|other| other.oid == oid);
                match same {
                    Some(same) => *same = extension,
                    None => self.list.push(extension),
                }
                self
            }
            Err(error) => self.failed(error.with_message_of(oid)),
        }
    }

    fn failed(mut self, error: Error) -> Self {
        self.error.get_or_insert(error);
        self
    }
}

impl Error {
    /// Adds the object identifier of an extension.
    fn with_message_of(self, oid: &str) -> Self {
        let message = match self.message() {
            Some(message) => format!("the extension {oid}: {message}"),
            None => format!("the extension {oid}"),
        };
        self.with_message(message)
    }
}

impl FromIterator<Extension> for Extensions {
    /// Collects extensions in their encodings, for example those of a request.
    fn from_iter<T: IntoIterator<Item = Extension>>(extensions: T) -> Self {
        extensions.into_iter().fold(Self::new(), Self::extension)
    }
}

fn general_names(names: &[GeneralName]) -> Result<Vec<u8>> {
    GeneralName::encode_all(names).map(|names| der::encode(tag::SEQUENCE, &names))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::version::{Version, version};

    #[test]
    fn an_extension_is_replaced() {
        let extensions = Extensions::new()
            .tls_features(&[5])
            .inhibit_any_policy(1)
            .tls_features(&[17])
            .to_vec()
            .unwrap();
        let oids: Vec<_> = extensions
            .iter()
            .map(|extension| extension.oid.as_str())
            .collect();
        assert_eq!(oids, [oid::TLS_FEATURES, oid::INHIBIT_ANY_POLICY]);
        assert_eq!(
            Extension::parse_tls_features(&extensions[0].value).unwrap(),
            [17]
        );
    }

    #[test]
    fn the_first_error_is_returned() {
        let extensions = Extensions::new()
            .subject_alt_names(&[GeneralName::RegisteredId("first".into())])
            .key_purposes(&["second"])
            .extension(Extension::new("third", false, []));
        let error = extensions.to_vec().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let text = error.to_string();
        assert!(
            text.contains("2.5.29.17") && text.contains("first"),
            "{text}"
        );
        let unnamed = Extensions::new().extension(Extension::new("1.2.\0", false, [5, 0]));
        assert_eq!(
            unnamed.to_vec().unwrap_err().kind(),
            ErrorKind::InvalidInput
        );
    }

    #[test]
    fn cve_2025_32989_damaged_timestamps_are_not_printed() {
        let damaged = [4, 7, 0, 6, 0, 5, 1, 2, 3];
        let extension = Extension::new(oid::SIGNED_CERTIFICATE_TIMESTAMPS, false, damaged);
        let printed = Extensions::new()
            .extension(extension)
            .print(PrintFormat::FULL);
        let old = version().running < Version::new(3, 8, 13);
        assert_eq!(printed.is_err(), old);
    }

    #[test]
    fn collected_extensions_are_unchanged() {
        let list = [
            Extension::new("1.2.3", true, [5, 0]),
            Extension::new("1.2.4", false, [4, 0]),
        ];
        let extensions: Extensions = list.iter().cloned().collect();
        assert_eq!(extensions.to_vec().unwrap(), list);
        assert!(extensions.contains("1.2.3") && !extensions.contains("1.2.5"));
    }
}
