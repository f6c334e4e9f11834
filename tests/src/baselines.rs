//! The folder of baselines: the text that several libraries have in common is stored once.
//!
//! `libraries.txt` lists the libraries, `hellos.txt` has the hellos, and each file of scenarios has one file here. All
//! of them are divided into blocks by empty lines. A line with a mark such as `[3.7.9..3.8.9 3.8.13]` in front belongs
//! to those libraries of its block that the mark names, and a line without a mark to all of them.
//! `tests/baselines/README.md` describes the format.
//!
//! A file of one library (see [`crate::baseline`]) in the same folder is one more library.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result, ensure};
use gnutls_releases::Version;
use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::baseline::{self, Key};

/// The first line of `libraries.txt`. The number continues that of the files of one library.
pub const FORMAT: &str = "gnutls-conformance baselines, format 3";
/// The first line of a file of one library, up to the number of its format.
pub const SINGLE: &str = "gnutls-conformance baseline, format ";
/// The names of the two files that belong to no file of scenarios.
const LIBRARIES: &str = "libraries";
const HELLOS: &str = "hellos";

/// A line with its file and number.
#[derive(Clone, Debug)]
pub struct Line {
    pub text: String,
    file: Rc<PathBuf>,
    number: usize,
}

impl Line {
    /// Returns the file and the number of the line, for an error.
    pub fn place(&self) -> String {
        format!("{}: line {}", self.file.display(), self.number)
    }
}

/// Returns the lines of a text that was read from this file.
pub fn lines(file: &Path, text: &str) -> Vec<Line> {
    let file = Rc::new(file.to_owned());
    let line = |(at, text): (usize, &str)| Line {
        text: text.to_owned(),
        file: file.clone(),
        number: at + 1,
    };
    text.lines().enumerate().map(line).collect()
}

/// The baseline of one library: the lines of a file of one library, wherever they are stored.
#[derive(Clone, Debug)]
pub struct Library {
    pub key: Key,
    pub lines: Vec<Line>,
}

/// Reads all libraries of a folder, oldest first. A folder that does not exist has none.
pub fn read(folder: &Path) -> Result<Vec<Library>> {
    let (stored, singles) = read_files(folder)?;
    let mut libraries: Vec<Library> = stored.entries.into_iter().map(Entry::library).collect();
    libraries.extend(singles);
    libraries.sort_by(|a, b| order(&a.key).cmp(&order(&b.key)));
    for pair in libraries.windows(2) {
        ensure!(
            pair[0].key != pair[1].key,
            "{} and {} are baselines of the same library; remove one of them",
            pair[0].lines[0].place(),
            pair[1].lines[0].place()
        );
    }
    Ok(libraries)
}

/// Stores the text of a library in a folder, in place of any other with the same key. `files` has the file of each
/// scenario. Returns the path of the list of libraries.
pub fn write(folder: &Path, text: &str, files: &BTreeMap<String, String>) -> Result<PathBuf> {
    let new = Entry::parse(lines(Path::new("the new baseline"), text))?;
    change(folder, files, |stored, singles| {
        for single in singles.iter().filter(|single| single.key == new.key) {
            let path = &*single.lines[0].file;
            fs::remove_file(path).with_context(|| path.display().to_string())?;
        }
        stored.entries.retain(|entry| entry.key != new.key);
        stored.entries.push(new);
        Ok(())
    })
}

/// Removes the library whose key has this name from the common files of a folder.
pub fn remove(folder: &Path, name: &str, files: &BTreeMap<String, String>) -> Result<PathBuf> {
    change(folder, files, |stored, _| {
        let names = stored.entries.iter().map(|entry| entry.key.name());
        let names: Vec<String> = names.collect();
        let at = names.iter().position(|known| known == name);
        let at = at.with_context(|| format!("{name} is not stored; use one of {names:?}"))?;
        stored.entries.remove(at);
        Ok(())
    })
}

fn change(
    folder: &Path,
    files: &BTreeMap<String, String>,
    change: impl FnOnce(&mut Stored, &[Library]) -> Result<()>,
) -> Result<PathBuf> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    // Runs on several libraries may write at the same time.
    let lock = File::open(folder).with_context(|| folder.display().to_string())?;
    // `File::lock` requires Rust 1.89.
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive)
        .with_context(|| format!("cannot lock {}", folder.display()))?;
    let (mut stored, singles) = read_files(folder)?;
    change(&mut stored, &singles)?;
    stored.write(folder, files)?;
    Ok(folder.join(file_name(LIBRARIES)))
}

/// The order of libraries: by the version that they report, then by their package.
fn order(key: &Key) -> (Option<Version>, &Key) {
    (key.version(), key)
}

fn file_name(stem: &str) -> String {
    format!("{stem}.txt")
}

/// The lines of scenarios and hellos, by the line that begins them.
type Blocks = BTreeMap<String, Vec<Line>>;

/// The positions of those libraries that have a line.
type Owners = BTreeSet<usize>;

/// The content of the common files.
#[derive(Default)]
struct Stored {
    entries: Vec<Entry>,
    /// The file of each block.
    files: BTreeMap<String, String>,
}

/// One library.
struct Entry {
    key: Key,
    head: Vec<Line>,
    blocks: Blocks,
}

/// Reads the common files, and separately the files of one library.
fn read_files(folder: &Path) -> Result<(Stored, Vec<Library>)> {
    let mut files = BTreeMap::new();
    let mut singles = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "txt") {
                continue;
            }
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let lines = lines(&path, &text);
            if text.starts_with(SINGLE) {
                let key = key(&lines).with_context(|| path.display().to_string())?;
                singles.push(Library { key, lines });
            } else {
                let stem = path.file_stem().unwrap_or_default();
                files.insert(stem.to_string_lossy().into_owned(), lines);
            }
        }
    }
    let mut stored = Stored::default();
    stored.read_libraries(&files.remove(LIBRARIES).unwrap_or_default())?;
    for (stem, lines) in files {
        stored.read_blocks(&stem, &lines)?;
    }
    Ok((stored, singles))
}

/// Returns the key in the lines of a file of one library.
fn key(lines: &[Line]) -> Result<Key> {
    let head = lines.iter().take_while(|line| !is_block(&line.text));
    let head: Vec<&str> = head.map(|line| line.text.as_str()).collect();
    let value = |name: &str| {
        let mut values = head.iter().filter_map(|line| line.strip_prefix(name));
        values.next().map(str::to_owned)
    };
    Ok(Key {
        library: value("library ").context("the line \"library VERSION\" is missing")?,
        package: value("package "),
        behaviour: value("behaviour ").context("the line \"behaviour DIGEST\" is missing")?,
    })
}

fn is_block(line: &str) -> bool {
    line.starts_with("scenario ") || line.starts_with("hello ")
}

impl Entry {
    /// Cuts the lines of a file of one library into its head and its blocks.
    fn parse(lines: Vec<Line>) -> Result<Self> {
        let key = key(&lines)?;
        let format = &lines[0].text;
        ensure!(
            format == baseline::FORMAT,
            "{}: {format:?} is not {:?}; write this baseline again",
            lines[0].place(),
            baseline::FORMAT
        );
        let mut entry = Self {
            key,
            head: Vec::new(),
            blocks: Blocks::new(),
        };
        let mut begun = String::new();
        for line in lines.into_iter().filter(|line| !line.text.is_empty()) {
            if is_block(&line.text) {
                begun.clone_from(&line.text);
                let known = entry.blocks.contains_key(&begun);
                ensure!(!known, "{}: {begun:?} is there twice", line.place());
            }
            match begun.is_empty() {
                true => entry.head.push(line),
                false => entry.blocks.entry(begun.clone()).or_default().push(line),
            }
        }
        Ok(entry)
    }

    /// Returns the lines in the order of a file of one library: the head, the scenarios, the hellos.
    fn library(mut self) -> Library {
        let scenarios = self.blocks.split_off("scenario ");
        let blocks = scenarios.into_values().chain(self.blocks.into_values());
        let mut lines = self.head;
        lines.extend(blocks.flatten());
        Library {
            key: self.key,
            lines,
        }
    }
}

impl Stored {
    fn read_libraries(&mut self, lines: &[Line]) -> Result<()> {
        let Some((first, lines)) = lines.split_first() else {
            return Ok(());
        };
        ensure!(
            first.text == FORMAT,
            "{}: {:?} is not {FORMAT:?}",
            first.place(),
            first.text
        );
        for head in lines.split(|line| line.text.is_empty()) {
            let Some(begin) = head.first() else { continue };
            // The first line of a file of this library.
            let format = Line {
                text: baseline::FORMAT.to_owned(),
                ..begin.clone()
            };
            self.entries.push(Entry {
                key: key(head).with_context(|| begin.place())?,
                head: [&[format], head].concat(),
                blocks: Blocks::new(),
            });
        }
        Ok(())
    }

    fn read_blocks(&mut self, stem: &str, lines: &[Line]) -> Result<()> {
        let names = self.names();
        let everything: Owners = (0..names.len()).collect();
        for block in lines.split(|line| line.text.is_empty()) {
            let Some(first) = block.first() else { continue };
            let read = |line: &Line, all: &Owners| {
                let (of, text) = unmarked(&line.text, all, &names)
                    .with_context(|| format!("{}: {:?}", line.place(), line.text))?;
                Ok::<_, anyhow::Error>((of, text.to_owned()))
            };
            let (all, name) = read(first, &everything)?;
            ensure!(
                is_block(&name),
                "{}: {name:?} begins neither a scenario nor a hello",
                first.place()
            );
            let known = self.files.insert(name.clone(), stem.to_owned());
            ensure!(
                known.is_none(),
                "{}: {name:?} is there twice",
                first.place()
            );
            for (at, line) in block.iter().enumerate() {
                let (of, text) = match at {
                    0 => (all.clone(), name.clone()),
                    _ => read(line, &all)?,
                };
                for library in of {
                    let block = self.entries[library].blocks.entry(name.clone());
                    block.or_default().push(Line {
                        text: text.clone(),
                        ..line.clone()
                    });
                }
            }
        }
        Ok(())
    }

    /// Returns the names of the libraries in marks: their version, or their key if several have the same version.
    fn names(&self) -> Vec<String> {
        let keys = || self.entries.iter().map(|entry| &entry.key);
        let name = |key: &Key| match keys().filter(|k| k.library == key.library).count() {
            1 => key.library.clone(),
            _ => key.name(),
        };
        keys().map(name).collect()
    }

    fn write(&mut self, folder: &Path, files: &BTreeMap<String, String>) -> Result<()> {
        self.entries
            .sort_by(|a, b| order(&a.key).cmp(&order(&b.key)));
        let names = self.names();
        let everything: Owners = (0..names.len()).collect();
        let mut texts = BTreeMap::from([(LIBRARIES.to_owned(), format!("{FORMAT}\n"))]);
        for entry in &self.entries {
            let head = entry.head[1..].iter().map(|line| line.text.clone() + "\n");
            *texts.entry(LIBRARIES.to_owned()).or_default() +=
                &format!("\n{}", head.collect::<String>());
        }
        let blocks: BTreeSet<&String> = self.entries.iter().flat_map(|e| e.blocks.keys()).collect();
        for name in blocks {
            let stem =
                match name.strip_prefix("scenario ") {
                    None => HELLOS,
                    Some(scenario) => files.get(scenario).or(self.files.get(name)).with_context(
                        || {
                            format!(
                                "no file of scenarios has {scenario}; remove it from the baseline"
                            )
                        },
                    )?,
                };
            ensure!(
                name.starts_with("hello ") || ![LIBRARIES, HELLOS].contains(&stem),
                "a file of scenarios cannot be called {stem}; rename it"
            );
            let of = |(at, entry): (usize, &Entry)| entry.blocks.contains_key(name).then_some(at);
            let all: Owners = self.entries.iter().enumerate().filter_map(of).collect();
            let text = texts.entry(stem.to_owned()).or_default();
            if !text.is_empty() {
                text.push('\n');
            }
            let lines = merged(all.iter().map(|at| (*at, &*self.entries[*at].blocks[name])));
            for (at, (line, of)) in lines.iter().enumerate() {
                let of_which = if at == 0 { &everything } else { &all };
                *text += &format!("{}{line}\n", mark(of, of_which, &names));
            }
        }
        for (stem, text) in &texts {
            let path = folder.join(file_name(stem));
            if fs::read_to_string(&path).is_ok_and(|old| old == *text) {
                continue;
            }
            fs::write(&path, text).with_context(|| path.display().to_string())?;
        }
        for stem in self.files.values().collect::<BTreeSet<_>>() {
            if !texts.contains_key(stem) {
                let path = folder.join(file_name(stem));
                fs::remove_file(&path).with_context(|| path.display().to_string())?;
            }
        }
        Ok(())
    }
}

/// Merges the lines of several libraries into one sequence that preserves the order of each, with the owners of each
/// line.
fn merged<'a>(libraries: impl Iterator<Item = (usize, &'a [Line])>) -> Vec<(&'a str, Owners)> {
    let mut merged: Vec<(&str, Owners)> = Vec::new();
    for (library, lines) in libraries {
        let old: Vec<&str> = merged.iter().map(|(text, _)| *text).collect();
        let new: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        let mut next = Vec::new();
        for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
            let (tag, old, added) = operation.as_tag_tuple();
            if tag == DiffTag::Equal {
                next.extend(merged[old].iter().cloned().map(|(text, mut of)| {
                    of.insert(library);
                    (text, of)
                }));
            } else {
                next.extend_from_slice(&merged[old]);
                next.extend(
                    new[added]
                        .iter()
                        .map(|text| (*text, Owners::from([library]))),
                );
            }
        }
        merged = next;
    }
    merged
}

/// Returns the mark of those of `all` that have a line: nothing if all have it, else ranges. A range that reaches the
/// newest library has no end, so that adding a library with the same lines changes no mark.
fn mark(of: &Owners, all: &Owners, names: &[String]) -> String {
    if of == all {
        return String::new();
    }
    let all: Vec<usize> = all.iter().copied().collect();
    let range = |run: &[usize]| {
        let (from, to) = (run[0], run[run.len() - 1]);
        let begin = if from == all[0] { "" } else { &names[from] };
        let end = if to == all[all.len() - 1] {
            ""
        } else {
            &names[to]
        };
        match begin == end {
            true => begin.to_owned(),
            false => format!("{begin}..{end}"),
        }
    };
    let runs = all.chunk_by(|a, b| of.contains(a) == of.contains(b));
    let ranges = runs.filter(|run| of.contains(&run[0])).map(range);
    format!("[{}]", ranges.collect::<Vec<_>>().join(" "))
}

/// The reverse of [`mark`]: returns those of `all` that have the line, and its text.
fn unmarked<'a>(line: &'a str, all: &Owners, names: &[String]) -> Result<(Owners, &'a str)> {
    let Some(marked) = line.strip_prefix('[') else {
        return Ok((all.clone(), line));
    };
    let (mark, text) = marked.split_once(']').context("the mark has no end")?;
    let position = |name: &str| {
        let position = names.iter().position(|known| known == name);
        position.filter(|at| all.contains(at)).with_context(|| {
            format!("{name:?} is not a library of this block; use one of {names:?}")
        })
    };
    let mut of = Owners::new();
    for range in mark.split(' ') {
        let (begin, end) = range.split_once("..").unwrap_or((range, range));
        let from = match begin {
            "" => 0,
            name => position(name)?,
        };
        let to = match end {
            "" => names.len(),
            name => position(name)?,
        };
        ensure!(
            from <= to,
            "{range:?} is no range: its end is before its beginning"
        );
        of.extend(all.iter().filter(|at| (from..=to).contains(*at)));
    }
    Ok((of, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own, which is removed with this value.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let name = format!("gnutls-baselines-{name}-{}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn file(&self, name: &str) -> String {
            fs::read_to_string(self.0.join(name)).unwrap()
        }

        /// Stores a baseline; the scenarios `a` and `b` are in one file, `c` is in another one.
        fn add(&self, text: &str) {
            write(&self.0, text, &files()).unwrap();
        }

        fn texts(&self) -> Vec<String> {
            read(&self.0).unwrap().iter().map(text_of).collect()
        }

        /// The error of reading the folder with this file in it.
        fn refused(&self, name: &str, text: &str) -> String {
            fs::write(self.0.join(name), text).unwrap();
            format!("{:#}", read(&self.0).unwrap_err())
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn files() -> BTreeMap<String, String> {
        [("a", "first"), ("b", "first"), ("c", "second")]
            .map(|(scenario, file)| (scenario.to_owned(), file.to_owned()))
            .into()
    }

    /// The file of one library again.
    fn text_of(library: &Library) -> String {
        let mut text = String::new();
        for line in library.lines.iter().filter(|line| !line.text.is_empty()) {
            if is_block(&line.text) {
                text.push('\n');
            }
            text += &line.text;
            text.push('\n');
        }
        text
    }

    fn single(version: &str, blocks: &[&[&str]]) -> String {
        let mut text = format!("{}\nlibrary {version}\nbehaviour 00\n", baseline::FORMAT);
        for block in blocks {
            text += &format!("\n{}\n", block.join("\n"));
        }
        text
    }

    const OLD: &[&[&str]] = &[
        &[
            "scenario a",
            "1 open done",
            "  1c x=1",
            "  1c > alert 2",
            "  1c > alert 2",
        ],
        &["scenario b", "1 open done"],
        &["hello 01", "  old yes"],
    ];
    const NEW: &[&[&str]] = &[
        &[
            "scenario a",
            "1 open done",
            "  1c x=2",
            "  1c > alert 2",
            "  1c > data 5",
            "  1c > alert 2",
        ],
        &["scenario b", "1 open done"],
        &["scenario c", "1 close done"],
        &["hello 01", "  old yes"],
        &["hello 02", "  old no"],
    ];

    #[test]
    fn each_library_is_read_as_it_was_written_whatever_came_first() {
        let all = [
            single("3.6.16", OLD),
            single("3.7.9", NEW),
            single("3.8.13", NEW),
            single("3.10.0", OLD),
        ];
        let mut files = Vec::new();
        for order in [[0, 1, 2, 3], [3, 1, 2, 0]] {
            let folder = Folder::new("order");
            for at in order {
                folder.add(&all[at]);
            }
            assert_eq!(folder.texts(), all);
            // Again changes nothing.
            folder.add(&all[1]);
            assert_eq!(folder.texts(), all);
            files.push(
                ["libraries.txt", "hellos.txt", "first.txt", "second.txt"]
                    .map(|name| folder.file(name)),
            );
        }
        assert_eq!(files[0], files[1]);
        assert_eq!(
            files[0][2],
            "scenario a\n1 open done\n[..3.6.16 3.10.0..]  1c x=1\n[3.7.9..3.8.13]  1c x=2\n  1c > alert 2\n\
             [3.7.9..3.8.13]  1c > data 5\n  1c > alert 2\n\nscenario b\n1 open done\n"
        );
        assert_eq!(files[0][3], "[3.7.9..3.8.13]scenario c\n1 close done\n");
        assert_eq!(
            files[0][1],
            "hello 01\n  old yes\n\n[3.7.9..3.8.13]hello 02\n  old no\n"
        );
    }

    #[test]
    fn a_newer_library_that_does_the_same_is_only_listed() {
        let folder = Folder::new("newer");
        folder.add(&single("3.7.9", OLD));
        folder.add(&single("3.8.9", NEW));
        let before = ["hellos.txt", "first.txt", "second.txt"].map(|name| folder.file(name));
        folder.add(&single("3.8.13", NEW));
        assert_eq!(
            before,
            ["hellos.txt", "first.txt", "second.txt"].map(|name| folder.file(name))
        );
        assert!(folder.file("libraries.txt").contains("\nlibrary 3.8.13\n"));
    }

    #[test]
    fn libraries_of_one_version_are_called_by_their_keys() {
        let folder = Folder::new("keys");
        let other = single("3.7.9", NEW).replace("behaviour 00", "package p 3.7.9-2\nbehaviour 00");
        folder.add(&single("3.7.9", OLD));
        folder.add(&other);
        assert!(
            folder
                .file("first.txt")
                .contains("[3.7.9-2-00..]  1c x=2\n")
        );
        assert_eq!(folder.texts(), [single("3.7.9", OLD), other]);
    }

    #[test]
    fn a_file_of_one_library_is_one_more_until_it_is_stored() {
        let folder = Folder::new("single");
        folder.add(&single("3.7.9", OLD));
        let first_format = single("3.6.16", NEW).replace("format 2", "format 1");
        fs::write(folder.0.join("old.txt"), &first_format).unwrap();
        fs::write(folder.0.join("new.txt"), single("3.8.9", NEW)).unwrap();
        let all = [first_format, single("3.7.9", OLD), single("3.8.9", NEW)];
        assert_eq!(folder.texts(), all);
        folder.add(&all[2]);
        assert_eq!(folder.texts(), all);
        assert!(!folder.0.join("new.txt").exists() && folder.0.join("old.txt").exists());
        let error = write(&folder.0, &all[0], &files()).unwrap_err().to_string();
        assert!(error.contains("format 1"), "{error}");
        let error = folder.refused("twice.txt", &all[2]);
        assert!(
            error.contains("twice.txt: line 1") && error.contains("libraries.txt: line"),
            "{error}"
        );
    }

    #[test]
    fn a_scenario_that_no_file_has_any_more_stays_in_its_file() {
        let folder = Folder::new("stays");
        folder.add(&single("3.7.9", NEW));
        let mut fewer = files();
        fewer.remove("c");
        write(&folder.0, &single("3.8.9", OLD), &fewer).unwrap();
        assert!(
            folder
                .file("second.txt")
                .starts_with("[..3.7.9]scenario c\n")
        );
        write(&folder.0, &single("3.7.9", OLD), &fewer).unwrap();
        assert!(!folder.0.join("second.txt").exists());
        let error = write(&folder.0, &single("3.9.0", NEW), &fewer).unwrap_err();
        assert!(
            error.to_string().contains("no file of scenarios has c"),
            "{error}"
        );
    }

    #[test]
    fn runs_on_several_libraries_may_write_at_the_same_time() {
        let folder = Folder::new("parallel");
        let all: Vec<String> = (0..8)
            .map(|patch| {
                single(
                    &format!("3.8.{patch}"),
                    if patch % 2 == 0 { OLD } else { NEW },
                )
            })
            .collect();
        std::thread::scope(|scope| {
            for text in &all {
                scope.spawn(|| folder.add(text));
            }
        });
        assert_eq!(folder.texts(), all);
    }

    #[test]
    fn a_library_that_is_removed_leaves_nothing() {
        let folder = Folder::new("remove");
        folder.add(&single("3.7.9", OLD));
        let before = ["libraries.txt", "hellos.txt", "first.txt"].map(|name| folder.file(name));
        folder.add(&single("3.8.9", NEW));
        remove(&folder.0, "3.8.9-00", &files()).unwrap();
        assert_eq!(
            before,
            ["libraries.txt", "hellos.txt", "first.txt"].map(|name| folder.file(name))
        );
        assert!(!folder.0.join("second.txt").exists());
        let error = remove(&folder.0, "3.8.9", &files())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("3.8.9 is not stored") && error.contains("3.7.9-00"),
            "{error}"
        );
    }

    #[test]
    fn an_error_names_the_file_and_the_line() {
        for (line, problem) in [
            ("[3.7.9  1c x=1", "no end"),
            ("[3.9.0]  1c x=1", "3.9.0"),
            ("[..3.6.16]  1c x=1", "3.6.16"),
            ("[3.8.9..3.7.9]  1c x=1", "no range"),
        ] {
            let folder = Folder::new("error");
            for version in ["3.6.16", "3.7.9", "3.8.9"] {
                folder.add(&single(version, OLD));
            }
            let text = format!("[3.7.9..]scenario c\n1 open done\n{line}\n");
            let error = folder.refused("second.txt", &text);
            assert!(
                error.contains("second.txt: line 3") && error.contains(problem),
                "{error}"
            );
        }
        let folder = Folder::new("order-of-lines");
        folder.add(&single("3.7.9", OLD));
        assert!(
            folder
                .refused("second.txt", "1 open done\n")
                .contains("second.txt: line 1")
        );
        assert!(
            folder
                .refused("second.txt", "\nscenario a\n")
                .contains("second.txt: line 2")
        );
        let folder = Folder::new("format");
        let error = folder.refused("libraries.txt", "gnutls-conformance baselines, format 4\n");
        assert!(error.contains("libraries.txt: line 1"), "{error}");
    }

    /// An earlier connection may be skipped because nothing was saved to resume.
    #[test]
    fn the_last_connection_of_each_scenario_is_opened_on_some_library() {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (mut all, mut opened) = (BTreeSet::new(), BTreeSet::new());
        for library in read(&tests.join("baselines")).unwrap() {
            let mut scenario = String::new();
            let mut last = BTreeMap::new();
            for line in &library.lines {
                if let Some(name) = line.text.strip_prefix("scenario ") {
                    scenario = name.to_owned();
                }
                let mut words = line.text.split(' ').skip(1);
                if words.next() == Some("open") {
                    last.insert(scenario.clone(), words.next() == Some("done"));
                }
            }
            all.extend(last.keys().cloned());
            let done = last.into_iter().filter(|(_, done)| *done);
            opened.extend(done.map(|(scenario, _)| scenario));
        }
        assert!(opened.len() > 600, "{}", opened.len());
        let never: Vec<_> = all.difference(&opened).collect();
        assert!(never.is_empty(), "never opened: {never:?}");
    }

    #[test]
    fn what_the_project_has_is_what_would_be_written() {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut of = BTreeMap::new();
        for (file, scenarios) in crate::scenario::read_files(&tests.join("scenarios")).unwrap() {
            of.extend(
                scenarios
                    .into_iter()
                    .map(|scenario| (scenario.name, file.clone())),
            );
        }
        let stored = tests.join("baselines");
        let folder = Folder::new("project");
        let all: Vec<String> = read(&stored).unwrap().iter().map(text_of).collect();
        assert!(all.len() > 1);
        for text in all.iter().rev() {
            write(&folder.0, text, &of).unwrap();
        }
        assert_eq!(folder.texts(), all);
        for entry in fs::read_dir(&folder.0).unwrap() {
            let name = entry.unwrap().file_name();
            let name = name.to_str().unwrap();
            assert!(
                folder.file(name) == fs::read_to_string(stored.join(name)).unwrap(),
                "{name} is other than what --write-baseline would write"
            );
        }
    }
}
