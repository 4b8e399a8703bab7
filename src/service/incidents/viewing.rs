//! An incident as somebody may see it: the reporter what became of it, the manager and the desk
//! all of it.

use serde_json::json;

use crate::{
    model::{
        ids::IncidentId,
        incidents::{Affair, AffairKind, Candidate, Incident, Stage, measures::Standing},
        people::Named,
        privacy::access::{Action, Look},
        register::{Entry, names::NameKeys},
    },
    service::{
        context::Context,
        error::Error,
        people::caller::Caller,
        register::looks::{look, today},
    },
    store::{
        self, Tx, Versioned,
        incidents::{self, WhoseIncidents, policy},
        people::{self, teams},
        privacy::access,
        readable, register,
    },
};

/// How somebody stands to an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentViewer {
    Reporter,
    /// Manages the team, or sits at the desk.
    Minder,
}

/// How this caller stands to an incident.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside; [`Error::StepUpNeeded`] for whom only the desk's
/// extra check keeps from it.
pub fn authorise(caller: &Caller, incident: &Incident) -> Result<IncidentViewer, Error> {
    if caller.manages(incident.team) {
        return Ok(IncidentViewer::Minder);
    }
    match caller.as_desk() {
        Ok(true) => Ok(IncidentViewer::Minder),
        _ if incident.reporter.id == caller.id() => Ok(IncidentViewer::Reporter),
        desk => Err(desk.err().unwrap_or(Error::NotFound)),
    }
}

/// An incident with what belongs to it. What a reporter may not see of it is for who shows it to
/// leave out.
#[derive(Clone, Debug)]
pub struct SeenIncident {
    pub incident: Versioned<Incident>,
    pub viewer: IncidentViewer,
    /// Whether it waits for a decision.
    pub is_open: bool,
    /// Whether that should have been taken by now.
    pub is_overdue: bool,
    /// Whether whoever looks may assess it.
    pub can_assess: bool,
    /// What to do about a contact during a ban.
    pub instructions: Vec<String>,
    /// Who is to answer: the first manager of the team who was not there; nobody when it is the desk.
    pub answered_by: Option<Named>,
    /// The measure that was decided on.
    pub entry: Option<Entry>,
    /// How that stands today.
    pub standing: Option<Standing>,
    /// The report to the police.
    pub police_report: Option<Affair>,
    pub damage_claim: Option<Affair>,
    /// The entries of the register that may be about the resident, for who decides, in a whole view.
    pub candidates: Option<Vec<Candidate>>,
}

/// The entries of the register that may be about this resident.
pub(super) async fn candidates(
    tx: &mut Tx,
    ctx: &Context,
    incident: &Incident,
) -> Result<Vec<Candidate>, store::Error> {
    let figures = policy::load(tx).await?.item;
    let resident = &incident.report.resident;
    let happened = incident.report.happened_at.with_timezone(&ctx.settings.zone).date_naive();
    let months = figures.longest_months + figures.warning_term_months;
    let since = happened - chrono::Months::new(months);
    let keys = NameKeys::of(&resident.name).to_find();
    let found = register::history(tx, &keys, since).await?;
    Ok(found.iter().filter_map(|entry| Candidate::of(entry, resident)).collect())
}

/// The whole view of one incident.
pub(super) async fn whole(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    found: Versioned<Incident>,
) -> Result<SeenIncident, Error> {
    let mut seen = brief(tx, ctx, caller, found).await?;
    if seen.viewer == IncidentViewer::Minder && seen.is_open {
        seen.candidates = Some(candidates(tx, ctx, &seen.incident.item).await?);
    }
    Ok(seen)
}

/// The view in a list: without the candidates of the register.
async fn brief(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    incident: Versioned<Incident>,
) -> Result<SeenIncident, Error> {
    let it = &incident.item;
    let viewer = authorise(caller, it)?;
    let is_open = matches!(it.stage, Stage::Reported | Stage::Assessed { .. });
    let steps = ctx.words(caller.person.language).breach_steps(it.report.how);
    let entry = measure(tx, it).await?;
    Ok(SeenIncident {
        viewer,
        is_open,
        is_overdue: is_open && it.deadlines.due <= ctx.now(),
        can_assess: viewer == IncidentViewer::Minder && is_open && !it.involves(caller.id()),
        instructions: if it.report.breach { steps } else { vec![] },
        answered_by: answers(tx, it).await?,
        standing: entry.as_ref().map(|entry| entry.standing(today(ctx))),
        entry,
        police_report: affair(tx, it, AffairKind::PoliceReport).await?,
        damage_claim: affair(tx, it, AffairKind::DamageClaim).await?,
        candidates: None,
        incident,
    })
}

async fn answers(tx: &mut Tx, it: &Incident) -> Result<Option<Named>, store::Error> {
    for id in teams::to_watch(tx, it.team).await?.managers {
        let person = readable(people::load(tx, id).await)?;
        let Some(Versioned { item: person, .. }) = person else { continue };
        if person.active && !it.involves(id) {
            return Ok(Some(Named::from(&person)));
        }
    }
    Ok(None)
}

async fn measure(tx: &mut Tx, it: &Incident) -> Result<Option<Entry>, store::Error> {
    match it.decision().and_then(|decision| decision.entry) {
        Some(id) => Ok(readable(register::load(tx, id).await)?.map(|found| found.item)),
        None => Ok(None),
    }
}

async fn affair(
    tx: &mut Tx,
    it: &Incident,
    kind: AffairKind,
) -> Result<Option<Affair>, store::Error> {
    let found = readable(incidents::affair(tx, it.id, kind).await)?.flatten();
    Ok(found.map(|found| found.item))
}

/// Logs a step or a look at an incident.
///
/// # Errors
/// When the store fails; then it must not happen either.
pub(super) async fn log(tx: &mut Tx, line: Look, it: &Incident) -> Result<(), store::Error> {
    let details = json!({ "incident": it.id });
    access::log_look(tx, &Look { visit: it.visit, details, ..line }).await
}

/// Shows an incident.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside, [`Error::StepUpNeeded`].
pub async fn see(ctx: &Context, caller: Caller, id: IncidentId) -> Result<SeenIncident, Error> {
    let line = look(ctx, &caller, Action::IncidentRead);
    let at = ctx.clone();
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let found = incidents::load(tx, id).await?;
                let seen = whole(tx, &at, &caller, found).await?;
                log(tx, line, &seen.incident.item).await?;
                Ok(seen)
            })
        })
        .await
}

/// Lists a page of the incidents that a caller may see, and one more where there are more; `stage`
/// narrows, empty for all. The log says which were shown.
///
/// # Errors
/// [`Error::StepUpNeeded`] for the desk until its extra check.
pub async fn list(
    ctx: &Context,
    caller: Caller,
    stage: String,
    after: Option<IncidentId>,
    limit: i64,
) -> Result<Vec<SeenIncident>, Error> {
    let whose = if caller.as_desk()? {
        WhoseIncidents::All
    } else {
        WhoseIncidents::Of(caller.id(), caller.managed().collect())
    };
    let line = look(ctx, &caller, Action::IncidentsListed);
    let at = ctx.clone();
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let found = incidents::page(tx, &whose, &stage, after, limit + 1).await?;
                let shown = found.iter().take(usize::try_from(limit).unwrap_or_default());
                let ids: Vec<_> = shown.map(|i| i.item.id).collect();
                let details = json!({ "incidents": ids });
                access::log_look(tx, &Look { details, ..line }).await?;
                let mut seen = vec![];
                for one in found {
                    seen.push(brief(tx, &at, &caller, one).await?);
                }
                Ok(seen)
            })
        })
        .await
}
