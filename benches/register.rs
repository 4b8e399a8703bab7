//! How fast the register answers when it holds a million people, some surnames very common.
//!
//! `cargo bench --bench register` fills a SQLite file and asks it; `-- 100000` for fewer entries.

#[path = "register_entries.rs"]
mod register_entries;

use std::time::{Duration, Instant as Stopwatch};

use register_entries::{COMMON, address, entry, fill, name, seeded, today};
use rugdekking::{
    model::{
        clock::testing::{Seeded, keyring},
        register::{Sought, address::Address},
    },
    store::{Db, Error, register},
};

const QUESTIONS: usize = 20_000;

fn main() -> Result<(), Error> {
    let entries = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(1_000_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime").block_on(run(entries))
}

async fn run(entries: usize) -> Result<(), Error> {
    let dir = tempfile::tempdir().expect("a directory for the database");
    let file = dir.path().join("bench.sqlite");
    let db = Db::open(&format!("sqlite://{}", file.display()), keyring()).await?;
    let filling = Stopwatch::now();
    fill(&db, entries).await?;
    let size = std::fs::metadata(&file).map_or(0, |file| file.len() / 1_000_000);
    let took = filling.elapsed().as_secs();
    println!("{entries} entries, {size} MB, filled in {took} s, {QUESTIONS} questions each");
    ask(&db, Ask::Address).await?;
    ask(&db, Ask::Name).await?;
    ask(&db, Ask::CommonName).await?;
    ask(&db, Ask::Whole).await?;
    db.close().await;
    Ok(())
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
enum Ask {
    /// Who lives at this address or in this house?
    Address,
    /// Who has this name?
    Name,
    /// Who is called one of the commonest names, initial unknown?
    CommonName,
    /// All that a visit asks for one resident.
    Whole,
}

async fn ask(db: &Db, what: Ask) -> Result<(), Error> {
    let mut rng = seeded(usize::MAX);
    let mut took = Vec::with_capacity(QUESTIONS);
    let mut hits = 0;
    for n in 0..QUESTIONS {
        // Every other address is one of the register's own, so that there is something to find.
        let known = entry(&mut seeded(n % 20 * 50_000), &Seeded::new(1)).addresses.remove(0);
        let address = if n % 2 == 0 { known } else { address(&mut rng) };
        let resident = match what {
            Ask::CommonName => COMMON[n % COMMON.len()].0.to_owned(),
            _ => name(&mut rng),
        };
        let start = Stopwatch::now();
        hits += db.read(move |tx| Box::pin(answer(tx, what, resident, address))).await?;
        took.push(start.elapsed());
    }
    report(what, took, hits);
    Ok(())
}

async fn answer(
    tx: &mut rugdekking::store::Tx,
    what: Ask,
    resident: String,
    address: Address,
) -> Result<usize, Error> {
    if matches!(what, Ask::Whole) {
        return Ok(register::check(tx, &resident, &address, today()).await?.len());
    }
    let sought = Sought::new(&resident, &address);
    let [exact, house, name] = sought.keys();
    let lists = if matches!(what, Ask::Address) { vec![exact, house] } else { vec![name] };
    let mut hits = 0;
    for keys in lists {
        let found = register::candidates(tx, &keys, today(), register::MOST_HITS).await?;
        hits += found.iter().filter_map(|entry| sought.hit(entry, today())).count();
    }
    Ok(hits)
}

fn report(what: Ask, mut took: Vec<Duration>, hits: usize) {
    took.sort_unstable();
    let micros = |percent: usize| took[(took.len() - 1) * percent / 100].as_micros();
    let last = took[took.len() - 1].as_micros();
    println!(
        "{what:?}: p50 {} µs, p99 {} µs, worst {last} µs; {:.2} hits a question",
        micros(50),
        micros(99),
        hits as f64 / QUESTIONS as f64
    );
}
