//! What came in as a file, and the approval of a whole import by other eyes.

use serde_json::json;

use super::looks::{look, named};
use crate::{
    model::{
        ids::{ImportId, LineId},
        people::{Named, Role},
        privacy::access::{Action, Look},
        register::StepRefused,
    },
    service::{context::Context, error::Error, people::caller::Caller},
    store::{
        self, Tx, Versioned,
        privacy::access,
        register::{
            self,
            imports::{self, Import},
        },
    },
};

/// As many entries are approved in one request, and in one transaction.
const MOST_APPROVED: usize = 1000;
const BATCH: i64 = 100;

/// Lets in who may bring in measures: the desk, and administrators.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::StepUpNeeded`].
pub fn authorise(caller: &Caller) -> Result<(), Error> {
    if caller.person.is(Role::Administrator) {
        return Ok(());
    }
    caller.must_be(Role::AggressionDesk)
}

/// An import as somebody sees it.
#[derive(Clone, Debug)]
pub struct SeenImport {
    pub import: Import,
    /// Who brought it in.
    pub by: Named,
    /// How many of its entries wait for approval.
    pub waiting: i64,
    /// Whether whoever looks may approve those.
    pub can_approve: bool,
}

impl SeenImport {
    async fn of(tx: &mut Tx, caller: &Caller, import: Import) -> Result<Self, store::Error> {
        let waiting = imports::count_waiting(tx, import.id).await?;
        let others = caller.person.is(Role::AggressionDesk) && import.by != caller.id();
        let by = named(tx, import.by).await?;
        let can_approve = others && import.loaded && waiting > 0;
        Ok(Self { import, by, waiting, can_approve })
    }
}

/// Lists a page of imports, and one more where there are more.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::StepUpNeeded`].
pub async fn list(
    ctx: &Context,
    caller: Caller,
    after: Option<ImportId>,
    limit: i64,
) -> Result<Vec<SeenImport>, Error> {
    authorise(&caller)?;
    ctx.db
        .read(move |tx| {
            Box::pin(async move {
                let mut seen = vec![];
                for import in imports::page(tx, after, limit + 1).await? {
                    seen.push(SeenImport::of(tx, &caller, import).await?);
                }
                Ok(seen)
            })
        })
        .await
}

/// Approves what waits of an import, up to a thousand entries at a time.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::StepUpNeeded`], [`Error::NotFound`]; [`Error::Entry`] for whoever
/// brought it in; [`Error::Conflict`] while it is being written.
pub async fn approve(ctx: &Context, caller: Caller, id: ImportId) -> Result<SeenImport, Error> {
    caller.must_be(Role::AggressionDesk)?;
    let import = ctx
        .db
        .read(move |tx| Box::pin(async move { Ok::<_, Error>(imports::load(tx, id).await?) }))
        .await?;
    if import.by == caller.id() {
        return Err(StepRefused::Importer.into());
    }
    if !import.loaded {
        return Err(Error::conflict("loading", "It is still being written."));
    }
    let mut approved = 0;
    while approved < MOST_APPROVED {
        match approve_some(ctx, &caller, id).await? {
            0 => break,
            n => approved += n,
        }
    }
    ctx.wake.notify_one();
    ctx.db
        .read(move |tx| Box::pin(async move { Ok(SeenImport::of(tx, &caller, import).await?) }))
        .await
}

/// Approves some of those that wait, each with its own line in the log; says how many.
async fn approve_some(ctx: &Context, caller: &Caller, id: ImportId) -> Result<usize, Error> {
    let line = look(ctx, caller, Action::EntryApproved);
    let (by, zone, random) = (caller.id(), ctx.settings.zone, ctx.random.clone());
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let mut approved = 0;
                for Versioned { version, item } in imports::waiting(tx, id, BATCH).await? {
                    let entry = item.approve(by, line.at)?;
                    match register::save(tx, &entry, version).await {
                        // Somebody has it in hand, who sees what became of it.
                        Err(store::Error::Stale) => continue,
                        saved => saved?,
                    }
                    register::schedule(tx, &entry, zone).await?;
                    let line = Look {
                        id: LineId::new(&*random, line.at),
                        entry: Some(entry.id),
                        details: json!({ "import": id }),
                        ..line.clone()
                    };
                    access::log_look(tx, &line).await?;
                    approved += 1;
                }
                Ok(approved)
            })
        })
        .await
}
