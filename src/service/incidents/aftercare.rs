//! Aftercare: for the employee whom it is for and the managers of the team. The desk sees whether
//! it was given, and never the note.

use serde_json::json;

use crate::{
    model::{
        ids::CareId,
        incidents::{
            Incident,
            aftercare::{Care, CareFault, Moment, cared_for},
            policy::Policy,
        },
        privacy::access::{Action, Look},
    },
    service::{context::Context, error::Error, people::caller::Caller, register::looks::look},
    store::{self, Tx, Versioned, incidents::aftercare, privacy::access},
};

/// Everybody who was there gets aftercare.
pub(super) async fn begin(
    tx: &mut Tx,
    ctx: &Context,
    incident: &Incident,
    policy: &Policy,
) -> Result<(), store::Error> {
    for employee in cared_for(incident) {
        let id = CareId::new(&*ctx.random, ctx.now());
        let care = Care::after(id, incident, employee, policy, ctx.settings.zone);
        aftercare::insert(tx, &care).await?;
    }
    Ok(())
}

/// Aftercare as somebody sees it.
#[derive(Clone, Debug)]
pub struct SeenCare {
    pub care: Versioned<Care>,
    /// Whether whoever looks may see the note and the appointment.
    pub is_inside: bool,
    /// Whether it is for whoever looks.
    pub is_own: bool,
}

impl SeenCare {
    fn of(caller: &Caller, care: Versioned<Care>) -> Result<Self, Error> {
        let is_inside = authorise(caller, &care.item)?;
        Ok(Self { is_inside, is_own: care.item.employee.id == caller.id(), care })
    }
}

/// How somebody stands to it: inside sees the note, who stands outside is told that there is none.
fn authorise(caller: &Caller, care: &Care) -> Result<bool, Error> {
    if care.employee.id == caller.id() || caller.manages(care.team) {
        return Ok(true);
    }
    if caller.as_desk()? { Ok(false) } else { Err(Error::NotFound) }
}

async fn log(tx: &mut Tx, line: Look, care: &Care) -> Result<(), store::Error> {
    let details = json!({ "aftercare": care.id, "incident": care.incident });
    access::log_look(tx, &Look { details, ..line }).await
}

/// Lists a page of the caller's own aftercare and that of the teams it manages, and one more where
/// there is more.
///
/// # Errors
/// When the store fails.
pub async fn list(
    ctx: &Context,
    caller: Caller,
    after: Option<CareId>,
    limit: i64,
) -> Result<Vec<SeenCare>, Error> {
    ctx.db
        .read(move |tx| {
            Box::pin(async move {
                let teams: Vec<_> = caller.managed().collect();
                let found = aftercare::page(tx, caller.id(), &teams, after, limit + 1).await?;
                found.into_iter().map(|one| SeenCare::of(&caller, one)).collect()
            })
        })
        .await
}

/// Shows aftercare.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside; [`Error::StepUpNeeded`].
pub async fn see(ctx: &Context, caller: Caller, id: CareId) -> Result<SeenCare, Error> {
    let line = look(ctx, &caller, Action::AftercareRead);
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let seen = SeenCare::of(&caller, aftercare::load(tx, id).await?)?;
                log(tx, line, &seen.care.item).await?;
                Ok(seen)
            })
        })
        .await
}

/// A step with aftercare.
#[derive(Clone, Debug)]
pub enum CareStep {
    /// A manager talked with the employee.
    Talk(Moment),
    /// The later talk is planned, for this moment.
    LaterTalk(Option<String>),
    /// A manager made an appointment with an organisation.
    Appointment {
        /// With which one.
        organisation: Option<String>,
        at: Option<String>,
    },
    /// A note, for those inside.
    Note(Option<String>),
}

impl CareStep {
    fn is_for_managers(&self) -> bool {
        matches!(self, Self::Talk(_) | Self::Appointment { .. })
    }

    fn take(&self, care: Care, ctx: &Context, caller: &Caller) -> Result<Care, CareFault> {
        let (by, now) = (caller.named(), ctx.now());
        match self {
            Self::Talk(moment) => care.talked(*moment, by, now),
            Self::LaterTalk(at) => care.plan(at.as_deref(), now),
            Self::Appointment { organisation, at } => {
                care.appointed(organisation.as_deref(), at.as_deref(), by, now)
            }
            Self::Note(text) => care.noted(text.as_deref()),
        }
    }
}

/// Takes a step with aftercare.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside; [`Error::Forbidden`], [`Error::StepUpNeeded`],
/// [`Error::Care`].
pub async fn take_step(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: CareId,
    step: &CareStep,
) -> Result<SeenCare, Error> {
    let Versioned { version, item } = aftercare::load(tx, id).await?;
    let is_inside = authorise(caller, &item)?;
    if !is_inside || step.is_for_managers() && !caller.manages(item.team) {
        return Err(Error::Forbidden("A manager of the team does this."));
    }
    let item = step.take(item, ctx, caller)?;
    let version = aftercare::save(tx, &item, version).await?;
    log(tx, look(ctx, caller, Action::AftercareChanged), &item).await?;
    SeenCare::of(caller, Versioned { version, item })
}
