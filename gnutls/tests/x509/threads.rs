//! Certificates that several threads read at the same time.

use std::sync::Barrier;
use std::thread;

use gnutls::crypto::Digest;
use gnutls::x509::{Certificate, PrintFormat};
use gnutls_testing::fixtures::fixture_path;

#[test]
fn bug_class_5_threads_share_a_certificate() {
    const THREADS: usize = 4;
    let certificate = Certificate::from_pem_file(fixture_path("fields.pem")).unwrap();
    let start = Barrier::new(THREADS);
    let texts = thread::scope(|scope| {
        let read = || {
            start.wait();
            let texts = (0..50).map(|_| {
                format!(
                    "{} {:?} {:?} {} {:?}",
                    certificate.subject().unwrap(),
                    certificate.subject_alt_names().unwrap(),
                    certificate.fingerprint(Digest::SHA256).unwrap(),
                    certificate.print(PrintFormat::FULL).unwrap(),
                    certificate.clone().extensions().unwrap(),
                )
            });
            let mut texts: Vec<_> = texts.collect();
            texts.dedup();
            assert_eq!(texts.len(), 1);
            texts.remove(0)
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(read)).collect();
        let mut texts: Vec<_> = threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect();
        texts.dedup();
        texts
    });
    assert_eq!(texts.len(), 1);
}
