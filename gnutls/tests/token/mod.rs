//! A token in software (SoftHSM) for one test: each test runs in a process of its own, which has nothing but this token.

use std::env;
use std::ffi::{CStr, CString, c_char, c_int, c_uint};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::common::fixture_path;

pub const PIN: &str = "1234-test";
const SECURITY_OFFICER: &str = "5678-test";

/// In a process that runs one test: the folder of its token.
const FOLDER: &str = "GNUTLS_TEST_TOKEN";

/// Where the module of SoftHSM is.
const MODULES: [&str; 7] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/lib/pkcs11/libsofthsm2.so",
    "/usr/lib/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];

/// Runs the test of this name in a process that has a token, called `test`, with the server of the fixtures and its
/// authority, which is marked as trusted. Without the programs it is skipped; with `CI=true` they have to be there.
pub fn with_token(test: &str, body: impl FnOnce(&Path)) {
    if let Some(folder) = env::var_os(FOLDER) {
        use_token();
        body(&PathBuf::from(folder));
        return;
    }
    let folder = env::temp_dir().join(format!("gnutls-token-{test}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    let prepared = prepare(&folder);
    let result = prepared.as_ref().map(|()| {
        let mut child = Command::new(env::current_exe().unwrap());
        child.args(["--exact", test, "--nocapture"]);
        child
            .env(FOLDER, &folder)
            .env("SOFTHSM2_CONF", configuration(&folder));
        child.output().unwrap()
    });
    let _ = fs::remove_dir_all(&folder);
    match result {
        Ok(output) => assert!(
            output.status.success(),
            "{}\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(missing) => {
            let is_needed = env::var("CI").as_deref() == Ok("true");
            assert!(!is_needed, "a token is needed: {missing}");
            eprintln!("skipped: {missing}");
        }
    }
}

fn configuration(folder: &Path) -> PathBuf {
    folder.join("softhsm2.conf")
}

fn module() -> Option<&'static str> {
    MODULES.into_iter().find(|path| Path::new(path).exists())
}

/// Makes the token. The error says what is not there.
fn prepare(folder: &Path) -> Result<(), String> {
    let module = module().ok_or("no module of SoftHSM")?;
    for program in ["softhsm2-util", "p11tool"] {
        let there = Command::new(program).arg("--version").output();
        there.map_err(|_| format!("no {program}"))?;
    }
    if function(c"gnutls_pkcs11_init").is_none() {
        return Err("GnuTLS was built without PKCS #11".into());
    }
    fs::create_dir_all(folder.join("tokens")).unwrap();
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
        folder.join("tokens").display()
    );
    fs::write(configuration(folder), text).unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.env("SOFTHSM2_CONF", configuration(folder));
        command
            .env("GNUTLS_PIN", PIN)
            .env("GNUTLS_SO_PIN", SECURITY_OFFICER);
        let output = command.args(arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    };
    let pins = ["--pin", PIN, "--so-pin", SECURITY_OFFICER];
    let initialise = [
        "--module",
        module,
        "--init-token",
        "--free",
        "--label",
        "test",
    ];
    run("softhsm2-util", &[&initialise[..], &pins].concat());
    let write = |login, what: &[&str]| {
        let arguments = ["--provider", module, "--batch", login, "--write"];
        run(
            "p11tool",
            &[&arguments[..], what, &["pkcs11:token=test"]].concat(),
        );
    };
    let file = |name: &str| fixture_path(name).to_str().unwrap().to_owned();
    for (name, id) in [("server", "01"), ("client", "02")] {
        let (key, certificate) = (
            file(&format!("{name}-key.pem")),
            file(&format!("{name}.pem")),
        );
        write(
            "--login",
            &["--load-privkey", &key, "--label", name, "--id", id],
        );
        write(
            "--login",
            &[
                "--load-certificate",
                &certificate,
                "--label",
                name,
                "--id",
                id,
            ],
        );
    }
    if has_key_for_each_use() {
        let (key, each) = (file("server-key.pem"), "--mark-always-authenticate");
        let write_key = [
            "--load-privkey",
            &key,
            "--label",
            "each",
            "--id",
            "04",
            each,
        ];
        write("--login", &write_key);
    }
    let authority = file("ca.pem");
    let trusted = [
        "--load-certificate",
        &authority,
        "--label",
        "authority",
        "--id",
        "03",
    ];
    write(
        "--so-login",
        &[&trusted[..], &["--mark-trusted", "--mark-ca"]].concat(),
    );
    Ok(())
}

/// Whether the token has a key, called `each`, that asks for the PIN each time: p11tool writes one since 3.7.3.
pub fn has_key_for_each_use() -> bool {
    let help = Command::new("p11tool").arg("--help").output();
    help.is_ok_and(|help| {
        String::from_utf8_lossy(&help.stdout).contains("mark-always-authenticate")
    })
}

/// Has GnuTLS use the module, and none that the system is configured with.
fn use_token() {
    type Init = unsafe extern "C" fn(c_uint, *const c_char) -> c_int;
    type AddProvider = unsafe extern "C" fn(*const c_char, *const c_char) -> c_int;
    let module = CString::new(module().unwrap()).unwrap();
    let init = function(c"gnutls_pkcs11_init").unwrap();
    let add_provider = function(c"gnutls_pkcs11_add_provider").unwrap();
    // SAFETY: the functions have these types (gnutls/pkcs11.h). Nothing has used tokens before in this process. The strings
    // end in NUL, and are copied.
    unsafe {
        let init: Init = std::mem::transmute(init);
        let add_provider: AddProvider = std::mem::transmute(add_provider);
        // 0 is GNUTLS_PKCS11_FLAG_MANUAL.
        assert_eq!(init(0, std::ptr::null()), 0);
        assert_eq!(add_provider(module.as_ptr(), c"trusted".as_ptr()), 0);
    }
}

/// A function that a library which was built without PKCS #11 does not have.
fn function(name: &CStr) -> Option<*mut libc::c_void> {
    gnutls::version();
    // SAFETY: looks a name up among the libraries that are loaded.
    let address = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    (!address.is_null()).then_some(address)
}
