//! A second town, equal to the first: for what must not be told apart.

use rugdekking::{model::clock::testing::keyring, store::Db};

use crate::support::postgres;

/// A fresh database of the same kind as another.
pub struct Twin {
    pub db: Db,
    fresh: Option<postgres::Fresh>,
    _dir: Option<tempfile::TempDir>,
}

impl Twin {
    pub async fn of(db: &Db) -> Self {
        if db.is_sqlite() {
            let dir = tempfile::tempdir().unwrap();
            let url = format!("sqlite://{}", dir.path().join("twin.sqlite").display());
            return Self {
                db: Db::open(&url, keyring()).await.unwrap(),
                fresh: None,
                _dir: Some(dir),
            };
        }
        let fresh = postgres::fresh().await;
        Self { db: Db::open(&fresh.url, keyring()).await.unwrap(), fresh: Some(fresh), _dir: None }
    }

    pub async fn drop_it(self) {
        self.db.close().await;
        if let Some(fresh) = self.fresh {
            fresh.drop_it().await;
        }
    }
}
