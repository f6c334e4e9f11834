//! Checks that an item calls the C functions that its attribute `#[corresponds(...)]` names.
//!
//! A function calls the names in its body, and those in the functions of the safe crates that it calls. A function that
//! returns `Self`, a type or a field stands for a value that other functions pass to C, as a constant does, so the name
//! may be anywhere in the crates.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

use crate::source;

// The attribute and this check read the same arguments.
#[allow(dead_code, reason = "the attribute uses the rest")]
#[path = "../../../gnutls-macros/src/names.rs"]
mod names;
#[path = "../../../gnutls-macros/src/releases.rs"]
mod releases;

pub(crate) use names::Names;

/// Returns the items in these folders that do not call what they correspond to.
pub(crate) fn problems(project: &Path, folders: &[&str]) -> anyhow::Result<Vec<String>> {
    let mut graph = Graph::default();
    for folder in folders {
        graph
            .names
            .extend(source::names(&project.join(folder).join("src"))?);
        for file in source::files(&project.join(folder).join("src"))? {
            let name = file.strip_prefix(project).unwrap_or(&file);
            let module = file.file_stem().unwrap_or_default().to_string_lossy();
            let place = Place {
                file: name.display().to_string(),
                module: module.into_owned(),
                owner: None,
            };
            graph.read(&place, source::tokens(&file)?);
        }
    }
    Ok(graph.problems())
}

/// Returns the names in an attribute `corresponds(...)`, or `gnutls_macros::corresponds(...)`. Those in a declarative
/// macro are not known.
pub(crate) fn parse(attribute: &TokenStream) -> Option<Result<Names, String>> {
    let tokens: Vec<_> = attribute.clone().into_iter().collect();
    match tokens.as_slice() {
        [.., TokenTree::Ident(name), TokenTree::Group(arguments)] if name == "corresponds" => {
            let arguments = arguments.stream().to_string();
            (!arguments.contains('$')).then(|| Names::parse(&arguments))
        }
        _ => None,
    }
}

/// Returns the names in the paragraph that the attribute adds.
pub(crate) fn stated(names: &Names) -> impl Iterator<Item = &String> {
    let constants = names.constants.iter();
    let constants = constants.flat_map(|(constant, function)| [constant, function]);
    names.direct.iter().chain(constants).chain(&names.instead)
}

/// The functions of the crates and their calls.
#[derive(Default)]
struct Graph {
    functions: Vec<Function>,
    items: Vec<Item>,
    problems: Vec<String>,
    /// All names in the crates.
    names: BTreeSet<String>,
}

struct Function {
    place: Place,
    name: String,
    /// All names in the body.
    names: BTreeSet<String>,
    calls: Vec<Call>,
}

/// The surroundings of an item.
#[derive(Clone)]
struct Place {
    file: String,
    /// The innermost module.
    module: String,
    /// The type or trait of a method.
    owner: Option<String>,
}

/// A call of a function of the crates, or a reference to it.
#[derive(Debug, PartialEq, Eq)]
enum Call {
    /// `name(...)`
    Free(String),
    /// `owner::name`, of a type or a module
    Path(String, String),
    /// `receiver.name(...)`
    Method(String),
    /// `name!(...)`
    Macro(String),
}

/// An item with the attribute.
struct Item {
    place: String,
    names: Names,
    /// The function that has to make the calls, if not any function of the crates may.
    function: Option<usize>,
}

impl Graph {
    fn problems(&self) -> Vec<String> {
        let all: BTreeSet<_> = self.names.iter().collect();
        let mut problems = self.problems.clone();
        for item in &self.items {
            let reached = item.function.map(|function| self.reached(function));
            let names = &item.names;
            let functions = names.constants.iter().map(|(_, function)| function);
            let called = names.direct.iter().chain(functions);
            let called = called.map(|name| (name, reached.as_ref().unwrap_or(&all)));
            let constants = names.constants.iter().map(|(constant, _)| (constant, &all));
            // The types of C need not be named.
            let expected = called.chain(constants);
            for (name, found) in expected.filter(|(name, _)| releases::find(name).is_some()) {
                if !found.contains(name) {
                    problems.push(format!(
                        "{} corresponds to {name} and does not call it: remove the name, or use `instead` or `alias`",
                        item.place
                    ));
                }
            }
        }
        problems
    }

    /// Returns all names in a function and in the functions that it calls.
    fn reached(&self, function: usize) -> BTreeSet<&String> {
        let mut seen = BTreeSet::new();
        let mut next = vec![function];
        while let Some(index) = next.pop() {
            if seen.insert(index) {
                let caller = &self.functions[index];
                next.extend(caller.calls.iter().flat_map(|call| self.find(caller, call)));
            }
        }
        seen.iter()
            .flat_map(|index| &self.functions[*index].names)
            .collect()
    }

    /// Returns the functions that a call can mean: those of the same file if there are any, otherwise those of one
    /// owner. A method that calls one with its own name delegates to another file.
    fn find(&self, caller: &Function, call: &Call) -> Vec<usize> {
        let functions = self.functions.iter().enumerate();
        let found: Vec<_> = functions
            .filter(|(_, function)| match call {
                Call::Free(name) => function.name == *name && function.place.owner.is_none(),
                Call::Method(name) => function.name == *name && function.place.owner.is_some(),
                Call::Macro(name) => function.name == format!("{name}!"),
                Call::Path(owner, name) => {
                    function.name == *name
                        && function
                            .place
                            .owner
                            .as_ref()
                            .unwrap_or(&function.place.module)
                            == owner
                }
            })
            .collect();
        let (near, far): (Vec<_>, Vec<_>) = found
            .into_iter()
            .partition(|(_, function)| function.place.file == caller.place.file);
        let delegates = matches!(call, Call::Method(name) if *name == caller.name);
        let owners: BTreeSet<_> = far
            .iter()
            .map(|(_, function)| &function.place.owner)
            .collect();
        let chosen = match owners.len() {
            _ if !near.is_empty() && !delegates => near,
            1 => far,
            _ => Vec::new(),
        };
        chosen.into_iter().map(|(index, _)| index).collect()
    }

    /// Reads items, fields or statements.
    fn read(&mut self, place: &Place, tokens: TokenStream) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut attributes = Attributes::default();
        let mut index = 0;
        while let Some(token) = tokens.get(index) {
            index += 1;
            match token {
                TokenTree::Punct(sign) if sign.as_char() == '#' => {
                    index += usize::from(tokens.get(index).is_some_and(|next| is(next, '!')));
                    if let Some(TokenTree::Group(attribute)) = tokens.get(index) {
                        attributes.add(&attribute.stream());
                        index += 1;
                    }
                }
                TokenTree::Ident(word) if word == "fn" => {
                    let end = end(&tokens, index);
                    let item = &tokens[index..end];
                    let attributes = std::mem::take(&mut attributes);
                    self.read_function(place, item, attributes);
                    index = end;
                }
                TokenTree::Ident(word) if ["impl", "trait", "mod"].iter().any(|it| word == it) => {
                    let end = end(&tokens, index);
                    let header = &tokens[index..end];
                    let attributes = std::mem::take(&mut attributes);
                    let name = type_of(header).unwrap_or_default();
                    let mut within = place.clone();
                    if word == "mod" {
                        within.module = name.clone();
                    } else {
                        within.owner = Some(name.clone());
                    }
                    if let Some(TokenTree::Group(body)) = header.last() {
                        if !attributes.test {
                            self.read(&within, body.stream());
                        }
                    }
                    self.add_item(place, &name, attributes, None);
                    index = end;
                }
                TokenTree::Ident(word) if word == "macro_rules" => {
                    if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) =
                        (tokens.get(index + 1), tokens.get(index + 2))
                    {
                        self.add_function(place, format!("{name}!"), body);
                    }
                    index += 3;
                    attributes = Attributes::default();
                }
                // A type, a constant, a field or a variant.
                TokenTree::Ident(word)
                    if attributes.names.is_some()
                        && !BEFORE_A_NAME.contains(&word.to_string().as_str()) =>
                {
                    let attributes = std::mem::take(&mut attributes);
                    self.add_item(place, &word.to_string(), attributes, None);
                }
                TokenTree::Group(group) => {
                    if group.delimiter() == Delimiter::Brace && !attributes.test {
                        self.read(place, group.stream());
                    }
                    if group.delimiter() == Delimiter::Brace {
                        attributes = Attributes::default();
                    }
                }
                TokenTree::Punct(sign) if matches!(sign.as_char(), ';' | ',') => {
                    attributes = Attributes::default();
                }
                _ => {}
            }
        }
    }

    /// Reads what follows `fn`.
    fn read_function(&mut self, place: &Place, item: &[TokenTree], attributes: Attributes) {
        let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) =
            (item.first(), item.last())
        else {
            return;
        };
        if attributes.test {
            return;
        }
        let result = item
            .windows(2)
            .position(|pair| is(&pair[0], '-') && is(&pair[1], '>'));
        let result = result.map_or(&[][..], |start| &item[start..item.len() - 1]);
        let returns_self = result
            .iter()
            .any(|token| matches!(token, TokenTree::Ident(word) if word == "Self"));
        let name = name.to_string();
        let function = self.add_function(place, name.clone(), body);
        self.add_item(
            place,
            &name,
            attributes,
            (!returns_self).then_some(function),
        );
    }

    fn add_function(&mut self, place: &Place, name: String, body: &Group) -> usize {
        let mut function = Function {
            place: place.clone(),
            name,
            names: BTreeSet::new(),
            calls: Vec::new(),
        };
        function.read(body.stream());
        self.functions.push(function);
        self.functions.len() - 1
    }

    fn add_item(
        &mut self,
        place: &Place,
        name: &str,
        attributes: Attributes,
        function: Option<usize>,
    ) {
        let place = format!("{}: `{name}`", place.file);
        match attributes.names {
            Some(Ok(names)) => self.items.push(Item {
                place,
                names,
                function,
            }),
            Some(Err(problem)) => self.problems.push(format!("{place}: {problem}")),
            None => {}
        }
    }
}

impl Function {
    /// Collects the names and the calls in a body.
    fn read(&mut self, body: TokenStream) {
        let tokens: Vec<_> = body.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            let word = match token {
                TokenTree::Ident(word) => word.to_string(),
                TokenTree::Group(group) => {
                    self.read(group.stream());
                    continue;
                }
                _ => continue,
            };
            let before = |back: usize| index.checked_sub(back).map(|index| &tokens[index]);
            let name_before = |back: usize| match before(back) {
                Some(TokenTree::Ident(word)) => Some(word.to_string()),
                _ => None,
            };
            let next = tokens.get(index + 1);
            let called = next.is_some_and(|next| is_group(next, Delimiter::Parenthesis));
            let generic = next.is_some_and(|next| is(next, ':'));
            let after = |sign| before(1).is_some_and(|token| is(token, sign));
            let call = if next.is_some_and(|next| is(next, '!')) {
                Some(Call::Macro(word.clone()))
            } else if after(':') {
                name_before(3).map(|of| self.path(of, &word))
            } else if after('.') && (called || generic) {
                let own = name_before(2).is_some_and(|name| name == "self");
                own.then(|| self.path("Self".to_owned(), &word))
                    .into_iter()
                    .for_each(|call| self.calls.push(call));
                Some(Call::Method(word.clone()))
            } else {
                called.then(|| Call::Free(word.clone()))
            };
            self.calls.extend(call);
            self.names.insert(word);
        }
    }

    fn path(&self, of: String, name: &str) -> Call {
        if of == "super" || of == "self" {
            return Call::Free(name.to_owned());
        }
        let owner = if of == "Self" {
            self.place.owner.clone()
        } else {
            None
        };
        Call::Path(owner.unwrap_or(of), name.to_owned())
    }
}

/// The attributes of an item.
#[derive(Default)]
struct Attributes {
    names: Option<Result<Names, String>>,
    /// It is compiled only for tests.
    test: bool,
}

impl Attributes {
    fn add(&mut self, attribute: &TokenStream) {
        self.test |= source::is_test(attribute.clone());
        if let Some(names) = parse(attribute) {
            self.names = Some(names);
        }
    }
}

/// The words between the attributes of an item and its name.
const BEFORE_A_NAME: [&str; 9] = [
    "pub", "struct", "enum", "type", "const", "static", "unsafe", "async", "extern",
];

/// Returns the index behind an item: behind its braces or its semicolon.
fn end(tokens: &[TokenTree], start: usize) -> usize {
    let rest = &tokens[start..];
    let last = rest
        .iter()
        .position(|token| is_group(token, Delimiter::Brace) || is(token, ';'));
    last.map_or(tokens.len(), |last| start + last + 1)
}

/// Returns the name of the type in `impl<T> Trait for path::Type<T> {}`, or the name of a trait or a module.
fn type_of(header: &[TokenTree]) -> Option<String> {
    let mut name = None;
    let mut depth = 0_usize;
    for (index, token) in header.iter().enumerate() {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == '<' => depth += 1,
            TokenTree::Punct(sign) if sign.as_char() == '>' => depth = depth.saturating_sub(1),
            // The bounds of a trait follow.
            TokenTree::Punct(sign) if sign.as_char() == ':' && sign.spacing() == Spacing::Alone => {
                let is_path =
                    matches!(header.get(index.wrapping_sub(1)), Some(before) if is(before, ':'));
                if depth == 0 && !is_path {
                    break;
                }
            }
            TokenTree::Ident(word) if depth == 0 && word == "where" => break,
            TokenTree::Ident(word) if depth == 0 && word == "for" => name = None,
            TokenTree::Ident(word) if depth == 0 => name = Some(word.to_string()),
            _ => {}
        }
    }
    name
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(sources: &[(&str, &str)]) -> Vec<String> {
        let mut graph = Graph::default();
        for (module, source) in sources {
            let place = Place {
                file: format!("{module}.rs"),
                module: (*module).to_owned(),
                owner: None,
            };
            graph.read(&place, source.parse().unwrap());
            // Without the attributes, as the crates' names.
            let source = source.split("]").last().unwrap_or_default();
            let words = source.split(|c: char| c != '_' && !c.is_ascii_alphanumeric());
            graph.names.extend(words.map(str::to_owned));
        }
        graph.problems()
    }

    #[test]
    fn a_function_calls_what_it_corresponds_to() {
        for body in [
            "unsafe { sys::gnutls_bye(1) }",
            "requires!(gnutls_3_6_3, { Some(sys::gnutls_bye) })",
            "helper()",
            "Self::method()",
            "self.method()",
            "inner::run()",
            "self.unique::<u8>()",
            "make!(1)",
        ] {
            let source = format!(
                "impl<T: X<T>> crate::Session<T> {{
                    #[corresponds(gnutls_bye)] pub fn f(&self) -> Result<()> {{ {body} }}
                    fn method() {{ if true {{ helper() }} }}
                }}
                fn helper() {{ gnutls_bye() }}
                mod inner {{ pub fn run() {{ super::helper() }} }}
                trait Other: Sized {{ fn unique(&self) {{ helper() }} }}
                macro_rules! make {{ () => {{ gnutls_bye() }} }}"
            );
            assert_eq!(problems(&[("a", &source)]), [""; 0], "{body}");
        }
    }

    #[test]
    fn another_call_is_a_problem() {
        let problem = "a.rs: `f` corresponds to gnutls_bye and does not call it: remove the name, or use `instead` or \
                       `alias`";
        for body in [
            "gnutls_init()",
            "helper",
            "other.ambiguous()",
            "Other::f()",
            "\"gnutls_bye\"",
        ] {
            let source = format!(
                "#[corresponds(gnutls_bye)] pub fn f() {{ {body} }}
                fn helper() {{ gnutls_bye() }}
                #[cfg(test)] mod tests {{ fn ambiguous() {{ gnutls_bye() }} }}"
            );
            let others =
                "impl A { fn ambiguous(&self) { gnutls_bye() } } impl B { fn ambiguous(&self) {} }";
            assert_eq!(
                problems(&[("a", &source), ("b", others)]),
                [problem],
                "{body}"
            );
        }
        let instead = "#[corresponds(instead(gnutls_bye), alias(gnutls_init))] fn f() {}";
        assert_eq!(problems(&[("a", instead)]), [""; 0]);
    }

    #[test]
    fn a_method_delegates_to_the_one_of_its_name_in_another_file() {
        let own = "impl Config { #[corresponds(gnutls_bye)] pub fn f(&self) { self.0.f() } }";
        let other = "impl Credentials { fn f(&self) { gnutls_bye() } }";
        assert_eq!(problems(&[("a", own), ("b", other)]), [""; 0]);
        assert_eq!(problems(&[("a", own)]).len(), 1);
    }

    #[test]
    fn a_value_is_passed_to_c_by_another_function() {
        let apply = "fn apply() { gnutls_bye(GNUTLS_SHUT_WR) }";
        for item in [
            "impl Builder { #[corresponds(gnutls_bye)] pub fn f(self) -> Result<Self> { self } }",
            "impl Builder { #[corresponds(gnutls_bye(GNUTLS_SHUT_WR))] pub fn f(self) -> Self { self } }",
            "#[corresponds(gnutls_bye)] pub struct F;",
            "#[corresponds] pub struct F { #[corresponds(gnutls_bye)] pub f: u8 }",
            "#[corresponds(gnutls_bye)] pub trait F: Send {}",
        ] {
            assert_eq!(problems(&[("a", item), ("b", apply)]), [""; 0], "{item}");
            assert!(!problems(&[("a", item)]).is_empty(), "{item}");
        }
    }

    #[test]
    fn a_mistake_in_the_attribute_is_a_problem() {
        let found = problems(&[(
            "a",
            "#[gnutls_macros::corresponds(gnutls_goodbye)] fn f() {}",
        )]);
        assert!(
            found[0].starts_with("a.rs: `f`: `gnutls_goodbye` is not"),
            "{found:?}"
        );
        let in_macro = "macro_rules! m { () => { #[gnutls_macros::corresponds($f)] fn f() {} } }";
        assert_eq!(problems(&[("a", in_macro)]), [""; 0]);
    }
}
