//! A look in the register for a visit: the least that helps, and each look logged.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::looks::{look, today};
use crate::{
    model::{
        clock::Instant,
        ids::{LineId, VisitId},
        people::Role,
        privacy::access::{Action, Look},
        register::Hit,
        visits::{Resident, Visit},
    },
    service::{context::Context, error::Error, people::caller::Caller},
    store::{Tx, privacy::access, register, visits},
};

/// As many people as somebody may ask about in an hour for visits that are yet to be registered:
/// more than anybody plans, and far too few to browse the register.
const MOST_UNBOUND: usize = 60;

/// Whom somebody asks about, and why.
#[derive(Clone, Debug)]
pub struct RegisterCheck {
    /// The visit that it is for, when it is registered already.
    pub visit: Option<VisitId>,
    /// Why somebody asks outside of a visit.
    pub reason: &'static str,
    pub residents: Vec<Resident>,
}

/// Lets in who goes on visits, or watches over them.
///
/// # Errors
/// [`Error::Forbidden`].
pub fn authorise(caller: &Caller) -> Result<(), Error> {
    let roles = [Role::Worker, Role::Manager, Role::AggressionDesk];
    if roles.into_iter().any(|role| caller.person.is(role)) {
        return Ok(());
    }
    Err(Error::Forbidden("Your role does not allow this."))
}

/// Looks for these residents in the register.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`] for a visit that is not the caller's;
/// [`Error::TooOften`].
pub async fn check(ctx: &Context, caller: Caller, asked: RegisterCheck) -> Result<Vec<Hit>, Error> {
    authorise(&caller)?;
    let RegisterCheck { visit, reason, residents } = asked;
    let line = Look { visit, ..look(ctx, &caller, Action::RegisterChecked) };
    let (today, random) = (today(ctx), ctx.random.clone());
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                match visit {
                    Some(id) => refuse_others(tx, &caller, id).await?,
                    None => refuse_browsing(tx, &caller, residents.len(), line.at).await?,
                }
                let mut hits = vec![];
                for it in &residents {
                    let found = register::check(tx, &it.name, &it.address, today).await?;
                    let id = LineId::new(&*random, line.at);
                    let details = details(&found, visit.is_none().then_some(reason));
                    access::log_look(tx, &Look { id, details, ..line.clone() }).await?;
                    hits.extend(found);
                }
                Ok(hits)
            })
        })
        .await
}

/// A check is bound to a visit that the caller has to do with; what is not theirs is not there.
async fn refuse_others(tx: &mut Tx, caller: &Caller, id: VisitId) -> Result<(), Error> {
    let visit = visits::load(tx, id).await?.item;
    let theirs = goes(caller, &visit)
        || caller.manages(visit.team)
        || caller.person.is(Role::AggressionDesk);
    if theirs { Ok(()) } else { Err(Error::NotFound) }
}

/// A visit that is about to be registered has no id yet. Everybody may ask for one, so that the
/// answer comes before anybody leaves; nobody may ask without end.
async fn refuse_browsing(
    tx: &mut Tx,
    caller: &Caller,
    asks: usize,
    now: Instant,
) -> Result<(), Error> {
    if caller.person.is(Role::AggressionDesk) {
        return Ok(());
    }
    let since = now - TimeDelta::hours(1);
    let looks = access::unbound_looks(tx, caller.id(), Action::RegisterChecked, since).await?;
    let before = usize::try_from(looks).unwrap_or(usize::MAX);
    if before.saturating_add(asks) <= MOST_UNBOUND {
        return Ok(());
    }
    Err(Error::TooOften {
        code: "too-many-checks",
        detail: "You asked the register too often. Registering the visit checks it all the same.",
    })
}

/// What the log says of one resident: what was found, and why was asked. No names.
fn details(found: &[Hit], reason: Option<&str>) -> Value {
    let hits: Vec<_> =
        found.iter().map(|h| json!({ "entry": h.entry, "grade": h.grade })).collect();
    let mut details = json!({ "hits": hits });
    if let Some(reason) = reason {
        details["for"] = reason.into();
    }
    details
}

fn goes(caller: &Caller, visit: &Visit) -> bool {
    let id = caller.id();
    visit.worker.id == id || visit.plan.colleagues.iter().any(|c| c.person_id == Some(id))
}
