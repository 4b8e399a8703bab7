//! Remembers one-time links by the digest of their secret.

use serde_json::{Value, json};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        clock::Instant,
        ids::{AlarmId, CheckInId, OfficerId, PersonId, VisitId, digest},
        privacy::sealing::Place,
        visits::watch::{Link, LinkTo},
    },
    store::{
        db::{
            rows,
            sets::{self, over_rows},
            sql::Sql,
            tx::Tx,
        },
        error::Error,
    },
};

#[derive(sqlx::FromRow)]
struct LinkRow {
    kind: String,
    visit_id: Option<Uuid>,
    alarm_id: Option<Uuid>,
    check_in_id: Option<Uuid>,
    person_id: Option<Uuid>,
    officer_id: Option<Uuid>,
    expires_at: Instant,
}

pub(crate) async fn add_all(tx: &mut Tx, links: &[&Link]) -> Result<(), Error> {
    if links.is_empty() {
        return Ok(());
    }
    tx.query(ADD).rows(links.iter().map(|link| row(link)).collect()).execute().await.map(drop)
}

fn row(link: &Link) -> Value {
    let (kind, visit, alarm, check_in, person, officer) = match link.to {
        LinkTo::CheckIn(visit, check_in) => {
            ("check-in", Some(visit.0), None, Some(check_in.0), None, None)
        }
        LinkTo::Alarm(alarm, person) => ("alarm", None, Some(alarm.0), None, Some(person.0), None),
        LinkTo::Answer(visit, check_in) => {
            ("answer", Some(visit.0), None, Some(check_in.0), None, None)
        }
        LinkTo::Notice(visit, officer) => {
            ("notice", Some(visit.0), None, None, None, Some(officer.0))
        }
    };
    json!({
        "token_hash": link.token_hash,
        "kind": kind,
        "visit_id": visit.map(sets::id),
        "alarm_id": alarm.map(sets::id),
        "check_in_id": check_in.map(sets::id),
        "person_id": person.map(sets::id),
        "officer_id": officer.map(sets::id),
        "expires_at": sets::at(link.expires_at),
    })
}

const ADD: Sql = over_rows!(
    "insert into links (token_hash, kind, visit_id, alarm_id, check_in_id, person_id, officer_id,
       expires_at)
     select r.token_hash, r.kind, r.visit_id, r.alarm_id, r.check_in_id, r.person_id,
       r.officer_id, r.expires_at from",
    "$1",
    [token_hash: text, kind: text, visit_id: uuid, alarm_id: uuid, check_in_id: uuid,
     person_id: uuid, officer_id: uuid, expires_at: timestamptz]
);

/// What the holder of this secret may do and until when, while it works.
///
/// # Errors
/// When the database refuses.
pub async fn find(
    tx: &mut Tx,
    secret: &str,
    now: Instant,
) -> Result<Option<(LinkTo, Instant)>, Error> {
    let row: Option<LinkRow> = tx
        .query(
            "select kind, visit_id, alarm_id, check_in_id, person_id, officer_id, expires_at from links
             where token_hash = $1 and expires_at > $2",
        )
        .bind(digest(secret))
        .bind(now)
        .optional()
        .await?;
    Ok(row.and_then(|row| Some((row.to()?, row.expires_at))))
}

impl LinkRow {
    fn to(&self) -> Option<LinkTo> {
        let visit = self.visit_id.map(VisitId);
        match self.kind.as_str() {
            "check-in" => Some(LinkTo::CheckIn(visit?, CheckInId(self.check_in_id?))),
            "alarm" => Some(LinkTo::Alarm(AlarmId(self.alarm_id?), PersonId(self.person_id?))),
            "notice" => Some(LinkTo::Notice(visit?, OfficerId(self.officer_id?))),
            _ => None,
        }
    }
}

/// What the button on a notification is for, and what it did already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pressed {
    pub visit: VisitId,
    /// The check-in that was asked.
    pub check_in: CheckInId,
    /// When it was pressed, and what came of it.
    pub done: Option<(Instant, String)>,
}

/// What the button with this secret is for, while it works.
///
/// # Errors
/// When the database refuses.
pub async fn pressed(tx: &mut Tx, secret: &str, now: Instant) -> Result<Option<Pressed>, Error> {
    #[derive(sqlx::FromRow)]
    struct PushLinkRow {
        visit_id: Uuid,
        check_in_id: Uuid,
        used_at: Option<Instant>,
        body: Option<Json<serde_json::Value>>,
    }
    let row: Option<PushLinkRow> = tx
        .query(
            "select visit_id, check_in_id, used_at, body from links
             where token_hash = $1 and kind = 'answer' and expires_at > $2",
        )
        .bind(digest(secret))
        .bind(now)
        .optional()
        .await?;
    let Some(row) = row else { return Ok(None) };
    let place = Place::new("links", digest(secret));
    let outcome = row.body.map(|body| tx.keys().open(&place, body.0)).transpose()?;
    Ok(Some(Pressed {
        visit: VisitId(row.visit_id),
        check_in: CheckInId(row.check_in_id),
        done: row.used_at.map(|at| (at, outcome.unwrap_or_default())),
    }))
}

/// Notes what the button with this secret did.
///
/// # Errors
/// [`Error::Stale`] when it did something already.
pub async fn use_up(tx: &mut Tx, secret: &str, outcome: &str, now: Instant) -> Result<(), Error> {
    tx.query(
        "update links set used_at = $1, body = $2
         where token_hash = $3 and kind = 'answer' and used_at is null",
    )
    .bind(now)
    .seal(&Place::new("links", digest(secret)), &outcome)
    .bind(digest(secret))
    .execute()
    .await
    .and_then(rows::changed)
}

/// Forgets links and phones that work no longer.
///
/// # Errors
/// When the database refuses.
pub async fn sweep(tx: &mut Tx, now: Instant) -> Result<(), Error> {
    tx.query("delete from known_phones where expires_at <= $1").bind(now).execute().await?;
    tx.query("delete from links where expires_at <= $1").bind(now).execute().await.map(drop)
}
