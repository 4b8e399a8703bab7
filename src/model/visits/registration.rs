//! How a visit comes to be: registered, approved, changed, told to the district officer, started
//! by a tap, or called off.

use super::{
    Approval, NumberTest, OfficerNotice, Plan, State, Visit,
    check_ins::{CheckInState, default_times, plan_all},
    officers::Officer,
    timeline::Fact,
    watch::{Effects, Notice, Scene, Watch, Withdraw, alarm::notice_link, message},
};
use crate::model::{
    clock::{Instant, minutes},
    ids::{OfficerId, TeamId, VisitId},
    messages::{Channel, Content, Message, MessageKey, language::Language, topics::VisitTopic},
    people::{Named, teams::Team},
    phone::Phone,
    register::Hit,
};

/// What a worker registers.
#[derive(Clone, Debug)]
pub struct Registration {
    /// For which team.
    pub team: TeamId,
    /// Whose visit it is.
    pub worker: Named,
    /// In which language the worker is spoken to.
    pub language: Language,
    /// Whether the worker has chosen a PIN.
    pub has_pin: bool,
    /// Whether neither PIN begins with a key that is an answer on a call.
    pub pins_begin_apart: bool,
    /// What was told beforehand.
    pub plan: Plan,
    /// The agreed times, when some were named.
    pub check_in_times: Vec<Instant>,
    /// What the register said.
    pub hits: Vec<Hit>,
    /// What was decided about the district officer, when that was said along.
    pub officer: Option<OfficerChoice>,
}

/// What somebody decides about the district officer.
#[derive(Clone, Debug)]
pub enum OfficerChoice {
    /// Tell this officer.
    Inform(Officer),
    /// Tell nobody, for this reason.
    DoNot(String),
}

/// Why something cannot be done to a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VisitFault {
    /// Nobody approves a visit of their own.
    #[error("somebody who goes on the visit cannot approve it")]
    OwnVisit,
    /// It has started already, or is over.
    #[error("the visit has started already, or is over")]
    NotAhead,
    /// It is over.
    #[error("the visit is over")]
    Over,
    /// There is nothing to approve.
    #[error("this visit needs no approval")]
    NotRisky,
}

impl Watch {
    /// Registers a visit. A risky one asks its managers for approval.
    pub fn register(it: Registration, s: &Scene<'_>) -> (Self, Effects) {
        let mut effects = Effects::default();
        let plan = it.plan;
        let expected_end_at = plan.starts_at + minutes(plan.expected_minutes);
        let mut visit = Visit {
            id: VisitId::new(s.random, s.now),
            team: it.team,
            worker: it.worker,
            language: it.language,
            has_pin: it.has_pin,
            pins_begin_apart: it.pins_begin_apart,
            plan,
            number_test: NumberTest::Own,
            number_asks: 0,
            expected_end_at,
            extensions: 0,
            hits: it.hits,
            approval: None,
            officer: None,
            check_ins: vec![],
            state: State::Ahead { asked: false },
            alarm: None,
        };
        let times = if it.check_in_times.is_empty() {
            let (start, lasts) = (visit.plan.starts_at, visit.plan.expected_minutes);
            default_times(start, lasts, visit.is_risky(), s.policy)
        } else {
            it.check_in_times
        };
        visit.check_ins = plan_all(times, s.now, s.random);
        let worker = visit.worker.name.clone();
        let mut watch = Self { visit, alarm: None };
        watch.ask_colleagues(&[], s, &mut effects);
        if let Some(choice) = it.officer {
            watch.decide_officer(choice, &worker, s, &mut effects);
        }
        let (risk, missing) = (watch.visit.risk(), watch.visit.missing());
        effects.note(watch.visit.id, s, Fact::Registered { risk, missing }, Some(&worker));
        if watch.visit.is_risky() {
            effects.notices.push(Notice::Managers(VisitTopic::ApprovalAsked));
        }
        watch.start_now_if_due(s, &mut effects);
        (watch, effects)
    }

    /// What is due at registration happens at once, in the same transaction.
    fn start_now_if_due(&mut self, s: &Scene<'_>, effects: &mut Effects) {
        let (watch, more) = self.clone().tick(s);
        *self = watch;
        effects.extend(more);
    }

    /// A manager agrees to a risky visit, with the agreed call times.
    ///
    /// # Errors
    /// When `by` goes along, the visit is not risky, or it is over.
    pub fn approve(
        mut self,
        by: Named,
        times: Vec<Instant>,
        note: Option<String>,
        s: &Scene<'_>,
    ) -> Result<(Self, Effects), VisitFault> {
        if self.visit.is_over() {
            return Err(VisitFault::Over);
        }
        if !self.visit.is_risky() {
            return Err(VisitFault::NotRisky);
        }
        if self.visit.people_out().contains(&by.id) {
            return Err(VisitFault::OwnVisit);
        }
        let mut effects = Effects::default();
        if !times.is_empty() {
            self.agree_times(times, s, &mut effects);
        }
        effects.note(self.visit.id, s, Fact::Approved { note: note.clone() }, Some(&by.name));
        self.visit.approval = Some(Approval { by, at: s.now, note });
        Ok((self, effects))
    }

    /// Replaces the times that have not come yet; what was asked already stays asked.
    pub fn agree_times(&mut self, times: Vec<Instant>, s: &Scene<'_>, effects: &mut Effects) {
        let visit = self.visit.id;
        let waits = |state: &CheckInState| matches!(state, CheckInState::Scheduled { .. });
        for check_in in self.visit.check_ins.iter_mut().filter(|c| waits(&c.state)) {
            effects.withdraw.push(Withdraw::CheckIn(visit, check_in.id));
            check_in.state = CheckInState::Cancelled;
        }
        if matches!(self.visit.state, State::Ahead { .. }) {
            // Before the start a changed plan leaves no trace of the old one.
            self.visit.check_ins.clear();
        }
        self.visit.check_ins.extend(plan_all(times, s.now, s.random));
    }

    /// Changes what was registered. An approval was for what was known: new people, places or
    /// reasons for concern need a new one.
    ///
    /// # Errors
    /// When the visit is over, or has started and its start would move.
    pub fn change(
        mut self,
        plan: Plan,
        hits: Vec<Hit>,
        times: Vec<Instant>,
        by: &str,
        s: &Scene<'_>,
    ) -> Result<(Self, Effects), VisitFault> {
        if self.visit.is_over() {
            return Err(VisitFault::Over);
        }
        let ahead = matches!(self.visit.state, State::Ahead { .. });
        let before = &self.visit.plan;
        let moved =
            before.starts_at != plan.starts_at || before.expected_minutes != plan.expected_minutes;
        if moved && !ahead {
            return Err(VisitFault::NotAhead);
        }
        let mut effects = Effects::default();
        let graver = before.residents != plan.residents
            || self.visit.hits != hits
            || (plan.expects_trouble && !before.expects_trouble)
            || (plan.known_resident && !before.known_resident);
        let risky_before = self.visit.is_risky();
        let named = std::mem::replace(&mut self.visit.plan, plan).colleagues;
        self.ask_colleagues(&named, s, &mut effects);
        self.visit.hits = hits;
        effects.note(self.visit.id, s, Fact::Changed, Some(by));
        if graver && self.visit.approval.take().is_some() {
            effects.note(self.visit.id, s, Fact::ApprovalFell, None);
        }
        self.plan_anew(moved, times, risky_before, s, &mut effects);
        if self.visit.is_risky() && self.visit.approval.is_none() && (graver || !risky_before) {
            effects.notices.push(Notice::Managers(VisitTopic::ApprovalAsked));
        }
        Ok((self, effects))
    }

    /// Somebody who is on it has another number from now on.
    #[must_use]
    pub fn reached_on(
        mut self,
        (before, now): (&Phone, &Phone),
        by: &Named,
        s: &Scene<'_>,
    ) -> (Self, Effects) {
        let mut effects = Effects::default();
        let plan = &mut self.visit.plan;
        let own = (self.visit.worker.id == by.id).then_some(&mut plan.mobile);
        let along = plan.colleagues.iter_mut().filter(|c| c.person_id == Some(by.id));
        for number in own.into_iter().chain(along.map(|c| &mut c.mobile)) {
            if number == before {
                number.clone_from(now);
                effects.note(self.visit.id, s, Fact::Changed, Some(&by.name));
            }
        }
        (self, effects)
    }

    fn plan_anew(
        &mut self,
        moved: bool,
        times: Vec<Instant>,
        risky_before: bool,
        s: &Scene<'_>,
        effects: &mut Effects,
    ) {
        let visit = &mut self.visit;
        if moved {
            visit.expected_end_at = visit.plan.starts_at + minutes(visit.plan.expected_minutes);
        }
        let ahead = matches!(visit.state, State::Ahead { .. });
        if !times.is_empty() {
            self.agree_times(times, s, effects);
        } else if ahead && (moved || risky_before != visit.is_risky()) {
            let (start, lasts) = (visit.plan.starts_at, visit.plan.expected_minutes);
            let times = default_times(start, lasts, visit.is_risky(), s.policy);
            self.agree_times(times, s, effects);
        }
    }

    /// Decides about the district officer.
    ///
    /// # Errors
    /// When the visit is over.
    pub fn notify_officer(
        mut self,
        choice: OfficerChoice,
        by: &str,
        s: &Scene<'_>,
    ) -> Result<(Self, Effects), VisitFault> {
        let mut effects = Effects::default();
        match self.visit.is_over() {
            true => return Err(VisitFault::Over),
            false => self.decide_officer(choice, by, s, &mut effects),
        }
        Ok((self, effects))
    }

    fn decide_officer(
        &mut self,
        choice: OfficerChoice,
        by: &str,
        s: &Scene<'_>,
        effects: &mut Effects,
    ) {
        let (visit, at) = (self.visit.id, s.now);
        match choice {
            OfficerChoice::Inform(officer) if self.visit.is_told(officer.id) => {}
            OfficerChoice::DoNot(because) => {
                let fact = Fact::OfficerNotInformed { because: because.clone() };
                effects.note(visit, s, fact, Some(by));
                self.visit.officer = Some(OfficerNotice::NotInformed { because, at });
            }
            OfficerChoice::Inform(officer) => {
                self.tell_officer(&officer, s, effects);
                let (officer_id, name) = (officer.id, officer.name);
                let fact = Fact::OfficerInformed { name: name.clone() };
                effects.note(visit, s, fact, Some(by));
                let (seen_at, told_start) = (None, Some(self.visit.plan.starts_at));
                let notice = OfficerNotice::Informed { officer_id, name, at, seen_at, told_start };
                self.visit.officer = Some(notice);
            }
        }
    }

    /// The least that helps: that a difficult visit is expected, when, and a link that expires.
    fn tell_officer(&self, officer: &Officer, s: &Scene<'_>, effects: &mut Effects) {
        let words = s.words.in_language(Language::Nl);
        let start = self.visit.plan.starts_at;
        let link = notice_link(&self.visit, officer.id, s, effects);
        let body = words.officer_text(start, &link);
        let key = |channel| MessageKey::OfficerNotice {
            visit: self.visit.id,
            officer: officer.id,
            at_micros: s.now.timestamp_micros(),
            channel,
        };
        if let Some(mobile) = &officer.mobile {
            let text = Content::Text { body: body.clone() };
            let text =
                message(s, key(Channel::Text), Channel::Text, mobile.as_str(), &officer.name, text);
            effects.say.push(Message { visit: Some(self.visit.id), ..text });
        }
        if let Some(email) = &officer.email {
            let mail = Content::mail(words.officer_subject(), body);
            let mail = message(s, key(Channel::Mail), Channel::Mail, email, &officer.name, mail);
            effects.say.push(Message { visit: Some(self.visit.id), ..mail });
        }
    }

    /// The officer pressed 'seen'.
    #[must_use]
    pub fn officer_saw(mut self, by: OfficerId, s: &Scene<'_>) -> (Self, Effects) {
        let mut effects = Effects::default();
        if let Some(OfficerNotice::Informed { officer_id, name, seen_at, .. }) =
            &mut self.visit.officer
            && *officer_id == by
            && seen_at.is_none()
        {
            *seen_at = Some(s.now);
            let fact = Fact::OfficerSaw { name: name.clone() };
            effects.note(self.visit.id, s, fact, None);
        }
        (self, effects)
    }

    /// The worker taps that it starts. Starting twice changes nothing.
    ///
    /// # Errors
    /// When the visit is over.
    pub fn start(mut self, s: &Scene<'_>) -> Result<(Self, Effects), VisitFault> {
        let mut effects = Effects::default();
        if self.visit.is_over() {
            return Err(VisitFault::Over);
        }
        if !self.visit.is_under_way() {
            self.begin(false, s, &mut effects);
        }
        Ok((self, effects))
    }

    /// The visit does not take place.
    ///
    /// # Errors
    /// When it has started, or is over.
    pub fn cancel(
        mut self,
        by: &str,
        reason: Option<String>,
        s: &Scene<'_>,
    ) -> Result<(Self, Effects), VisitFault> {
        if !matches!(self.visit.state, State::Ahead { .. }) {
            return Err(VisitFault::NotAhead);
        }
        let mut effects = Effects::default();
        self.visit.settle_open(&CheckInState::Cancelled);
        self.visit.state = State::Cancelled { at: s.now, reason: reason.clone() };
        effects.note(self.visit.id, s, Fact::Cancelled { reason }, Some(by));
        Ok((self, effects))
    }

    /// Somebody who manages the visit says that it ended.
    ///
    /// # Errors
    /// When it is not under way.
    pub fn end_by_manager(
        mut self,
        by: &str,
        s: &Scene<'_>,
    ) -> Result<(Self, Effects), VisitFault> {
        if !self.visit.is_under_way() {
            return Err(VisitFault::Over);
        }
        let mut effects = Effects::default();
        self.finish(s, &mut effects);
        let ended = Fact::Ended { route: super::timeline::Route::App, with_alarm: false };
        effects.note(self.visit.id, s, ended, Some(by));
        Ok((self, effects))
    }

    /// The team's ladder has nobody who can be reached: the administrators are told.
    pub fn note_gap(&self, team: &Team, s: &Scene<'_>, effects: &mut Effects) {
        debug_assert_eq!(team.id, self.visit.team);
        effects.note(self.visit.id, s, Fact::LadderGap, None);
        effects.notices.push(Notice::Administrators(VisitTopic::LadderGap));
    }
}
