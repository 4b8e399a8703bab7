//! The figures of the policy: for everybody to read, for administrators to change. Every change is
//! kept with who made it.

use crate::{
    model::{
        ids::LineId,
        incidents::policy::{Policy, PolicyChange},
        input::faults::Fault,
        people::{Named, Role},
    },
    service::{context::Context, error::Error, people::caller::Caller, register::looks::named},
    store::{Versioned, incidents::policy},
};

/// The figures as they are.
///
/// # Errors
/// When the store fails.
pub async fn see(ctx: &Context) -> Result<Versioned<Policy>, Error> {
    ctx.db.read(|tx| Box::pin(async move { Ok(policy::load(tx).await?) })).await
}

/// Replaces the figures that were at version `seen`.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`], [`Error::Stale`].
pub async fn replace(
    ctx: &Context,
    caller: &Caller,
    item: Policy,
    seen: i64,
) -> Result<Versioned<Policy>, Error> {
    caller.must_be(Role::Administrator)?;
    let faults = item.faults().into_iter().map(|(field, why)| Fault::new(field, "invalid", why));
    let faults: Vec<_> = faults.collect();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let (at, by) = (ctx.now(), caller.id());
    let id = LineId::new(&*ctx.random, at);
    ctx.write(move |tx| {
        Box::pin(async move {
            let before = policy::load(tx).await?;
            let figures = before.item.changes_to(&item);
            if before.version == seen && figures.is_empty() {
                return Ok(before);
            }
            policy::save(tx, &item, seen, &PolicyChange { id, at, by, figures }).await?;
            Ok(Versioned { version: seen + 1, item })
        })
    })
    .await
}

/// A change of the figures, with who made it.
#[derive(Clone, Debug)]
pub struct SeenPolicyChange {
    pub change: PolicyChange,
    /// Who made it.
    pub by: Named,
}

/// Lists a page of the changes, and one more where there are more.
///
/// # Errors
/// [`Error::Forbidden`] for who is no auditor nor administrator.
pub async fn changes(
    ctx: &Context,
    caller: &Caller,
    after: Option<LineId>,
    limit: i64,
) -> Result<Vec<SeenPolicyChange>, Error> {
    if !caller.person.is(Role::Auditor) {
        caller.must_be(Role::Administrator)?;
    }
    ctx.db
        .read(move |tx| {
            Box::pin(async move {
                let mut seen = vec![];
                for change in policy::changes(tx, after, limit + 1).await? {
                    let by = named(tx, change.by).await?;
                    seen.push(SeenPolicyChange { change, by });
                }
                Ok(seen)
            })
        })
        .await
}
