//! Runs a story twice: on a fresh SQLite file and on a fresh PostgreSQL database.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt as _;
use rugdekking::{model::clock::testing::keyring, store::Db};

use super::postgres;

/// Makes two tests out of each `async fn story(db: Db)`: `story::sqlite` and `story::postgres`.
/// With `url:` in front the story is given the database's address instead, for a process of its own.
macro_rules! on_both {
    (url: $($story:ident),+ $(,)?) => {$(
        mod $story {
            #[tokio::test]
            async fn sqlite() {
                $crate::support::db::with_sqlite(super::$story).await;
            }
            #[tokio::test]
            async fn postgres() {
                $crate::support::db::with_postgres(super::$story).await;
            }
        }
    )+};
    ($($story:ident),+ $(,)?) => {$(
        mod $story {
            #[tokio::test]
            async fn sqlite() {
                let open = $crate::support::db::opened(super::$story);
                $crate::support::db::with_sqlite(open).await;
            }
            #[tokio::test]
            async fn postgres() {
                let open = $crate::support::db::opened(super::$story);
                $crate::support::db::with_postgres(open).await;
            }
        }
    )+};
}
pub(crate) use on_both;

/// Turns a story that wants an open database into one that wants an address.
pub fn opened<S, F>(story: S) -> impl AsyncFnOnce(String)
where
    S: FnOnce(Db) -> F,
    F: Future<Output = ()>,
{
    async |url: String| {
        let db = Db::open(&url, keyring()).await.expect("the fresh database opens");
        let ending = AssertUnwindSafe(story(db.clone())).catch_unwind().await;
        // A story may have left tasks running that hold a connection; do not wait for those.
        let _ = tokio::time::timeout(Duration::from_secs(2), db.close()).await;
        ending.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    }
}

/// Gives the story the address of a SQLite file that is gone afterwards.
pub async fn with_sqlite(story: impl AsyncFnOnce(String)) {
    let dir = tempfile::tempdir().expect("a directory for the database");
    story(format!("sqlite://{}", dir.path().join("test.sqlite").display())).await;
}

/// Gives the story the address of a PostgreSQL database that is gone afterwards.
pub async fn with_postgres(story: impl AsyncFnOnce(String)) {
    let fresh = postgres::fresh().await;
    let ending = AssertUnwindSafe(story(fresh.url.clone())).catch_unwind().await;
    fresh.drop_it().await;
    ending.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}
