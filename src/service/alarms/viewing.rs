//! An alarm as somebody may see it, with whom was told of it and whom to call.

use crate::{
    model::{
        alarms::Alarm,
        ids::AlarmId,
        phone::Phone,
        visits::{
            Visit,
            help::PlannedCall,
            watch::alarm::{Climb, officer_of},
        },
    },
    service::{
        context::Context,
        error::Error,
        people::caller::Caller,
        visits::viewer::{Viewer, authorise_for_alarm},
    },
    store::{
        Tx, Versioned,
        alarms::{
            self,
            directory::{self, LadderScope},
            stand_ins,
        },
        messages::{self, SentMessage},
        people::teams,
        visits::visit_lists,
    },
};

/// An alarm as it stands, with everything that its owner needs.
#[derive(Clone, Debug)]
pub struct SeenAlarm {
    pub alarm: Versioned<Alarm>,
    /// Its visit; a drill has none.
    pub visit: Option<Visit>,
    pub viewer: Viewer,
    /// Who was told of it; nothing for those who are on the visit.
    pub said: Vec<SentMessage>,
    /// The district officer to call, for whoever handles it.
    pub officer: Option<(String, Phone)>,
    /// Whom the ladder calls, and when, for those who wait for it.
    pub calls: Vec<PlannedCall>,
}

/// Shows an alarm.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside.
pub async fn see(ctx: &Context, caller: Caller, id: AlarmId) -> Result<SeenAlarm, Error> {
    let at = ctx.clone();
    ctx.db.read(move |tx| Box::pin(async move { see_within(tx, &at, &caller, id).await })).await
}

/// The same as part of a transaction.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside.
pub(super) async fn see_within(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: AlarmId,
) -> Result<SeenAlarm, Error> {
    let found = alarms::load(tx, id).await?;
    let visit = visit_of(tx, &found.item).await?;
    let viewer = authorise_for_alarm(caller, &found.item, visit.as_ref())?;
    let mut seen = seen(tx, found, visit, viewer).await?;
    if viewer == Viewer::OutThere && !seen.alarm.item.is_closed() {
        seen.calls = calls(tx, ctx, seen.alarm.item.clone(), seen.visit.as_ref()).await?;
    }
    Ok(seen)
}

/// Lists the alarms that a caller may see; `state` narrows, empty for all.
///
/// # Errors
/// When the store fails.
pub async fn list(ctx: &Context, caller: Caller, state: String) -> Result<Vec<SeenAlarm>, Error> {
    ctx.db
        .read(move |tx| {
            Box::pin(async move {
                let mut items = vec![];
                for found in candidates(tx, &caller, &state).await? {
                    let visit = visit_of(tx, &found.item).await?;
                    if let Ok(viewer) = authorise_for_alarm(&caller, &found.item, visit.as_ref()) {
                        items.push(seen(tx, found, visit, viewer).await?);
                    }
                }
                Ok(items)
            })
        })
        .await
}

/// What is not closed is looked through as a whole, for whoever was told of it from another team;
/// what is closed only in one's own teams.
async fn candidates(
    tx: &mut Tx,
    caller: &Caller,
    state: &str,
) -> Result<Vec<Versioned<Alarm>>, Error> {
    let mut found = alarms::not_closed(tx).await?;
    found.retain(|a| state.is_empty() || a.item.state_name() == state);
    if matches!(state, "" | "closed") {
        let far = visit_lists::AfterVisit::start().starts_at;
        for team in caller.managed() {
            found.extend(alarms::of_team(tx, team, "closed", far, 100).await?);
        }
    }
    found.sort_by_key(|a| std::cmp::Reverse(a.item.opened_at));
    Ok(found)
}

async fn visit_of(tx: &mut Tx, alarm: &Alarm) -> Result<Option<Visit>, Error> {
    Ok(match alarm.visit {
        Some(id) => Some(stand_ins::visit(tx, id).await?),
        None => None,
    })
}

async fn seen(
    tx: &mut Tx,
    alarm: Versioned<Alarm>,
    visit: Option<Visit>,
    viewer: Viewer,
) -> Result<SeenAlarm, Error> {
    let said = match viewer {
        Viewer::OutThere => vec![],
        Viewer::Minder { .. } => messages::of_alarm(tx, alarm.item.id).await?,
    };
    let officer = officer_to_call(tx, &alarm.item, visit.as_ref(), viewer).await?;
    Ok(SeenAlarm { alarm, visit, viewer, said, officer, calls: vec![] })
}

/// The officer who was informed, or who serves the address; for whoever handles the alarm, and no
/// longer than that.
async fn officer_to_call(
    tx: &mut Tx,
    alarm: &Alarm,
    visit: Option<&Visit>,
    viewer: Viewer,
) -> Result<Option<(String, Phone)>, Error> {
    let Some(visit) = visit.filter(|_| viewer != Viewer::OutThere && !alarm.is_closed()) else {
        return Ok(None);
    };
    let officers = teams::officers(tx).await?;
    let found = officer_of(visit, officers.iter().map(|o| &o.item));
    Ok(found.and_then(|o| Some((o.name.clone(), o.mobile.clone()?))))
}

/// Whom the ladder calls, and when, for those who wait for it.
async fn calls(
    tx: &mut Tx,
    ctx: &Context,
    alarm: Alarm,
    visit: Option<&Visit>,
) -> Result<Vec<PlannedCall>, Error> {
    let team = teams::to_watch(tx, alarm.team).await?;
    let (zone, channels) = (ctx.settings.zone, ctx.settings.channels.clone());
    let scope = LadderScope { visits: visit.into_iter().collect(), ..LadderScope::of([&team]) };
    let directory = directory::load(tx, zone, channels, &scope).await?;
    let climb = Climb { alarm, visit, team: &team, directory: &directory };
    Ok(climb.calls())
}
