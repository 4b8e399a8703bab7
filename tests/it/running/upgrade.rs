//! An upgrade in the middle of a day: what was in flight goes on in the new schema, and an older
//! program goes on beside it.

use chrono::TimeDelta;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};

use crate::support::{
    db::with_postgres,
    on_both,
    process::{Demo, MANAGER, WORKER},
};

/// What the latest migrations made, the last first, so that a database is as it was before them.
const BEFORE: [&str; 24] = [
    "drop table known_phones",
    "alter table links drop column code_until",
    "alter table links drop column code_tries",
    "alter table links drop column code_hash",
    "drop table pin_guesses",
    "drop index people_by_button",
    "alter table people drop column button",
    "drop index people_not_filed",
    "alter table people drop column filed_version",
    "drop index teams_not_filed",
    "alter table teams drop column filed_version",
    "drop index people_administering",
    "drop index people_at_desk",
    "alter table people drop column administers",
    "alter table people drop column at_desk",
    "drop table memberships",
    "drop index visit_colleagues_by_visit",
    "drop index visits_open_by_id",
    "drop table calendars",
    "drop table webhook_deliveries",
    "drop table outgoing_events",
    "drop table webhooks",
    "drop index messages_on_the_line",
    "delete from _sqlx_migrations where version >= 15",
];

async fn run(url: &str, statements: &[&str]) {
    for statement in statements {
        let statement = AssertSqlSafe(*statement);
        if url.starts_with("sqlite") {
            let mut line = SqliteConnection::connect(url).await.unwrap();
            line.execute(statement).await.unwrap();
        } else {
            let mut line = PgConnection::connect(url).await.unwrap();
            line.execute(statement).await.unwrap();
        }
    }
}

async fn what_is_in_flight_goes_on_after_an_upgrade(url: String) {
    let mut demo = Demo::start(&url).await;
    let visit = demo.register(60).await;
    let due = demo.now().await + TimeDelta::seconds(60);
    demo.until_just_after(due).await;
    demo.kill().await;
    run(&url, &BEFORE).await;
    demo.start_again().await;
    // What was in a carrier's hand is only sure to be gone when its lease is over.
    demo.skip(62).await;
    assert_eq!(demo.texts(WORKER, "alles goed?").await, 1);
    assert_eq!(demo.phone(WORKER).await.1.len(), 1, "called once");
    demo.skip(300).await;
    assert_eq!(demo.visit(&visit).await["alarm"]["state"], "open");
    assert_eq!(demo.texts(MANAGER, "ALARM").await, 1);
}

#[tokio::test]
async fn an_older_program_watches_on_beside_a_newer_one() {
    with_postgres(async |url| {
        let demo = Demo::start(&url).await;
        let before = demo.register(60).await;
        run(
            &url,
            &[
                "alter table visits add column newer text",
                "alter table messages add column newer text not null default 'x'",
                "alter table jobs add column newer integer",
                "create table newer_things (id uuid primary key)",
                "insert into _sqlx_migrations
                   (version, description, installed_on, success, checksum, execution_time)
                 values (9001, 'newer', now(), true, '\\x00', 0)",
            ],
        )
        .await;
        let after = demo.register(60).await;
        demo.skip(61).await;
        assert_eq!(demo.texts(WORKER, "alles goed?").await, 2);
        demo.skip(300).await;
        for visit in [before, after] {
            assert_eq!(demo.visit(&visit).await["alarm"]["state"], "open");
        }
        assert_eq!(demo.texts(MANAGER, "ALARM").await, 2);
    })
    .await;
}

on_both!(url: what_is_in_flight_goes_on_after_an_upgrade);
