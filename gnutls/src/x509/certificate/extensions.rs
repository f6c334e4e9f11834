//! The extensions of a certificate.

use std::ffi::{CString, c_uint};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::error::argument::optional;
use crate::error::{Error, Result};
use crate::support::datum::Output;
use crate::x509::certificate::Certificate;
use crate::x509::extension::{
    AccessDescription, AuthorityKeyId, BasicConstraints, DistributionPoint, Extension, KeyUsage,
    NameConstraints, Policy, PrivateKeyUsagePeriod, ProxyInfo, SignedCertificateTimestamp,
};
use crate::x509::general_name::GeneralName;
use crate::x509::oid;

impl Certificate {
    /// Returns the extension with this object identifier.
    ///
    /// ```
    /// use gnutls::x509::{Certificate, oid};
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/ca.pem");
    /// let extension = Certificate::from_pem_file(path)?.extension(oid::BASIC_CONSTRAINTS)?;
    /// assert!(extension.is_some_and(|extension| extension.critical));
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(
        gnutls_x509_crt_get_extension_by_oid2,
        alias(gnutls_x509_crt_get_extension_by_oid)
    )]
    pub fn extension(&self, oid: &str) -> Result<Option<Extension>> {
        let Ok(c_oid) = CString::new(oid) else {
            return Ok(None);
        };
        let mut critical: c_uint = 0;
        // SAFETY: the object is initialised and only read, as is the object identifier, which ends in NUL. The output is
        // owned by the caller after success.
        let value = optional(Output::filled_by(|output| unsafe {
            sys::gnutls_x509_crt_get_extension_by_oid2(
                self.as_ptr(),
                c_oid.as_ptr(),
                0,
                output,
                &mut critical,
            )
        }))?;
        Ok(value.map(|value| Extension {
            oid: oid.to_owned(),
            critical: critical != 0,
            value: value.as_bytes().to_vec(),
        }))
    }

    /// Returns all extensions, in the order of the certificate.
    #[corresponds(
        gnutls_x509_crt_get_extension_info,
        gnutls_x509_crt_get_extension_data2,
        alias(gnutls_x509_crt_get_extension_oid, gnutls_x509_crt_get_extension_data)
    )]
    pub fn extensions(&self) -> Result<Vec<Extension>> {
        Extension::read_all(
            // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, the length of
            // the text, and the number.
            |index, buffer, length, critical| unsafe {
                let object = self.as_ptr();
                sys::gnutls_x509_crt_get_extension_info(object, index, buffer, length, critical)
            },
            // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
            |index, output| unsafe {
                sys::gnutls_x509_crt_get_extension_data2(self.as_ptr(), index, output)
            },
        )
    }

    /// Parses the value of an extension, if the certificate has it.
    fn parsed<T>(&self, oid: &str, parse: fn(&[u8]) -> Result<T>) -> Result<Option<T>> {
        let name = |error: Error| error.with_message(format!("the extension {oid}"));
        let extension = self.extension(oid).map_err(name)?;
        let value = extension.map(|extension| parse(&extension.value));
        value.transpose().map_err(name)
    }

    /// Returns the alternative names of the subject, for which the certificate is valid. The list is empty without the
    /// extension.
    #[corresponds(
        gnutls_x509_ext_import_subject_alt_names,
        gnutls_subject_alt_names_init,
        gnutls_subject_alt_names_get,
        alias(
            gnutls_subject_alt_names_deinit,
            gnutls_x509_crt_get_subject_alt_name,
            gnutls_x509_crt_get_subject_alt_name2,
            gnutls_x509_crt_get_subject_alt_othername_oid
        )
    )]
    pub fn subject_alt_names(&self) -> Result<Vec<GeneralName>> {
        self.parsed(oid::SUBJECT_ALT_NAME, GeneralName::parse_list)
            .map(Option::unwrap_or_default)
    }

    /// Returns the alternative names of the issuer. The list is empty without the extension.
    #[corresponds(
        gnutls_x509_ext_import_subject_alt_names,
        alias(
            gnutls_x509_crt_get_issuer_alt_name,
            gnutls_x509_crt_get_issuer_alt_name2,
            gnutls_x509_crt_get_issuer_alt_othername_oid
        )
    )]
    pub fn issuer_alt_names(&self) -> Result<Vec<GeneralName>> {
        self.parsed(oid::ISSUER_ALT_NAME, GeneralName::parse_list)
            .map(Option::unwrap_or_default)
    }

    /// Returns the basic constraints, which distinguish the certificate of an authority.
    #[corresponds(
        gnutls_x509_ext_import_basic_constraints,
        alias(gnutls_x509_crt_get_basic_constraints, gnutls_x509_crt_get_ca_status)
    )]
    pub fn basic_constraints(&self) -> Result<Option<BasicConstraints>> {
        self.parsed(oid::BASIC_CONSTRAINTS, BasicConstraints::parse)
    }

    /// Returns the permitted uses of the key. Without the extension, any use is permitted.
    #[corresponds(gnutls_x509_ext_import_key_usage, alias(gnutls_x509_crt_get_key_usage))]
    pub fn key_usage(&self) -> Result<Option<KeyUsage>> {
        self.parsed(oid::KEY_USAGE, KeyUsage::parse)
    }

    /// Returns the object identifiers of the permitted purposes of the key, such as
    /// [`PURPOSE_SERVER`](oid::PURPOSE_SERVER). Without the extension, any purpose is permitted.
    #[corresponds(
        gnutls_x509_ext_import_key_purposes,
        gnutls_x509_key_purpose_init,
        gnutls_x509_key_purpose_get,
        gnutls_x509_key_purpose_deinit,
        alias(gnutls_x509_crt_get_key_purpose_oid)
    )]
    pub fn key_purposes(&self) -> Result<Option<Vec<String>>> {
        self.parsed(oid::EXTENDED_KEY_USAGE, Extension::parse_key_purposes)
    }

    /// Returns the identifier of the subject's key.
    #[corresponds(
        gnutls_x509_ext_import_subject_key_id,
        alias(gnutls_x509_crt_get_subject_key_id)
    )]
    pub fn subject_key_id(&self) -> Result<Option<Vec<u8>>> {
        self.parsed(oid::SUBJECT_KEY_ID, Extension::parse_subject_key_id)
    }

    /// Returns the identification of the issuer's key.
    #[corresponds(
        gnutls_x509_ext_import_authority_key_id,
        gnutls_x509_aki_init,
        gnutls_x509_aki_get_id,
        gnutls_x509_aki_get_cert_issuer,
        gnutls_x509_aki_deinit,
        alias(
            gnutls_x509_crt_get_authority_key_id,
            gnutls_x509_crt_get_authority_key_gn_serial
        )
    )]
    pub fn authority_key_id(&self) -> Result<Option<AuthorityKeyId>> {
        self.parsed(oid::AUTHORITY_KEY_ID, AuthorityKeyId::parse)
    }

    /// Returns the locations of the revocation lists of the issuer. The list is empty without the extension.
    #[corresponds(
        gnutls_x509_ext_import_crl_dist_points,
        gnutls_x509_crl_dist_points_init,
        gnutls_x509_crl_dist_points_get,
        gnutls_x509_crl_dist_points_deinit,
        alias(gnutls_x509_crt_get_crl_dist_points)
    )]
    pub fn crl_distribution_points(&self) -> Result<Vec<DistributionPoint>> {
        self.parsed(oid::CRL_DISTRIBUTION_POINTS, DistributionPoint::parse_list)
            .map(Option::unwrap_or_default)
    }

    /// Returns how to get information about the issuer, such as the address of its OCSP responder. The list is empty
    /// without the extension.
    ///
    /// ```
    /// use gnutls::x509::{Certificate, oid};
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/fields.pem");
    /// let certificate = Certificate::from_pem_file(path)?;
    /// let access = certificate.authority_info_access()?;
    /// let responder = access.iter().find(|access| access.method == oid::OCSP);
    /// assert_eq!(responder.unwrap().location.text().unwrap(), "http://ocsp.example/");
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(
        gnutls_x509_ext_import_aia,
        gnutls_x509_aia_init,
        gnutls_x509_aia_get,
        gnutls_x509_aia_deinit,
        alias(gnutls_x509_crt_get_authority_info_access)
    )]
    pub fn authority_info_access(&self) -> Result<Vec<AccessDescription>> {
        self.parsed(oid::AUTHORITY_INFO_ACCESS, AccessDescription::parse_list)
            .map(Option::unwrap_or_default)
    }

    /// Returns the names that this authority may certify.
    #[corresponds(
        gnutls_x509_ext_import_name_constraints,
        gnutls_x509_name_constraints_init,
        gnutls_x509_name_constraints_get_permitted,
        gnutls_x509_name_constraints_get_excluded,
        gnutls_x509_name_constraints_deinit,
        alias(gnutls_x509_crt_get_name_constraints)
    )]
    pub fn name_constraints(&self) -> Result<Option<NameConstraints>> {
        self.parsed(oid::NAME_CONSTRAINTS, NameConstraints::parse)
    }

    /// Returns the policies under which the certificate was issued. The list is empty without the extension.
    #[corresponds(
        gnutls_x509_ext_import_policies,
        gnutls_x509_policies_init,
        gnutls_x509_policies_get,
        gnutls_x509_policies_deinit,
        alias(gnutls_x509_crt_get_policy, gnutls_x509_policy_release)
    )]
    pub fn policies(&self) -> Result<Vec<Policy>> {
        self.parsed(oid::CERTIFICATE_POLICIES, Policy::parse_list)
            .map(Option::unwrap_or_default)
    }

    /// Returns the time during which the private key may be used.
    #[corresponds(
        gnutls_x509_ext_import_private_key_usage_period,
        alias(gnutls_x509_crt_get_private_key_usage_period)
    )]
    pub fn private_key_usage_period(&self) -> Result<Option<PrivateKeyUsagePeriod>> {
        self.parsed(oid::PRIVATE_KEY_USAGE_PERIOD, PrivateKeyUsagePeriod::parse)
    }

    /// Returns the TLS features (RFC 7633): the numbers of TLS extensions that a server must send. 5 requires it to
    /// staple an OCSP response.
    #[corresponds(
        gnutls_x509_ext_import_tlsfeatures,
        gnutls_x509_tlsfeatures_init,
        gnutls_x509_tlsfeatures_get,
        gnutls_x509_tlsfeatures_deinit,
        alias(gnutls_x509_crt_get_tlsfeatures)
    )]
    pub fn tls_features(&self) -> Result<Vec<u16>> {
        self.parsed(oid::TLS_FEATURES, Extension::parse_tls_features)
            .map(Option::unwrap_or_default)
    }

    /// Returns the number of further certificates of a chain that may still use the policy "any".
    #[corresponds(
        gnutls_x509_ext_import_inhibit_anypolicy,
        alias(gnutls_x509_crt_get_inhibit_anypolicy)
    )]
    pub fn inhibit_any_policy(&self) -> Result<Option<u32>> {
        self.parsed(oid::INHIBIT_ANY_POLICY, Extension::parse_inhibit_any_policy)
    }

    /// Returns the delegation of a proxy certificate (RFC 3820).
    #[corresponds(gnutls_x509_ext_import_proxy, alias(gnutls_x509_crt_get_proxy))]
    pub fn proxy_info(&self) -> Result<Option<ProxyInfo>> {
        self.parsed(oid::PROXY_CERT_INFO, ProxyInfo::parse)
    }

    /// Returns the timestamps of certificate transparency logs (RFC 6962), without those of unknown versions. The list is empty
    /// without the extension.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the certificate has the extension and
    /// the library is too old, and of kind [`Certificate`](crate::ErrorKind::Certificate) if it is damaged.
    #[corresponds(
        gnutls_x509_ext_ct_import_scts,
        gnutls_x509_ext_ct_scts_init,
        gnutls_x509_ct_sct_get,
        gnutls_x509_ct_sct_get_version,
        gnutls_x509_ext_ct_scts_deinit
    )]
    pub fn signed_certificate_timestamps(&self) -> Result<Vec<SignedCertificateTimestamp>> {
        self.parsed(
            oid::SIGNED_CERTIFICATE_TIMESTAMPS,
            SignedCertificateTimestamp::parse_list,
        )
        .map(Option::unwrap_or_default)
    }
}
