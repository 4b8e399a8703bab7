//! While a person contests a measure its use may be restricted: it is kept, and a check says no more
//! than that there is something, or nothing at all.

use super::{
    MeasureFault,
    dossier::{Restriction, Shown},
};
use crate::model::{ids::RequestId, register::Entry};

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
