//! The facts of a verb about objects, in groups.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use gnutls::{Error, Result};
use serde_json::{Map, Value};

use crate::fault::Fault;
use crate::objects::Stop;
use crate::outcome::digest;

/// The groups by their names.
pub type Groups = BTreeMap<String, Map<String, Value>>;

/// The longest bytes that are listed as they are.
const LONGEST: usize = 24;

/// The facts that have been listed.
pub struct Facts {
    groups: Groups,
    current: String,
    fault: Option<Fault>,
}

/// The value of a fact.
pub trait Fact {
    fn value(&self) -> Value;
}

impl Fact for str {
    /// A byte that is a blank, no printable ASCII character, or one of `%"\` becomes `%XX`.
    fn value(&self) -> Value {
        let mut text = String::new();
        for byte in self.bytes() {
            match byte {
                b'%' | b'"' | b'\\' | 0..=b' ' | 0x7f.. => drop(write!(text, "%{byte:02x}")),
                byte => text.push(byte.into()),
            }
        }
        text.into()
    }
}

impl Fact for String {
    fn value(&self) -> Value {
        self.as_str().value()
    }
}

impl Fact for [u8] {
    fn value(&self) -> Value {
        if self.len() <= LONGEST {
            hex::encode(self).into()
        } else {
            format!("{}:{}", self.len(), digest(self)).into()
        }
    }
}

impl Fact for Vec<u8> {
    fn value(&self) -> Value {
        self.as_slice().value()
    }
}

impl Fact for SystemTime {
    fn value(&self) -> Value {
        let seconds = self.duration_since(UNIX_EPOCH);
        seconds.map_or(Value::Null, |seconds| seconds.as_secs().into())
    }
}

macro_rules! plain {
    ($($type:ty)*) => {
        $(impl Fact for $type {
            fn value(&self) -> Value {
                (*self).into()
            }
        })*
    };
}
plain! { bool u32 u64 usize i64 }

impl<T: Fact> Fact for Option<T> {
    fn value(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::value)
    }
}

impl<T: Fact + ?Sized> Fact for &T {
    fn value(&self) -> Value {
        (**self).value()
    }
}

impl Facts {
    pub fn new(fault: Option<Fault>) -> Self {
        Self {
            groups: Groups::new(),
            current: String::new(),
            fault,
        }
    }

    /// Begins a group. The facts that follow belong to it.
    pub fn group(&mut self, name: &str) {
        self.current = name.to_owned();
        self.groups.entry(self.current.clone()).or_default();
    }

    /// Lists a fact, unless its value is missing.
    pub fn put(&mut self, name: impl Display, value: impl Fact) {
        let mut value = value.value();
        if value.is_null() {
            return;
        }
        if self.fault == Some(Fault::WrongByte) {
            if let Value::String(text) = &mut value {
                if let Some(last) = text.pop() {
                    text.push(if last == '0' { '1' } else { '0' });
                }
            }
        }
        let group = self.groups.entry(self.current.clone()).or_default();
        group.insert(name.to_string(), value);
    }

    /// Lists a result that may be a failure, whose fact is the code. Ends the verb if the library is too old.
    pub fn put_result<T: Fact>(
        &mut self,
        name: impl Display,
        result: Result<T>,
    ) -> Result<(), Stop> {
        if let Some(value) = self.check(&name, result)? {
            self.put(name, value);
        }
        Ok(())
    }

    /// Lists the code of a result, also that of a success.
    pub fn put_success(&mut self, name: &str, result: Result<()>) -> Result<(), Stop> {
        self.put_result(name, result.map(|()| "GNUTLS_E_SUCCESS"))
    }

    /// Returns the value of a result, or lists the code of the failure.
    pub fn check<T>(&mut self, name: impl Display, result: Result<T>) -> Result<Option<T>, Stop> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error) => {
                self.put_code(name, &error)?;
                Ok(None)
            }
        }
    }

    /// Lists `result`. Returns the value of a success.
    pub fn result<T>(&mut self, result: Result<T>) -> Result<Option<T>, Stop> {
        if result.is_ok() {
            self.put("result", "GNUTLS_E_SUCCESS");
        }
        self.check("result", result)
    }

    fn put_code(&mut self, name: impl Display, error: &Error) -> Result<(), Stop> {
        if let Some(stop) = Stop::of(error) {
            return Err(stop);
        }
        // Only an error from C has a code, and older libraries lack the names of some.
        let code = error.code().map(|code| code.name().unwrap_or("unknown"));
        self.put(name, code.unwrap_or("guarded"));
        Ok(())
    }

    pub fn into_groups(self) -> Groups {
        self.groups
    }
}
