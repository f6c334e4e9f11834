//! The NIST PKITS and the X.509 and key vectors of the Python package `cryptography-vectors`, and every authority in the
//! system's `ca-certificates`: Rust and C agree on each file.
//!
//! `cargo xtask test` downloads the package, verifies its digest, and passes its directory in `GNUTLS_VECTORS`.

use std::ffi::{c_int, c_uint};
use std::path::{Path, PathBuf};
use std::{env, fs, ptr};

use gnutls::pkcs7::Pkcs7;
use gnutls::x509::{Certificate, CertificateRevocationList, TrustList, VerifyOptions};
use gnutls_parsers::{
    CERTIFICATE, CERTIFICATE_REQUEST, OCSP_REQUEST, OCSP_RESPONSE, PKCS7, PKCS8, PKCS12,
    PUBLIC_KEY, Parser, REVOCATION_LIST, Verdict,
};
use gnutls_sys as sys;
use gnutls_testing::requirement::{Missing, Requirement};
use gnutls_testing::skip_unless;
use gnutls_vectors::Suite;

/// The deviations that are known.
const DEVIATIONS: &str = include_str!("deviations.tsv");

/// The expected results of the PKITS.
const PKITS: &str = include_str!("pkits.tsv");

/// The directory of the package.
struct Vectors;

impl Requirement for Vectors {
    fn missing(&self) -> Option<Missing> {
        env::var_os("GNUTLS_VECTORS").is_none().then(|| Missing {
            reason: "cryptography-vectors are not downloaded: run cargo xtask test".to_owned(),
            by_library: false,
        })
    }
}

fn folder(name: &str) -> PathBuf {
    let vectors = env::var_os("GNUTLS_VECTORS").unwrap();
    Path::new(&vectors).join("cryptography_vectors").join(name)
}

/// Returns all files below a directory, in a fixed order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Returns the parser for the label of a PEM block.
fn of_label(label: &str) -> Option<&'static Parser> {
    Some(match label {
        "CERTIFICATE" | "X509 CERTIFICATE" => &CERTIFICATE,
        "X509 CRL" => &REVOCATION_LIST,
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => &CERTIFICATE_REQUEST,
        "PKCS7" => &PKCS7,
        "PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" => &PKCS8,
        "PUBLIC KEY" => &PUBLIC_KEY,
        _ => return None,
    })
}

/// Returns the parsers for a file in DER, by its name and its directory.
fn of_file(path: &Path) -> Vec<&'static Parser> {
    let text = path.to_string_lossy();
    let is_in = |name: &str| text.contains(&format!("/{name}/"));
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("crt") => vec![&CERTIFICATE],
        Some("crl") => vec![&REVOCATION_LIST],
        Some("p12") => vec![&PKCS12],
        Some("p7b") => vec![&PKCS7],
        Some("der") if is_in("ocsp") => vec![&OCSP_REQUEST, &OCSP_RESPONSE],
        Some("der") if is_in("pkcs7") => vec![&PKCS7],
        Some("der") if is_in("asymmetric") => vec![&PKCS8, &PUBLIC_KEY],
        Some("der") => vec![&CERTIFICATE, &REVOCATION_LIST, &CERTIFICATE_REQUEST],
        _ => Vec::new(),
    }
}

/// Returns the blocks of PEM text in DER, with their parsers.
fn blocks(text: &[u8]) -> Vec<(&'static Parser, Vec<u8>)> {
    let text = String::from_utf8_lossy(text);
    let mut found = Vec::new();
    for block in text.split("-----BEGIN ").skip(1) {
        let label = block.split("-----").next().unwrap_or_default();
        let pem = format!("-----BEGIN {block}");
        if let (Some(parser), Ok(der)) = (
            of_label(label),
            gnutls::pem::decode(Some(label), pem.as_bytes()),
        ) {
            found.push((parser, der));
        }
    }
    found
}

/// The numbers of files on which both languages agree.
#[derive(Default)]
struct Agreement {
    accepted: usize,
    rejected: usize,
    differences: Vec<String>,
}

impl Agreement {
    fn add(&mut self, parser: &Parser, path: &Path, der: &[u8]) {
        match parser.compare(der) {
            Ok(Verdict::Accepted) => self.accepted += 1,
            Ok(Verdict::Rejected) => self.rejected += 1,
            Err(difference) => {
                self.differences
                    .push(format!("{}: {}: {difference}", path.display(), parser.name))
            }
        }
    }

    /// Prints a row of the table of results.
    fn finish(self, name: &str, least: usize) {
        println!(
            "{name:<20} {:>6} accepted {:>6} rejected {:>4} differences between Rust and C",
            self.accepted,
            self.rejected,
            self.differences.len()
        );
        assert!(self.differences.is_empty(), "{:#?}", self.differences);
        assert!(self.accepted >= least, "only {} accepted", self.accepted);
    }
}

#[test]
fn files_are_parsed_as_in_c() {
    skip_unless!(Vectors);
    for (name, least) in [
        ("x509", 600),
        ("pkcs12", 10),
        ("pkcs7", 2),
        ("asymmetric/PKCS8", 10),
        ("asymmetric/DER_Serialization", 3),
        ("asymmetric/public", 0),
        ("asymmetric/EC", 0),
        ("asymmetric/X25519", 0),
        ("asymmetric/X448", 0),
        ("asymmetric/Ed25519", 0),
        ("asymmetric/Ed448", 0),
        ("asymmetric/DSA/custom", 0),
        ("asymmetric/MLDSA", 0),
        ("asymmetric/MLKEM", 0),
    ] {
        let mut agreement = Agreement::default();
        for path in files(&folder(name)) {
            let data = fs::read(&path).unwrap();
            for (parser, der) in blocks(&data) {
                agreement.add(parser, &path, &der);
            }
            for parser in of_file(&path) {
                agreement.add(parser, &path, &data);
            }
        }
        agreement.finish(name, least);
    }
}

#[test]
fn every_authority_of_the_system_is_parsed_as_in_c() {
    let path = Path::new("/etc/ssl/certs/ca-certificates.crt");
    let mut agreement = Agreement::default();
    for (parser, der) in blocks(&fs::read(path).unwrap()) {
        agreement.add(parser, path, &der);
    }
    agreement.finish("ca-certificates", 100);
}

/// Returns the time at which the PKITS are verified, between the dates of its certificates.
extern "C" fn time(now: *mut sys::time_t) -> sys::time_t {
    // 2020-01-01
    let time = 1_577_836_800;
    if !now.is_null() {
        // SAFETY: the caller passes NULL or a place for the time.
        unsafe { *now = time };
    }
    time
}

/// The certificates and revocation lists of a message.
struct Message {
    /// The certificate of the signer, and the others in the order of the path.
    chain: Vec<Certificate>,
    lists: Vec<CertificateRevocationList>,
}

impl Message {
    /// Reads the signature of an S/MIME message, with everything that the path requires except the trust anchor.
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let (_, part) = text.split_once("smime.p7s").unwrap();
        let part = part.replace('\r', "");
        let (_, body) = part.split_once("\n\n").unwrap();
        let body = body.split("\n--").next().unwrap();
        let pem = format!(
            "-----BEGIN PKCS7-----\n{}\n-----END PKCS7-----\n",
            body.trim()
        );
        let signed = Pkcs7::from_pem(pem.as_bytes()).unwrap();
        let mut others = signed.certificates().unwrap();
        let signer = others.iter().position(|certificate| {
            let subject = certificate.subject().unwrap().to_string();
            subject.contains("EE Certificate")
        });
        let mut chain = vec![others.remove(signer.unwrap_or(others.len() - 1))];
        while let Some(issuer) = others
            .iter()
            .position(|other| chain[chain.len() - 1].is_issued_by(other))
        {
            chain.push(others.remove(issuer));
        }
        chain.extend(others);
        Self {
            chain,
            lists: signed.revocation_lists().unwrap(),
        }
    }

    /// Verifies with the safe crate.
    fn verify(&self, anchor: &Certificate) -> c_uint {
        let mut authorities = TrustList::new().unwrap();
        authorities
            .add_certificates(std::slice::from_ref(anchor))
            .unwrap();
        for list in &self.lists {
            // The issuers of most lists are not in the trust list.
            let pem = list.to_pem().unwrap();
            authorities
                .dangerous_add_unverified_crl_pem(pem.as_bytes())
                .unwrap();
        }
        let result = authorities
            .verify(&self.chain, &VerifyOptions::new())
            .unwrap();
        result.status().as_raw()
    }

    /// Verifies with the same calls of C.
    fn verify_in_c(&self, anchor: &Certificate) -> c_uint {
        let mut chain: Vec<_> = self.chain.iter().map(Certificate::as_ptr).collect();
        let mut status = 0;
        // SAFETY: all objects are initialised. The list owns its own copies of the anchor and of the revocation lists, and
        // is released with them.
        unsafe {
            let mut list = ptr::null_mut();
            done(sys::gnutls_x509_trust_list_init(&mut list, 0));
            let mut copy = ptr::null_mut();
            done(sys::gnutls_x509_crt_init(&mut copy));
            let der = anchor.to_der().unwrap();
            done(sys::gnutls_x509_crt_import(
                copy,
                &datum(&der),
                sys::GNUTLS_X509_FMT_DER,
            ));
            done(sys::gnutls_x509_trust_list_add_cas(list, &copy, 1, 0));
            for crl in &self.lists {
                let der = crl.to_der().unwrap();
                let mut copy = ptr::null_mut();
                done(sys::gnutls_x509_crl_init(&mut copy));
                done(sys::gnutls_x509_crl_import(
                    copy,
                    &datum(&der),
                    sys::GNUTLS_X509_FMT_DER,
                ));
                done(sys::gnutls_x509_trust_list_add_crls(
                    list,
                    &copy,
                    1,
                    sys::GNUTLS_TL_NO_DUPLICATES as c_uint,
                    0,
                ));
            }
            done(sys::gnutls_x509_trust_list_verify_crt2(
                list,
                chain.as_mut_ptr(),
                chain.len() as c_uint,
                ptr::null_mut(),
                0,
                0,
                &mut status,
                None,
            ));
            sys::gnutls_x509_trust_list_deinit(list, 1);
        }
        status
    }
}

fn datum(bytes: &[u8]) -> sys::gnutls_datum_t {
    sys::gnutls_datum_t {
        data: bytes.as_ptr().cast_mut(),
        size: bytes.len() as c_uint,
    }
}

fn done(code: c_int) {
    assert!(code >= 0, "{code}");
}

#[test]
fn pkits() {
    skip_unless!(Vectors);
    // SAFETY: the function can be called at any time. The other tests of the program print certificates, without a time.
    unsafe { sys::gnutls_global_set_time_function(Some(time)) };
    let folder = folder("x509/PKITS_data");
    let anchor = fs::read(folder.join("certs/TrustAnchorRootCertificate.crt")).unwrap();
    let anchor = Certificate::from_der(&anchor).unwrap();
    let mut suite = Suite::new("pkits");
    let rows = PKITS.lines().filter(|line| !line.starts_with('#'));
    for (number, row) in rows.enumerate() {
        let (name, expected) = row.split_once('\t').unwrap();
        let message = Message::read(&folder.join(format!("smime/Signed{name}.eml")));
        let status = message.verify(&anchor);
        assert_eq!(status, message.verify_in_c(&anchor), "{name}");
        suite.record(
            "PKITS",
            number + 1,
            Some(expected == "valid"),
            status == 0,
            name,
        );
    }
    suite.finish(DEVIATIONS);
}
