//! Who asks for something, and what that person may do.

use crate::{
    model::{
        ids::{PersonId, TeamId},
        people::{Named, Person, Role, memberships::Membership},
    },
    service::error::Error,
};

/// The person who calls, and to which teams they belong.
#[derive(Clone, Debug)]
pub struct Caller {
    pub person: Person,
    /// The version of the account.
    pub version: i64,
    /// Their teams, by name. Whoever needs more of a team, or other teams, looks them up.
    pub teams: Vec<Membership>,
    /// Whether it was made as sure who it is as the desk's work asks for.
    pub is_strong: bool,
}

impl Caller {
    pub fn id(&self) -> PersonId {
        self.person.id
    }

    /// By id and name, as timelines keep it.
    pub fn named(&self) -> Named {
        Named::from(&self.person)
    }

    /// Whether it manages this team.
    pub fn manages(&self, team: TeamId) -> bool {
        self.managed().any(|managed| managed == team)
    }

    /// The teams that it manages, by name.
    pub fn managed(&self) -> impl Iterator<Item = TeamId> {
        let is_manager = self.person.is(Role::Manager);
        self.teams.iter().filter(move |its| is_manager && its.manages).map(|its| its.team)
    }

    /// The teams that it belongs to, by name.
    pub fn team_ids(&self) -> impl Iterator<Item = TeamId> {
        self.teams.iter().map(|its| its.team)
    }

    /// Whether it looks after a team: administrators after all, managers after their own.
    pub fn looks_after(&self, team: TeamId) -> bool {
        self.person.is(Role::Administrator) || self.manages(team)
    }

    /// Refuses whoever does not look after the team.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn must_look_after(&self, team: TeamId) -> Result<(), Error> {
        if self.looks_after(team) {
            return Ok(());
        }
        Err(Error::Forbidden("Only its managers and administrators look after a team."))
    }

    /// Refuses who does not hold this role, and sends the desk to an extra check where that is asked
    /// for. Nothing that keeps somebody safe comes by here: calling for help and taking an alarm ask
    /// for no role.
    ///
    /// # Errors
    /// [`Error::Forbidden`] and [`Error::StepUpNeeded`].
    pub fn must_be(&self, role: Role) -> Result<(), Error> {
        if !self.person.is(role) {
            return Err(Error::Forbidden("Your role does not allow this."));
        }
        if role == Role::AggressionDesk {
            self.as_desk()?;
        }
        Ok(())
    }

    /// Whether it may do as the desk what nothing else lets it do: sitting there, and after the extra
    /// check where that is asked for.
    ///
    /// # Errors
    /// [`Error::StepUpNeeded`].
    pub fn as_desk(&self) -> Result<bool, Error> {
        match (self.person.is(Role::AggressionDesk), self.is_strong) {
            (true, false) => Err(Error::StepUpNeeded),
            (desk, _) => Ok(desk),
        }
    }
}
