//! The register as the store keeps it: filed under keys, found by them, and every look noted.

use chrono::{NaiveDate, TimeDelta};
use futures::future::BoxFuture;
use rugdekking::{
    model::{
        clock::{Instant, testing::Seeded},
        ids::{EntryId, LineId, PersonId, VisitId},
        privacy::access::{Action, Look},
        register::{Entry, EntryInput, Grade, Limits, address::Address},
    },
    store::{Db, Error, Tx, privacy::access, register},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::on_both;

fn now() -> Instant {
    "2026-11-01T09:00:00Z".parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn who(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

fn address(number: &str, postcode: &str) -> Address {
    let body = json!({"houseNumber": number, "postcode": postcode});
    Address::parse(&serde_json::from_value(body).unwrap()).unwrap()
}

fn proposed(random: &Seeded, name: &str, number: &str, postcode: &str) -> Entry {
    let body = json!({
        "name": name, "measure": "warning-letter", "reason": "Threw a chair on 28 October.",
        "addresses": [{"houseNumber": number, "postcode": postcode}],
        "from": "2026-11-01", "until": "2027-05-01", "reviewOn": "2027-02-01",
        "contact": {"name": "Desk", "phone": "053 481 8181"},
    });
    let input: EntryInput = serde_json::from_value(body).unwrap();
    let id = EntryId::new(random, now());
    Entry::propose(id, &input, Limits::default(), who(1), now(), day("2026-11-01")).unwrap()
}

fn approved(random: &Seeded, name: &str, number: &str, postcode: &str) -> Entry {
    proposed(random, name, number, postcode).approve(who(2), now()).unwrap()
}

async fn write<T, F>(db: &Db, work: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>> + Send + 'static,
{
    db.write(work).await
}

async fn insert(db: &Db, entries: Vec<Entry>) {
    write(db, move |tx| {
        Box::pin(async move {
            for entry in &entries {
                register::insert(tx, entry).await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
}

async fn save(db: &Db, entry: &Entry, version: i64) -> Result<(), Error> {
    let entry = entry.clone();
    write(db, move |tx| Box::pin(async move { register::save(tx, &entry, version).await })).await
}

async fn load(db: &Db, id: EntryId) -> Result<(i64, Entry), Error> {
    let found = db.read(move |tx| Box::pin(register::load(tx, id))).await;
    found.map(|found| (found.version, found.item))
}

/// Who is hit, as grade and entry.
async fn check(
    db: &Db,
    name: &'static str,
    number: &str,
    code: &str,
    today: &str,
) -> Vec<(Grade, EntryId)> {
    let (address, today) = (address(number, code), day(today));
    let hits = db
        .read::<_, Error, _>(move |tx| {
            Box::pin(async move { register::check(tx, name, &address, today).await })
        })
        .await
        .unwrap();
    assert!(hits.iter().all(|hit| hit.resident == name));
    hits.into_iter().map(|hit| (hit.grade, hit.entry)).collect()
}

async fn an_entry_is_kept_whole(db: Db) {
    let entry = approved(&Seeded::new(1), "J. de Wit", "51A", "7514 AD");
    insert(&db, vec![entry.clone()]).await;
    assert_eq!(load(&db, entry.id).await.unwrap(), (1, entry.clone()));
    assert!(matches!(load(&db, EntryId(Uuid::nil())).await, Err(Error::NotFound)));
    let again = write(&db, move |tx| Box::pin(async move { register::insert(tx, &entry).await }));
    assert!(matches!(again.await, Err(Error::Stale)));
}

async fn of_two_who_change_an_entry_the_second_is_told(db: Db) {
    let entry = proposed(&Seeded::new(1), "J. de Wit", "51A", "7514 AD");
    insert(&db, vec![entry.clone()]).await;
    let one = entry.clone().approve(who(2), now()).unwrap();
    let other = entry.withdraw(who(3), now(), "Not needed").unwrap();
    save(&db, &one, 1).await.unwrap();
    assert!(matches!(save(&db, &other, 1).await, Err(Error::Stale)));
    assert_eq!(load(&db, one.id).await.unwrap(), (2, one));
    assert_eq!(check(&db, "Q", "51A", "7514AD", "2026-12-01").await.len(), 1);
}

async fn a_hit_has_its_grade_and_the_surest_comes_first(db: Db) {
    let random = Seeded::new(1);
    let here = approved(&random, "P. Vos", "51-a", "7514ad");
    let next_door = approved(&random, "K. Smit", "51B", "7514 AD");
    let elsewhere = approved(&random, "Wit, Jan de", "1", "1012 AB");
    let nobody = approved(&random, "K. de Wit", "2", "1012 AB");
    let ids = [here.id, next_door.id, elsewhere.id];
    insert(&db, vec![nobody, elsewhere, next_door, here]).await;
    let hits = check(&db, "J. de Wit", "51 A", "7514 AD", "2026-12-01").await;
    let grades = [Grade::SameAddress, Grade::SameHouseOtherAddition, Grade::SameNameElsewhere];
    assert_eq!(hits, grades.into_iter().zip(ids).collect::<Vec<_>>());
    assert_eq!(check(&db, "J. Jansen", "9", "7514 AD", "2026-12-01").await, []);
}

async fn an_entry_hits_only_from_its_first_to_its_last_day(db: Db) {
    insert(&db, vec![approved(&Seeded::new(1), "J. de Wit", "51A", "7514 AD")]).await;
    for (today, hits) in [
        ("2026-10-31", 0),
        ("2026-11-01", 1),
        ("2027-05-01", 1),
        ("2027-05-02", 0),
        ("2030-01-01", 0),
    ] {
        assert_eq!(check(&db, "Q", "51A", "7514AD", today).await.len(), hits, "{today}");
        assert_eq!(check(&db, "de Wit", "9", "1012AB", today).await.len(), hits, "{today}");
    }
}

async fn only_an_approved_entry_hits(db: Db) {
    let entry = proposed(&Seeded::new(1), "J. de Wit", "51A", "7514 AD");
    insert(&db, vec![entry.clone()]).await;
    let hits = async || check(&db, "J. de Wit", "51A", "7514AD", "2026-12-01").await.len();
    assert_eq!(hits().await, 0);
    let entry = entry.approve(who(2), now()).unwrap();
    save(&db, &entry, 1).await.unwrap();
    assert_eq!(hits().await, 1);
    save(&db, &entry.withdraw(who(2), now(), "Wrong person").unwrap(), 2).await.unwrap();
    assert_eq!(hits().await, 0);
}

async fn who_moves_is_found_at_the_new_address_only(db: Db) {
    let mut entry = approved(&Seeded::new(1), "J. de Wit", "51A", "7514 AD");
    insert(&db, vec![entry.clone()]).await;
    entry.addresses = vec![address("3", "1012 AB")];
    save(&db, &entry, 1).await.unwrap();
    assert_eq!(check(&db, "Q", "51A", "7514AD", "2026-12-01").await, []);
    let hits = check(&db, "Q", "3", "1012AB", "2026-12-01").await;
    assert_eq!(hits, [(Grade::SameAddress, entry.id)]);
}

async fn a_common_name_never_hides_who_lives_there(db: Db) {
    let random = Seeded::new(1);
    let mut entries: Vec<_> =
        (1..=100).map(|n| approved(&random, "J. de Jong", &n.to_string(), "1012 AB")).collect();
    let here = approved(&random, "A. de Jong", "7", "7514 AD");
    let id = here.id;
    entries.push(here);
    insert(&db, entries).await;
    let hits = check(&db, "de Jong", "7", "7514 AD", "2026-12-01").await;
    assert_eq!(hits[0], (Grade::SameAddress, id));
    let most = usize::try_from(register::MOST_HITS).unwrap();
    assert!((most..=most + 1).contains(&hits.len()), "{}", hits.len());
}

async fn the_list_goes_page_by_page(db: Db) {
    let random = Seeded::new(1);
    let entries: Vec<_> = ["A. Vos", "B. Vos", "C. Vos", "D. Vos", "E. Vos"]
        .map(|name| proposed(&random, name, "1", "7514 AD"))
        .into_iter()
        .collect();
    let mut expected: Vec<_> = entries.iter().map(|entry| entry.id).collect();
    expected.reverse();
    insert(&db, entries.clone()).await;
    save(&db, &entries[2].clone().approve(who(2), now()).unwrap(), 1).await.unwrap();
    for status in [None, Some("proposed")] {
        let mut seen: Vec<EntryId> = Vec::new();
        loop {
            let before = seen.last().copied();
            let page = db
                .read::<_, Error, _>(move |tx| {
                    Box::pin(async move {
                        match status {
                            None => register::page(tx, before, 2).await,
                            Some(status) => register::page_by_status(tx, status, before, 2).await,
                        }
                    })
                })
                .await
                .unwrap();
            if page.is_empty() {
                break;
            }
            seen.extend(page.into_iter().map(|entry| entry.item.id));
        }
        let skipped = status.map(|_| entries[2].id);
        let expected: Vec<_> = expected.iter().copied().filter(|id| Some(*id) != skipped).collect();
        assert_eq!(seen, expected);
    }
}

fn look(random: &Seeded, seconds: i64, details: Value) -> Look {
    let at = now() + TimeDelta::seconds(seconds);
    Look {
        id: LineId::new(random, at),
        at,
        person: Some(who(1)),
        action: Action::RegisterChecked,
        visit: Some(VisitId(Uuid::from_u128(5))),
        entry: None,
        details,
    }
}

async fn every_look_is_noted_and_read_page_by_page(db: Db) {
    let random = Seeded::new(1);
    // Two in the same instant, so that the time alone cannot tell pages apart.
    let looks: Vec<_> =
        [0, 60, 60, 120].map(|s| look(&random, s, json!({"hits": s}))).into_iter().collect();
    let noted = looks.clone();
    write(&db, move |tx| {
        Box::pin(async move {
            for look in &noted {
                access::log_look(tx, look).await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
    let mut seen: Vec<Look> = Vec::new();
    for _ in 0..looks.len() {
        let after = seen.last().map(|look| (look.at, look.id));
        let page = db.read::<_, Error, _>(move |tx| Box::pin(access::page(tx, after, 1))).await;
        seen.extend(page.unwrap());
    }
    seen.reverse();
    assert_eq!(seen, looks);
}

/// The plan that the database makes of a check: the index of keys alone, and entries by id.
async fn a_check_reads_the_index_alone(db: Db) {
    let plan = db.read(|tx| Box::pin(plan_of_a_check(tx))).await.unwrap();
    let has = |line: &str| assert!(plan.contains(line), "no {line} in\n{plan}");
    if db.is_sqlite() {
        has("SEARCH k USING COVERING INDEX");
        has("SEARCH register_entries USING INDEX");
    } else {
        has("Index Only Scan using register_keys_pkey");
        has("Index Scan using register_entries_pkey");
    }
}

async fn plan_of_a_check(tx: &mut Tx) -> Result<String, Error> {
    let sqlite = tx.is_sqlite();
    let sql = if sqlite {
        format!("explain query plan {}", register::CANDIDATES.sqlite)
    } else {
        // Reading three rows in a row is quicker than any index; here it may not.
        tx.query("set local enable_seqscan = off").execute().await?;
        tx.query("set local enable_bitmapscan = off").execute().await?;
        format!("explain {}", register::CANDIDATES.postgres)
    };
    let sql: &'static str = sql.leak();
    let statement = tx.query(sql).bind(json!(["n:wit"])).bind(day("2026-12-01"));
    let statement = statement.bind(20_i64).bind(20_i64);
    let lines: Vec<String> = if sqlite {
        let rows: Vec<(i64, i64, i64, String)> = statement.all().await?;
        rows.into_iter().map(|row| row.3).collect()
    } else {
        let rows: Vec<(String,)> = statement.all().await?;
        rows.into_iter().map(|row| row.0).collect()
    };
    Ok(lines.join("\n"))
}

on_both!(
    an_entry_is_kept_whole,
    of_two_who_change_an_entry_the_second_is_told,
    a_hit_has_its_grade_and_the_surest_comes_first,
    an_entry_hits_only_from_its_first_to_its_last_day,
    only_an_approved_entry_hits,
    who_moves_is_found_at_the_new_address_only,
    a_common_name_never_hides_who_lives_there,
    the_list_goes_page_by_page,
    every_look_is_noted_and_read_page_by_page,
    a_check_reads_the_index_alone,
);
