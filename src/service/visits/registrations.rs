//! Registering visits for real: the register is checked, colleagues are recognised by their
//! numbers, and nothing is promised when nobody could be told. Those that are registered at the same
//! moment are registered together.

use std::collections::BTreeMap;

use futures::future::BoxFuture;

use crate::{
    model::{
        alarms::ladder::Directory,
        clock::Instant,
        ids::TeamId,
        people::{Role, pins::PinHashes, teams::Team},
        register::Hit,
        visits::{
            Plan,
            begun_by_text::BegunByText,
            registration::Registration,
            watch::{Effects, Watch},
        },
    },
    service::{
        batcher::{Batcher, Outcomes, Request},
        context::{Context, spans::about_visit},
        error::Error,
        idempotency::{Shown, StoredReply},
        integrations::calendar_mails,
        people::caller::Caller,
        visits::{
            checks::{contacts, hits, log_checks, promise, recognise},
            officer_notices::{OfficerChoiceInput, log_disclosure, officer},
            team_context::TeamContext,
            viewer::{SeenVisit, authorise},
        },
    },
    store::{
        Tx,
        people::teams,
        visits::watches::{self, New},
    },
};

/// A visit as its worker wants it.
#[derive(Clone, Debug)]
pub struct VisitDraft {
    /// For which team, when one was named.
    pub team: Option<TeamId>,
    /// What was told beforehand.
    pub plan: Plan,
    /// The agreed times, when some were named.
    pub check_in_times: Vec<Instant>,
    /// What was decided about the district officer.
    pub officer: Option<OfficerChoiceInput>,
}

/// Registers a visit, together with those that others register at the same moment.
///
/// # Errors
/// [`Error::Forbidden`] for who goes on no visits, [`Error::Invalid`], and [`Error::NobodyToCall`]
/// when nobody could be told of an alarm; nothing is stored then.
pub async fn register(
    ctx: &Context,
    caller: Caller,
    draft: VisitDraft,
    once: Shown<SeenVisit>,
) -> Result<StoredReply, Error> {
    submit(ctx, caller, draft, None, once).await
}

/// Registers a visit that its worker begins by text, by the same rules as any other.
///
/// # Errors
/// As [`register`].
pub(in crate::service) async fn begin(
    ctx: &Context,
    caller: Caller,
    draft: VisitDraft,
    text: BegunByText,
    once: Shown<SeenVisit>,
) -> Result<StoredReply, Error> {
    submit(ctx, caller, draft, Some(text), once).await
}

async fn submit(
    ctx: &Context,
    caller: Caller,
    draft: VisitDraft,
    begun: Option<BegunByText>,
    once: Shown<SeenVisit>,
) -> Result<StoredReply, Error> {
    let team = team_of(&caller, draft.team)?;
    let request = RegisterRequest { caller, team, draft, begun };
    let reply = Batcher::shared(ctx).submit(ctx, request, once).await?;
    if let Some(Ok(id)) = reply.body["id"].as_str().map(str::parse) {
        about_visit(id);
    }
    Ok(reply)
}

/// A visit that somebody registers for one of their teams.
#[derive(Clone, Debug)]
struct RegisterRequest {
    caller: Caller,
    team: TeamId,
    draft: VisitDraft,
    /// Begins at once, with this text.
    begun: Option<BegunByText>,
}

impl Request for RegisterRequest {
    type Subject = ();
    type Outcome = SeenVisit;

    fn subjects(&self) -> Vec<()> {
        vec![]
    }

    fn together<'t>(
        tx: &'t mut Tx,
        ctx: &'t Context,
        all: Vec<&'t Self>,
    ) -> BoxFuture<'t, Outcomes<SeenVisit>> {
        Box::pin(
            async move { Ok(register_all(tx, ctx, all).await?.into_iter().map(Some).collect()) },
        )
    }

    fn alone<'t>(
        &'t self,
        tx: &'t mut Tx,
        ctx: &'t Context,
    ) -> BoxFuture<'t, Result<SeenVisit, Error>> {
        Box::pin(async move {
            let outcome = register_all(tx, ctx, vec![self]).await?.pop();
            outcome.unwrap_or(Err(Error::Lost))
        })
    }
}

/// Registers these; of one that is refused nothing is stored.
async fn register_all(
    tx: &mut Tx,
    ctx: &Context,
    all: Vec<&RegisterRequest>,
) -> Result<Vec<Result<SeenVisit, Error>>, Error> {
    let mut plans: Vec<Plan> = all.iter().map(|one| one.draft.plan.clone()).collect();
    for plan in &mut plans {
        recognise(tx, plan).await?;
    }
    let hits = hits(tx, &plans, ctx).await?;
    let teams = teams::some(tx, all.iter().map(|one| one.team)).await?;
    let teams: BTreeMap<_, _> =
        teams.into_iter().map(|found| (found.item.id, found.item)).collect();
    let directory = contacts(tx, ctx, teams.values()).await?;
    let looked_up = LookedUp { teams, directory };
    let mut decided = vec![];
    for (one, known) in all.into_iter().zip(plans.into_iter().zip(hits)) {
        decided.push(Registered::decide(tx, ctx, one, known, &looked_up).await);
    }
    save(tx, ctx, &decided.iter().filter_map(|one| one.as_ref().ok()).collect::<Vec<_>>()).await?;
    Ok(decided.into_iter().map(|one| one.and_then(Registered::outcome)).collect())
}

async fn save(tx: &mut Tx, ctx: &Context, decided: &[&Registered<'_>]) -> Result<(), Error> {
    if decided.is_empty() {
        return Ok(());
    }
    let new: Vec<_> = decided
        .iter()
        .map(|one| New { watch: &one.watch, effects: &one.effects, scene: one.team.scene() })
        .collect();
    watches::insert_all(tx, &new, ctx.now()).await?;
    let visits: Vec<_> = decided.iter().map(|one| (&one.caller.person, &one.watch.visit)).collect();
    calendar_mails::mail(tx, ctx, &visits).await?;
    for one in decided {
        log_checks(tx, one.caller, &one.watch.visit, &one.team).await?;
        log_disclosure(tx, one.caller, &one.watch.visit, None, &one.team).await?;
    }
    Ok(())
}

/// What those who register at the same moment share.
struct LookedUp {
    /// Their teams that can be read.
    teams: BTreeMap<TeamId, Team>,
    /// Everybody who may be told of an alarm of these.
    directory: Directory,
}

/// What a registration comes to.
struct Registered<'a> {
    caller: &'a Caller,
    team: TeamContext,
    watch: Watch,
    effects: Effects,
}

impl<'a> Registered<'a> {
    async fn decide(
        tx: &mut Tx,
        ctx: &Context,
        asked: &'a RegisterRequest,
        (plan, hits): (Plan, Vec<Hit>),
        looked_up: &LookedUp,
    ) -> Result<Self, Error> {
        let RegisterRequest { caller, team, draft, begun } = asked;
        let team = match looked_up.teams.get(team) {
            Some(team) => team.clone(),
            // It says why it cannot be read.
            None => teams::load(tx, *team).await?.item,
        };
        let officer = match draft.officer.clone() {
            Some(choice) => Some(officer(tx, choice).await?),
            None => None,
        };
        let registration = Registration {
            team: team.id,
            worker: caller.named(),
            language: caller.person.language,
            has_pin: caller.person.pins.is_some(),
            pins_begin_apart: caller.person.pins.as_ref().is_some_and(PinHashes::begin_apart),
            plan,
            check_in_times: draft.check_in_times.clone(),
            hits,
            officer,
        };
        let team = TeamContext::new(ctx, team);
        let (mut watch, mut effects) = Watch::register(registration, &team.scene());
        if let Some(text) = begun {
            let (begun, more) = watch.begin_by_text(*text, &team.scene())?;
            effects.extend(more);
            watch = begun;
        } else {
            watch.test_number(caller.person.verified_number(), &team.scene(), &mut effects);
        }
        promise(&looked_up.directory, &watch, &team, &mut effects)?;
        Ok(Self { caller, team, watch, effects })
    }

    fn outcome(self) -> Result<SeenVisit, Error> {
        let viewer = authorise(self.caller, &self.watch.visit)?;
        let policy = self.team.team.policy;
        Ok(SeenVisit { watch: self.watch, version: 1, viewer, policy })
    }
}

fn team_of(caller: &Caller, named: Option<TeamId>) -> Result<TeamId, Error> {
    let goes_out = caller.person.is(Role::Worker) || caller.person.is(Role::Manager);
    if !goes_out {
        return Err(Error::Forbidden("Only workers and managers register visits."));
    }
    let mut own = caller.team_ids();
    let found = match named {
        Some(id) => own.find(|own| *own == id),
        None => own.next(),
    };
    found.ok_or_else(|| Error::invalid("teamId", "invalid", "you are in no such team"))
}
