//! What is done with an incident: held against the rules, the resident called by another employee,
//! decided, brought to the police and to Legal Affairs, closed. For managers of the team and the
//! desk; each step is logged.

use super::viewing::{IncidentViewer, SeenIncident, authorise, candidates, log, whole};
use crate::{
    model::{
        ids::{EntryId, IncidentId, PersonId},
        incidents::{
            Affair, AffairKind, AffairStep, Bench, DecisionInput, Incident,
            advice::{Behaviour, CallStep, Earlier, Terms},
            incident_notices::{IncidentNews, announce},
            measures::Breach,
        },
        input::faults::Faults,
        messages::audiences::Audience,
        people::Named,
        privacy::access::{Action, Look},
        register::Measure,
    },
    service::{
        context::Context,
        error::Error,
        messages::notify::notify,
        people::caller::Caller,
        register::looks::{look, today},
    },
    store::{
        self, Tx, Versioned,
        incidents::{self, policy},
        people,
        privacy::access,
        register,
    },
};

async fn lock(tx: &mut Tx, caller: &Caller, id: IncidentId) -> Result<Versioned<Incident>, Error> {
    let found = incidents::lock(tx, id).await?;
    if authorise(caller, &found.item)? == IncidentViewer::Reporter {
        caller.as_desk()?;
        return Err(Error::Forbidden("Your manager or the desk does this."));
    }
    Ok(found)
}

/// Saves an incident after a step, logs who took it, and shows it.
async fn save(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    action: Action,
    (version, item): (i64, Incident),
) -> Result<SeenIncident, Error> {
    let version = incidents::save(tx, &item, version, ctx.now()).await?;
    log(tx, look(ctx, caller, action), &item).await?;
    whole(tx, ctx, caller, Versioned { version, item }).await
}

async fn terms(tx: &mut Tx, ctx: &Context) -> Result<Terms, store::Error> {
    let warning_months = policy::load(tx).await?.item.warning_term_months;
    Ok(Terms { warning_months, zone: ctx.settings.zone })
}

/// How somebody assesses an incident.
#[derive(Clone, Debug)]
pub struct IncidentAssessment {
    /// The class of behaviour; none keeps that of the report.
    pub behaviour: Option<String>,
    /// Whether it persists; none keeps what the report says.
    pub persistent: Option<bool>,
    /// The ids of the earlier measures that are this resident's; none takes those that surely are.
    pub entries: Option<Vec<String>>,
}

/// Holds an incident against the rules.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::StepUpNeeded`], [`Error::Invalid`],
/// [`Error::Incident`].
pub async fn assess(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: IncidentId,
    input: &IncidentAssessment,
) -> Result<SeenIncident, Error> {
    let Versioned { version, item } = lock(tx, caller, id).await?;
    let (earlier, behaviour) = read(tx, ctx, &item, input).await?;
    let persistent = input.persistent.unwrap_or(item.report.persistent);
    let terms = terms(tx, ctx).await?;
    let after = item.assess(behaviour, persistent, earlier, terms, caller.named(), ctx.now())?;
    if behaviour == Behaviour::D {
        open_affair(tx, after.id, AffairKind::PoliceReport).await?;
    }
    note_breaches(tx, &after, terms).await?;
    save(tx, ctx, caller, Action::IncidentAssessed, (version, after)).await
}

/// The earlier measures are those that a person says are this resident's; unless somebody says, those
/// that are surely.
async fn read(
    tx: &mut Tx,
    ctx: &Context,
    incident: &Incident,
    input: &IncidentAssessment,
) -> Result<(Vec<Earlier>, Behaviour), Error> {
    let found = candidates(tx, ctx, incident).await?;
    let mut faults = Faults::default();
    let behaviour = match input.behaviour.as_deref() {
        None => Some(incident.report.behaviour),
        Some(name) => Behaviour::from_name(name),
    };
    faults.require(behaviour.is_some(), "behaviour", "invalid", "A, B, C, D or E");
    let mut earlier = vec![];
    match &input.entries {
        None => earlier.extend(found.iter().filter(|c| c.sure).map(Earlier::from)),
        Some(ids) => {
            for (at, id) in ids.iter().enumerate() {
                match found.iter().find(|c| c.entry_id.to_string() == *id) {
                    Some(candidate) => earlier.push(Earlier::from(candidate)),
                    None => faults.add(format!("entries[{at}]"), "unknown", "is no candidate"),
                }
            }
        }
    }
    match (behaviour, faults.done()) {
        (Some(behaviour), Ok(())) => Ok((earlier, behaviour)),
        (_, faults) => Err(Error::Invalid(faults.err().unwrap_or_default())),
    }
}

async fn open_affair(tx: &mut Tx, id: IncidentId, kind: AffairKind) -> Result<(), store::Error> {
    match incidents::affair(tx, id, kind).await? {
        Some(_) => Ok(()),
        None => incidents::save_affair(tx, id, kind, &Affair::open(), 0).await,
    }
}

/// A contact during a ban is kept with the ban, once.
async fn note_breaches(tx: &mut Tx, incident: &Incident, terms: Terms) -> Result<(), store::Error> {
    let at = incident.report.happened_at;
    let day = at.with_timezone(&terms.zone).date_naive();
    let earlier = incident.assessment().map(|a| a.earlier.clone()).unwrap_or_default();
    let bans = earlier.iter().filter(|e| e.measure == Measure::ContactBan);
    for ban in bans.filter(|e| e.on <= day && day <= e.until) {
        let Versioned { version, item: mut entry } = register::load(tx, ban.entry).await?;
        if entry.dossier.breaches.iter().all(|b| b.incident != incident.id) {
            entry.dossier.breaches.push(Breach { incident: incident.id, at });
            register::save(tx, &entry, version).await?;
        }
    }
    Ok(())
}

/// What came of the call to the resident.
#[derive(Clone, Debug)]
pub struct OmbudsmanCall {
    /// How it ended.
    pub outcome: Option<CallStep>,
    pub note: Option<String>,
    /// The id of who called, when that is not whoever notes it.
    pub called_by: Option<String>,
}

/// Notes that another employee called the resident.
///
/// # Errors
/// As [`assess`].
pub async fn note_call(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: IncidentId,
    call: &OmbudsmanCall,
) -> Result<SeenIncident, Error> {
    let Versioned { version, item } = lock(tx, caller, id).await?;
    let Some(step) = call.outcome else {
        let why = "calmed, persists or knows-protocol";
        return Err(Error::invalid("outcome", "invalid", why));
    };
    let by = called_by(tx, caller, call.called_by.as_deref()).await?;
    let terms = terms(tx, ctx).await?;
    let after = item.note_call(step, by, call.note.as_deref(), terms, ctx.now())?;
    save(tx, ctx, caller, Action::IncidentCalled, (version, after)).await
}

/// Who called: whoever notes it, unless somebody else is named.
async fn called_by(tx: &mut Tx, caller: &Caller, given: Option<&str>) -> Result<Named, Error> {
    let Some(given) = given else { return Ok(caller.named()) };
    let unknown = || Error::invalid("calledBy", "unknown", "is not known");
    let id: PersonId = given.parse().map_err(|_| unknown())?;
    let found = match people::load(tx, id).await {
        Err(store::Error::NotFound) => return Err(unknown()),
        found => found?.item,
    };
    Ok(Named::from(&found))
}

/// Decides on an incident; a measure that follows is proposed.
///
/// # Errors
/// As [`assess`].
pub async fn decide(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: IncidentId,
    input: &DecisionInput,
) -> Result<SeenIncident, Error> {
    let Versioned { version, item } = lock(tx, caller, id).await?;
    let figures = policy::load(tx).await?.item;
    let now = ctx.now();
    let entry = EntryId::new(&*ctx.random, now);
    let bench = Bench { policy: &figures, entry, now, today: today(ctx) };
    let (decided, entry) = item.decide(input, caller.named(), &bench)?;
    if let Some(entry) = &entry {
        register::insert(tx, entry).await?;
        let line = look(ctx, caller, Action::EntryProposed);
        access::log_look(tx, &Look { entry: Some(entry.id), ..line }).await?;
    }
    tell_reporter(tx, ctx, &decided, IncidentNews::Decided).await?;
    save(tx, ctx, caller, Action::IncidentDecided, (version, decided)).await
}

async fn tell_reporter(
    tx: &mut Tx,
    ctx: &Context,
    incident: &Incident,
    news: IncidentNews,
) -> Result<(), store::Error> {
    let reporter = [Audience::Person(incident.reporter.id)];
    notify(tx, &reporter, &announce(incident, news), &ctx.composer()).await
}

/// Notes what was done with the police or with Legal Affairs.
///
/// # Errors
/// As [`assess`], and [`Error::Affair`].
pub async fn take_affair_step(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: IncidentId,
    (kind, input): (AffairKind, &AffairStep),
) -> Result<SeenIncident, Error> {
    let Versioned { version, item } = lock(tx, caller, id).await?;
    let found = incidents::affair(tx, id, kind).await?;
    let (of_affair, before) = found.map_or((0, Affair::open()), |f| (f.version, f.item));
    let after = before.step(input, caller.named(), ctx.now(), today(ctx))?;
    incidents::save_affair(tx, id, kind, &after, of_affair).await?;
    save(tx, ctx, caller, Action::AffairChanged, (version, item)).await
}

/// Closes an incident.
///
/// # Errors
/// As [`assess`].
pub async fn close(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: IncidentId,
    note: Option<&str>,
) -> Result<SeenIncident, Error> {
    let Versioned { version, item } = lock(tx, caller, id).await?;
    let closed = item.close(caller.named(), note, ctx.now())?;
    tell_reporter(tx, ctx, &closed, IncidentNews::Closed).await?;
    save(tx, ctx, caller, Action::IncidentClosed, (version, closed)).await
}
