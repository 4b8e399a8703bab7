//! Opens a database: brings its schema up to date, and sees that the keys are the right ones.

use std::sync::Arc;

use super::{
    connections::Connections, database::Db, group_commit::GroupCommit, pool::Pool,
    sealed::DatabaseKeys, unlock::unlock,
};
use crate::{model::privacy::sealing::Keyring, store::error::Error};

impl Db {
    /// Connects, brings the schema up to date, and sees that the keys are the right ones. What was
    /// written before anything was sealed is sealed now, and what was not filed is filed.
    ///
    /// # Errors
    /// When the database cannot be reached, a migration fails, or the keys do not open it.
    pub async fn open(url: &str, keys: Keyring) -> Result<Self, Error> {
        let pool = Pool::connect(url).await?;
        let keys = Arc::new(DatabaseKeys::new(Arc::new(keys), None));
        let on = Connections { pool, keys, failpoints: None };
        let db = Self { on, scribe: GroupCommit::default() };
        let chain = Some(unlock(&db).await?);
        let keys = Arc::new(DatabaseKeys::clone(db.keys()).unlocked(chain));
        Ok(Self { on: Connections { keys, ..db.on }, ..db })
    }
}
