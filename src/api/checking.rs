//! What is looked at before a visit is promised to be watched: who goes, what the register knows of
//! whom they meet, and whether anybody could be told when something goes wrong.

use serde_json::json;

use super::{auth::Caller, problem::Problem, state::House, watching::Setting};
use crate::{
    model::{
        access::{Action, Look},
        clock::Instant,
        ids::{LineId, VisitId},
        ladder::{Climber, Coverage, Directory},
        register::Hit,
        visits::{Plan, Visit},
        watch::{Effects, Watch},
    },
    store::{Tx, access, directory, people, register as entries},
};

/// Colleagues whose verified number this is may answer in the app as well.
pub(super) async fn recognise(tx: &mut Tx, plan: &mut Plan) -> Result<(), Problem> {
    for colleague in &mut plan.colleagues {
        let found = people::by_mobile(tx, &colleague.mobile).await?;
        let verified = found.into_iter().find(|p| p.item.verified_number().is_some());
        colleague.person_id = verified.map(|p| p.item.id);
    }
    Ok(())
}

/// What the register knows of whom each of these visits is to.
pub(super) async fn hits(
    tx: &mut Tx,
    plans: &[Plan],
    house: &House,
) -> Result<Vec<Vec<Hit>>, Problem> {
    let today = house.now().with_timezone(&house.settings.zone).date_naive();
    let residents = plans.iter().flat_map(|plan| &plan.residents);
    let residents: Vec<_> = residents.map(|r| (r.name.as_str(), &r.address)).collect();
    let mut found = entries::check_all(tx, &residents, today).await?.into_iter();
    let of = |plan: &Plan| found.by_ref().take(plan.residents.len()).flatten().collect();
    Ok(plans.iter().map(of).collect())
}

/// Everybody who may be told of an alarm.
pub(super) async fn everybody(tx: &mut Tx, house: &House) -> Result<Directory, Problem> {
    let channels = house.settings.channels.clone();
    Ok(directory::load(tx, house.settings.zone, channels).await?)
}

/// Looks whether somebody could be told at each moment of the visit. Where the team's own ladder
/// has a gap the organisation's stands in and the administrators hear of it.
pub(super) fn promise(
    directory: &Directory,
    watch: &Watch,
    setting: &Setting,
    effects: &mut Effects,
) -> Result<(), Problem> {
    let visit = &watch.visit;
    let climber = Climber {
        team: &setting.team,
        officer: None,
        people_out: visit.people_out(),
        numbers_out: visit.numbers_out(),
    };
    let due = visit.check_ins.iter().map(|c| c.due_at);
    let moments: Vec<Instant> =
        [setting.now, visit.plan.starts_at, visit.expected_end_at].into_iter().chain(due).collect();
    let covers: Vec<Coverage> =
        moments.iter().map(|at| directory.coverage(&climber, *at)).collect();
    if covers.contains(&Coverage::Nobody) {
        let number = &directory.organisation.call_number;
        let why =
            "Nobody could be told if something went wrong, so this visit is not watched. Call";
        return Err(Problem::conflict("nobody-to-call", format!("{why} {number}."))
            .with("callNumber", json!(number)));
    }
    if covers.contains(&Coverage::Organisation) {
        watch.note_gap(&setting.team, &setting.scene(), effects);
    }
    Ok(())
}

/// Each check of the register is logged, with what it found.
pub(super) async fn log_checks(
    tx: &mut Tx,
    caller: &Caller,
    visit: &Visit,
    setting: &Setting,
) -> Result<(), Problem> {
    for resident in &visit.plan.residents {
        let found = visit.hits.iter().filter(|h| h.resident == resident.name);
        let found: Vec<_> = found.map(|h| json!({ "entry": h.entry, "grade": h.grade })).collect();
        let look =
            look(caller, Action::RegisterChecked, visit.id, setting, json!({ "hits": found }));
        access::log_look(tx, &look).await?;
    }
    Ok(())
}

/// Somebody looked at something.
pub(super) fn look(
    caller: &Caller,
    action: Action,
    visit: VisitId,
    setting: &Setting,
    details: serde_json::Value,
) -> Look {
    Look {
        id: LineId::new(&*setting.house.dice, setting.now),
        at: setting.now,
        person: Some(caller.id()),
        action,
        visit: Some(visit),
        entry: None,
        details,
    }
}
