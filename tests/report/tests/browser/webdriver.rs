//! As much of the WebDriver protocol as the test needs (<https://www.w3.org/TR/webdriver2/>).

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A headless browser; it ends with this value.
pub struct Browser {
    driver: Child,
    session: String,
}

/// Of a page that does what it should, or of a driver that starts.
const PATIENCE: Duration = Duration::from_secs(30);

impl Browser {
    /// Starts a browser whose window has this size, in pixels.
    pub fn start(width: u32, height: u32) -> Self {
        // Port 0: the driver takes a free one and says which.
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver runs");
        let output = BufReader::new(driver.stdout.take().expect("its output is piped"));
        let mut lines = output.lines().map_while(Result::ok);
        let port = lines
            .find_map(|line| {
                let (_, port) = line.split_once("started successfully on port ")?;
                port.trim_end_matches('.').parse::<u16>().ok()
            })
            .expect("chromedriver says its port");
        // What it says further is of no interest, but must not block it.
        std::thread::spawn(move || lines.for_each(drop));

        let mut arguments = vec![
            "--headless".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            format!("--window-size={width},{height}"),
        ];
        // As root, and in many containers, its sandbox does not work. The page is our own.
        arguments.push("--no-sandbox".to_owned());
        let mut options = json!({"args": arguments});
        if let Some(program) = browser() {
            options["binary"] = program.into();
        }
        let mut browser = Self {
            driver,
            session: format!("http://127.0.0.1:{port}/session"),
        };
        let started = browser.post(
            "",
            &json!({"capabilities": {"alwaysMatch": {
                "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"},
            }}}),
        );
        let id = started["sessionId"].as_str().expect("a session").to_owned();
        browser.session = format!("{}/{id}", browser.session);
        browser
    }

    pub fn open(&self, address: &str) {
        self.post("/url", &json!({"url": address}));
    }

    /// What the page has said on its console since this was last asked.
    pub fn console(&self) -> Vec<Value> {
        let said = self.post("/se/log", &json!({"type": "browser"}));
        said.as_array().cloned().expect("a list")
    }

    /// The value of an expression in the page.
    pub fn value(&self, expression: &str) -> Value {
        let script = format!("return {expression}");
        self.post("/execute/sync", &json!({"script": script, "args": []}))
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

    /// Clicks where a user would: it fails where something lies above the element.
    pub fn click(&self, selector: &str) {
        let element = self.element(selector);
        self.post(&format!("/element/{element}/click"), &json!({}));
    }

    /// Types into an element.
    pub fn type_into(&self, selector: &str, text: &str) {
        let element = self.element(selector);
        self.post(&format!("/element/{element}/value"), &json!({"text": text}));
    }

    /// Waits until an expression is true.
    pub fn wait_for(&self, expression: &str) {
        let start = Instant::now();
        while self.value(expression) != Value::Bool(true) {
            assert!(start.elapsed() < PATIENCE, "never true: {expression}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn element(&self, selector: &str) -> String {
        let found = self.post(
            "/element",
            &json!({"using": "css selector", "value": selector}),
        );
        // The protocol names the key.
        let element = &found["element-6066-11e4-a52e-4f735466cecf"];
        element.as_str().expect("an element").to_owned()
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(2 * PATIENCE))
            .build()
            .into();
        let answer = agent
            .post(format!("{}{command}", self.session))
            .send_json(body)
            .and_then(|mut answer| answer.body_mut().read_json::<Value>())
            .unwrap_or_else(|error| panic!("{command}: {error}"));
        let value = &answer["value"];
        if let Some(error) = value.get("error") {
            panic!("{command} {body}: {error}: {}", value["message"]);
        }
        value.clone()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver takes the browser with it when it is asked to end the session; it may be gone already.
        let _ = ureq::delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The browser, where it has not the name that the driver looks for.
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
