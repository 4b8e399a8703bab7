//! The data key is replaced while the service runs, and nothing is lost sight of meanwhile.

use std::sync::Arc;

use chrono::TimeDelta;
use rugdekking::{
    model::{
        clock::{
            Clock as _,
            testing::{ManualClock, Seeded, data_key, keyring},
        },
        ids::DeviceId,
        phone::Phone,
        privacy::sealing::{Keyring, MasterKey},
        register::{Entry, EntryState, address::Address},
    },
    store::{
        Db, Error, Tx,
        messages::{self, sandbox},
        people::{self, devices, provisioned, sessions, vapid},
        privacy::access,
        register, rotate, visits,
    },
};

use crate::support::{db::on_both, raw, town::day::of_everything};

fn fresh() -> MasterKey {
    MasterKey::generate(&Seeded::new(32))
}

fn both() -> Keyring {
    Keyring::new(&fresh(), &[data_key()])
}

fn phone(number: &str) -> Phone {
    number.parse().unwrap()
}

/// What the day left is found by all that it can be found by.
pub async fn everything_is_found(db: &Db, clock: Arc<ManualClock>) {
    let now = clock.now();
    let work = db.read::<_, Error, _>(move |tx| {
        Box::pin(async move {
            let jan = people::by_email(tx, "Worker@demo.rugdekking.example").await?.unwrap().item;
            assert_eq!(jan.name, "Jan Bakker");
            let by_subject = people::by_subject(tx, "subject-of-jan").await?.unwrap();
            assert_eq!(by_subject.item.id, jan.id);
            let named = provisioned::person_named(tx, "Jan-in-the-Directory").await?;
            assert_eq!(named, Some(jan.id));
            let by_id = provisioned::people_by_external_id(tx, "id-of-jan-there").await?;
            assert_eq!(by_id, [jan.id]);
            let teams = provisioned::teams(tx).await?;
            assert!(teams.values().any(|it| it.kept["externalId"] == "id-of-the-team-there"));
            let by_number = people::by_mobile(tx, &phone("+31612345678")).await?;
            assert_eq!(by_number.iter().map(|p| p.item.id).collect::<Vec<_>>(), [jan.id]);
            assert!(people::opted_out(tx, "+31687654321").await?);
            assert!(!people::opted_out(tx, "+31612345678").await?);
            let ahead = visits::by_number(tx, &phone("+31612345678")).await?;
            assert!(!ahead.is_empty(), "who answers by text");
            for id in ahead {
                visits::load(tx, id).await?;
            }
            let asked = messages::asked_of(tx, "+31612345678", now - TimeDelta::hours(9)).await?;
            assert!(!asked.is_empty(), "what was asked by text");
            assert!(asked.iter().all(|message| message.to == "+31612345678"));
            let entries = register::page(tx, None, 500).await?;
            let counts = |entry: &&Entry| matches!(entry.state, EntryState::Approved { .. });
            let today = now.date_naive();
            let mut sought = 0;
            for entry in entries.iter().map(|e| &e.item).filter(counts) {
                if entry.from > today || entry.until < today {
                    continue;
                }
                sought += 1;
                is_hit(tx, entry, &entry.addresses[0], today).await?;
                is_hit(tx, entry, &elsewhere(), today).await?;
            }
            assert!(sought > 10);
            assert!(access::verify(tx).await?.is_ok());
            Ok(())
        })
    });
    work.await.unwrap();
}

fn elsewhere() -> Address {
    let input = serde_json::json!({ "postcode": "9999 ZZ", "houseNumber": 1 });
    Address::parse(&serde_json::from_value(input).unwrap()).unwrap()
}

/// Of many of one name a check tells some; so who lives at the address, or somebody of that name.
async fn is_hit(
    tx: &mut Tx,
    entry: &Entry,
    at: &Address,
    today: chrono::NaiveDate,
) -> Result<(), Error> {
    let hits = register::check(tx, &entry.name, at, today).await?;
    let found = hits.iter().any(|hit| hit.entry == entry.id);
    assert!(found, "{} at {at:?}: {hits:?}", entry.name);
    Ok(())
}

async fn everything_is_found_before_during_and_after(url: String) {
    let old = Db::open(&url, keyring()).await.unwrap();
    let town = of_everything(old.clone()).await;
    let clock = town.clock.clone();
    everything_is_found(&old, clock.clone()).await;
    old.close().await;

    let db = Db::open(&url, both()).await.unwrap();
    everything_is_found(&db, clock.clone()).await;
    something_changes(&db, clock.clone()).await;
    everything_is_found(&db, clock.clone()).await;
    assert!(rotate(&db).await.unwrap() > 100);
    everything_is_found(&db, clock.clone()).await;
    assert_eq!(rotate(&db).await.unwrap(), 0, "once is enough");
    let dump = raw::dump(&db).await;
    assert!(dump.contains(both().current()));
    let left: Vec<_> = dump.lines().filter(|row| row.contains(keyring().current())).collect();
    assert!(left.is_empty(), "{left:#?}");
    db.close().await;

    let alone = Db::open(&url, Keyring::new(&fresh(), &[])).await.unwrap();
    everything_is_found(&alone, clock.clone()).await;
    others_are_kept_too(&alone).await;
    alone.close().await;
    let refused = Db::open(&url, keyring()).await.unwrap_err().to_string();
    assert!(refused.contains("sealed with another data_key"), "{refused}");
    let backwards = Keyring::new(&data_key(), &[fresh()]);
    let refused = Db::open(&url, backwards).await.unwrap_err().to_string();
    assert!(refused.contains("was replaced"), "{refused}");
}

/// What is written meanwhile meets what the old key filed, as it would have met itself.
async fn something_changes(db: &Db, clock: Arc<ManualClock>) {
    let now = clock.now();
    let work = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            let jan = people::by_email(tx, "worker@demo.rugdekking.example").await?.unwrap();
            let mut twin = jan.item.clone();
            twin.id = rugdekking::model::ids::PersonId::new(&Seeded::new(5), now);
            let taken = people::insert(tx, &twin).await;
            assert!(matches!(taken, Err(Error::Stale)), "the mail address is taken");
            let device = devices::of_person(tx, jan.item.id, now).await?.remove(0);
            let mut again = device.clone();
            again.id = DeviceId::new(&Seeded::new(6), now);
            assert_eq!(devices::add(tx, &again, None).await?.id, device.id, "it is known");
            assert_eq!(devices::count(tx).await?, 1);
            // Somebody who asked for silence asks again, and then for texts.
            let sanne = phone("+31687654321");
            people::opt_out(tx, &sanne, Some(now)).await?;
            people::opt_out(tx, &sanne, None).await?;
            assert!(!people::opted_out(tx, sanne.as_str()).await?);
            people::opt_out(tx, &sanne, Some(now)).await
        })
    });
    work.await.unwrap();
}

async fn others_are_kept_too(db: &Db) {
    let work = db.write::<_, Error, _>(|tx| {
        Box::pin(async move {
            assert!(!sandbox::texts(tx).await?.is_empty());
            assert!(!sandbox::calls(tx).await?.is_empty());
            let jan = people::by_email(tx, "worker@demo.rugdekking.example").await?.unwrap();
            let code = people::awaited_code(tx, jan.item.id).await?.unwrap();
            assert_eq!(code.number, "+31612987654");
            let answer = sessions::answered(tx, &jan.item.id.to_string(), "once").await?.unwrap();
            assert_eq!(answer.status, 201);
            let key =
                |seed| rugdekking::model::people::vapid::VapidKey::generate(&Seeded::new(seed));
            let kept = vapid::kept_or(tx, &key(1)).await?;
            assert_eq!(vapid::kept_or(tx, &key(2)).await?, kept);
            Ok(())
        })
    });
    work.await.unwrap();
}

async fn it_is_replaced_beside_a_running_service(url: String) {
    let old = Db::open(&url, keyring()).await.unwrap();
    let town = of_everything(old.clone()).await;
    old.close().await;
    let db = Db::open(&url, both()).await.unwrap();
    let (turning, watching) = (db.clone(), db.clone());
    let clock = town.clock.clone();
    let turn = tokio::spawn(async move { rotate(&turning).await.unwrap() });
    let watch = tokio::spawn(async move {
        for _ in 0..5 {
            everything_is_found(&watching, clock.clone()).await;
            something_changes(&watching, clock.clone()).await;
        }
    });
    watch.await.unwrap();
    assert!(turn.await.unwrap() > 0);
    rotate(&db).await.unwrap();
    everything_is_found(&db, town.clock.clone()).await;
    db.close().await;
}

on_both!(url:
    everything_is_found_before_during_and_after,
    it_is_replaced_beside_a_running_service,
);
