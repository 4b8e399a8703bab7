//! A visit that begins with a text of its worker: at once, whatever it lacks, for its worker is out there.

use super::{
    registration::VisitFault,
    watch::{Effects, Notice, Scene, Watch},
};
use crate::model::{messages::topics::VisitTopic, people::pins::Proof};

/// What the text brought along.
#[derive(Clone, Copy, Debug)]
pub struct BegunByText {
    pub is_address_known: bool,
    /// What the numbers in it prove.
    pub proof: Proof,
}

impl Watch {
    /// Begins a visit that was just registered. Where its worker is without anybody knowing where, the
    /// managers hear that; and a duress PIN in the text is heard as in any other.
    ///
    /// # Errors
    /// When the visit is over.
    pub fn begin_by_text(
        self,
        text: BegunByText,
        s: &Scene<'_>,
    ) -> Result<(Self, Effects), VisitFault> {
        let (watch, mut effects) = self.start(s)?;
        if !text.is_address_known {
            effects.notices.push(Notice::Managers(VisitTopic::AddressUnknown));
        }
        let worker = watch.visit.worker.name.clone();
        let (watch, heard) = watch.hear_duress(&worker, text.proof, s);
        effects.extend(heard);
        Ok((watch, effects))
    }
}
