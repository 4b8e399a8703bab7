//! Remembers the devices that take notifications, and gives each of them its own message.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        clock::Instant,
        ids::{DeviceId, MessageId, PersonId, digest},
        messages::Message,
        people::devices::{Device, MOST_DEVICES, Subscription},
        privacy::sealing::{Column, Place},
    },
    store::{
        db::{
            rows,
            sealed::{DatabaseKeys, any_of},
            sets::any_id,
            sql::Sql,
            tx::Tx,
        },
        error::Error,
        messages,
    },
};

const REFILE: Sql = any_of!(
    "update push_subscriptions set endpoint = $1 where endpoint <> $1 and endpoint in",
    "$2"
);

#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct DeviceBody {
    label: String,
    subscription: Subscription,
}

#[derive(sqlx::FromRow)]
struct DeviceRow {
    id: Uuid,
    person_id: Uuid,
    created_at: Instant,
    used_at: Option<Instant>,
    expires_at: Option<Instant>,
    body: Json<serde_json::Value>,
}

impl DeviceRow {
    fn read(self, keys: &DatabaseKeys) -> Result<Device, Error> {
        let body: DeviceBody = keys.open(&place(DeviceId(self.id)), self.body.0)?;
        Ok(Device {
            id: DeviceId(self.id),
            person: PersonId(self.person_id),
            label: body.label,
            created_at: self.created_at,
            used_at: self.used_at,
            expires_at: self.expires_at,
            subscription: body.subscription,
        })
    }
}

/// Keeps a device, seen in the session of this token. One that is known already, by its address,
/// keeps its id; it belongs to whoever was the last to add it. Gives what is kept.
///
/// # Errors
/// When the database refuses.
pub async fn add(tx: &mut Tx, device: &Device, session: Option<&str>) -> Result<Device, Error> {
    let endpoint = device.subscription.endpoint.as_str();
    rows::refile(tx, REFILE, Column::Endpoint, endpoint).await?;
    let mut kept = put(tx, device, session).await?;
    if kept.id != device.id.0 {
        // It is sealed for the row that has it already.
        kept = put(tx, &Device { id: DeviceId(kept.id), ..device.clone() }, session).await?;
    }
    make_room(tx, device.person).await?;
    kept.read(tx.keys())
}

fn place(id: DeviceId) -> Place {
    Place::new("push_subscriptions", id)
}

async fn put(tx: &mut Tx, device: &Device, session: Option<&str>) -> Result<DeviceRow, Error> {
    tx.query(
        "insert into push_subscriptions (id, person_id, endpoint, session_hash, created_at,
               seen_at, used_at, expires_at, body)
             values ($1, $2, $3, $4, $5, $5, null, $6, $7)
             on conflict (endpoint) do update set
               created_at = case when push_subscriptions.person_id = excluded.person_id
                 then push_subscriptions.created_at else excluded.created_at end,
               used_at = case when push_subscriptions.person_id = excluded.person_id
                 then push_subscriptions.used_at else null end,
               person_id = excluded.person_id, session_hash = excluded.session_hash,
               seen_at = excluded.seen_at, expires_at = excluded.expires_at, body = excluded.body
             returning id, person_id, created_at, used_at, expires_at, body",
    )
    .bind(device.id.0)
    .bind(device.person.0)
    .index(Column::Endpoint, device.subscription.endpoint.as_str())
    .bind(session.map(digest))
    .bind(device.created_at)
    .bind(device.expires_at)
    .seal(
        &place(device.id),
        &DeviceBody { label: device.label.clone(), subscription: device.subscription.clone() },
    )
    .one()
    .await
}

/// The devices that were unused for longest go.
async fn make_room(tx: &mut Tx, person: PersonId) -> Result<(), Error> {
    tx.query(
        "delete from push_subscriptions where id in (
           select id from push_subscriptions where person_id = $1
           order by case when used_at > seen_at then used_at else seen_at end desc, id desc
           limit 1000 offset $2)",
    )
    .bind(person.0)
    .bind(MOST_DEVICES)
    .execute()
    .await
    .map(drop)
}

/// The devices of a person, the newest first.
///
/// # Errors
/// When the database refuses.
pub async fn of_person(tx: &mut Tx, id: PersonId, now: Instant) -> Result<Vec<Device>, Error> {
    let rows: Vec<DeviceRow> = tx
        .query(
            "select id, person_id, created_at, used_at, expires_at, body from push_subscriptions
             where person_id = $1 and (expires_at is null or expires_at > $2)
             order by created_at desc, id desc",
        )
        .bind(id.0)
        .bind(now)
        .all()
        .await?;
    rows::all_readable(rows.into_iter().map(|row| row.read(tx.keys())))
}

/// Where a device is reached, if it is still there.
///
/// # Errors
/// When the database refuses.
pub async fn find(tx: &mut Tx, id: DeviceId, now: Instant) -> Result<Option<Device>, Error> {
    let row: Option<DeviceRow> = tx
        .query(
            "select id, person_id, created_at, used_at, expires_at, body from push_subscriptions
             where id = $1 and (expires_at is null or expires_at > $2)",
        )
        .bind(id.0)
        .bind(now)
        .optional()
        .await?;
    row.map(|row| row.read(tx.keys())).transpose()
}

/// Takes a device away from its owner's list.
///
/// # Errors
/// [`Error::NotFound`] when this person has no such device.
pub async fn remove(tx: &mut Tx, person: PersonId, id: DeviceId) -> Result<(), Error> {
    let gone = tx
        .query("delete from push_subscriptions where id = $1 and person_id = $2")
        .bind(id.0)
        .bind(person.0)
        .execute()
        .await?;
    if gone == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Forgets a device that its push service no longer knows.
///
/// # Errors
/// When the database refuses.
pub async fn forget(tx: &mut Tx, id: DeviceId) -> Result<(), Error> {
    tx.query("delete from push_subscriptions where id = $1").bind(id.0).execute().await.map(drop)
}

/// Forgets the device that was last seen in the session of this token.
///
/// # Errors
/// When the database refuses.
pub async fn forget_session(tx: &mut Tx, token: &str) -> Result<(), Error> {
    tx.query("delete from push_subscriptions where session_hash = $1")
        .bind(digest(token))
        .execute()
        .await
        .map(drop)
}

/// Forgets devices that stopped by themselves.
///
/// # Errors
/// When the database refuses.
pub async fn sweep(tx: &mut Tx, now: Instant) -> Result<(), Error> {
    tx.query("delete from push_subscriptions where expires_at <= $1")
        .bind(now)
        .execute()
        .await
        .map(drop)
}

/// The push service took a notification for this device.
///
/// # Errors
/// When the database refuses.
pub async fn used(tx: &mut Tx, id: DeviceId, now: Instant) -> Result<(), Error> {
    tx.query("update push_subscriptions set used_at = $1 where id = $2")
        .bind(now)
        .bind(id.0)
        .execute()
        .await
        .map(drop)
}

/// Those of these people who have a device.
///
/// # Errors
/// When the database refuses.
pub async fn owners(
    tx: &mut Tx,
    among: impl IntoIterator<Item = PersonId>,
) -> Result<BTreeSet<PersonId>, Error> {
    #[derive(sqlx::FromRow)]
    struct Owner {
        person_id: Uuid,
    }
    let sql = any_id!("select distinct person_id from push_subscriptions where person_id in", "$1");
    let owners: Vec<Owner> = tx.query(sql).ids(among.into_iter().map(|id| id.0)).all().await?;
    Ok(owners.into_iter().map(|o| PersonId(o.person_id)).collect())
}

/// How many devices there are.
///
/// # Errors
/// When the database refuses.
pub async fn count(tx: &mut Tx) -> Result<i64, Error> {
    #[derive(sqlx::FromRow)]
    struct DeviceCount {
        n: i64,
    }
    Ok(tx.query("select count(*) as n from push_subscriptions").one::<DeviceCount>().await?.n)
}

/// Puts a notification in the outbox, once for each device of whom it is for. Says whether there is
/// a device at all.
///
/// # Errors
/// When the database refuses.
pub async fn say(tx: &mut Tx, message: &Message) -> Result<bool, Error> {
    Ok(!say_all(tx, &[message]).await?.is_empty())
}

/// Puts notifications in the outbox, once for each device of whom they are for. So each fares by
/// itself: what one push service refuses, another brings. Says which of them found a device at all;
/// without one nothing waits, and nothing is said.
pub(crate) async fn say_all(tx: &mut Tx, all: &[&Message]) -> Result<BTreeSet<MessageId>, Error> {
    let people: BTreeSet<PersonId> = all.iter().filter_map(|m| m.person).collect();
    let devices = of_people(tx, people).await?;
    let mut for_each = vec![];
    for message in all {
        let now = message.created_at;
        let takes = |d: &&Device| {
            Some(d.person) == message.person && d.expires_at.is_none_or(|end| end > now)
        };
        for (nth, device) in (0_u128..).zip(devices.iter().filter(takes)) {
            for_each.push((message.id, to_device(message, nth, device)));
        }
    }
    messages::insert_all(tx, &for_each.iter().map(|(_, m)| m).collect::<Vec<_>>()).await?;
    Ok(for_each.into_iter().map(|(id, _)| id).collect())
}

fn to_device(message: &Message, nth: u128, device: &Device) -> Message {
    Message {
        // Its own id, next to the first one's, so that they stay in the order of their making.
        id: MessageId(Uuid::from_u128(message.id.0.as_u128().wrapping_add(nth))),
        key: message.key.on_device(device.id),
        to: device.id.to_string(),
        ..message.clone()
    }
}

/// The devices of all of them, the newest first.
async fn of_people(tx: &mut Tx, people: BTreeSet<PersonId>) -> Result<Vec<Device>, Error> {
    if people.is_empty() {
        return Ok(vec![]);
    }
    let rows: Vec<DeviceRow> = tx
        .query(any_id!(
            "select id, person_id, created_at, used_at, expires_at, body from push_subscriptions
             where person_id in",
            "$1",
            " order by created_at desc, id desc"
        ))
        .ids(people.into_iter().map(|p| p.0))
        .all()
        .await?;
    rows::all_readable(rows.into_iter().map(|row| row.read(tx.keys())))
}
