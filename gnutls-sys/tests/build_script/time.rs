//! The width of `time_t`.

use std::fs;

use super::script::find::Library;
use super::script::time;
use super::{Build, folder, installed};

/// Creates a library that contains these bytes.
fn library_with(test: &str, bytes: &[u8]) -> Library {
    let (library, include) = installed(test, "3.7.9");
    fs::write(library.join("libgnutls.so"), bytes).unwrap();
    Library {
        version: "3.7.9".parse().unwrap(),
        include: vec![include],
        folders: vec![library],
        instructions: Vec::new(),
    }
}

#[test]
fn hazard_21_the_library_shows_how_wide_time_is() {
    let wide = library_with("time-wide", b"\x7fELF..\0lseek64\0__time64\0memcpy\0");
    let narrow = library_with("time-narrow", b"\x7fELF..\0fstat64_time64\0get_time\0");
    let build = Build::for_32_bits();
    assert!(time::is_64_bits(&build.environment(), &wide).unwrap());
    assert!(!time::is_64_bits(&build.environment(), &narrow).unwrap());
    // 64-bit platforms have only one width.
    assert!(time::is_64_bits(&Build::new().environment(), &narrow).unwrap());
}

#[test]
fn the_packager_determines_how_wide_time_is() {
    let wide = library_with("time-given", b"\x7fELF..\0__time64\0memcpy\0");
    let answer = |name, bits| {
        let build = Build::for_32_bits().with(name, bits);
        time::is_64_bits(&build.environment(), &wide).map_err(|problem| problem.to_string())
    };
    const PREFIXED: &str = "ARMV7_UNKNOWN_LINUX_GNUEABIHF_GNUTLS_TIME_BITS";
    for name in ["GNUTLS_TIME_BITS", PREFIXED] {
        assert_eq!(answer(name, "32"), Ok(false));
        assert_eq!(answer(name, "64"), Ok(true));
        let problem = answer(name, "4").unwrap_err();
        let text = format!("{name} is \"4\". Set it to 32 or 64");
        assert!(problem.starts_with(&text), "{problem}");
    }
    // A build for several targets has an unprefixed variable for one of them.
    let wide_platform = Build::new().with("GNUTLS_TIME_BITS", "32");
    assert!(time::is_64_bits(&wide_platform.environment(), &wide).unwrap());
}

#[cfg(unix)]
#[test]
fn else_the_compiler_is_asked() {
    use std::os::unix::fs::PermissionsExt;

    let library = library_with("time-unknown", b"\x7fELF..\0");
    let folder = folder("time compilers");
    // Compilers that only compare the size of time_t.
    for (name, bytes) in [("cc-32", 4), ("cc-64", 8), ("arm-linux-gnueabihf-gcc", 8)] {
        let script = format!(
            "#!/bin/sh\nwhile read line; do case \"$line\" in *'== {bytes} '*) exit 0;; esac; done\nexit 1\n"
        );
        fs::write(folder.join(name), script).unwrap();
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let answer = |build: Build| time::is_64_bits(&build.environment(), &library);
    let path = |name| folder.join(name);
    assert!(!answer(Build::for_32_bits().with("CC", path("cc-32"))).unwrap());
    assert!(answer(Build::for_32_bits().with("CC", path("cc-64"))).unwrap());
    let options = answer(Build::for_32_bits().with("CC", "sh -c cat"));
    assert!(options.unwrap(), "a compiler with options");
    // The compiler for the target has precedence, and one that does not run is skipped.
    let build = || Build::for_32_bits().with("CC", path("cc-64"));
    assert!(!answer(build().with("TARGET_CC", path("cc-32"))).unwrap());
    assert!(!answer(build().with("CC_armv7_unknown_linux_gnueabihf", path("cc-32"))).unwrap());
    assert!(!answer(build().with("CC_armv7-unknown-linux-gnueabihf", path("cc-32"))).unwrap());
    assert!(answer(build().with("TARGET_CC", path("none"))).unwrap());
    assert!(!answer(Build::for_32_bits().with("RUSTC_LINKER", path("cc-32"))).unwrap());

    // A target without a compiler on any machine.
    let nothing = Build::for_32_bits().with("TARGET", "armv7-unknown-linux-example");
    let problem = answer(nothing.with("CC", path("none")))
        .unwrap_err()
        .to_string();
    assert!(problem.contains("32 or 64 bits for time_t"), "{problem}");
    assert!(problem.contains("arm-linux-example-gcc"), "{problem}");
    assert!(
        problem.contains("Set GNUTLS_TIME_BITS to 32 or 64")
            && problem.contains("or CC_armv7_unknown_linux_example"),
        "{problem}"
    );
}
