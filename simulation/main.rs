//! Simulates the whole service, deterministically: towns of people who answer or do not, carriers
//! and databases that fail, instances that die at any moment; and checks after every step that no
//! alarm is lost, late or doubled. One seed is one day in one town. See docs/reliability.md.

mod acts;
mod asking;
mod checks;
mod databases;
mod events;
mod lines;
mod looking;
mod replay;
mod tasks;
mod town;
mod truth;
mod weather;
mod work;
mod world;

use std::{
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    sync::{Mutex, PoisonError},
    thread,
    time::Instant,
};

use clap::Parser;
use futures::future::join_all;
use tokio::runtime::Builder;

use databases::Databases;
use world::{Fault, Tally, World};

/// What is simulated.
#[derive(Debug, Parser)]
struct Options {
    /// Seeds from and up to, for instance `1..1000`.
    #[arg(long, value_parser = range)]
    seeds: Option<(u64, u64)>,
    /// One seed.
    #[arg(long, conflicts_with = "seeds")]
    seed: Option<u64>,
    /// Tells everything that happens.
    #[arg(long)]
    verbose: bool,
    /// On how many threads; as many as there are cores unless said otherwise.
    #[arg(long)]
    threads: Option<usize>,
    /// Stops at the first seed that fails.
    #[arg(long)]
    first: bool,
}

fn range(given: &str) -> Result<(u64, u64), String> {
    let (from, until) = given.split_once("..").ok_or("write it as 1..1000")?;
    let read = |n: &str| n.trim_start_matches('=').parse().map_err(|_| format!("{n} is no number"));
    Ok((read(from)?, read(until)?))
}

/// How many seeds a thread lives side by side: while one waits, another goes on.
const AT_ONCE: usize = 3;

/// Lives one seed.
async fn live(seed: u64, verbose: bool, databases: &Databases) -> Result<Tally, Fault> {
    let database = databases.take().await.map_err(|why| why.to_string())?;
    let world = World::new(seed, verbose, database.db.clone()).await;
    let tally = world.map_err(|why| why.to_string())?.live().await?;
    databases.give_back(database).await;
    Ok(tally)
}

fn main() -> ExitCode {
    let options = Options::parse();
    let (from, until) = match (options.seed, options.seeds) {
        (Some(seed), _) => (seed, seed + 1),
        (None, Some(seeds)) => seeds,
        (None, None) => (1, 201),
    };
    let threads = options.threads.or_else(|| thread::available_parallelism().ok().map(Into::into));
    let run = Run { next: AtomicU64::new(from), until, began: Instant::now(), ..Run::default() };
    thread::scope(|scope| {
        for _ in 0..threads.unwrap_or(1) {
            scope.spawn(|| run.live_on_a_thread(&options));
        }
    });
    run.tell("done");
    let failed = run.failed.lock().unwrap_or_else(PoisonError::into_inner);
    for (seed, why) in failed.iter().take(10) {
        println!("seed {seed} failed: {why}");
        println!("  again: cargo run --release --bin simulate -- --seed {seed} --verbose");
    }
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Many seeds, shared by threads.
struct Run {
    next: AtomicU64,
    until: u64,
    began: Instant,
    total: Mutex<(u64, Tally)>,
    failed: Mutex<Vec<(u64, Fault)>>,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            next: AtomicU64::new(0),
            until: 0,
            began: Instant::now(),
            total: Mutex::default(),
            failed: Mutex::default(),
        }
    }
}

impl Run {
    fn live_on_a_thread(&self, options: &Options) {
        let Ok(runtime) = Builder::new_current_thread().enable_all().build() else {
            return println!("a thread could not begin");
        };
        let databases = Databases::default();
        // In order when the first that fails is asked for.
        let at_once = if options.first { 1 } else { AT_ONCE };
        runtime.block_on(join_all((0..at_once).map(|_| self.live_on(options, &databases))));
    }

    async fn live_on(&self, options: &Options, databases: &Databases) {
        loop {
            let seed = self.next.fetch_add(1, Ordering::SeqCst);
            let failed = || !self.failed.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
            if seed >= self.until || (options.first && failed()) {
                return;
            }
            match live(seed, options.verbose, databases).await {
                Ok(tally) => self.add(&tally),
                Err(why) => {
                    println!("seed {seed} failed: {why}");
                    let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
                    failed.push((seed, why));
                    failed.sort();
                }
            }
        }
    }

    fn add(&self, tally: &Tally) {
        let mut total = self.total.lock().unwrap_or_else(PoisonError::into_inner);
        total.0 += 1;
        total.1.visits += tally.visits;
        total.1.alarms += tally.alarms;
        total.1.sends += tally.sends;
        total.1.steps += tally.steps;
        total.1.deaths += tally.deaths;
        total.1.digest ^= tally.digest;
        let seeds = total.0;
        drop(total);
        if seeds.is_multiple_of(1000) {
            self.tell("so far");
        }
    }

    fn tell(&self, when: &str) {
        let total = self.total.lock().unwrap_or_else(PoisonError::into_inner);
        let (seeds, tally) = &*total;
        let seconds = self.began.elapsed().as_secs_f64();
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner).len();
        println!(
            "{when}: {seeds} seeds held and {failed} failed in {seconds:.0} s; {} visits, {} alarms, \
             {} messages, {} steps, {} deaths; digest {:016x}",
            tally.visits, tally.alarms, tally.sends, tally.steps, tally.deaths, tally.digest
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_is_the_same_day() {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let databases = Databases::default();
        let digest = |seed| {
            let lived = runtime.block_on(live(seed, false, &databases));
            lived.map(|tally| tally.digest).unwrap()
        };
        // On a new database, and on one in which others lived before.
        let first: Vec<_> = (1..4).map(digest).collect();
        assert_eq!((1..4).map(digest).collect::<Vec<_>>(), first);
    }

    /// Seeds in which a fault was found, and put right.
    #[test]
    fn what_was_put_right_stays_right() {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let databases = Databases::default();
        for seed in [258, 1170, 1943, 2568, 2691, 2746, 2852, 3997, 6963] {
            let lived = runtime.block_on(live(seed, false, &databases));
            assert!(lived.is_ok(), "seed {seed}: {lived:?}");
        }
    }

    #[test]
    fn no_alarm_is_lost_late_or_doubled() {
        let run = Run { next: AtomicU64::new(1), until: 81, ..Run::default() };
        let options =
            Options { seeds: None, seed: None, verbose: false, threads: None, first: false };
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| run.live_on_a_thread(&options));
            }
        });
        assert_eq!(*run.failed.lock().unwrap(), []);
    }
}
