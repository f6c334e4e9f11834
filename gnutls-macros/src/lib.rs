//! The documentation attribute of the crates `gnutls` and `tokio-gnutls`.

mod names;
mod placement;
mod releases;

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

use names::Names;

/// Documents the C names that an item corresponds to: each becomes an alias for the search of rustdoc, and a paragraph
/// "C: ..." links the functions to the manual. A name that GnuTLS introduced after 3.6.0 is followed by its release.
/// The paragraph is inserted before the first heading or example of the documentation.
///
/// | argument | alias | paragraph |
/// |---|---|---|
/// | `gnutls_bye` | `gnutls_bye` | "C: `gnutls_bye`." |
/// | `gnutls_init(GNUTLS_NO_TICKETS)` | `GNUTLS_NO_TICKETS` | "C: `GNUTLS_NO_TICKETS` of `gnutls_init`." |
/// | `instead(gnutls_record_cork)` | `gnutls_record_cork` | "C: instead of `gnutls_record_cork`." |
/// | `alias(gnutls_deinit)` | `gnutls_deinit` | |
///
/// Several arguments are separated by commas. A field or a variant can have the attribute if its struct or enum has
/// one, with or without arguments. `cargo xtask coverage` checks that the item calls the functions of the first form.
///
/// ```
/// # use gnutls_macros::corresponds;
/// /// Closes the session.
/// ///
/// /// # Errors
/// ///
/// /// If the session is open.
/// #[corresponds(gnutls_bye, alias(gnutls_deinit))]
/// pub fn close() {}
/// ```
///
/// ```
/// # use gnutls_macros::corresponds;
/// #[corresponds(gnutls_session_t)]
/// pub struct Session {
///     /// The records by their number.
///     #[corresponds(gnutls_record_send)]
///     pub sent: std::collections::HashMap<u8, u8>,
///     pub received: u8,
/// }
/// ```
///
/// A name that GnuTLS does not have is an error:
///
/// ```compile_fail
/// # use gnutls_macros::corresponds;
/// #[corresponds(gnutls_goodbye)]
/// pub fn close() {}
/// ```
#[proc_macro_attribute]
pub fn corresponds(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut tokens: Vec<_> = item.into_iter().collect();
    if is_type(&tokens) {
        if let Some(TokenTree::Group(body)) = tokens.last_mut() {
            *body = Group::new(body.delimiter(), document_members(body.stream()));
        }
    }
    document(&arguments, tokens)
}

/// Replaces the attribute in front of each member of a struct or an enum, where the compiler expands none.
fn document_members(body: TokenStream) -> TokenStream {
    let tokens: Vec<_> = body.into_iter().collect();
    let members = tokens.split_inclusive(|token| is(token, ','));
    members
        .map(|member| {
            let mut found = attributes(member).map(arguments).enumerate();
            let found = found.find_map(|(index, arguments)| Some((2 * index, arguments?)));
            match found {
                Some((start, arguments)) => {
                    let mut member = member.to_vec();
                    member.drain(start..start + 2);
                    document(&arguments, member)
                }
                None => member.iter().cloned().collect(),
            }
        })
        .collect()
}

/// Inserts the attributes that follow from the arguments among those of an item.
fn document(arguments: &TokenStream, mut item: Vec<TokenTree>) -> TokenStream {
    let inserted = match Names::parse(&arguments.to_string()) {
        Ok(names) => names.attributes(),
        Err(problem) => format!("#[doc = compile_error!({problem:?})]"),
    };
    let place = 2 * placement::of_paragraph(attributes(&item).map(documentation));
    let inserted: TokenStream = inserted.parse().expect("the text consists of attributes");
    item.splice(place..place, inserted);
    item.into_iter().collect()
}

/// Returns the tokens between the brackets of each attribute that an item starts with.
fn attributes(item: &[TokenTree]) -> impl Iterator<Item = TokenStream> {
    item.chunks_exact(2).map_while(|tokens| match tokens {
        [sign, TokenTree::Group(group)]
            if is(sign, '#') && group.delimiter() == Delimiter::Bracket =>
        {
            Some(group.stream())
        }
        _ => None,
    })
}

/// Returns the arguments in `corresponds(...)`.
fn arguments(attribute: TokenStream) -> Option<TokenStream> {
    let mut tokens = attribute.into_iter();
    match (tokens.next()?, tokens.next()?) {
        (TokenTree::Ident(name), TokenTree::Group(arguments))
            if name.to_string() == "corresponds" =>
        {
            Some(arguments.stream())
        }
        _ => None,
    }
}

/// Returns the literal in `doc = "..."`, as it is written.
fn documentation(attribute: TokenStream) -> Option<String> {
    let mut tokens = attribute.into_iter();
    match (tokens.next()?, tokens.next(), tokens.next()) {
        // A fragment that a declarative macro passes on.
        (TokenTree::Group(group), None, None) => documentation(group.stream()),
        (TokenTree::Ident(name), Some(TokenTree::Punct(_)), Some(TokenTree::Literal(text)))
            if name.to_string() == "doc" =>
        {
            Some(text.to_string())
        }
        _ => None,
    }
}

fn is_type(item: &[TokenTree]) -> bool {
    let is_keyword = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if ["struct", "enum"].contains(&word.to_string().as_str()));
    let is_body =
        matches!(item.last(), Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace);
    is_body
        && item
            .iter()
            .take(2 * attributes(item).count() + 4)
            .any(is_keyword)
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}
