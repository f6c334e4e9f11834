//! Reading what runs have written as JSON: of the conformance suite and of the ABI check.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use gnutls_conformance::report::Report;
use serde::{Deserialize, Serialize};

/// What runs came to, in no particular order.
#[derive(Default)]
pub struct Results {
    pub conformance: Vec<Report>,
    pub abi: Vec<Abi>,
}

/// The counts of one ABI check.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Abi {
    check: String,
    pub release: String,
    pub functions: u64,
    pub constants: u64,
    pub structs: u64,
    pub differences: Vec<serde_json::Value>,
}

impl Results {
    /// Reads every JSON file in a folder and the folders in it. Files of other kinds are passed over.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut results = Self::default();
        if folder.is_dir() {
            for path in json_files(folder)? {
                let problem = || path.display().to_string();
                let text = fs::read(&path).with_context(problem)?;
                let value: serde_json::Value =
                    serde_json::from_slice(&text).with_context(problem)?;
                if value.get("findings").is_some() {
                    results
                        .conformance
                        .push(serde_json::from_value(value).with_context(problem)?);
                } else if value.get("check").is_some_and(|check| check == "abi") {
                    results
                        .abi
                        .push(serde_json::from_value(value).with_context(problem)?);
                }
            }
        }
        Ok(results)
    }
}

fn json_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(json_files(&path)?);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
