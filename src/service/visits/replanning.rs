//! Changing what was registered: the register is checked anew, and what was promised is promised
//! anew.

use crate::{
    model::{
        clock::Instant,
        ids::VisitId,
        input::faults::Fault,
        people::Named,
        phone::Phone,
        visits::{OfficerNotice, Plan, Status, Visit, watch::Effects},
    },
    service::{
        context::Context,
        error::Error,
        people::caller::Caller,
        visits::{
            checks::{contacts, hits, log_checks, promise, recognise},
            officer_notices::{OfficerChoiceInput, log_disclosure, officer},
            registrations::VisitDraft,
            team_context::TeamContext,
            viewer::{SeenVisit, authorise},
        },
    },
    store::{
        Tx, people, readable,
        visits::{
            self,
            visit_lists::{self, AfterVisit, Whose},
            watches,
        },
    },
};

/// Of how many visits of one state a new number is written.
const AT_ONCE: i64 = 100;

/// A change as it came in: read against what was told before, for it may leave things out.
pub type PlanChange = Box<dyn FnOnce(&Plan, Instant) -> Result<VisitDraft, Vec<Fault>> + Send>;

/// Changes what was registered; the register is checked anew.
///
/// # Errors
/// [`Error::Stale`] when somebody else was first, [`Error::Visit`] when it is too late.
pub async fn change(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    (id, version): (VisitId, i64),
    change: PlanChange,
) -> Result<SeenVisit, Error> {
    let before = watches::lock(tx, id).await?;
    let viewer = authorise(caller, &before.item.visit)?;
    if before.version != version {
        return Err(Error::Stale);
    }
    let team = TeamContext::load(tx, ctx, before.item.visit.team).await?;
    let scene = team.scene();
    let base = &before.item.visit.plan;
    let mut draft = change(base, team.now).map_err(Error::Invalid)?;
    recognise(tx, &mut draft.plan).await?;
    let hits = hits(tx, std::slice::from_ref(&draft.plan), ctx).await?.concat();
    let by = &caller.person.name;
    let checked_anew = base.residents != draft.plan.residents;
    let (mut after, mut effects) =
        before.item.clone().change(draft.plan, hits, draft.check_in_times, by, &scene)?;
    if let Some(choice) = draft.officer.or_else(|| told_anew(&before.item.visit, &after.visit)) {
        let choice = officer(tx, choice).await?;
        let (told, more) = after.notify_officer(choice, by, &scene)?;
        after = told;
        effects.extend(more);
        log_disclosure(tx, caller, &after.visit, Some(&before.item.visit), &team).await?;
    }
    if base.mobile != after.visit.plan.mobile {
        let worker = readable(people::load(tx, after.visit.worker.id).await)?;
        let own = worker.as_ref().and_then(|worker| worker.item.verified_number());
        after.test_number(own, &scene, &mut effects);
    }
    if asks_a_new_promise(&before.item.visit, &after.visit) {
        let contacts = contacts(tx, ctx, [&team.team]).await?;
        promise(&contacts, &after, &team, &mut effects)?;
    }
    if checked_anew {
        log_checks(tx, caller, &after.visit, &team).await?;
    }
    team.save(tx, viewer, &before, (after, effects)).await
}

/// Somebody has another number: the visits that they are on, or will be, reach them there.
pub(in crate::service) async fn move_number(
    tx: &mut Tx,
    ctx: &Context,
    person: &Named,
    numbers: (&Phone, &Phone),
) -> Result<(), Error> {
    for status in [Status::UnderWay, Status::Planned, Status::AwaitingApproval] {
        let (whose, first) = (Whose::Person(person.id), AfterVisit::start());
        let found = visit_lists::page_of(tx, whose, status.name(), first, AT_ONCE).await?;
        for visit in found {
            let before = watches::lock(tx, visit.item.id).await?;
            let team = TeamContext::load(tx, ctx, before.item.visit.team).await?;
            let scene = team.scene();
            let (after, effects) = before.item.clone().reached_on(numbers, person, &scene);
            if after != before.item {
                watches::save(tx, &before, &after, &effects, &scene).await?;
            }
        }
    }
    Ok(())
}

/// An answer came from a number that waits for a visit to begin: then it is right. Tells whether any
/// visit waited for that.
pub(in crate::service) async fn note_answered(
    ctx: &Context,
    number: &Phone,
) -> Result<bool, Error> {
    let (at, number) = (ctx.clone(), number.clone());
    let noted = ctx.db.write(move |tx| {
        Box::pin(async move {
            let mut waited = false;
            for id in visits::by_number(tx, &number).await? {
                let Some(before) = readable(watches::lock(tx, id).await)? else { continue };
                let after = before.item.clone().number_answered(&number, at.now());
                if after != before.item {
                    let team = TeamContext::load(tx, &at, after.visit.team).await?;
                    let effects = Effects::default();
                    watches::save(tx, &before, &after, &effects, &team.scene()).await?;
                    waited = true;
                }
            }
            Ok::<_, Error>(waited)
        })
    });
    noted.await
}

/// An officer who was told of another time is told of the new one.
fn told_anew(before: &Visit, after: &Visit) -> Option<OfficerChoiceInput> {
    let moved = before.plan.starts_at != after.plan.starts_at;
    match &after.officer {
        Some(OfficerNotice::Informed { officer_id, .. }) if moved => {
            Some(OfficerChoiceInput::Inform(*officer_id))
        }
        _ => None,
    }
}

/// Other times or other people may leave nobody to call. Once somebody is out there nothing is
/// refused for it: the visit is watched as well as it can be.
fn asks_a_new_promise(before: &Visit, after: &Visit) -> bool {
    let times = |v: &Visit| v.check_ins.iter().map(|c| c.due_at).collect::<Vec<_>>();
    let same = before.plan.starts_at == after.plan.starts_at
        && before.expected_end_at == after.expected_end_at
        && before.numbers_out() == after.numbers_out()
        && times(before) == times(after);
    !same && !after.is_under_way()
}
