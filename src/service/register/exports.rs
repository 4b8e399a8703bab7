//! The register as a file: everything that has not ended, and who took it along is logged.

use chrono::NaiveDate;
use serde_json::json;

use super::looks::{look, today};
use crate::{
    model::{
        people::Role,
        privacy::access::{Action, Look},
        register::{Entry, sheets::register as sheet},
    },
    service::{context::Context, error::Error, people::caller::Caller},
    store::{self, Db, privacy::access, register},
};

/// As many entries are read at once.
const PAGE: i64 = 500;

/// The register as somebody takes it along.
#[derive(Clone, Debug)]
pub struct Export {
    /// As of which day.
    pub day: NaiveDate,
    pub csv: Vec<u8>,
}

/// The desk takes the register along.
///
/// # Errors
/// [`Error::Forbidden`], or [`Error::StepUpNeeded`].
pub async fn take(ctx: &Context, caller: &Caller) -> Result<Export, Error> {
    caller.must_be(Role::AggressionDesk)?;
    let day = today(ctx);
    let entries = all(&ctx.db, day).await?;
    let details = json!({ "entries": entries.len() });
    let look = Look { details, ..look(ctx, caller, Action::RegisterExported) };
    ctx.db
        .write(move |tx| {
            Box::pin(async move { Ok::<_, Error>(access::log_look(tx, &look).await?) })
        })
        .await?;
    Ok(Export { day, csv: sheet::write(&entries) })
}

/// Every entry that was neither withdrawn nor has ended on this day, in the order in which they
/// came.
///
/// # Errors
/// When the database refuses.
pub async fn all(db: &Db, today: NaiveDate) -> Result<Vec<Entry>, store::Error> {
    let found = db.read(move |tx| {
        Box::pin(async move {
            let mut entries: Vec<Entry> = vec![];
            loop {
                let after = entries.last().map(|entry| entry.id);
                let page = register::running(tx, today, after, PAGE).await?;
                if page.is_empty() {
                    return Ok(entries);
                }
                entries.extend(page.into_iter().map(|found| found.item));
            }
        })
    });
    found.await
}
