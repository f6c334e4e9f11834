//! Times: the libraries of a case take turns, so that a change of the machine's speed affects all of them.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::library::Repeat;

/// The rounds of a case, and the time of one library in a round.
pub(crate) struct Effort {
    rounds: usize,
    batch: Duration,
}

impl Effort {
    pub(crate) fn new(quick: bool) -> Self {
        if quick {
            Self {
                rounds: 7,
                batch: Duration::from_millis(20),
            }
        } else {
            Self {
                rounds: 31,
                batch: Duration::from_millis(100),
            }
        }
    }

    /// Returns the seconds per repetition of each library in each round.
    pub(crate) fn measure(&self, libraries: &mut [Repeat]) -> Result<Vec<Vec<f64>>> {
        let batches: Vec<u32> = libraries
            .iter_mut()
            .map(|repeat| self.batch(repeat))
            .collect::<Result<_>>()?;
        let mut seconds = vec![Vec::with_capacity(self.rounds); libraries.len()];
        for round in 0..self.rounds {
            for turn in 0..libraries.len() {
                // Another one begins each round, because what runs first finds the caches of the last.
                let index = (round + turn) % libraries.len();
                let time = time(&mut libraries[index], batches[index])?;
                seconds[index].push(time.as_secs_f64() / f64::from(batches[index]));
            }
        }
        Ok(seconds)
    }

    /// Returns the number of repetitions that take about the time of a batch. Warms up in passing.
    fn batch(&self, repeat: &mut Repeat) -> Result<u32> {
        let mut count = 1;
        loop {
            let time = time(repeat, count)?;
            if time >= self.batch || count > u32::MAX / 2 {
                return Ok(count);
            }
            if time >= self.batch / 10 {
                let factor = self.batch.as_secs_f64() / time.as_secs_f64();
                return Ok((f64::from(count) * factor).ceil() as u32);
            }
            count *= 2;
        }
    }
}

fn time(repeat: &mut Repeat, count: u32) -> Result<Duration> {
    let start = Instant::now();
    for _ in 0..count {
        repeat()?;
    }
    Ok(start.elapsed())
}
