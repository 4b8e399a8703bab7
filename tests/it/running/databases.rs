//! The ground under every story: fresh, migrated, and nobody else's.

use rugdekking::{
    model::clock::testing::keyring,
    store::{Db, Error},
};

use crate::support::on_both;

async fn the_schema_is_there_and_empty(db: Db) {
    let count = db
        .read::<_, Error, _>(|tx| {
            Box::pin(async move {
                let row: (i64,) = tx.query("select count(*) from visits").one().await?;
                Ok(row.0)
            })
        })
        .await
        .unwrap();
    assert_eq!(count, 0);
}

async fn a_story_never_sees_what_another_wrote(db: Db) {
    db.write::<_, Error, _>(|tx| {
        Box::pin(async move {
            let insert = "insert into opt_outs (number, at) values ($1, $2)";
            tx.query(insert).bind("+31612345678").bind(chrono::DateTime::UNIX_EPOCH).execute().await
        })
    })
    .await
    .expect("nobody else stored this number in this database");
}

async fn an_address_can_be_opened_twice(url: String) {
    for _ in 0..2 {
        Db::open(&url, keyring()).await.unwrap().close().await;
    }
}

on_both!(the_schema_is_there_and_empty, a_story_never_sees_what_another_wrote);
on_both!(url: an_address_can_be_opened_twice);
