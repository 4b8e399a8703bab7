//! How somebody stands to a visit and its alarm, and what they may see of it.

use crate::{
    model::{
        alarms::Alarm,
        people::{Role, teams::WatchPolicy},
        visits::{Visit, watch::Watch},
    },
    service::{error::Error, people::caller::Caller},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Somebody who is on the visit.
    OutThere,
    /// Somebody who watches over it. Whether that person may approve it.
    Minder {
        /// May approve it.
        approves: bool,
    },
}

/// A visit as it stands, and how its viewer stands to it.
#[derive(Clone, Debug)]
pub struct SeenVisit {
    /// The visit with its alarm.
    pub watch: Watch,
    /// The version of the visit.
    pub version: i64,
    pub viewer: Viewer,
    /// The rules of its team.
    pub policy: WatchPolicy,
}

/// Lets in whoever goes on the visit or manages its team.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside: they do not learn that it exists.
pub fn authorise(caller: &Caller, visit: &Visit) -> Result<Viewer, Error> {
    if visit.people_out().contains(&caller.id()) {
        return Ok(Viewer::OutThere);
    }
    if caller.manages(visit.team) {
        return Ok(Viewer::Minder { approves: true });
    }
    Err(Error::NotFound)
}

/// Lets in the same, and whoever was told of its alarm or sits at the desk.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside.
pub fn authorise_with_alarm(caller: &Caller, watch: &Watch) -> Result<Viewer, Error> {
    authorise(caller, &watch.visit).or_else(|refused| {
        let alarm = watch.alarm.as_ref().ok_or(refused)?;
        let told = alarm.told.iter().any(|t| t.person == Some(caller.id()));
        if told || caller.person.is(Role::AggressionDesk) {
            Ok(Viewer::Minder { approves: false })
        } else {
            Err(Error::NotFound)
        }
    })
}

/// Lets in whoever may see an alarm, of a visit or of a drill.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside, and for who is on the visit while it is silent.
pub fn authorise_for_alarm(
    caller: &Caller,
    alarm: &Alarm,
    visit: Option<&Visit>,
) -> Result<Viewer, Error> {
    let minder = Viewer::Minder { approves: false };
    let viewer = match visit {
        Some(visit) => authorise(caller, visit).ok(),
        None => caller.manages(alarm.team).then_some(minder),
    };
    let told = alarm.told.iter().any(|t| t.person == Some(caller.id()));
    let also = (told || caller.person.is(Role::AggressionDesk)).then_some(minder);
    viewer.or(also).filter(|viewer| is_seen(alarm, *viewer)).ok_or(Error::NotFound)
}

/// Whether this viewer sees that there is an alarm.
pub fn is_seen(alarm: &Alarm, viewer: Viewer) -> bool {
    viewer != Viewer::OutThere || alarm.shown_to_worker
}
