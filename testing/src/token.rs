//! A PKCS #11 software token (SoftHSM) for one test, which runs in a process without any other token.

use std::ffi::{CString, c_char, c_int, c_uint};
use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::directory::TemporaryDirectory;
use crate::fixtures::fixture_path;
use crate::process::{run_alone, system_program};
use crate::requirement::{
    P11TOOL, P11TOOL_ALWAYS_AUTHENTICATE, PKCS11, Requirement, SOFTHSM, function,
};
use crate::skip;

/// The PIN of the token.
pub const PIN: &str = "1234-test";
/// The PIN of the security officer.
pub const SECURITY_OFFICER: &str = "5678-test";

/// The environment variable with the directory of the token, in a process that runs one test.
const DIRECTORY: &str = "GNUTLS_TESTING_TOKEN";

/// The paths at which systems install the SoftHSM module, which the conformance suite reads too.
const MODULES: &str = include_str!("softhsm-modules.txt");

/// Runs a test in a process that has a token named `test`, with the fixtures' server and client and their authority,
/// which is marked as trusted. The test is skipped on machines without the programs.
pub fn with_token(test: &str, body: impl FnOnce()) {
    if env::var_os(DIRECTORY).is_some() {
        use_token();
        body();
        return;
    }
    let requirements: [&dyn Requirement; 3] = [&PKCS11, &SOFTHSM, &P11TOOL];
    if let Some(missing) = requirements.into_iter().find_map(Requirement::missing) {
        skip::record(test, &missing);
        return;
    }
    let directory = TemporaryDirectory::new();
    prepare(directory.path());
    run_alone(
        test,
        [
            (DIRECTORY, directory.path()),
            ("SOFTHSM2_CONF", &configuration(directory.path())),
        ],
    );
}

fn configuration(folder: &Path) -> PathBuf {
    folder.join("softhsm2.conf")
}

pub(crate) fn module() -> Option<&'static str> {
    MODULES.lines().find(|path| Path::new(path).exists())
}

/// Creates the token.
fn prepare(folder: &Path) {
    let module = module().expect("the module was found before");
    fs::create_dir_all(folder.join("tokens")).unwrap();
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
        folder.join("tokens").display()
    );
    fs::write(configuration(folder), text).unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let mut command = system_program(program);
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
    // A key named `each`, which requires the PIN for every use.
    if P11TOOL_ALWAYS_AUTHENTICATE.is_present() {
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
}

/// Loads the module into GnuTLS, without the modules configured in the system.
fn use_token() {
    type Init = unsafe extern "C" fn(c_uint, *const c_char) -> c_int;
    type AddProvider = unsafe extern "C" fn(*const c_char, *const c_char) -> c_int;
    let module = CString::new(module().unwrap()).unwrap();
    let init = function(c"gnutls_pkcs11_init").unwrap();
    let add_provider = function(c"gnutls_pkcs11_add_provider").unwrap();
    // SAFETY: the functions have these types (gnutls/pkcs11.h). No earlier code in this process uses tokens. The
    // strings end with NUL and are copied.
    unsafe {
        let init: Init = std::mem::transmute(init);
        let add_provider: AddProvider = std::mem::transmute(add_provider);
        // 0 is GNUTLS_PKCS11_FLAG_MANUAL.
        assert_eq!(init(0, std::ptr::null()), 0);
        assert_eq!(add_provider(module.as_ptr(), c"trusted".as_ptr()), 0);
    }
}
