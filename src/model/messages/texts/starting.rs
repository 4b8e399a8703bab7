//! What somebody reads who begins a visit by text, and what is noted of it. It is neutral: of the
//! register it says nothing.

use super::{Words, catalogue::text, letter::address_lines};
use crate::model::{
    clock::Instant,
    messages::replies::SaidPlace,
    visits::{Missing, Visit},
};

impl Words {
    /// After it began: what was understood, when is asked, and what it lacks.
    pub fn visit_began(&self, visit: &Visit, said: &SaidPlace) -> String {
        let until = self.time(visit.expected_end_at);
        let time = self.time(visit.next_check_in().map_or(visit.expected_end_at, |c| c.due_at));
        let began = match visit.plan.residents.first() {
            Some(resident) => {
                let place = address_lines(&resident.address).replace('\n', ", ");
                let place = place.trim_end_matches(", ");
                text!(self.language, "start-began-at", place, until, time)
            }
            None => text!(self.language, "start-began", until, time),
        };
        let unknown = match (visit.plan.residents.is_empty(), said) {
            (false, _) => String::new(),
            (true, SaidPlace::Nowhere) => text!(self.language, "start-no-place"),
            (true, _) => text!(self.language, "start-place-unclear"),
        };
        let lacks: Vec<String> = visit.missing().into_iter().map(|it| self.lacks(it)).collect();
        let lacks = match lacks.as_slice() {
            [] => String::new(),
            lacks => {
                let what = lacks.join(", ");
                text!(self.language, "start-lacks", what)
            }
        };
        let parts = [began, unknown, lacks];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    fn lacks(&self, what: Missing) -> String {
        match what {
            Missing::Colleague => text!(self.language, "start-lacks-colleague"),
            Missing::ManagerApproval => text!(self.language, "start-lacks-approval"),
            Missing::DistrictOfficer => text!(self.language, "start-lacks-officer"),
            Missing::ReachableMobile => text!(self.language, "start-lacks-mobile"),
        }
    }

    /// To who is on a visit already.
    pub fn is_under_way(&self, next: Option<Instant>) -> String {
        match next.map(|at| self.time(at)) {
            Some(time) => text!(self.language, "start-under-way", time),
            None => text!(self.language, "start-under-way-unasked"),
        }
    }

    /// When it would last too short or too long.
    pub fn start_length(&self) -> String {
        text!(self.language, "start-length")
    }

    /// When nobody can tell what is meant.
    pub fn start_unclear(&self) -> String {
        text!(self.language, "start-unclear")
    }

    /// To a number of nobody who goes on visits for a team.
    pub fn start_unknown(&self) -> String {
        text!(self.language, "start-unknown")
    }

    /// When nobody could be told of an alarm: this number of the organisation always answers.
    pub fn start_nobody(&self, number: &str) -> String {
        text!(self.language, "start-nobody", number)
    }

    /// What is known of a visit that began by text.
    pub fn begun_by_text(&self, said: &str) -> String {
        text!(self.language, "start-background", said)
    }
}
