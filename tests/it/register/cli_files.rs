//! The command line brings files in and takes them out: from one municipality's database into an
//! empty one, and the same measures are there.

use std::{os::unix::fs::PermissionsExt as _, path::Path, sync::Arc};

use chrono_tz::Europe::Amsterdam;
use rugdekking::{
    app::{
        demo::seed,
        serve::{clock::SystemClock, randomness::SystemDice},
    },
    model::{
        clock::{
            Clock as _,
            testing::{data_key, keyring},
        },
        register::Entry,
    },
    service::{people::personas, register::exports},
    store::{Db, Error, people::teams, register::imports},
};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::on_both;

on_both!(url: measures_and_people_move_to_an_empty_database);

/// Whether it went well, and everything that it said.
async fn runs(database: &str, args: &[&str]) -> (bool, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_rugdekking"))
        .args(args)
        .env("RUGDEKKING_DATABASE_URL", database)
        .env("RUGDEKKING_LOG_FILTER", "error")
        .env("RUGDEKKING_DATA_KEY", data_key().write().expose())
        .output()
        .await
        .unwrap();
    let said = [ran.stdout, ran.stderr].map(|out| String::from_utf8(out).unwrap());
    (ran.status.success(), said.join("\n"))
}

async fn measures(db: &Db) -> Vec<Value> {
    let today = SystemClock.now().with_timezone(&Amsterdam).date_naive();
    let facts = |entry: Entry| {
        let mut entry = json!(entry);
        for own in ["id", "proposedBy", "proposedAt", "state"] {
            entry.as_object_mut().unwrap().remove(own);
        }
        entry
    };
    exports::all(db, today).await.unwrap().into_iter().map(facts).collect()
}

async fn measures_and_people_move_to_an_empty_database(url: String) {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let old = format!("sqlite://{}", path("old.sqlite"));
    let from = Db::open(&old, keyring()).await.unwrap();
    seed::seed(&from, Arc::new(SystemDice::default()), SystemClock.now()).await.unwrap();
    let (register, people) = (path("register.csv"), path("people.csv"));
    for (what, file) in [("register", &register), ("people", &people)] {
        let (well, said) = runs(&old, &["export", what, file]).await;
        assert!(well, "{said}");
        let mode = std::fs::metadata(Path::new(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "nobody else reads it");
        assert!(!runs(&old, &["export", what, file]).await.0, "it is never written over");
    }

    let (well, said) = runs(&url, &["import", "people", &people]).await;
    assert!(!well && said.contains("[unknown-team]"), "{said}");
    let into = Db::open(&url, keyring()).await.unwrap();
    let found = from.read(|tx| Box::pin(teams::all(tx))).await.unwrap();
    let work = into.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            for mut team in found {
                team.item.members.clear();
                team.item.managers.clear();
                team.item.deputies.clear();
                teams::insert(tx, &team.item).await?;
            }
            Ok(())
        })
    });
    work.await.unwrap();
    let (well, said) = runs(&url, &["import", "people", &people, "--for-real"]).await;
    assert!(well && said.contains("7 imported."), "{said}");

    let (well, said) = runs(&url, &["import", "register", &register]).await;
    assert!(well && said.contains("Nothing was imported yet"), "{said}");
    assert!(measures(&into).await.is_empty());
    let for_real = ["import", "register", &register, "--for-real"];
    let (well, said) = runs(&url, &for_real).await;
    assert!(!well && said.contains("--as"), "somebody proposes it: {said}");
    let (worker, desk) = (personas::email("worker"), personas::email("desk"));
    let as_worker = [&for_real[..], &["--as", &worker]].concat();
    assert!(!runs(&url, &as_worker).await.0, "a worker proposes nothing");
    let as_desk = [&for_real[..], &["--as", &desk]].concat();
    let (well, said) = runs(&url, &as_desk).await;
    assert!(well, "{said}");
    let (before, after) = (measures(&from).await, measures(&into).await);
    assert!(before.len() > 30, "{}", before.len());
    assert_eq!(before, after);
    let (well, said) = runs(&url, &as_desk).await;
    assert!(!well && said.contains("imported before"), "{said}");
    let import = into.read(|tx| Box::pin(imports::page(tx, None, 5))).await.unwrap().remove(0);
    assert!(import.loaded);
    let waiting = into.read::<_, Error, _>(move |tx| {
        Box::pin(async move { imports::count_waiting(tx, import.id).await })
    });
    assert_eq!(waiting.await.unwrap(), import.rows, "other eyes have to see them");
    into.close().await;
    from.close().await;
}
