//! What a seed has in store: how many visits, how many instances, and everything that goes wrong.

use chrono::TimeDelta;
use rand::{Rng as _, rngs::StdRng};
use rugdekking::model::clock::Instant;

/// How long the day lasts; then everything gets well, and what is left must come right.
pub const DAY: TimeDelta = TimeDelta::minutes(160);

/// How long people watch on after it.
pub const EVENING: TimeDelta = TimeDelta::minutes(70);

/// The day of one seed.
#[derive(Clone, Debug)]
pub struct Weather {
    /// How many visits there are.
    pub visits: usize,
    /// How many instances run on the one database.
    pub instances: usize,
    /// By how many milliseconds their clocks differ.
    pub skew: Vec<i64>,
    /// The chance that an instance dies at a door.
    pub dies: f64,
    /// The chance that the database refuses to begin or to commit.
    pub refuses: f64,
    /// The chance that a commit took effect and the answer to it is lost.
    pub loses: f64,
    /// The chance that a carrier does something odd with a message.
    pub odd: f64,
    /// What goes wrong for a while, and when.
    pub spells: Vec<(Instant, Spell)>,
    /// Whether nobody on the ladder answers: then alarms have to keep repeating.
    pub night: bool,
    /// Whether everything is checked after each commit, rather than when all stand still.
    pub strict: bool,
}

/// Something that goes wrong for a while.
#[derive(Clone, Copy, Debug)]
pub enum Spell {
    /// Nothing runs.
    Out(TimeDelta),
    /// An instance stands still, and goes on as if nothing had been (`SIGSTOP`, a suspended machine).
    Still(usize, TimeDelta),
    /// The database cannot be reached.
    NoDatabase(TimeDelta),
    /// A carrier is in this mood.
    Carrier(usize, Mood, TimeDelta),
    /// The clock is set ahead or back.
    Clock(TimeDelta),
}

/// How a carrier takes messages for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// It brings them.
    Well,
    /// Not now.
    Temporary,
    /// Never.
    Permanent,
    /// It takes them, and hangs.
    Hangs,
    /// It takes them, says so, and never brings them.
    Swallows,
}

impl Weather {
    /// The day that begins at `dawn`.
    pub fn of(rng: &mut StdRng, dawn: Instant) -> Self {
        let calm = rng.random_bool(0.25);
        let instances = if rng.random_bool(0.4) { rng.random_range(2..=3) } else { 1 };
        let maybe = |rng: &mut StdRng, chance: f64, most: f64| {
            if !calm && rng.random_bool(chance) { rng.random_range(0.0..most) } else { 0.0 }
        };
        Self {
            visits: rng.random_range(5..=20),
            instances,
            skew: (0..instances).map(|_| rng.random_range(-2000..=2000)).collect(),
            dies: maybe(rng, 0.5, 0.01),
            refuses: maybe(rng, 0.4, 0.03),
            loses: maybe(rng, 0.4, 0.03),
            odd: maybe(rng, 0.6, 0.3),
            spells: if calm { vec![] } else { spells(rng, dawn, instances) },
            night: rng.random_bool(0.08),
            strict: rng.random_bool(0.3),
        }
    }
}

fn spells(rng: &mut StdRng, dawn: Instant, instances: usize) -> Vec<(Instant, Spell)> {
    let mut spells = vec![];
    for _ in 0..rng.random_range(0..5) {
        let at = dawn + TimeDelta::seconds(rng.random_range(0..DAY.num_seconds()));
        spells.push((at, spell(rng, instances)));
    }
    if rng.random_bool(0.1) {
        let at = dawn + TimeDelta::seconds(rng.random_range(0..DAY.num_seconds()));
        let by = TimeDelta::hours(if rng.random_bool(0.5) { 1 } else { -1 });
        spells.push((at, Spell::Clock(by)));
    }
    spells
}

fn spell(rng: &mut StdRng, instances: usize) -> Spell {
    let lasts =
        |rng: &mut StdRng, from: i64, until: i64| TimeDelta::seconds(rng.random_range(from..until));
    match rng.random_range(0..10) {
        0 => Spell::Out(lasts(rng, 60, 5400)),
        1 | 2 => Spell::Still(rng.random_range(0..instances), lasts(rng, 5, 200)),
        3 => Spell::NoDatabase(lasts(rng, 2, 400)),
        nth => {
            let mood = [Mood::Temporary, Mood::Permanent, Mood::Hangs, Mood::Swallows]
                [rng.random_range(0..4)];
            // Seconds, minutes, hours.
            let longest = [5, 300, 7200][rng.random_range(0..3)];
            Spell::Carrier(usize::from(nth % 2 == 0), mood, lasts(rng, 1, longest + 1))
        }
    }
}
