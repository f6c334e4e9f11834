//! The environment variables of a build, and which of them were asked for.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ffi::OsString;

type Lookup<'a> = Box<dyn Fn(&str) -> Option<OsString> + 'a>;

pub struct Environment<'a> {
    get: Lookup<'a>,
    asked: RefCell<BTreeSet<String>>,
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
            asked: RefCell::default(),
        }
    }

    /// The value of a variable that the user may set. An empty one counts as not set.
    pub fn var(&self, name: &str) -> Option<OsString> {
        self.asked.borrow_mut().insert(name.to_owned());
        (self.get)(name).filter(|value| !value.is_empty())
    }

    /// What a build for another platform needs goes first:
    /// `X86_64_UNKNOWN_LINUX_GNU_GNUTLS_LIB_DIR`, then `GNUTLS_LIB_DIR`.
    pub fn target_var(&self, name: &str) -> Option<Variable> {
        let target = self
            .cargo("TARGET")
            .to_ascii_uppercase()
            .replace(['-', '.'], "_");
        [format!("{target}_{name}"), name.to_owned()]
            .into_iter()
            .find_map(|name| self.var(&name).map(|value| Variable { name, value }))
    }

    /// The value of a variable that cargo sets; empty if it does not.
    pub fn cargo(&self, name: &str) -> String {
        (self.get)(name)
            .and_then(|value| value.into_string().ok())
            .unwrap_or_default()
    }

    /// Each variable that was asked for, except cargo's own.
    pub fn asked(&self) -> BTreeSet<String> {
        self.asked.borrow().clone()
    }
}

pub struct Variable {
    pub name: String,
    pub value: OsString,
}
