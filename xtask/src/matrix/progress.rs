//! The progress of a run: on a terminal a line for each task, elsewhere a line about each that takes long, and everywhere a
//! line at its end.

use std::cell::Cell;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::terminal::{Style, duration, paint};

/// The lines of all tasks.
pub(crate) struct Progress {
    bars: MultiProgress,
}

/// A running task.
pub(crate) struct Bar<'a> {
    progress: &'a Progress,
    bar: ProgressBar,
    title: String,
    stage: String,
    start: Instant,
    /// The time of its last permanent line.
    printed: Cell<Instant>,
}

/// The longest time without a line about a task.
const SILENCE: Duration = Duration::from_secs(60);

impl Progress {
    pub(crate) fn new() -> Self {
        Progress {
            bars: MultiProgress::new(),
        }
    }

    /// Starts a task: a stage of the version with this title.
    pub(crate) fn start(&self, title: &str, stage: &str) -> Bar<'_> {
        let bar = self.bars.add(ProgressBar::new_spinner());
        let style = ProgressStyle::with_template("{spinner} {prefix} {elapsed:>4}  {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.set_prefix(format!("{title:<16} {stage:<18}"));
        bar.enable_steady_tick(Duration::from_millis(100));
        Bar {
            progress: self,
            bar,
            title: title.into(),
            stage: stage.into(),
            start: Instant::now(),
            printed: Cell::new(Instant::now()),
        }
    }

    /// Prints a permanent line.
    fn line(&self, line: &str) {
        if self.bars.is_hidden() {
            eprintln!("{line}");
        } else {
            // It fails if nobody reads it.
            let _ = self.bars.println(line);
        }
    }
}

impl Bar<'_> {
    /// Shows the last of these lines, if there is one, or the elapsed time from time to time if there is no terminal.
    pub(crate) fn say(&self, lines: &str) {
        if let Some(line) = self.reminder(SILENCE) {
            self.progress.line(&line);
        }
        let mut lines = lines.split(['\n', '\r']).rev();
        if let Some(line) = lines.find(|line| !line.trim().is_empty()) {
            self.bar.set_message(line.trim_end().to_owned());
        }
    }

    /// Returns a line about the elapsed time if there is no terminal, and there was no line for this time.
    fn reminder(&self, silence: Duration) -> Option<String> {
        if !self.progress.bars.is_hidden() || self.printed.get().elapsed() < silence {
            return None;
        }
        self.printed.set(Instant::now());
        let (title, stage) = (&self.title, &self.stage);
        let time = duration(self.start.elapsed());
        Some(format!(
            "{title:<16} {stage:<18} still running after {time}"
        ))
    }

    pub(crate) fn done(self, result: &str) {
        self.end(Style::Good, "ok", result);
    }

    pub(crate) fn failed(self, why: &str) {
        self.end(Style::Bad, "FAILED", why);
    }

    fn end(&self, style: Style, word: &str, text: &str) {
        let time = duration(self.start.elapsed());
        let word = paint(style, format!("{word:<6}"));
        self.progress.line(&format!(
            "{:<16} {:<18} {word} {time:>8}  {text}",
            self.title, self.stage
        ));
    }
}

impl Drop for Bar<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        self.progress.bars.remove(&self.bar);
    }
}

#[cfg(test)]
mod tests {
    use indicatif::ProgressDrawTarget;

    use super::*;

    #[test]
    fn a_task_without_a_terminal_shows_that_it_runs() {
        let bars = MultiProgress::with_draw_target(ProgressDrawTarget::hidden());
        let progress = Progress { bars };
        let bar = progress.start("Debian 12", "tests");
        let line = bar.reminder(Duration::ZERO).unwrap();
        assert!(line.starts_with("Debian 12        tests              still running after "));
        assert_eq!(bar.reminder(Duration::from_secs(3600)), None);
    }
}
