//! Who of the desk looks, on which day, and the line that the access log gets for it.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::{
    model::{
        ids::{EntryId, LineId, PersonId},
        people::{Named, Role},
        privacy::access::{Action, Look},
    },
    service::{context::Context, error::Error, people::caller::Caller},
    store::{self, Tx, people, privacy::access, readable},
};

/// Somebody of the desk, on a day: who looks, and what is logged of it.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Who it is.
    pub id: PersonId,
    /// The day where the organisation is.
    pub today: NaiveDate,
    line: Look,
}

impl Desk {
    /// Somebody who sits at the desk.
    ///
    /// # Errors
    /// [`Error::Forbidden`], or [`Error::StepUpNeeded`] until the desk's extra check.
    pub fn new(ctx: &Context, caller: &Caller, action: Action) -> Result<Self, Error> {
        caller.must_be(Role::AggressionDesk)?;
        Ok(Self::of_anybody(ctx, caller, action))
    }

    /// Somebody of whom it was found out otherwise that they may do this.
    pub(crate) fn of_anybody(ctx: &Context, caller: &Caller, action: Action) -> Self {
        Self { id: caller.id(), today: today(ctx), line: look(ctx, caller, action) }
    }

    /// Logs the look. As the last step of the transaction that looks.
    ///
    /// # Errors
    /// When the store fails; then it must not happen either.
    pub async fn log(
        &self,
        tx: &mut Tx,
        entry: Option<EntryId>,
        details: Value,
    ) -> Result<(), store::Error> {
        access::log_look(tx, &Look { entry, details, ..self.line.clone() }).await
    }

    /// A further line, about another entry that the same step touches.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn log_too(
        &self,
        tx: &mut Tx,
        ctx: &Context,
        entry: EntryId,
        details: Value,
    ) -> Result<(), store::Error> {
        let id = LineId::new(&*ctx.random, self.line.at);
        let entry = Some(entry);
        access::log_look(tx, &Look { id, entry, details, ..self.line.clone() }).await
    }
}

/// A line of the access log, about nothing in particular yet.
pub fn look(ctx: &Context, caller: &Caller, action: Action) -> Look {
    let at = ctx.now();
    Look {
        id: LineId::new(&*ctx.random, at),
        at,
        person: Some(caller.id()),
        action,
        visit: None,
        entry: None,
        details: json!({}),
    }
}

/// The day where the organisation is.
pub fn today(ctx: &Context) -> NaiveDate {
    ctx.now().with_timezone(&ctx.settings.zone).date_naive()
}

/// Somebody by name, which is empty when it cannot be read.
///
/// # Errors
/// When the store fails.
pub async fn named(tx: &mut Tx, id: PersonId) -> Result<Named, store::Error> {
    let found = readable(people::load(tx, id).await)?.map(|found| Named::from(&found.item));
    Ok(found.unwrap_or_else(|| Named { id, name: String::new() }))
}
