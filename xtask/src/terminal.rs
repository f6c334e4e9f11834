//! The output of the jobs: headings, colours, durations, and lines that can be pasted into a shell.

use std::fmt::{self, Display};
use std::io;
use std::time::Duration;

use gnutls_command_lines::has_colours;

/// The width of the output.
const WIDTH: usize = 80;

/// The longest time without a line of output while a program runs.
pub(crate) const SILENCE: Duration = Duration::from_secs(10);

/// The styles of text.
#[derive(Clone, Copy)]
pub(crate) enum Style {
    Heading,
    Good,
    Bad,
    Faint,
}

/// Returns the text in that style if the output is a terminal with colours, otherwise the text as it is.
pub(crate) fn paint(style: Style, text: impl Display) -> Painted<impl Display> {
    let on = has_colours(&io::stdout()) && has_colours(&io::stderr());
    Painted {
        style: on.then_some(style),
        text,
    }
}

pub(crate) struct Painted<T> {
    style: Option<Style>,
    text: T,
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = match self.style {
            None => return self.text.fmt(f),
            Some(Style::Heading) => "1",
            Some(Style::Good) => "32",
            Some(Style::Bad) => "1;31",
            Some(Style::Faint) => "2",
        };
        write!(f, "\x1b[{code}m")?;
        self.text.fmt(f)?;
        f.write_str("\x1b[0m")
    }
}

/// Returns a duration as text: `0.4 s`, `12 s`, `3 min 5 s`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 9.95 {
        format!("{seconds:.1} s")
    } else if seconds < 119.5 {
        format!("{seconds:.0} s")
    } else {
        let whole = seconds.round() as u64;
        format!("{} min {} s", whole / 60, whole % 60)
    }
}

/// Returns words as one shell command. A command that is longer than a line continues on further lines after `indent`.
pub(crate) fn shell(words: &[impl AsRef<str>], indent: &str) -> String {
    let mut text = String::new();
    let mut column = indent.len();
    for word in words {
        let word = quote(word.as_ref());
        if text.is_empty() {
            column += word.len();
        } else if column + word.len() + 3 > WIDTH {
            text += &format!(" \\\n{indent}    ");
            column = indent.len() + 4 + word.len();
        } else {
            text.push(' ');
            column += 1 + word.len();
        }
        text += &word;
    }
    text
}

fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=+./:@,%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Returns text in lines that fit after `indent` columns. Lines after the first are indented.
pub(crate) fn wrap(text: &str, indent: usize) -> String {
    let mut wrapped = String::new();
    let mut column = indent;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if wrapped.is_empty() {
            column += length;
        } else if column + 1 + length > WIDTH {
            wrapped.push('\n');
            wrapped.extend(std::iter::repeat_n(' ', indent));
            column = indent + length;
        } else {
            wrapped.push(' ');
            column += 1 + length;
        }
        wrapped += word;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(duration(Duration::from_millis(420)), "0.4 s");
        assert_eq!(duration(Duration::from_millis(9_960)), "10 s");
        assert_eq!(duration(Duration::from_secs(119)), "119 s");
        assert_eq!(duration(Duration::from_millis(119_600)), "2 min 0 s");
        assert_eq!(duration(Duration::from_secs(185)), "3 min 5 s");
    }

    #[test]
    fn shell_lines_can_be_pasted() {
        assert_eq!(
            shell(&["a b", "it's", "", "c=d"], ""),
            r"'a b' 'it'\''s' '' c=d"
        );
        let long = shell(&["twelve chars"; 20], "    ");
        assert!(long.lines().all(|line| line.len() <= WIDTH), "{long}");
        assert!(
            long.lines()
                .skip(1)
                .all(|line| line.starts_with("        'twelve chars'")),
            "{long}"
        );
        assert_eq!(long.matches(" \\\n").count(), long.lines().count() - 1);
    }

    #[test]
    fn wrapped_text_keeps_its_words_and_the_width() {
        let words = "some words of a sentence that is longer than one line of eighty columns can hold, by far";
        let wrapped = wrap(words, 10);
        assert!(wrapped.lines().count() > 1);
        assert!(
            wrapped
                .lines()
                .enumerate()
                .all(|(n, line)| line.len() + if n == 0 { 10 } else { 0 } <= WIDTH)
        );
        assert_eq!(
            wrapped.split_whitespace().collect::<Vec<_>>(),
            words.split_whitespace().collect::<Vec<_>>()
        );
    }
}
