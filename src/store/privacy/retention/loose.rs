//! Removes what hangs on nothing and goes by its age alone.

use crate::{
    model::privacy::retention::{RetentionKind, RetentionTerms},
    store::{
        db::tx::Tx,
        error::Error,
        privacy::{access, retention::batch::Batch},
    },
};

/// What register checks answered; that they were done stays in the access log.
pub(crate) async fn checks(
    tx: &mut Tx,
    terms: &RetentionTerms,
    limit: i64,
) -> Result<Batch, Error> {
    let removed = tx
        .query(
            "delete from register_answers where line_id in (
               select line_id from register_answers where at < $1 order by at limit $2)",
        )
        .bind(terms.cutoff(RetentionKind::Checks))
        .bind(limit)
        .execute()
        .await?;
    Ok(Batch::bulk(removed, limit))
}

/// The oldest end of the access log.
pub(crate) async fn access_log(tx: &mut Tx, terms: &RetentionTerms) -> Result<Batch, Error> {
    let removed = access::trim_before(tx, terms.cutoff(RetentionKind::AccessLog)).await?;
    Ok(Batch::bulk(removed, i64::MAX))
}

/// Messages that went their way and are about no visit and no drill.
pub(crate) async fn messages(
    tx: &mut Tx,
    terms: &RetentionTerms,
    limit: i64,
) -> Result<Batch, Error> {
    let removed = tx
        .query(
            "delete from messages where id in (
               select id from messages
               where visit_id is null and alarm_id is null and created_at < $1
                 and state not in ('queued', 'sending')
               order by created_at limit $2)",
        )
        .bind(terms.cutoff(RetentionKind::Messages))
        .bind(limit)
        .execute()
        .await?;
    Ok(Batch::bulk(removed, limit))
}

/// Answers that nobody asks for again. Links go by themselves once they work no longer.
pub(crate) async fn answers(
    tx: &mut Tx,
    terms: &RetentionTerms,
    limit: i64,
) -> Result<Batch, Error> {
    let removed = tx
        .query(
            "delete from idempotency where id in (
               select id from idempotency where created_at < $1 order by created_at limit $2)",
        )
        .bind(terms.cutoff(RetentionKind::Answers))
        .bind(limit)
        .execute()
        .await?;
    Ok(Batch::bulk(removed, limit))
}
