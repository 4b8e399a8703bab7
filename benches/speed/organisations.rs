//! The same requests in a small, a large and a very large organisation, in turns: what is asked must
//! not cost more because others are there. Once the same team asks in each, so that nothing differs but
//! who else is there; and once people of as many teams as there are, whose rows lie far apart.

use std::time::Duration;

use chrono::TimeDelta;
use rugdekking::{app::serve::clock::SystemClock, model::clock::Clock as _};

use super::{
    CALLERS, Organisation, Place, answer, callers, fill, load, registration,
    trial::{company::Company, organisation::Size, service::Service},
    usage::Usage,
};

const SIZES: [Size; 3] = [
    Size { people: 7, teams: 2 },
    Size { people: 3_000, teams: 150 },
    Size { people: 20_000, teams: 500 },
];
/// How many visits are answered for in each.
const VISITS: usize = 10_000;
/// The turns of each; the median counts, for a machine has other things to do.
const TURNS: usize = 5;
/// How long a turn takes.
const TURN: Duration = Duration::from_secs(3);

/// What was measured of one kind of request.
#[derive(Default)]
struct Measured {
    per_second: Vec<f64>,
    /// By second of processor time, the database's own with it.
    per_busy_second: Vec<f64>,
}

impl Measured {
    async fn turn(
        &mut self,
        place: &Place,
        service: &Service,
        request: impl Fn(usize) -> Vec<u8> + Sync,
    ) {
        let busy = || Usage::of(service.id()).seconds + Usage::of_database(&place.url).seconds;
        let before = busy();
        let heard = load::as_fast_as_can_be(&service.url, &request, CALLERS, TURN).await;
        self.per_second.push(heard.per_second());
        self.per_busy_second.push(heard.count() as f64 / (busy() - before).max(0.01));
    }

    fn medians(&self) -> [f64; 2] {
        [&self.per_second, &self.per_busy_second].map(|all| {
            let mut all = all.clone();
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        })
    }
}

/// Registrations and answers by second, in each organisation, with a register of so many entries.
pub async fn compare(entries: usize) {
    for everywhere in [false, true] {
        compare_with(entries, everywhere).await;
    }
}

async fn compare_with(entries: usize, everywhere: bool) {
    let company = Company::open().await;
    let mut all = vec![];
    for size in SIZES {
        let place = Place::of(size.people).await;
        let organisation = Organisation { size, entries, workers: CALLERS, everywhere };
        let ground = organisation.found(&place.url).await;
        let asked = fill(&ground, VISITS, SystemClock.now() + TimeDelta::hours(2)).await;
        ground.db.close().await;
        let service = Service::start(&place.url, &company).await;
        all.push((place, service, callers(&ground), asked));
    }
    let mut measured: Vec<[Measured; 2]> = SIZES.iter().map(|_| Default::default()).collect();
    // The first turn only warms up.
    for turn in 0..=TURNS {
        for ((place, service, callers, asked), measured) in all.iter().zip(&mut measured) {
            let mut warm_up = <[Measured; 2]>::default();
            let [registered, answered] = if turn == 0 { &mut warm_up } else { measured };
            let request =
                |nth: usize| registration(&service.url, &callers[nth % callers.len()], nth);
            registered.turn(place, service, request).await;
            let request = |nth: usize| answer(&service.url, &asked[nth % asked.len()]);
            answered.turn(place, service, request).await;
        }
    }
    let who = if everywhere { "people of all teams" } else { "people of one team" };
    report(all[0].0.name, who, &measured);
}

fn report(database: &str, who: &str, measured: &[[Measured; 2]]) {
    println!("on {database}, {CALLERS} callers, {who}, medians of {TURNS} turns");
    for (size, [registered, answered]) in SIZES.iter().zip(measured) {
        let ([fast, lean], [answered, lean_answered]) = (registered.medians(), answered.medians());
        println!(
            "{:>6} people in {:>3} teams: {fast:.0} registrations a second, {answered:.0} answers; \
             by second of processor time {lean:.0} and {lean_answered:.0}",
            size.people, size.teams
        );
    }
    let [first, .., last] = measured else { return };
    for (what, nth) in [("registrations", 0), ("answers", 1)] {
        let ([first, lean], [last, lean_last]) = (first[nth].medians(), last[nth].medians());
        println!(
            "{what}: the last is {:.0} % of the first; by processor time {:.0} %",
            100.0 * last / first,
            100.0 * lean_last / lean
        );
    }
}
