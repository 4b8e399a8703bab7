//! Looks up some people out of all: by their ids, or because they sit at the desk or administer, which
//! is filed beside their accounts. An account that another program wrote and did not file may be
//! anybody: it is opened by everybody who looks, until the next start files it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        ids::PersonId,
        people::{Person, Role},
        privacy::sealing::Place,
    },
    store::{
        db::{
            database::Db,
            rows::{self, Versioned},
            sets::any_id,
            sql::Sql,
            tx::Tx,
        },
        error::Error,
    },
};

/// How many accounts one transaction files.
const BATCH: i64 = 200;

/// Whom to look up: these accounts, and those of these roles.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// By their ids.
    pub ids: BTreeSet<PersonId>,
    /// Who sits at the aggression desk.
    pub desk: bool,
    pub administrators: bool,
}

impl Selection {
    fn holds(&self, person: &Person) -> bool {
        self.ids.contains(&person.id)
            || self.desk && person.is(Role::AggressionDesk)
            || self.administrators && person.is(Role::Administrator)
    }
}

/// Those who are selected and can be read, by mail address. The others are not opened.
///
/// # Errors
/// When the database refuses.
pub async fn select(tx: &mut Tx, whom: &Selection) -> Result<Vec<Person>, Error> {
    let found = tx
        .query(SELECT)
        .ids(whom.ids.iter().map(|id| id.0))
        .bind(whom.desk)
        .bind(whom.administrators)
        .items::<Person>("people")
        .await?;
    let found = found.into_iter().filter(|found| whom.holds(&found.item));
    let each: BTreeMap<_, _> = found.map(|found| (found.item.id, found)).collect();
    let mut each: Vec<_> = each.into_values().collect();
    in_order(&mut each);
    Ok(each.into_iter().map(|found| found.item).collect())
}

const SELECT: Sql = any_id!(
    "select id, version, body from people where id in",
    "$1",
    " union all select id, version, body from people where at_desk and $2
      union all select id, version, body from people where administers and $3
      union all select id, version, body from people where filed_version <> version and ($2 or $3)"
);

/// The administrators, by mail address.
///
/// # Errors
/// When the database refuses.
pub async fn administrators(tx: &mut Tx) -> Result<Vec<Person>, Error> {
    select(tx, &Selection { administrators: true, ..Selection::default() }).await
}

/// Files the roles of those whom another program wrote.
pub(crate) async fn file_all(db: &Db) -> Result<(), Error> {
    let mut after = Uuid::nil();
    loop {
        let work = db.write(move |tx| Box::pin(file_some(tx, after)));
        let Some(last) = work.await? else { return Ok(()) };
        after = last;
    }
}

async fn file_some(tx: &mut Tx, after: Uuid) -> Result<Option<Uuid>, Error> {
    let rows: Vec<(Uuid, Json<Value>)> = tx.query(NOT_FILED).bind(after).bind(BATCH).all().await?;
    for (id, Json(body)) in &rows {
        let opened = tx.keys().open::<Person>(&Place::new("people", id), body.clone());
        let Some(person) = rows::readable(opened)? else { continue };
        let sql = "update people set at_desk = $1, administers = $2, filed_version = version
            where id = $3";
        let statement = tx.query(sql).bind(person.is(Role::AggressionDesk));
        statement.bind(person.is(Role::Administrator)).bind(*id).execute().await?;
    }
    Ok(rows.last().map(|(id, _)| *id))
}

const NOT_FILED: Sql = Sql {
    sqlite: "select id, body from people where filed_version <> version and id > $1
             order by id limit $2",
    // Whoever holds a row now files it themselves.
    postgres: "select id, body from people where filed_version <> version and id > $1
               order by id limit $2 for update skip locked",
};

/// What they are filed under has an order that means nothing.
pub(super) fn in_order(found: &mut [Versioned<Person>]) {
    found.sort_by_cached_key(|person| person.item.email.to_lowercase());
}
