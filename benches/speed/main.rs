//! How fast the service is, at its limits: storms of check-ins, answers and registrations per
//! second, and what a million waiting visits cost. `make bench` does it all on both databases.
//!
//! `cargo bench --bench speed -- storm 10000 20` (so many check-ins, a carrier that needs so many
//! milliseconds), `-- missed 10000`, `-- answers`, `-- registrations`, `-- quiet 1000000`; on a
//! SQLite file, or on the empty PostgreSQL database that `SPEED_DATABASE_URL` names. All in an
//! organisation of 3,000 people in 150 teams, or with `SPEED_ORGANISATION=small` on the ground of the
//! measurements of before; `-- organisations` compares it with smaller and larger.

#![allow(clippy::unwrap_used, reason = "a measurement may stop at what it did not expect")]

mod load;
mod organisations;
mod storm;
mod usage;

#[path = "../register_entries.rs"]
mod register_entries;

#[path = "../../tests/it/support/trial/mod.rs"]
mod trial;

use std::time::Duration;

use chrono::TimeDelta;
use rugdekking::{
    app::serve::clock::SystemClock,
    model::{
        clock::{Clock as _, Instant},
        people::Person,
        phone::Phone,
    },
};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use trial::{
    company::Company,
    ground::{Asked, Ground},
    organisation::Size,
    service::Service,
};
use usage::Usage;

/// How many callers speak at once.
const CALLERS: usize = 64;
/// How many visits are filled in at once.
const BATCH: usize = 1000;
/// The organisation of a measurement.
#[derive(Clone, Copy)]
pub struct Organisation {
    size: Size,
    /// How many entries its register has.
    entries: usize,
    /// Of how many people the callers are.
    workers: usize,
    /// Whether they are of teams all over it, or of one.
    everywhere: bool,
}

const LARGE: Organisation = Organisation {
    size: Size { people: 3_000, teams: 150 },
    entries: 100_000,
    workers: CALLERS,
    everywhere: true,
};

/// As all was measured until commit 9758422, so that a build can be put beside one of then.
const SMALL: Organisation =
    Organisation { size: Size { people: 7, teams: 2 }, entries: 0, workers: 1, everywhere: false };

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let number = |nth: usize, otherwise: usize| {
        words.get(nth).and_then(|n| n.parse().ok()).unwrap_or(otherwise)
    };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(async {
        match words.first().map(String::as_str) {
            Some("storm") => storm::storm(number(1, 10_000), number(2, 0)).await,
            Some("missed") => storm::missed(number(1, 10_000)).await,
            Some("engine") => storm::engine(&words[1], &words[2]).await,
            Some("answers") => answers(number(1, 20_000)).await,
            Some("registrations") => registrations().await,
            Some("quiet") => quiet(number(1, 1_000_000)).await,
            Some("organisations") => organisations::compare(number(1, LARGE.entries)).await,
            _ => println!(
                "say what: storm N MS, missed N, answers, registrations, quiet N, or organisations"
            ),
        }
    });
}

/// The database of a measurement: as long as it is kept, it is there.
pub struct Place {
    /// Its address.
    pub url: String,
    /// What it is called.
    pub name: &'static str,
    _dir: tempfile::TempDir,
}

impl Place {
    /// One of several that are there at once.
    async fn of(nth: usize) -> Self {
        let mut place = Self::new();
        if place.name == "PostgreSQL" {
            let name = format!("{}_{nth}", place.url.rsplit('/').next().unwrap());
            let mut line = PgConnection::connect(&place.url).await.unwrap();
            line.execute(AssertSqlSafe(format!("create database {name}"))).await.unwrap();
            let server = place.url.rsplit_once('/').unwrap().0;
            place.url = format!("{server}/{name}");
        }
        place
    }

    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        match std::env::var("SPEED_DATABASE_URL") {
            Ok(url) => Self { url, name: "PostgreSQL", _dir: dir },
            Err(_) => {
                let url = format!("sqlite://{}", dir.path().join("speed.sqlite").display());
                Self { url, name: "SQLite", _dir: dir }
            }
        }
    }
}

/// Visits under way with one check-in each at that moment.
pub async fn fill(ground: &Ground, visits: usize, due: Instant) -> Vec<Asked> {
    let mut all = vec![];
    for from in (0..visits).step_by(BATCH) {
        let due = vec![due; BATCH.min(visits - from)];
        all.extend(ground.visits(from, due, usize::MAX).await);
    }
    all
}

impl Organisation {
    /// The one that is asked for.
    fn chosen() -> Self {
        match std::env::var("SPEED_ORGANISATION") {
            Ok(name) if name == "small" => SMALL,
            Ok(name) if name != "large" => panic!("small or large, not {name}"),
            _ => LARGE,
        }
    }

    /// Founds it, with its register.
    async fn found(self, url: &str) -> Ground {
        let ground = match self.everywhere {
            true => Ground::large(url, self.size, self.workers).await,
            false => Ground::around_one_team(url, self.size, self.workers).await,
        };
        register_entries::fill(&ground.db, self.entries).await.unwrap();
        ground
    }
}

/// Who is on a visit says that all is well.
fn answer(url: &str, visit: &Asked) -> Vec<u8> {
    let path = format!("/v1/visits/{}/check-ins", visit.visit);
    load::post(url, &path, &visit.token, &json!({}))
}

/// Somebody registers a visit at an address: the register is asked, and that is logged.
fn registration(url: &str, (token, mobile): &(String, Phone), nth: usize) -> Vec<u8> {
    let address = json!({ "street": "Hengelosestraat", "houseNumber": nth % 900 + 1,
        "postcode": "7514 AD", "city": "Enschede" });
    let visit = json!({
        "kind": "home-visit", "startsAt": SystemClock.now() + TimeDelta::hours(3),
        "expectedMinutes": 45, "mobile": mobile, "colleagues": [],
        "residents": [{ "name": "J. de Wit", "address": address }],
        "background": "", "expectsTrouble": false, "knownResident": false,
    });
    load::post(url, "/v1/visits", token, &visit)
}

/// The tokens and numbers of those who go out.
fn callers(ground: &Ground) -> Vec<(String, Phone)> {
    let mobile = |person: &Person| person.verified_number().unwrap().clone();
    ground.workers.iter().map(|one| (one.token.clone(), mobile(&one.person))).collect()
}

/// Who is out there says that all is well: as often as can be, then at half that pace.
async fn answers(visits: usize) {
    let (place, company) = (Place::new(), Company::open().await);
    let ground = Organisation::chosen().found(&place.url).await;
    let asked = fill(&ground, visits, SystemClock.now() + TimeDelta::hours(2)).await;
    ground.db.close().await;
    let service = Service::start(&place.url, &company).await;
    let request = |nth: usize| answer(&service.url, &asked[nth % asked.len()]);
    measure("answers", &place, &service, request).await;
}

async fn registrations() {
    let (place, company) = (Place::new(), Company::open().await);
    let ground = Organisation::chosen().found(&place.url).await;
    ground.db.close().await;
    let service = Service::start(&place.url, &company).await;
    let callers = callers(&ground);
    let request = |nth: usize| registration(&service.url, &callers[nth % callers.len()], nth);
    measure("registrations", &place, &service, request).await;
}

async fn measure(
    what: &str,
    place: &Place,
    service: &Service,
    request: impl Fn(usize) -> Vec<u8> + Sync,
) {
    let seconds = Duration::from_secs(10);
    load::as_fast_as_can_be(&service.url, &request, CALLERS, Duration::from_secs(2)).await;
    let before = Usage::of(service.id());
    let fast = load::as_fast_as_can_be(&service.url, &request, CALLERS, seconds).await;
    let used = Usage::of(service.id()) - before;
    println!("{what} on {}: {fast}; {used}", place.name);
    let half = load::at_a_pace(&service.url, &request, CALLERS, fast.per_second() / 2.0, seconds);
    println!("{what} on {} at half of that: {}", place.name, half.await);
}

/// What visits cost of which nothing is due: the share of one core, over a minute.
async fn quiet(visits: usize) {
    let (place, company) = (Place::new(), Company::open().await);
    let ground = Organisation::chosen().found(&place.url).await;
    fill(&ground, visits, SystemClock.now() + TimeDelta::hours(9)).await;
    ground.db.close().await;
    let service = Service::start(&place.url, &company).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (before, database) = (Usage::of(service.id()), Usage::of_postgres());
    let minute = Duration::from_secs(60);
    tokio::time::sleep(minute).await;
    let used = Usage::of(service.id()) - before;
    let database = Usage::of_postgres() - database;
    println!(
        "{visits} visits waiting on {}: {:.2} % of a core, PostgreSQL itself {:.2} %; {} MB",
        place.name,
        100.0 * used.seconds / minute.as_secs_f64(),
        100.0 * database.seconds / minute.as_secs_f64(),
        used.megabytes
    );
}
