//! Headless Chromium, driven by WebDriver (<https://www.w3.org/TR/webdriver2/>).

use std::process::Command;
use std::time::Duration;

use fantoccini::error::CmdError;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use gnutls_tests_process::Running;
use http::Method;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use url::{ParseError, Url};

/// A headless browser; it ends with this value.
pub struct Browser {
    runtime: Runtime,
    client: Client,
    _driver: Running,
}

/// The longest time in which a page that works does something.
const PATIENCE: Duration = Duration::from_secs(30);

impl Browser {
    /// Starts a browser whose window has this size, in pixels.
    pub fn start(width: u32, height: u32) -> Self {
        // Port 0: the driver takes a free port and prints it.
        let mut command = Command::new("chromedriver");
        let mut driver =
            Running::start(command.arg("--port=0"), PATIENCE).expect("chromedriver runs");
        let port = |text: &str| {
            let (_, port) = text.split_once("started successfully on port ")?;
            port.split_once('.')?.0.parse::<u16>().ok()
        };
        let port = driver.wait_for("its port", port).expect("a port");

        let mut options = json!({"args": [
            "--headless",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            format!("--window-size={width},{height}"),
            // As root, and in many containers, the sandbox does not work. The page is our own.
            "--no-sandbox",
        ]});
        if let Some(program) = browser() {
            options["binary"] = program.into();
        }
        let capabilities = Capabilities::from_iter([
            ("goog:chromeOptions".to_owned(), options),
            ("goog:loggingPrefs".to_owned(), json!({"browser": "ALL"})),
        ]);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let mut builder =
            ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        let address = format!("http://127.0.0.1:{port}");
        let session = builder.capabilities(capabilities).connect(&address);
        let client = runtime.block_on(session).expect("a session");
        Self {
            _driver: driver,
            runtime,
            client,
        }
    }

    pub fn open(&self, address: &str) {
        self.run(address, self.client.goto(address));
    }

    /// The messages on the console of the page since the last call.
    pub fn console(&self) -> Vec<Value> {
        let messages = self.run("the console", self.client.issue_cmd(Console));
        messages.as_array().cloned().expect("a list")
    }

    /// The value of an expression in the page.
    pub fn value(&self, expression: &str) -> Value {
        let script = format!("return {expression}");
        self.run(expression, self.client.execute(&script, Vec::new()))
    }

    pub fn number(&self, expression: &str) -> u64 {
        let value = self.value(expression);
        value
            .as_u64()
            .unwrap_or_else(|| panic!("{expression} is {value}"))
    }

    pub fn text(&self, expression: &str) -> String {
        let value = self.value(expression);
        value
            .as_str()
            .unwrap_or_else(|| panic!("{expression} is {value}"))
            .to_owned()
    }

    /// Clicks as a user would: it fails if something covers the element.
    pub fn click(&self, selector: &str) {
        self.run(selector, async {
            self.client
                .find(Locator::Css(selector))
                .await?
                .click()
                .await
        });
    }

    /// Types into an element.
    pub fn type_into(&self, selector: &str, text: &str) {
        self.run(selector, async {
            let element = self.client.find(Locator::Css(selector)).await?;
            element.send_keys(text).await
        });
    }

    /// Waits until an expression is true.
    pub fn wait_for(&self, expression: &str) {
        let script = format!("return {expression}");
        self.run(expression, async {
            while self.client.execute(&script, Vec::new()).await? != Value::Bool(true) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Ok(())
        });
    }

    /// Runs a command, which must succeed in time.
    fn run<T>(&self, what: &str, command: impl Future<Output = Result<T, CmdError>>) -> T {
        let timed = async { tokio::time::timeout(PATIENCE, command).await };
        match self.runtime.block_on(timed) {
            Ok(Ok(value)) => value,
            Ok(Err(error)) => panic!("{what}: {error}"),
            Err(_) => panic!("{what}: not in {PATIENCE:?}"),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends the browser together with the session, which may have ended already.
        let _ = self.runtime.block_on(self.client.clone().close());
    }
}

/// Chromium's command for the messages on the console, which the standard does not have.
#[derive(Debug)]
struct Console;

impl WebDriverCompatibleCommand for Console {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({"type": "browser"}).to_string()))
    }
}

/// The browser, if the driver does not find it by its usual name.
fn browser() -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ]
    .iter()
    .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
    .find(|program| program.is_file())
    .map(|program| program.display().to_string())
}
