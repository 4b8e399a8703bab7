//! To which teams somebody belongs.

use std::collections::BTreeMap;

use super::teams::Team;
use crate::model::ids::{PersonId, TeamId};

/// A team to which somebody belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    pub team: TeamId,
    /// Whether they manage it, as manager or deputy.
    pub manages: bool,
}

impl Team {
    /// How this person belongs to it, if they do.
    pub fn membership_of(&self, person: PersonId) -> Option<Membership> {
        let manages = self.is_managed_by(person);
        self.has(person).then_some(Membership { team: self.id, manages })
    }

    /// Everybody who belongs to it, and whether they manage it.
    pub fn memberships(&self) -> BTreeMap<PersonId, bool> {
        let members = self.members.iter().map(|id| (*id, false));
        members.chain(self.leads().map(|id| (id, true))).collect()
    }
}
