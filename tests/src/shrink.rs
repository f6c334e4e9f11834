//! Shrinks a scenario that shows a difference: first lines are removed, then options, then numbers become smaller.

/// Returns the smallest scenario found for which `fails` returns true. Its first line, the name, is kept.
pub fn shrink(lines: &[String], mut fails: impl FnMut(&[String]) -> bool) -> Vec<String> {
    let mut smallest = lines.to_vec();
    loop {
        let before = smallest.clone();
        remove_lines(&mut smallest, &mut fails);
        change_lines(&mut smallest, &mut fails, without_an_option);
        change_lines(&mut smallest, &mut fails, with_a_smaller_number);
        if smallest == before {
            return smallest;
        }
    }
}

/// Tries to remove runs of lines, long ones first.
fn remove_lines(lines: &mut Vec<String>, fails: &mut impl FnMut(&[String]) -> bool) {
    let mut run = lines.len().saturating_sub(1) / 2;
    while run > 0 {
        let mut at = 1;
        while at < lines.len() {
            let mut fewer = lines.clone();
            fewer.drain(at..lines.len().min(at + run));
            if fails(&fewer) {
                *lines = fewer;
            } else {
                at += run;
            }
        }
        run /= 2;
    }
}

/// Replaces each line by a smaller one as long as there is one.
fn change_lines(
    lines: &mut [String],
    fails: &mut impl FnMut(&[String]) -> bool,
    smaller: impl Fn(&str) -> Vec<String>,
) {
    for at in 1..lines.len() {
        'again: loop {
            for candidate in smaller(&lines[at]) {
                let kept = std::mem::replace(&mut lines[at], candidate);
                if fails(lines) {
                    continue 'again;
                }
                lines[at] = kept;
            }
            break;
        }
    }
}

fn without_an_option(line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let without = |at: usize| [&words[..at], &words[at + 1..]].concat().join(" ");
    (1..words.len())
        .filter(|at| words[*at].contains('='))
        .map(without)
        .collect()
}

/// Reduces numbers that are words or values; those that name a connection stay.
fn with_a_smaller_number(line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let mut lines = Vec::new();
    for at in 2..words.len() {
        let (key, value) = words[at]
            .split_once('=')
            .map_or(("", words[at]), |(key, value)| (key, value));
        let Ok(number) = value.parse::<u64>() else {
            continue;
        };
        for smaller in [1, number / 2, number.saturating_sub(1)] {
            if smaller < number {
                let word = if key.is_empty() {
                    smaller.to_string()
                } else {
                    format!("{key}={smaller}")
                };
                let mut words = words.clone();
                words[at] = &word;
                lines.push(words.join(" "));
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_matter_goes() {
        let lines: Vec<String> = [
            "scenario a",
            "client c tickets=0 alpn=h2",
            "observe 1c",
            "send 1c 4000",
            "recv 1s",
            "observe 1s",
        ]
        .map(String::from)
        .into();
        let matters = |lines: &[String]| {
            lines
                .iter()
                .any(|line| line.starts_with("client") && line.contains("alpn=h2"))
                && lines.iter().any(|line| {
                    line.split(' ')
                        .nth(2)
                        .and_then(|n| n.parse().ok())
                        .is_some_and(|n: u64| n >= 300)
                })
        };
        assert_eq!(
            shrink(&lines, matters),
            ["scenario a", "client c alpn=h2", "send 1c 300"]
        );
    }

    #[test]
    fn a_scenario_that_does_not_fail_stays_as_it_is() {
        let lines = ["scenario a".to_owned(), "observe 1c".to_owned()];
        assert_eq!(shrink(&lines, |_| false), lines);
    }
}
