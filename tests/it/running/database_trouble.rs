//! The real program while its database is used up, full, or may only be read: nothing is lost, and it
//! goes on by itself.

use std::{process::Command, sync::Arc, time::Duration};

use chrono::TimeDelta;
use rugdekking::{
    app::serve::clock::SystemClock,
    model::clock::{Clock as _, testing::keyring},
    store::{Db, Error, people},
};
use sqlx::{Connection as _, Executor as _, PgConnection, SqliteConnection};
use tokio::{sync::Semaphore, time::timeout};

use crate::support::{
    db::with_postgres,
    postgres::OwnServer,
    trial::{
        account::{Account, until},
        company::Company,
        ground::{Ground, spread},
        service::Service,
    },
};

const SOON: Duration = Duration::from_secs(40);

/// More people read at length than there are connections.
async fn the_watch_waits_for_nobody_who_reads(url: &str) {
    let db = Db::open(url, keyring()).await.unwrap();
    let (watch, enough) = (db.apart(), Arc::new(Semaphore::new(0)));
    let readers = (0..40).map(|_| {
        let (db, enough) = (db.clone(), enough.clone());
        tokio::spawn(async move {
            let reads = db.read::<_, Error, _>(move |_| {
                Box::pin(async move {
                    drop(enough.acquire().await);
                    Ok(())
                })
            });
            reads.await.is_ok()
        })
    });
    let readers: Vec<_> = readers.collect();
    let everybody = |db: &Db| {
        let db = db.clone();
        async move { db.read(|tx| Box::pin(people::all(tx))).await.is_ok() }
    };
    let used_up = async || timeout(Duration::from_millis(200), everybody(&db)).await.is_err();
    assert!(until(SOON, used_up).await, "whoever comes now waits");
    let watches = timeout(Duration::from_secs(2), everybody(&watch)).await;
    assert_eq!(watches, Ok(true));
    let wakes = watch.write::<_, Error, _>(|tx| Box::pin(async move { people::all(tx).await }));
    assert!(timeout(Duration::from_secs(2), wakes).await.unwrap().is_ok());
    // Whoever only now gets a connection has had enough as well.
    enough.add_permits(readers.len());
    for reader in readers {
        reader.await.unwrap();
    }
    watch.close().await;
    db.close().await;
}

#[tokio::test]
async fn the_watch_waits_for_nobody_who_reads_on_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", dir.path().join("house.sqlite").display());
    the_watch_waits_for_nobody_who_reads(&url).await;
}

#[tokio::test]
async fn the_watch_waits_for_nobody_who_reads_on_postgres() {
    with_postgres(async |url| the_watch_waits_for_nobody_who_reads(&url).await).await;
}

/// Everybody is asked after all, once, and not before it could be written down.
async fn comes_back(
    url: &str,
    trouble: impl AsyncFnOnce(&Service),
    mend: impl AsyncFnOnce(&Service),
) {
    let company = Company::open().await;
    let ground = Ground::prepare(url).await;
    let mut service = Service::start(url, &company).await;
    let due = SystemClock.now() + TimeDelta::seconds(12);
    let asked = ground.visits(0, spread(40, due, TimeDelta::seconds(2)), usize::MAX).await;
    assert!(service.get("/health/ready").await.is_some(), "all is well");
    trouble(&service).await;
    let unwell = async || service.get("/health/ready").await.is_none();
    assert!(until(SOON, unwell).await, "it says that it is not");
    let past = due + TimeDelta::seconds(3) - SystemClock.now();
    tokio::time::sleep(past.to_std().unwrap_or_default()).await;
    assert_eq!(company.count(), 0, "nothing is said that cannot be written down");
    mend(&service).await;
    let everybody = async || asked.iter().all(|one| company.has_texted(&one.number));
    assert!(until(SOON, everybody).await, "{} of {}", company.count(), asked.len());
    let well = async || service.get("/health/ready").await.is_some();
    assert!(until(Duration::from_secs(90), well).await, "it says so");
    let account = Account::of(&ground.db, &company, &asked).await;
    assert_eq!((account.check_ins, account.late.len()), (40, 40));
    assert!(account.doubled.is_empty(), "{:?}", account.doubled);
    service.kill().await;
    ground.db.close().await;
}

#[tokio::test]
async fn a_full_disk_is_survived() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", dir.path().join("house.sqlite").display());
    let may_write = async |service: &Service, most: &str| {
        let pid = service.id().to_string();
        let set =
            Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={most}")]).status();
        assert!(set.expect("prlimit of util-linux").success());
    };
    comes_back(
        &url,
        async |service| may_write(service, "0:unlimited").await,
        async |service| may_write(service, "unlimited:unlimited").await,
    )
    .await;
}

#[tokio::test]
async fn a_database_that_may_only_be_read_is_survived() {
    let server = OwnServer::start(1);
    let set = async |what: &str| {
        let mut admin = PgConnection::connect(&server.url).await.unwrap();
        let statement = format!("alter system {what}");
        admin.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
        admin.execute("select pg_reload_conf()").await.unwrap();
    };
    comes_back(
        &server.url,
        async |_| set("set default_transaction_read_only = on").await,
        async |_| set("reset default_transaction_read_only").await,
    )
    .await;
}

/// Somebody copies the file, or looks into it with a tool that locks it.
#[tokio::test]
async fn a_locked_file_is_survived() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", dir.path().join("house.sqlite").display());
    let tool = tokio::sync::Mutex::new(None);
    comes_back(
        &url,
        async |_| {
            let mut line = SqliteConnection::connect(&url).await.unwrap();
            line.execute("begin immediate").await.unwrap();
            *tool.lock().await = Some(line);
        },
        async |_| {
            let mut line = tool.lock().await.take().unwrap();
            line.execute("rollback").await.unwrap();
        },
    )
    .await;
}

/// Every message that is written takes its time.
#[tokio::test]
async fn a_slow_database_is_only_slow() {
    with_postgres(async |url| {
        let company = Company::open().await;
        let ground = Ground::prepare(&url).await;
        let mut service = Service::start(&url, &company).await;
        let mut admin = PgConnection::connect(&url).await.unwrap();
        for statement in [
            "create function slow() returns trigger language plpgsql as
               $$ begin perform pg_sleep(0.02); return new; end $$",
            "create trigger slow before insert or update on messages
               for each row execute function slow()",
        ] {
            admin.execute(statement).await.unwrap();
        }
        let due = SystemClock.now() + TimeDelta::seconds(2);
        let asked = ground.visits(0, spread(40, due, TimeDelta::seconds(2)), usize::MAX).await;
        let everybody = async || asked.iter().all(|one| company.has_texted(&one.number));
        assert!(until(SOON, everybody).await, "{} of {}", company.count(), asked.len());
        let settled = async || {
            let taken = company.count();
            tokio::time::sleep(Duration::from_secs(4)).await;
            taken == company.count()
        };
        assert!(until(SOON, settled).await);
        let account = Account::of(&ground.db, &company, &asked).await;
        assert_eq!((account.check_ins, account.late.len()), (40, 40));
        assert!(account.doubled.is_empty(), "{:?}", account.doubled);
        service.kill().await;
        ground.db.close().await;
    })
    .await;
}
