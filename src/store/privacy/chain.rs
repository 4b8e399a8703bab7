//! Ties the lines of the access log together. Whoever adds to the chain holds its ends until the
//! commit, and takes that lock last, so that nobody waits in a circle.

use serde_json::{Value, json};
use sqlx::types::Json;

use super::access_lines::{AccessRow, answer_place, place};
use crate::{
    model::{
        clock::Instant,
        privacy::{
            access::Look,
            chain::{Broken, ChainKey, Ends, Tied, Walk},
            sealing::Place,
        },
    },
    store::{
        db::{
            sealed::DatabaseKeys,
            sets::{self, over_rows},
            sql::Sql,
            tx::Tx,
        },
        error::Error,
    },
};

const THE_ONE: &str = "ends";
/// How many lines are read at once.
const PAGE: i64 = 1000;

fn the_one() -> Place {
    Place::new("access_chain", THE_ONE)
}

/// The chain, as it was found whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// How many lines there are.
    pub lines: i64,
    pub ends: Ends,
}

/// Writes what was looked at in this unit of work.
pub(crate) async fn append(tx: &mut Tx) -> Result<(), Error> {
    let looks = std::mem::take(&mut tx.looks);
    if looks.is_empty() {
        return Ok(());
    }
    let key = key(tx)?;
    let mut ends = hold(tx).await?;
    let (mut lines, mut answers) = (vec![], vec![]);
    for look in looks {
        let (details, answer) = look.apart();
        let look = Look { details, ..look };
        ends.last = ends.last.next(&key, &look);
        lines.push(line(tx.keys(), &look, &ends.last)?);
        if let Some(answer) = answer {
            answers.push(json!({
                "line_id": sets::id(look.id.0),
                "at": sets::at(look.at),
                "body": tx.keys().seal(&answer_place(look.id), &answer)?,
            }));
        }
    }
    tx.query(ADD).rows(lines).execute().await?;
    if !answers.is_empty() {
        tx.query(KEEP_ANSWERS).rows(answers).execute().await?;
    }
    keep(tx, &ends).await
}

fn key(tx: &Tx) -> Result<ChainKey, Error> {
    tx.keys().chain.clone().ok_or_else(|| Error::Keys("the database is not unlocked".into()))
}

fn line(keys: &DatabaseKeys, look: &Look, tied: &Tied) -> Result<Value, Error> {
    Ok(json!({
        "id": sets::id(look.id.0),
        "at": sets::at(look.at),
        "person_id": look.person.map(|id| sets::id(id.0)),
        "action": look.action.name(),
        "visit_id": look.visit.map(|id| sets::id(id.0)),
        "entry_id": look.entry.map(|id| sets::id(id.0)),
        "body": keys.seal(&place(look.id), &look.details)?,
        "seq": tied.seq,
        "hash": tied.hash,
    }))
}

const ADD: Sql = over_rows!(
    "insert into access_log (id, at, person_id, action, visit_id, entry_id, body, seq, hash)
     select r.id, r.at, r.person_id, r.action, r.visit_id, r.entry_id, r.body, r.seq, r.hash from",
    "$1",
    [id: uuid, at: timestamptz, person_id: uuid, action: text, visit_id: uuid, entry_id: uuid,
     body: jsonb, seq: bigint, hash: text]
);

/// What a register check answered goes earlier than its line, and is no part of the chain.
const KEEP_ANSWERS: Sql = over_rows!(
    "insert into register_answers (line_id, at, body) select r.line_id, r.at, r.body from",
    "$1",
    [line_id: uuid, at: timestamptz, body: jsonb]
);

#[derive(sqlx::FromRow)]
struct ChainBody {
    body: Json<Value>,
}

/// The ends, kept from others until this unit of work ends.
async fn hold(tx: &mut Tx) -> Result<Ends, Error> {
    let found: Option<ChainBody> = tx
        .query(Sql {
            sqlite: "select body from access_chain where id = $1",
            postgres: "select body from access_chain where id = $1 for update",
        })
        .bind(THE_ONE)
        .optional()
        .await?;
    // Without its ends the chain is broken; it must not seem whole again by starting anew.
    let found = found.ok_or_else(|| Error::Unreadable("the access log has no ends".into()))?;
    tx.keys().open(&the_one(), found.body.0)
}

async fn keep(tx: &mut Tx, ends: &Ends) -> Result<(), Error> {
    tx.query(
        "insert into access_chain (id, body) values ($1, $2)
         on conflict (id) do update set body = excluded.body",
    )
    .bind(THE_ONE)
    .seal(&the_one(), ends)
    .execute()
    .await
    .map(drop)
}

#[derive(sqlx::FromRow)]
struct ChainLine {
    seq: i64,
    hash: String,
    #[sqlx(flatten)]
    row: AccessRow,
}

/// Begins the chain, with what was logged before there was one.
pub(crate) async fn begin(tx: &mut Tx, key: &ChainKey) -> Result<(), Error> {
    let mut ends = Ends { start: Tied::start(), last: Tied::start() };
    loop {
        let rows: Vec<AccessRow> = tx
            .query(
                "select id, at, person_id, action, visit_id, entry_id, body from access_log
                 where seq is null order by at, id limit $1",
            )
            .bind(PAGE)
            .all()
            .await?;
        if rows.is_empty() {
            return keep(tx, &ends).await;
        }
        for row in rows {
            let look = row.read(tx.keys())?;
            ends.last = ends.last.next(key, &look);
            tx.query("update access_log set seq = $1, hash = $2 where id = $3")
                .bind(ends.last.seq)
                .bind(ends.last.hash.clone())
                .bind(look.id.0)
                .execute()
                .await?;
        }
    }
}

/// Walks the whole chain; says that it is whole, or at which line it is broken.
///
/// # Errors
/// When the database cannot be read.
pub async fn verify(tx: &mut Tx) -> Result<Result<Whole, Broken>, Error> {
    let key = key(tx)?;
    let found: Option<ChainBody> =
        tx.query("select body from access_chain where id = $1").bind(THE_ONE).optional().await?;
    let ends = found.and_then(|row| tx.keys().open::<Ends>(&the_one(), row.body.0).ok());
    let Some(ends) = ends else { return Ok(Err(Broken::Ends)) };
    let mut walk = Walk::new(&key, ends.clone());
    loop {
        let lines = lines_after(tx, walk.seq()).await?;
        if lines.is_empty() {
            break;
        }
        for ChainLine { seq, hash, row } in lines {
            let look = row.read(tx.keys()).ok();
            if let Err(broken) = walk.step(&Tied { seq, hash }, look.as_ref()) {
                return Ok(Err(broken));
            }
        }
    }
    let lines = walk.seq() - ends.start.seq;
    if let Err(broken) = walk.end() {
        return Ok(Err(broken));
    }
    let outside = count(tx).await? - lines;
    Ok(if outside == 0 { Ok(Whole { lines, ends }) } else { Err(Broken::Added(outside)) })
}

async fn lines_after(tx: &mut Tx, seq: i64) -> Result<Vec<ChainLine>, Error> {
    tx.query(
        "select seq, coalesce(hash, '') as hash, id, at, person_id, action, visit_id, entry_id,
           body
         from access_log where seq > $1 order by seq limit $2",
    )
    .bind(seq)
    .bind(PAGE)
    .all()
    .await
}

async fn count(tx: &mut Tx) -> Result<i64, Error> {
    let (n,): (i64,) = tx.query("select count(*) from access_log").one().await?;
    Ok(n)
}

/// Removes the oldest lines, as far as they are all from before `at`, and notes where the chain now
/// starts; says how many went. It holds the ends of the chain: call it last in a unit of work.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn trim_before(tx: &mut Tx, at: Instant) -> Result<u64, Error> {
    #[derive(sqlx::FromRow)]
    struct FoundLink {
        seq: i64,
        hash: String,
    }
    let mut ends = hold(tx).await?;
    // The lines lie in the order in which they were written; the first that stays ends it.
    let found: Option<FoundLink> = tx
        .query(
            "select seq, hash from access_log
             where seq < coalesce((select min(seq) from access_log where at >= $1), $2)
             order by seq desc limit 1",
        )
        .bind(at)
        .bind(i64::MAX)
        .optional()
        .await?;
    let Some(FoundLink { seq, hash }) = found else { return Ok(0) };
    ends.start = Tied { seq, hash };
    let gone = tx.query("delete from access_log where seq <= $1").bind(seq).execute().await?;
    keep(tx, &ends).await?;
    Ok(gone)
}
