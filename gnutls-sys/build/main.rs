//! Finds the installed GnuTLS.
fn main() {
    let library = pkg_config::Config::new().atleast_version("3.6.0").probe("gnutls").unwrap();
    let number = |v: &str| v.split('.').map(|n| n.parse().unwrap_or(0)).collect::<Vec<u32>>();
    let releases = ["3.6.2","3.6.3","3.6.4","3.6.5","3.6.6","3.6.8","3.6.9","3.6.10","3.6.12","3.6.13","3.6.14","3.7.0","3.7.2","3.7.3","3.7.4","3.7.5","3.7.7","3.8.1","3.8.2","3.8.4","3.8.6","3.8.11","3.8.13"];
    for release in releases {
        let cfg = format!("gnutls_{}", release.replace('.', "_"));
        println!("cargo::rustc-check-cfg=cfg({cfg})");
        if number(&library.version) >= number(release) { println!("cargo::rustc-cfg={cfg}"); }
    }
    println!("cargo::metadata=VERSION={}", library.version);
    println!("cargo::metadata=RELEASES={}", releases.join(","));
}
