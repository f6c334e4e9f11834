//! The extension options of a configuration: certificate compression, SRTP, heartbeats and extensions of the program.

use gnutls_macros::corresponds;

use crate::config::builder::ConfigBuilder;
use crate::error::Result;
use crate::extension::certificate_compression::CompressionMethod;
use crate::extension::{HelloExtension, certificate_compression};
use crate::{extension, heartbeat, srtp};

/// The extension options; the methods of the builders describe them.
#[derive(Clone, Debug, Default)]
pub(crate) struct ExtensionOptions {
    pub(crate) compression: Vec<CompressionMethod>,
    pub(crate) srtp: Option<srtp::Config>,
    pub(crate) heartbeat: Option<heartbeat::Mode>,
    pub(crate) custom: Vec<HelloExtension>,
}

impl ExtensionOptions {
    /// Fails if the library is too old for an option, was built without it, or would not accept it.
    pub(crate) fn checked(self) -> Result<Self> {
        certificate_compression::check(&self.compression)?;
        if let Some(srtp) = &self.srtp {
            srtp::check(srtp)?;
        }
        if self.heartbeat.is_some() {
            heartbeat::check()?;
        }
        extension::check(&self.custom)?;
        Ok(self)
    }

    /// Returns `true` if supplemental data is exchanged, which the handshake hook must observe.
    pub(crate) fn exchanges_supplemental_data(&self) -> bool {
        self.custom
            .iter()
            .any(HelloExtension::has_supplemental_data)
    }

    /// Returns the SRTP options of a DTLS session. TLS sessions have none.
    pub(crate) fn srtp_for(&self, datagram: bool) -> Option<&srtp::Config> {
        self.srtp.as_ref().filter(|_| datagram)
    }
}

impl<S> ConfigBuilder<S> {
    /// Enables certificate compression in TLS 1.3 (RFC 8879). The methods are offered to the peer for its certificates.
    /// This side's certificates are compressed by the first method in the peer's list that is also in this list. By
    /// default certificates are not compressed.
    ///
    /// [`certificate_compression`](crate::SessionRef::certificate_compression) returns the method that compressed this
    /// side's certificates.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails with an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library
    /// is too old or was built without a method, as in Debian.
    /// [`CompressionMethod::is_available`](crate::extension::CompressionMethod::is_available) returns which methods are
    /// available.
    ///
    /// ```
    /// use gnutls::{ClientConfig, Trust};
    /// use gnutls::extension::CompressionMethod;
    ///
    /// let methods = [CompressionMethod::ZSTD, CompressionMethod::BROTLI, CompressionMethod::ZLIB];
    /// let config = ClientConfig::builder()
    ///     .trust(Trust::none())
    ///     .compress_certificates(methods.into_iter().filter(|method| method.is_available()))
    ///     .build()?;
    /// # drop(config);
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(gnutls_compress_certificate_set_methods)]
    pub fn compress_certificates(
        mut self,
        methods: impl IntoIterator<Item = crate::extension::certificate_compression::CompressionMethod>,
    ) -> Self {
        self.common.extensions.compression = methods.into_iter().collect();
        self
    }

    /// Negotiates SRTP keys with the peer (RFC 5764) in DTLS sessions. TLS sessions ignore this option.
    ///
    /// Sessions with SRTP are never resumed and have no tickets: GnuTLS packs its SRTP data in a different form than it
    /// unpacks, and would write beyond an array.
    #[corresponds(gnutls_srtp_set_profile)]
    pub fn srtp(mut self, srtp: crate::srtp::Config) -> Self {
        self.common.extensions.srtp = Some(srtp);
        self
    }

    /// Enables heartbeats (RFC 6520) if the peer enables them too. They are disabled by default.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails with an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library
    /// was built without heartbeats.
    #[corresponds(gnutls_heartbeat_enable)]
    pub fn heartbeat(mut self, heartbeat: crate::heartbeat::Mode) -> Self {
        self.common.extensions.heartbeat = Some(heartbeat);
        self
    }

    /// Adds an extension of the program to the hello messages, see [`Extension`](crate::extension::HelloExtension).
    /// Call it once per extension.
    ///
    /// An extension of a configuration requires GnuTLS 3.6.3.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails with an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if GnuTLS
    /// implements the extension itself, if two extensions have the same number, or if there are more than 16. It fails
    /// with the kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old, and with the kind
    /// [`Limit`](crate::ErrorKind::Limit) if GnuTLS, which has room for fewer extensions before 3.6.13, has no room left.
    #[corresponds(gnutls_session_ext_register)]
    pub fn extension(mut self, extension: crate::extension::HelloExtension) -> Self {
        self.common.extensions.custom.push(extension);
        self
    }
}
