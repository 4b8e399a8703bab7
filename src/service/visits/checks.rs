//! What is looked at before a visit is promised to be watched: who goes, what the register knows of
//! whom they meet, and whether anybody could be told when something goes wrong.

use serde_json::json;

use crate::{
    model::{
        alarms::ladder::{Climber, Coverage, Directory},
        clock::Instant,
        people::teams::Team,
        privacy::access::Action,
        register::Hit,
        visits::{
            Plan, Visit,
            watch::{Effects, Watch},
        },
    },
    service::{
        context::Context, error::Error, people::caller::Caller, visits::team_context::TeamContext,
    },
    store::{
        Tx,
        alarms::directory::{self, LadderScope},
        people,
        privacy::access,
        register as entries,
    },
};

/// Colleagues whose verified number this is may answer in the app as well.
pub(super) async fn recognise(tx: &mut Tx, plan: &mut Plan) -> Result<(), Error> {
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
    ctx: &Context,
) -> Result<Vec<Vec<Hit>>, Error> {
    let today = ctx.now().with_timezone(&ctx.settings.zone).date_naive();
    let residents = plans.iter().flat_map(|plan| &plan.residents);
    let residents: Vec<_> = residents.map(|r| (r.name.as_str(), &r.address)).collect();
    let mut found = entries::check_all(tx, &residents, today).await?.into_iter();
    let of = |plan: &Plan| found.by_ref().take(plan.residents.len()).flatten().collect();
    Ok(plans.iter().map(of).collect())
}

/// Everybody who may be told of an alarm of these teams.
pub(super) async fn contacts<'t>(
    tx: &mut Tx,
    ctx: &Context,
    teams: impl IntoIterator<Item = &'t Team>,
) -> Result<Directory, Error> {
    let (zone, channels) = (ctx.settings.zone, ctx.settings.channels.clone());
    Ok(directory::load(tx, zone, channels, &LadderScope::of(teams)).await?)
}

/// Looks whether somebody could be told at each moment of the visit. Where the team's own ladder
/// has a gap the organisation's stands in and the administrators hear of it.
pub(super) fn promise(
    directory: &Directory,
    watch: &Watch,
    team: &TeamContext,
    effects: &mut Effects,
) -> Result<(), Error> {
    let visit = &watch.visit;
    let climber = Climber {
        team: &team.team,
        officer: None,
        people_out: visit.people_out(),
        numbers_out: visit.numbers_out(),
    };
    let due = visit.check_ins.iter().map(|c| c.due_at);
    let moments: Vec<Instant> =
        [team.now, visit.plan.starts_at, visit.expected_end_at].into_iter().chain(due).collect();
    let covers: Vec<Coverage> =
        moments.iter().map(|at| directory.coverage(&climber, *at)).collect();
    if covers.contains(&Coverage::Nobody) {
        return Err(Error::NobodyToCall(directory.organisation.call_number.clone()));
    }
    if covers.contains(&Coverage::Organisation) {
        watch.note_gap(&team.team, &team.scene(), effects);
    }
    Ok(())
}

/// Each check of the register is logged, with what it found.
pub(super) async fn log_checks(
    tx: &mut Tx,
    caller: &Caller,
    visit: &Visit,
    team: &TeamContext,
) -> Result<(), Error> {
    for resident in &visit.plan.residents {
        let found = visit.hits.iter().filter(|h| h.resident == resident.name);
        let found: Vec<_> = found.map(|h| json!({ "entry": h.entry, "grade": h.grade })).collect();
        let details = json!({ "hits": found });
        let look = team.look(caller, Action::RegisterChecked, visit.id, details);
        access::log_look(tx, &look).await?;
    }
    Ok(())
}
