//! While a person contests a measure its use may be restricted: it is kept, and a check says no more
//! than that there is something, or nothing at all.

use serde::{Deserialize, Serialize};

use super::MeasureFault;
use crate::model::{
    clock::Instant,
    ids::{PersonId, RequestId},
    register::Entry,
};

/// What a check says of an entry whose use is restricted. Employees are to be protected meanwhile,
/// so that it says least, and not nothing, unless whoever decides finds otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// That there is something, and whom to call.
    #[default]
    CallDesk,
    /// Nothing.
    Nothing,
}

/// The use of an entry is restricted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Restriction {
    /// The request that was granted.
    pub request: RequestId,
    /// What a check still says.
    pub shown: Shown,
    /// Why.
    pub because: String,
    /// Who decided that.
    pub by: PersonId,
    /// When.
    pub at: Instant,
}

impl Entry {
    /// Its use is restricted from now on.
    ///
    /// # Errors
    /// When it is already.
    pub fn restricted(mut self, how: Restriction) -> Result<Self, MeasureFault> {
        if self.dossier.restriction.is_some() {
            return Err(MeasureFault::Restriction);
        }
        self.dossier.restriction = Some(how);
        Ok(self)
    }

    /// The restriction of this request ends; it counts as before.
    #[must_use]
    pub fn unrestricted(mut self, request: RequestId) -> Self {
        self.dossier.restriction.take_if(|how| how.request == request);
        self
    }

    /// What a check may say of it, while its use is restricted.
    pub fn shown(&self) -> Option<Shown> {
        self.dossier.restriction.as_ref().map(|how| how.shown)
    }
}
