//! How fast the register answers when it holds a million people, some surnames very common.
//!
//! `cargo bench --bench register` fills a SQLite file and asks it; `-- 100000` for fewer entries.

use std::time::{Duration, Instant as Stopwatch};

use chrono::{Days, NaiveDate};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use rugdekking::{
    model::{
        address::Address,
        clock::Instant,
        ids::{EntryId, PersonId},
        register::{Contact, Entry, Measure, Sought, State},
        testing::{Seeded, keyring},
    },
    store::{Db, Error, register},
};
use uuid::Uuid;

/// Common surnames with their share of the population, in hundredths of a percent.
const COMMON: [(&str, u32); 14] = [
    ("de Jong", 53),
    ("Jansen", 45),
    ("de Vries", 43),
    ("van de Berg", 36),
    ("van Dijk", 35),
    ("Bakker", 34),
    ("Janssen", 33),
    ("Visser", 31),
    ("Smit", 26),
    ("Meijer", 25),
    ("de Boer", 24),
    ("Mulder", 23),
    ("de Groot", 22),
    ("Bos", 22),
];
const STARTS: [&str; 20] = [
    "Ber", "Hof", "Kol", "Ven", "Wij", "Schou", "Dek", "Lam", "Pos", "Roe", "Til", "Vos", "Wes",
    "Zand", "Oos", "Nij", "Mul", "Kui", "Haar", "Gro",
];
const MIDDLES: [&str; 25] = [
    "", "ke", "ter", "le", "ken", "de", "re", "sen", "ge", "me", "ste", "ve", "ne", "pe", "be",
    "lo", "ra", "ti", "ho", "wa", "ki", "zu", "fe", "ja", "du",
];
const ENDS: [&str; 20] = [
    "ink", "man", "stra", "huis", "berg", "veld", "boom", "sma", "kamp", "meer", "laar", "donk",
    "horst", "dijk", "bos", "beek", "hoek", "wold", "mans", "brink",
];
const PARTICLES: [&str; 6] = ["", "", "", "van ", "van der ", "te "];
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

async fn fill(db: &Db, entries: usize) -> Result<(), Error> {
    const BATCH: usize = 50_000;
    for start in (0..entries).step_by(BATCH) {
        let batch = BATCH.min(entries - start);
        db.write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let (mut rng, dice) = (seeded(start), Seeded::new(start as u64));
                for _ in 0..batch {
                    register::insert(tx, &entry(&mut rng, &dice)).await?;
                }
                Ok(())
            })
        })
        .await?;
    }
    Ok(())
}

fn seeded(n: usize) -> StdRng {
    StdRng::seed_from_u64(n as u64)
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day")
}

/// An approved entry; two in three count today, the others have ended.
fn entry(rng: &mut StdRng, dice: &Seeded) -> Entry {
    let now = Instant::UNIX_EPOCH;
    let from = today() - Days::new(rng.random_range(0..540));
    let phone = "+31534818181".parse().expect("a number");
    Entry {
        id: EntryId::new(dice, now),
        name: name(rng),
        birth_date: None,
        addresses: vec![address(rng)],
        measure: if rng.random() { Measure::WarningLetter } else { Measure::ContactBan },
        from,
        until: from + Days::new(360),
        review_on: from + Days::new(180),
        reason: "Threatened a colleague at the desk.".into(),
        contact: Contact { name: "Desk".into(), phone },
        proposed_by: PersonId(Uuid::from_u128(1)),
        proposed_at: now,
        state: State::Approved { by: PersonId(Uuid::from_u128(2)), at: now },
        dossier: Default::default(),
    }
}

fn name(rng: &mut StdRng) -> String {
    format!("{}. {}", char::from(rng.random_range(b'A'..=b'Z')), surname(rng))
}

fn surname(rng: &mut StdRng) -> String {
    let mut ticket = rng.random_range(0..10_000);
    for (name, share) in COMMON {
        if ticket < share {
            return name.to_owned();
        }
        ticket -= share;
    }
    let mut one = |of: &[&'static str]| of[rng.random_range(0..of.len())];
    [one(&PARTICLES), one(&STARTS), one(&MIDDLES), one(&ENDS)].concat()
}

fn address(rng: &mut StdRng) -> Address {
    let letter = |rng: &mut StdRng| char::from(rng.random_range(b'A'..=b'R'));
    let postcode = format!("{} {}{}", rng.random_range(7400..7700), letter(rng), letter(rng));
    Address {
        street: format!("{}straat", surname(rng)),
        house_number: rng.random_range(1..300),
        house_letter: rng.random_bool(0.2).then(|| letter(rng).to_string()),
        addition: rng.random_bool(0.1).then(|| rng.random_range(1..9).to_string()),
        postcode: Some(postcode),
        city: ["Enschede", "Hengelo", "Almelo"][rng.random_range(0..3)].to_owned(),
        bag_id: None,
        addressable_object_id: None,
        district_code: None,
        neighbourhood_code: None,
    }
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
