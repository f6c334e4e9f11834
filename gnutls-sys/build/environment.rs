//! The environment variables of a build. Each variable that is read is recorded.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ffi::OsString;

type Lookup<'a> = Box<dyn Fn(&str) -> Option<OsString> + 'a>;

pub struct Environment<'a> {
    get: Lookup<'a>,
    read: RefCell<BTreeSet<String>>,
}

impl Environment<'_> {
    pub fn of_process() -> Self {
        Self::new(|name| std::env::var_os(name))
    }
}

impl<'a> Environment<'a> {
    pub fn new(get: impl Fn(&str) -> Option<OsString> + 'a) -> Self {
        Environment {
            get: Box::new(get),
            read: RefCell::default(),
        }
    }

    /// Returns the value of a variable that the user may set. An empty value counts as unset.
    pub fn var(&self, name: &str) -> Option<OsString> {
        self.read.borrow_mut().insert(name.to_owned());
        (self.get)(name).filter(|value| !value.is_empty())
    }

    /// Returns the variable with the target as a prefix (`X86_64_UNKNOWN_LINUX_GNU_GNUTLS_LIB_DIR`)
    /// or, if it is unset, the one without (`GNUTLS_LIB_DIR`).
    pub fn target_var(&self, name: &str) -> Option<Variable> {
        let target = self
            .cargo("TARGET")
            .to_ascii_uppercase()
            .replace(['-', '.'], "_");
        [format!("{target}_{name}"), name.to_owned()]
            .into_iter()
            .find_map(|name| self.var(&name).map(|value| Variable { name, value }))
    }

    /// Returns the value of a variable that cargo sets, or an empty string.
    pub fn cargo(&self, name: &str) -> String {
        (self.get)(name)
            .and_then(|value| value.into_string().ok())
            .unwrap_or_default()
    }

    /// Returns every variable that was read, except those of cargo.
    pub fn read(&self) -> BTreeSet<String> {
        self.read.borrow().clone()
    }
}

pub struct Variable {
    pub name: String,
    pub value: OsString,
}
