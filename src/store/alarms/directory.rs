//! Looks up everybody whom a ladder may name.

use chrono_tz::Tz;

use crate::{
    model::{
        alarms::ladder::Directory,
        messages::Channel,
        people::teams::{Ladder, Team, Who},
        visits::Visit,
    },
    store::{
        db::tx::Tx,
        error::Error,
        people::{self, Selection, devices, teams},
    },
};

/// Whose ladders are asked.
#[derive(Clone, Debug, Default)]
pub struct LadderScope<'a> {
    /// The teams; the organisation's ladder stands behind each of them.
    pub teams: Vec<&'a Team>,
    /// The visits whose alarms climb: a risky one has a district officer.
    pub visits: Vec<&'a Visit>,
    /// Whether the administrators are told when nobody else can be.
    pub administrators: bool,
}

impl<'a> LadderScope<'a> {
    /// The ladders of these teams, before anything is the matter.
    pub fn of(teams: impl IntoIterator<Item = &'a Team>) -> Self {
        Self { teams: teams.into_iter().collect(), ..Self::default() }
    }
}

/// Those whom these ladders may name, as of now; nobody else is looked up.
///
/// # Errors
/// [`Error::NotFound`] when the organisation was never set up.
pub async fn load(
    tx: &mut Tx,
    zone: Tz,
    channels: Vec<Channel>,
    scope: &LadderScope<'_>,
) -> Result<Directory, Error> {
    let organisation = teams::last_resort(tx).await?.ok_or(Error::NotFound)?;
    let own = scope.teams.iter().map(|team| &team.ladder);
    let ladders: Vec<&Ladder> = own.chain([&organisation.ladder]).collect();
    let leads = scope.teams.iter().flat_map(|team| team.leads());
    let whom = Selection {
        ids: leads.chain(ladders.iter().flat_map(|ladder| ladder.people())).collect(),
        desk: ladders.iter().any(|ladder| ladder.names(&Who::Desk)),
        administrators: scope.administrators,
    };
    let is_officer_told = scope.visits.iter().any(|visit| visit.is_risky())
        && ladders.iter().any(|ladder| ladder.names(&Who::DistrictOfficer));
    let officers = if is_officer_told { teams::officers(tx).await? } else { vec![] };
    let people = people::select(tx, &whom).await?;
    let devices = devices::owners(tx, people.iter().map(|person| person.id)).await?;
    Ok(Directory {
        people: people.into_iter().map(|person| (person.id, person)).collect(),
        organisation,
        officers: officers.into_iter().map(|found| (found.item.id, found.item)).collect(),
        zone,
        channels,
        devices,
    })
}
