//! Files who belongs to which team beside the teams, so that nobody opens them all to find their own.
//! What another program wrote and did not file counts as well: it is opened by everybody who looks,
//! until the next start files it.

use serde_json::{Value, json};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        ids::{PersonId, TeamId},
        people::{memberships::Membership, teams::Team},
        privacy::sealing::Place,
    },
    store::{
        db::{
            database::Db,
            rows,
            sealed::DatabaseKeys,
            sets::{self, over_rows},
            sql::Sql,
            tx::Tx,
        },
        error::Error,
    },
};

/// How many teams one transaction files.
const BATCH: i64 = 200;

/// A membership as it was filed, or a team that was not.
pub(crate) struct Filed {
    pub(crate) team: Uuid,
    pub(crate) manages: Option<bool>,
    pub(crate) body: Option<Json<Value>>,
}

/// What [`Filed`] comes to, once what was not filed is opened.
pub(crate) enum KnownMembership {
    Filed(Membership),
    Opened(Box<Team>),
}

impl Filed {
    /// Nothing for a team that cannot be read: it holds up nobody.
    pub(crate) fn read(self, keys: &DatabaseKeys) -> Result<Option<KnownMembership>, Error> {
        if let Some(manages) = self.manages {
            return Ok(Some(KnownMembership::Filed(Membership {
                team: TeamId(self.team),
                manages,
            })));
        }
        let Some(Json(body)) = self.body else { return Ok(None) };
        let opened = keys.open(&Place::new("teams", self.team), body);
        Ok(rows::readable(opened)?.map(|team| KnownMembership::Opened(Box::new(team))))
    }
}

/// The teams of which this person is a member or that they manage, by their names.
///
/// # Errors
/// When the database refuses.
pub async fn of(tx: &mut Tx, person: PersonId) -> Result<Vec<Membership>, Error> {
    #[derive(sqlx::FromRow)]
    struct MembershipRow {
        id: Uuid,
        body: Option<Json<Value>>,
        manages: Option<bool>,
    }
    let rows: Vec<MembershipRow> = tx.query(OF_PERSON).bind(person.0).all().await?;
    let mut found = vec![];
    for MembershipRow { id, body, manages } in rows {
        found.extend(match (Filed { team: id, manages, body }).read(tx.keys())? {
            Some(KnownMembership::Filed(membership)) => Some(membership),
            Some(KnownMembership::Opened(team)) => team.membership_of(person),
            None => None,
        });
    }
    Ok(found)
}

const OF_PERSON: &str = "
    select id, body, cast(null as boolean) as manages, name from teams
    where filed_version <> version
    union all select teams.id, null, memberships.manages, teams.name from memberships
    join teams on teams.id = memberships.team_id and teams.filed_version = teams.version
    where memberships.person_id = $1
    order by name";

/// Files who belongs to a team whose row was just written.
pub(crate) async fn file(tx: &mut Tx, team: &Team) -> Result<(), Error> {
    tx.query("delete from memberships where team_id = $1").bind(team.id.0).execute().await?;
    let row = |membership: (PersonId, bool)| {
        let (person, manages) = membership;
        json!({ "person_id": sets::id(person.0), "team_id": sets::id(team.id.0), "manages": manages })
    };
    let rows = team.memberships().into_iter().map(row).collect();
    tx.query(FILE).rows(rows).execute().await.map(drop)
}

const FILE: Sql = over_rows!(
    "insert into memberships (person_id, team_id, manages)
     select r.person_id, r.team_id, r.manages from",
    "$1",
    [person_id: uuid, team_id: uuid, manages: boolean]
);

/// Files what another program wrote.
pub(crate) async fn file_all(db: &Db) -> Result<(), Error> {
    let mut after = Uuid::nil();
    loop {
        let work = db.write(move |tx| Box::pin(batch(tx, after)));
        let Some(last) = work.await? else { return Ok(()) };
        after = last;
    }
}

async fn batch(tx: &mut Tx, after: Uuid) -> Result<Option<Uuid>, Error> {
    let rows: Vec<(Uuid, Json<Value>)> = tx.query(NOT_FILED).bind(after).bind(BATCH).all().await?;
    for (id, Json(body)) in &rows {
        let opened = tx.keys().open::<Team>(&Place::new("teams", id), body.clone());
        let Some(team) = rows::readable(opened)? else { continue };
        file(tx, &team).await?;
        tx.query("update teams set filed_version = version where id = $1")
            .bind(*id)
            .execute()
            .await?;
    }
    Ok(rows.last().map(|(id, _)| *id))
}

const NOT_FILED: Sql = Sql {
    sqlite: "select id, body from teams where filed_version <> version and id > $1
             order by id limit $2",
    // Whoever holds a row now files it themselves.
    postgres: "select id, body from teams where filed_version <> version and id > $1
               order by id limit $2 for update skip locked",
};
