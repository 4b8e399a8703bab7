//! Who has the database and no key reads nothing personal in it.

use rugdekking::{
    model::{
        clock::{
            Clock as _,
            testing::{Seeded, keyring},
        },
        ids::{InstanceId, VisitId},
        privacy::sealing::{Keyring, MasterKey},
    },
    store::{
        Db, Error,
        messages::claims::{self, Claim},
        people, register, visits,
    },
};
use uuid::Uuid;

use crate::support::{
    db::on_both,
    raw,
    town::day::{SECRETS, of_everything},
};

/// Lies open, so that a look which finds nothing at all is noticed.
const OPEN: &str = "wmo en inkomen";

async fn nobody_reads_it_without_the_key(url: String) {
    let db = Db::open(&url, keyring()).await.unwrap();
    of_everything(db.clone()).await;
    assert_eq!(raw::empty(&db).await, Vec::<String>::new(), "the day fills every table");
    let seen = raw::everything(&db, &url).await;
    assert!(seen.contains(OPEN));
    for secret in SECRETS {
        assert!(!seen.contains(&secret.to_lowercase()), "{secret} lies open");
    }
    db.close().await;
}

async fn another_key_opens_nothing(url: String) {
    Db::open(&url, keyring()).await.unwrap().close().await;
    let other = Keyring::new(&MasterKey::generate(&Seeded::new(99)), &[]);
    let refused = Db::open(&url, other).await.unwrap_err();
    assert!(matches!(refused, Error::Keys(_)), "{refused}");
    let told = refused.to_string();
    assert!(told.contains(keyring().current()) && told.contains("old_data_keys"), "{told}");
}

async fn what_is_moved_to_another_row_does_not_open(db: Db) {
    let town = of_everything(db).await;
    let found = town.db.read::<_, Error, _>(|tx| {
        Box::pin(async move {
            let ids: Vec<(Uuid,)> = tx.query("select id from visits order by id").all().await?;
            Ok(ids)
        })
    });
    let [(one,), (other,), ..] = found.await.unwrap()[..] else { panic!("two visits") };
    let work = town.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            let sql =
                "update visits set body = (select body from visits where id = $1) where id = $2";
            tx.query(sql).bind(one).bind(other).execute().await?;
            visits::load(tx, VisitId(one)).await?;
            visits::load(tx, VisitId(other)).await
        })
    });
    let why = work.await.unwrap_err();
    assert!(matches!(why, Error::Closed(_)), "{why}");
}

async fn a_message_that_does_not_open_holds_up_no_other(db: Db) {
    let town = of_everything(db).await;
    let now = town.clock.now();
    let work = town.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            tx.query("update messages set state = 'queued', next_try_at = $1, leased_until = null")
                .bind(now)
                .execute()
                .await?;
            let (all,): (i64,) =
                tx.query("select count(*) from messages where priority <= 3").one().await?;
            let spoil = "update messages set body = (select body from messages
                where channel = 'text' order by id limit 1) where id = (select id
                from messages where channel = 'text' order by id desc limit 1)";
            tx.query(spoil).execute().await?;
            let by = InstanceId(Uuid::from_u128(1));
            let claim = Claim { by, until: now + chrono::TimeDelta::minutes(1) };
            let claimed = claims::claim(tx, now, claim, 1000, claims::Lane::Main).await?;
            assert!(all > 2);
            assert_eq!(claimed.len() as i64, all - 1);
            Ok(())
        })
    });
    work.await.unwrap();
}

/// As the versions before wrote it: bodies as JSON, and what is found by as it is.
async fn lie_open(db: &Db) {
    let work = db.write::<_, Error, _>(|tx| {
        Box::pin(async move {
            let jan = people::by_email(tx, "worker@demo.rugdekking.example").await?.unwrap().item;
            let entry = register::page(tx, None, 1).await?.remove(0).item;
            let keys = serde_json::to_value(entry.keys()).unwrap();
            let body = |value: serde_json::Value| sqlx::types::Json(value);
            tx.query(
                "update people set email = $1, mobile = $2, subject = $3, identity = null, body = $4
                 where id = $5",
            )
            .bind(jan.email.clone())
            .bind("+31612345678")
            .bind("subject-of-jan")
            .bind(body(serde_json::to_value(&jan).unwrap()))
            .bind(jan.id.0)
            .execute()
            .await?;
            tx.query("delete from opt_outs").execute().await?;
            tx.query("insert into opt_outs (number, at) values ($1, $2)")
                .bind("+31687654321")
                .bind(chrono::DateTime::UNIX_EPOCH)
                .execute()
                .await?;
            tx.query("update register_entries set body = $1 where id = $2")
                .bind(body(serde_json::to_value(&entry).unwrap()))
                .bind(entry.id.0)
                .execute()
                .await?;
            tx.query("delete from register_keys where entry_id = $1").bind(entry.id.0).execute().await?;
            for key in keys.as_array().unwrap() {
                tx.query(
                    "insert into register_keys (key, ends_on, starts_on, entry_id) values ($1, $2, $3, $4)",
                )
                .bind(key.as_str().unwrap().to_owned())
                .bind(entry.until)
                .bind(entry.from)
                .bind(entry.id.0)
                .execute()
                .await?;
            }
            messages(tx).await?;
            tx.query("delete from visit_numbers").execute().await?;
            tx.query(
                "insert into visit_numbers (number, visit_id) select '+31612345678', id from visits
                 where status not in ('ended', 'cancelled')",
            )
            .execute()
            .await?;
            tx.query("update access_log set seq = null, hash = null, body = $1")
                .bind(body(serde_json::json!({ "hits": [] })))
                .execute()
                .await?;
            tx.query("delete from access_chain").execute().await?;
            tx.query("delete from settings where key = 'sealing'").execute().await
        })
    });
    work.await.unwrap();
}

async fn messages(tx: &mut rugdekking::store::Tx) -> Result<(), Error> {
    let body = serde_json::json!({ "name": "Jan Bakker", "instead": null,
        "content": { "as": "text", "body": "Gaat het goed, Jan Bakker?" } });
    tx.query("update messages set recipient = '+31612345678', body = $1")
        .bind(sqlx::types::Json(body))
        .execute()
        .await
        .map(drop)
}

async fn what_lay_open_is_sealed_at_the_next_start(url: String) {
    let db = Db::open(&url, keyring()).await.unwrap();
    let town = of_everything(db.clone()).await;
    lie_open(&db).await;
    assert!(raw::everything(&db, &url).await.contains("jan bakker"));
    db.close().await;
    let db = Db::open(&url, keyring()).await.unwrap();
    let seen = raw::everything(&db, &url).await;
    for secret in SECRETS {
        assert!(!seen.contains(&secret.to_lowercase()), "{secret} lies open");
    }
    crate::privacy::store_keys::everything_is_found(&db, town.clock.clone()).await;
    let whole =
        db.read(|tx| Box::pin(rugdekking::store::privacy::access::verify(tx))).await.unwrap();
    assert!(whole.unwrap().lines > 0);
    db.close().await;
}

on_both!(url:
    nobody_reads_it_without_the_key,
    another_key_opens_nothing,
    what_lay_open_is_sealed_at_the_next_start,
);
on_both!(
    what_is_moved_to_another_row_does_not_open,
    a_message_that_does_not_open_holds_up_no_other
);
