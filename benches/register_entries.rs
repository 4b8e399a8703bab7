//! Entries of a register as a large municipality has them: made up, some surnames very common.
#![allow(dead_code, reason = "each measurement uses other parts of it")]

use chrono::{Days, NaiveDate};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use rugdekking::{
    model::{
        clock::{Instant, testing::Seeded},
        ids::{EntryId, PersonId},
        register::{Entry, EntryState, HitContact, Measure, address::Address},
    },
    store::{Db, Error, register},
};
use uuid::Uuid;

/// Common surnames with their share of the population, in hundredths of a percent.
pub const COMMON: [(&str, u32); 14] = [
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

/// Fills the register with so many.
pub async fn fill(db: &Db, entries: usize) -> Result<(), Error> {
    const BATCH: usize = 5_000;
    for start in (0..entries).step_by(BATCH) {
        let batch = BATCH.min(entries - start);
        db.write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let (mut rng, random) = (seeded(start), Seeded::new(start as u64));
                for _ in 0..batch {
                    register::insert(tx, &entry(&mut rng, &random)).await?;
                }
                Ok(())
            })
        })
        .await?;
    }
    Ok(())
}

pub fn seeded(n: usize) -> StdRng {
    StdRng::seed_from_u64(n as u64)
}

pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day")
}

/// An approved entry; two in three count today, the others have ended.
pub fn entry(rng: &mut StdRng, random: &Seeded) -> Entry {
    let now = Instant::UNIX_EPOCH;
    let from = today() - Days::new(rng.random_range(0..540));
    let phone = "+31534818181".parse().expect("a number");
    Entry {
        id: EntryId::new(random, now),
        name: name(rng),
        birth_date: None,
        addresses: vec![address(rng)],
        measure: if rng.random() { Measure::WarningLetter } else { Measure::ContactBan },
        from,
        until: from + Days::new(360),
        review_on: from + Days::new(180),
        reason: "Threatened a colleague at the desk.".into(),
        contact: HitContact { name: "Desk".into(), phone },
        proposed_by: PersonId(Uuid::from_u128(1)),
        proposed_at: now,
        state: EntryState::Approved { by: PersonId(Uuid::from_u128(2)), at: now },
        dossier: Default::default(),
    }
}

pub fn name(rng: &mut StdRng) -> String {
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

pub fn address(rng: &mut StdRng) -> Address {
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
