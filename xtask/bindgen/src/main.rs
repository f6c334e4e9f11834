//! Writes the committed bindings of `gnutls-sys`.

#[path = "../../../gnutls-sys/build/bindings.rs"]
mod bindings;
#[path = "../../../gnutls-sys/build/headers.rs"]
mod headers;
#[path = "../../../gnutls-sys/build/releases.rs"]
mod releases;
#[path = "../../../gnutls-sys/build/version.rs"]
mod version;

fn main() {
    let dir = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    let r = releases::Releases::parse(releases::TABLE).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let h = headers::find(&[&dir]).unwrap();
    let v = headers::version(&std::fs::read_to_string(h).unwrap()).unwrap();
    print!("{}", bindings::generate(&[&dir], v, &r, scratch.path()).unwrap());
}
