//! What a configuration says about extensions of the hellos: compression of certificates, SRTP, heartbeats, and those that
//! the program brings along.

use crate::config::builder::ConfigBuilder;
use crate::error::Result;
use crate::extension::certificate_compression::CompressionMethod;
use crate::extension::{Extension, certificate_compression};
use crate::heartbeat::Heartbeat;
use crate::srtp::Srtp;
use crate::{extension, heartbeat, srtp};

/// See the methods of the builders.
#[derive(Clone, Debug, Default)]
pub(crate) struct ExtensionOptions {
    pub(crate) compression: Vec<CompressionMethod>,
    pub(crate) srtp: Option<Srtp>,
    pub(crate) heartbeat: Option<Heartbeat>,
    pub(crate) custom: Vec<Extension>,
}

impl ExtensionOptions {
    /// Fails for what the library is too old for, lacks, or would not take.
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

    /// Returns whether supplemental data is exchanged, which the handshake hook has to see.
    pub(crate) fn exchanges_supplemental_data(&self) -> bool {
        self.custom.iter().any(Extension::has_supplemental_data)
    }

    /// SRTP is for datagrams.
    pub(crate) fn srtp_for(&self, datagram: bool) -> Option<&Srtp> {
        self.srtp.as_ref().filter(|_| datagram)
    }
}

impl<S> ConfigBuilder<S> {
    /// Has certificates compressed under TLS 1.3 (RFC 8879): the peer is told that its own may be, by one of these
    /// methods, and this side's are, by the first method of the peer's list that is among these. None are by default.
    ///
    /// What was chosen for this side's is told by
    /// [`certificate_compression`](crate::SessionRef::certificate_compression).
    ///
    /// C: [`gnutls_compress_certificate_set_methods`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fcompress_005fcertificate_005fset_005fmethods),
    /// since 3.7.4.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails with the kind [`Unsupported`](crate::ErrorKind::Unsupported) where the library is too
    /// old or was built without a method, as Debian's is: ask [`CompressionMethod::is_available`](crate::CompressionMethod::is_available).
    ///
    /// ```
    /// use gnutls::{ClientConfig, CompressionMethod, Trust};
    ///
    /// let methods = [CompressionMethod::ZSTD, CompressionMethod::BROTLI, CompressionMethod::ZLIB];
    /// let config = ClientConfig::builder()
    ///     .trust(Trust::none())
    ///     .compress_certificates(methods.into_iter().filter(|method| method.is_available()))
    ///     .build()?;
    /// # drop(config);
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[doc(alias = "gnutls_compress_certificate_set_methods")]
    pub fn compress_certificates(
        mut self,
        methods: impl IntoIterator<Item = crate::extension::certificate_compression::CompressionMethod>,
    ) -> Self {
        self.common.extensions.compression = methods.into_iter().collect();
        self
    }

    /// Agrees with the peer on keys for SRTP (RFC 5764), in sessions of DTLS. Those of TLS take no notice of it.
    ///
    /// Sessions with SRTP are never resumed, and have no tickets: GnuTLS packs what it knows of SRTP in another form than
    /// it unpacks, and would write beyond an array.
    ///
    /// C: [`gnutls_srtp_set_profile`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsrtp_005fset_005fprofile).
    #[doc(alias = "gnutls_srtp_set_profile")]
    pub fn srtp(mut self, srtp: crate::srtp::Srtp) -> Self {
        self.common.extensions.srtp = Some(srtp);
        self
    }

    /// Uses heartbeats (RFC 6520), where the peer does so too. They are off by default.
    ///
    /// C: [`gnutls_heartbeat_enable`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fheartbeat_005fenable).
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails with the kind [`Unsupported`](crate::ErrorKind::Unsupported) where the library was
    /// built without them.
    #[doc(alias = "gnutls_heartbeat_enable")]
    pub fn heartbeat(mut self, heartbeat: crate::heartbeat::Heartbeat) -> Self {
        self.common.extensions.heartbeat = Some(heartbeat);
        self
    }

    /// Adds an extension of the program's own to the hellos, see [`Extension`](crate::Extension). To be called for each.
    ///
    /// C: [`gnutls_session_ext_register`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsession_005fext_005fregister),
    /// here since 3.6.3.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails with the kind [`InvalidInput`](crate::ErrorKind::InvalidInput) for an extension that
    /// GnuTLS has itself, for two of one number, and for more than 16; with `Unsupported` where the library is too old.
    #[doc(alias = "gnutls_session_ext_register")]
    pub fn extension(mut self, extension: crate::extension::Extension) -> Self {
        self.common.extensions.custom.push(extension);
        self
    }
}
