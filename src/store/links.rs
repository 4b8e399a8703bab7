//! Remembers one-time links by the digest of their secret.

use uuid::Uuid;

use super::{Error, Tx};
use crate::model::{
    clock::Instant,
    ids::{AlarmId, CheckInId, OfficerId, PersonId, VisitId, digest},
    watch::{Link, LinkTo},
};

#[derive(sqlx::FromRow)]
struct Row {
    kind: String,
    visit_id: Option<Uuid>,
    alarm_id: Option<Uuid>,
    check_in_id: Option<Uuid>,
    person_id: Option<Uuid>,
    officer_id: Option<Uuid>,
}

/// Keeps a link.
///
/// # Errors
/// When the database refuses.
pub async fn add(tx: &mut Tx, link: &Link) -> Result<(), Error> {
    let (kind, visit, alarm, check_in, person, officer) = match link.to {
        LinkTo::CheckIn(visit, check_in) => {
            ("check-in", Some(visit.0), None, Some(check_in.0), None, None)
        }
        LinkTo::Alarm(alarm, person) => ("alarm", None, Some(alarm.0), None, Some(person.0), None),
        LinkTo::Notice(visit, officer) => {
            ("notice", Some(visit.0), None, None, None, Some(officer.0))
        }
    };
    tx.query(
        "insert into links (token_hash, kind, visit_id, alarm_id, check_in_id, person_id,
           officer_id, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(link.token_hash.clone())
    .bind(kind)
    .bind(visit)
    .bind(alarm)
    .bind(check_in)
    .bind(person)
    .bind(officer)
    .bind(link.expires_at)
    .execute()
    .await
    .map(drop)
}

/// What the holder of this secret may do, while it works.
///
/// # Errors
/// When the database refuses.
pub async fn find(tx: &mut Tx, secret: &str, now: Instant) -> Result<Option<LinkTo>, Error> {
    let row: Option<Row> = tx
        .query(
            "select kind, visit_id, alarm_id, check_in_id, person_id, officer_id from links
             where token_hash = $1 and expires_at > $2",
        )
        .bind(digest(secret))
        .bind(now)
        .optional()
        .await?;
    Ok(row.and_then(|r| match r.kind.as_str() {
        "check-in" => Some(LinkTo::CheckIn(VisitId(r.visit_id?), CheckInId(r.check_in_id?))),
        "alarm" => Some(LinkTo::Alarm(AlarmId(r.alarm_id?), PersonId(r.person_id?))),
        "notice" => Some(LinkTo::Notice(VisitId(r.visit_id?), OfficerId(r.officer_id?))),
        _ => None,
    }))
}

/// Forgets links that work no longer.
///
/// # Errors
/// When the database refuses.
pub async fn sweep(tx: &mut Tx, now: Instant) -> Result<(), Error> {
    tx.query("delete from links where expires_at <= $1").bind(now).execute().await.map(drop)
}
