//! The log of every look, for auditors; reading it is a look too.

use std::collections::{HashMap, hash_map::Entry};

use crate::{
    model::{
        clock::Instant,
        ids::LineId,
        people::{Named, Role},
        privacy::access::{Action, Look},
    },
    service::{
        context::Context,
        error::Error,
        people::caller::Caller,
        register::looks::{look, named},
    },
    store::privacy::access,
};

/// A line of the log, with who looked.
#[derive(Clone, Debug)]
pub struct SeenLook {
    pub look: Look,
    /// Nobody when the service did it by itself or the reader has no account.
    pub by: Option<Named>,
}

/// Lists a page of the log from before this line on, the newest first, and one more where there are
/// more.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn list(
    ctx: &Context,
    caller: &Caller,
    before: Option<(Instant, LineId)>,
    limit: i64,
) -> Result<Vec<SeenLook>, Error> {
    caller.must_be(Role::Auditor)?;
    let line = look(ctx, caller, Action::LogRead);
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let found = access::page(tx, before, limit + 1).await?;
                let mut names = HashMap::new();
                for id in found.iter().filter_map(|look| look.person) {
                    if let Entry::Vacant(slot) = names.entry(id) {
                        slot.insert(named(tx, id).await?);
                    }
                }
                access::log_look(tx, &line).await?;
                let by = |look: &Look| look.person.and_then(|id| names.get(&id).cloned());
                Ok(found.into_iter().map(|look| SeenLook { by: by(&look), look }).collect())
            })
        })
        .await
}
