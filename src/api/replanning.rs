//! Changing what was registered: the register is checked anew, and what was promised is promised
//! anew.

use axum::{http::StatusCode, response::Response};

use super::{
    auth::Caller,
    checking::{everybody, hits, log_checks, promise, recognise},
    idempotency::{Once, Reply, once},
    officer_notices::{log_disclosure, officer},
    problem::Problem,
    state::House,
    visit_input::{OfficerChoiceInput, VisitInput},
    watching::{Setting, save_and_show, viewer},
};
use crate::{
    model::{
        ids::VisitId,
        visits::{OfficerNotice, Visit},
    },
    store::watches,
};

/// Changes what was registered; the register is checked anew.
///
/// # Errors
/// 412 when somebody else was first, 409 when it is too late.
pub async fn change(
    house: &House,
    caller: Caller,
    key: Once,
    id: VisitId,
    version: i64,
    input: VisitInput,
) -> Result<Response, Problem> {
    let at = house.clone();
    once(house, key, move |tx| {
        Box::pin(async move {
            let before = watches::lock(tx, id).await?;
            let viewer = viewer(&caller, &before.item.visit)?;
            if before.version != version {
                return Err(Problem::stale());
            }
            let setting = Setting::of(tx, &at, before.item.visit.team).await?;
            let scene = setting.scene();
            let base = &before.item.visit.plan;
            let mut read = input.read(Some(base), setting.now).map_err(Problem::invalid)?;
            recognise(tx, &mut read.plan).await?;
            let hits = hits(tx, std::slice::from_ref(&read.plan), &at).await?.concat();
            let by = caller.person.name.clone();
            let checked_anew = base.residents != read.plan.residents;
            let (mut after, mut effects) =
                before.item.clone().change(read.plan, hits, read.check_in_times, &by, &scene)?;
            if let Some(choice) =
                read.officer.or_else(|| told_anew(&before.item.visit, &after.visit))
            {
                let choice = officer(tx, choice).await?;
                let (told, more) = after.notify_officer(choice, &by, &scene)?;
                after = told;
                effects.extend(more);
                log_disclosure(tx, &caller, &after.visit, &setting).await?;
            }
            if asks_a_new_promise(&before.item.visit, &after.visit) {
                promise(&everybody(tx, &at).await?, &after, &setting, &mut effects)?;
            }
            if checked_anew {
                log_checks(tx, &caller, &after.visit, &setting).await?;
            }
            let body =
                save_and_show(tx, &setting, &caller, viewer, &before, &after, &effects).await?;
            Ok(Reply { status: StatusCode::OK, body })
        })
    })
    .await
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
