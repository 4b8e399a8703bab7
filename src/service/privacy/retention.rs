//! What was removed by itself, for administrators and auditors.

use crate::{
    model::{ids::LineId, people::Role},
    service::{context::Context, error::Error, people::caller::Caller},
    store::privacy::retention::runs::{self, RetentionRun},
};

/// Lists a page of the runs from before this one on, the newest first, and one more where there are
/// more.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn list(
    ctx: &Context,
    caller: &Caller,
    before: Option<LineId>,
    limit: i64,
) -> Result<Vec<RetentionRun>, Error> {
    if !caller.person.is(Role::Auditor) {
        caller.must_be(Role::Administrator)?;
    }
    let found =
        ctx.db.read(move |tx| Box::pin(async move { runs::page(tx, before, limit + 1).await }));
    Ok(found.await?)
}
