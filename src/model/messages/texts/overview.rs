//! The words of an overview of what is held on a person. Employees appear by what they are, not by
//! name: who they are is theirs.

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::catalogue::{fixed, text};
use crate::model::{
    clock::Instant,
    incidents::{AffairState, How, Incident, letters::Sent, policy::Policy},
    messages::{
        language::Language,
        texts::letter::{Say, address_lines},
    },
    people::Role,
    privacy::{
        access::{Action, Look},
        overview::Section,
        requests::{PrivacyRequest, RequestKind, RequestStage},
        terms::Term,
    },
    register::{Entry, EntryState, Measure},
    visits::{Kind, OfficerNotice, Visit},
};

/// In which language and where something is told.
#[derive(Clone, Copy, Debug)]
pub struct ReaderLocale {
    pub language: Language,
    /// Where days begin and end.
    pub zone: Tz,
}

impl ReaderLocale {
    /// What the file is called.
    pub fn title(self) -> &'static str {
        fixed(self.language, "overview-title")
    }

    /// What its part for programs is called.
    pub fn data(self) -> &'static str {
        fixed(self.language, "overview-data")
    }

    /// What stands in place of the name of an employee.
    pub fn employee(self) -> &'static str {
        fixed(self.language, "overview-employee-name")
    }

    fn day(self, day: NaiveDate) -> String {
        Say { language: self.language, measure: Measure::WarningLetter }.day(day)
    }

    fn day_of(self, at: Instant) -> String {
        self.day(at.with_timezone(&self.zone).date_naive())
    }

    fn moment(self, at: Instant) -> String {
        let local = at.with_timezone(&self.zone);
        format!("{}, {}", self.day(local.date_naive()), local.format("%H:%M"))
    }

    fn yes(self, it: bool) -> &'static str {
        fixed(self.language, if it { "overview-yes" } else { "overview-no" })
    }

    fn measure(self, measure: Measure) -> &'static str {
        match measure {
            Measure::WarningLetter => fixed(self.language, "overview-warning-letter"),
            Measure::ContactBan => fixed(self.language, "overview-contact-ban"),
        }
    }

    /// What somebody is, in place of who.
    pub fn role(self, roles: &[Role]) -> &'static str {
        let is = |role| roles.contains(&role);
        if is(Role::AggressionDesk) {
            fixed(self.language, "overview-the-aggression-desk")
        } else if is(Role::Manager) {
            fixed(self.language, "overview-a-manager")
        } else if is(Role::Administrator) || is(Role::Auditor) {
            fixed(self.language, "overview-an-administrator-or-auditor")
        } else {
            fixed(self.language, "overview-an-employee")
        }
    }

    /// Why anything is held, for how long, who gets it, and what a person may ask.
    pub fn about(self, policy: &Policy, person: &str, now: Instant) -> Section {
        let (measures, incidents) = (policy.keep_measures_months, policy.keep_incidents_months);
        let (visits, log) = (policy.keep_visits_days, policy.keep_access_log_months);
        let kept = text!(self.language, "overview-about", measures, incidents, visits, log);
        Section::new(fixed(self.language, "overview-about-this-overview"))
            .with(fixed(self.language, "overview-about-whom"), person)
            .with(fixed(self.language, "overview-made-on"), self.moment(now))
            .with(
                fixed(self.language, "overview-why-data-are-kept"),
                fixed(self.language, "overview-to-protect-employees-against-aggression"),
            )
            .with(
                fixed(self.language, "overview-where-the-data-come-from"),
                fixed(self.language, "overview-from-employees-of-the-municipality"),
            )
            .with(
                fixed(self.language, "overview-who-gets-the-data"),
                fixed(self.language, "overview-employees-who-need-them-for"),
            )
            .with(fixed(self.language, "overview-how-long-they-are-kept"), kept)
            .with(
                fixed(self.language, "overview-what-you-may-ask"),
                fixed(self.language, "overview-correction-removal-or-restriction-and"),
            )
            .with(
                fixed(self.language, "overview-names-of-employees"),
                fixed(self.language, "overview-are-left-out-for-those"),
            )
    }

    /// An entry of the register.
    pub fn entry(self, it: &Entry) -> Section {
        let addresses: Vec<_> = it.addresses.iter().map(address_lines).collect();
        let state = match &it.state {
            EntryState::Proposed => fixed(self.language, "overview-proposed").to_owned(),
            EntryState::Approved { at, .. } => {
                format!("{} {}", fixed(self.language, "overview-approved-on"), self.day_of(*at))
            }
            EntryState::Lapsed { lapsed_at, .. } => {
                format!(
                    "{} {}",
                    fixed(self.language, "overview-lapsed-on"),
                    self.day_of(*lapsed_at)
                )
            }
            EntryState::Withdrawn { at, why, .. } => {
                let on = fixed(self.language, "overview-withdrawn-on");
                format!("{on} {}: {why}", self.day_of(*at))
            }
        };
        let d = &it.dossier;
        let mut section =
            Section::new(format!("{}: {}", fixed(self.language, "overview-measure"), it.id))
                .with(fixed(self.language, "overview-kind"), self.measure(it.measure))
                .with(fixed(self.language, "overview-name"), it.name.as_str())
                .maybe(
                    fixed(self.language, "overview-birth-date"),
                    it.birth_date.map(|d| self.day(d)),
                )
                .with(fixed(self.language, "overview-address"), addresses.join("\n"))
                .with(fixed(self.language, "overview-from"), self.day(it.from))
                .with(fixed(self.language, "overview-until"), self.day(it.until))
                .with(fixed(self.language, "overview-review"), self.day(it.review_on))
                .with(fixed(self.language, "overview-what-happened"), it.reason.as_str())
                .with(fixed(self.language, "overview-state"), state)
                .with(fixed(self.language, "overview-proposed-on"), self.day_of(it.proposed_at))
                .maybe(fixed(self.language, "overview-open-channel"), d.open_channel.as_deref())
                .maybe(
                    fixed(self.language, "overview-representative"),
                    d.representative.as_deref(),
                );
        if let Some(mail) = &d.mail {
            let on = mail.delivered_on.map(|day| self.day(day));
            section = section
                .with(fixed(self.language, "overview-letter-sent-on"), self.day(mail.sent_on))
                .with(
                    fixed(self.language, "overview-tracking-number"),
                    mail.tracking_number.as_str(),
                )
                .maybe(fixed(self.language, "overview-delivered-on"), on);
        }
        for one in &d.objections {
            let upheld = one.upheld.map(|it| self.yes(it));
            section = section
                .with(fixed(self.language, "overview-objection-of"), self.day(one.received_on))
                .maybe(fixed(self.language, "overview-upheld"), upheld)
                .maybe(fixed(self.language, "overview-because"), one.because.as_deref())
                .maybe(
                    fixed(self.language, "overview-to-be-decided-by"),
                    one.term.as_ref().map(|t| self.term(t)),
                );
        }
        for one in &d.reviews {
            let label = fixed(self.language, "overview-looked-at-again");
            section = section.with(label, format!("{}: {}", self.day_of(one.at), one.because));
        }
        for one in &d.breaches {
            let label = fixed(self.language, "overview-sought-contact-all-the-same");
            section = section.with(label, self.moment(one.at));
        }
        let restricted = fixed(self.language, "overview-use-restricted-since");
        let how = d.restriction.as_ref();
        section.maybe(restricted, how.map(|r| format!("{}: {}", self.day_of(r.at), r.because)))
    }

    fn term(self, term: &Term) -> String {
        let more = term.extension.as_ref().map(|more| {
            format!(" ({}: {})", fixed(self.language, "overview-extended"), more.because)
        });
        self.day(term.due_on) + &more.unwrap_or_default()
    }

    /// A letter as it was sent.
    pub fn letter(self, sent: &Sent) -> Section {
        let lines: Vec<_> = sent.paragraphs.iter().map(|line| line.text.as_str()).collect();
        let title = fixed(self.language, "overview-letter-as-it-was-sent");
        Section::new(title).with(fixed(self.language, "overview-text"), lines.join("\n"))
    }

    pub fn incident(self, it: &Incident, police: Option<&AffairState>) -> Section {
        let r = &it.report;
        let how = match r.how {
            How::Visit => fixed(self.language, "overview-on-a-visit"),
            How::Office => fixed(self.language, "overview-at-the-office"),
            How::Phone => fixed(self.language, "overview-on-the-phone"),
            How::Mail => fixed(self.language, "overview-by-letter-or-email"),
            How::SocialMedia => fixed(self.language, "overview-on-social-media"),
        };
        let class = serde_json::to_value(r.behaviour).unwrap_or_default();
        let decision = it.decision().map(|d| match d.reaction.measure() {
            Some(measure) => self.measure(measure).to_owned(),
            None => fixed(self.language, "overview-no-letter").to_owned(),
        });
        let told = match police {
            Some(AffairState::Done { on, .. }) => Some(self.day(*on)),
            _ => None,
        };
        let class_label = fixed(self.language, "overview-class-of-behaviour");
        Section::new(format!("{}: {}", fixed(self.language, "overview-incident"), it.id))
            .with(fixed(self.language, "overview-when"), self.moment(r.happened_at))
            .with(fixed(self.language, "overview-how"), how)
            .maybe(fixed(self.language, "overview-where"), r.place.as_deref())
            .with(fixed(self.language, "overview-name"), r.resident.name.as_str())
            .maybe(
                fixed(self.language, "overview-address"),
                r.resident.address.as_ref().map(address_lines),
            )
            .maybe(
                fixed(self.language, "overview-birth-date"),
                r.resident.birth_date.map(|d| self.day(d)),
            )
            .maybe(fixed(self.language, "overview-what-was-said"), r.said.as_deref())
            .maybe(fixed(self.language, "overview-what-was-done"), r.done.as_deref())
            .with(class_label, class.as_str().unwrap_or_default())
            .with(fixed(self.language, "overview-went-on"), self.yes(r.persistent))
            .with(fixed(self.language, "overview-during-a-ban"), self.yes(r.breach))
            .maybe(fixed(self.language, "overview-damage"), r.damage.as_deref())
            .maybe(fixed(self.language, "overview-done-at-once"), r.at_once.as_deref())
            .maybe(
                fixed(self.language, "overview-help-called-in"),
                r.emergency.as_ref().map(|e| format!("{} ({})", e.steps, e.called)),
            )
            .maybe(fixed(self.language, "overview-call-afterwards"), it.call.note.as_deref())
            .maybe(fixed(self.language, "overview-decision"), decision)
            .maybe(
                fixed(self.language, "overview-reason-to-depart"),
                it.decision().and_then(|d| d.departs_because.as_deref()),
            )
            .maybe(fixed(self.language, "overview-reported-to-the-police-on"), told)
            .with(fixed(self.language, "overview-reported-on"), self.moment(it.reported_at))
    }

    /// A privacy request.
    pub fn request(self, it: &PrivacyRequest) -> Section {
        let kind = match it.kind {
            RequestKind::Access => fixed(self.language, "overview-access"),
            RequestKind::Rectification => fixed(self.language, "overview-rectification"),
            RequestKind::Removal => fixed(self.language, "overview-removal"),
            RequestKind::Restriction => fixed(self.language, "overview-restriction"),
        };
        let told = match &it.stage {
            RequestStage::Closed { closure, .. } => Some(self.day(closure.told_on)),
            _ => None,
        };
        let decision = it.decision();
        Section::new(format!("{}: {}", fixed(self.language, "overview-request"), it.id))
            .with(fixed(self.language, "overview-kind"), kind)
            .with(fixed(self.language, "overview-received-on"), self.day(it.term.received_on))
            .with(fixed(self.language, "overview-question"), it.asked.as_str())
            .with(fixed(self.language, "overview-answer-by"), self.term(&it.term))
            .maybe(fixed(self.language, "overview-granted"), decision.map(|d| self.yes(d.granted)))
            .maybe(fixed(self.language, "overview-because"), decision.map(|d| d.because.as_str()))
            .maybe(fixed(self.language, "overview-told-on"), told)
    }

    pub fn visit(self, it: &Visit) -> Section {
        let kind = match it.plan.kind {
            Kind::HomeVisit => fixed(self.language, "overview-home-visit"),
            Kind::FieldInspection => fixed(self.language, "overview-field-inspection"),
            Kind::OfficeMeeting => fixed(self.language, "overview-office-meeting"),
        };
        let residents: Vec<_> =
            it.plan.residents.iter().map(|r| address_lines(&r.address)).collect();
        let officer = match &it.officer {
            Some(OfficerNotice::Informed { at, .. }) => Some(self.moment(*at)),
            _ => None,
        };
        let found = it.hits.iter().filter_map(|hit| hit.measure).map(|m| self.measure(m));
        let found: Vec<_> = found.collect();
        Section::new(format!("{}: {}", fixed(self.language, "overview-visit"), it.id))
            .with(fixed(self.language, "overview-kind"), kind)
            .with(fixed(self.language, "overview-when"), self.moment(it.plan.starts_at))
            .with(fixed(self.language, "overview-address"), residents.join("\n"))
            .with(fixed(self.language, "overview-background"), it.plan.background.as_str())
            .with(
                fixed(self.language, "overview-trouble-expected"),
                self.yes(it.plan.expects_trouble),
            )
            .with(fixed(self.language, "overview-known-to-us"), self.yes(it.plan.known_resident))
            .with(fixed(self.language, "overview-found-in-the-register"), found.join(", "))
            .maybe(fixed(self.language, "overview-district-officer-told-on"), officer)
    }

    /// Who looked at their entries: when, what for, and what they are.
    pub fn looks(self, looks: &[(Look, Vec<Role>)]) -> Section {
        let mut section = Section::new(fixed(self.language, "overview-who-looked-at-the-measures"));
        for (look, roles) in looks {
            let who = self.role(roles);
            let what = self.action(look.action);
            section = section.with(&self.moment(look.at), format!("{what}, {who}"));
        }
        section
    }

    fn action(self, action: Action) -> &'static str {
        match action {
            Action::RegisterChecked => fixed(self.language, "overview-check-for-a-visit"),
            Action::EntriesListed => fixed(self.language, "overview-seen-in-a-list"),
            Action::EntryRead => fixed(self.language, "overview-read"),
            Action::EntryProposed => fixed(self.language, "overview-proposed"),
            Action::EntryApproved => fixed(self.language, "overview-approved"),
            Action::EntryWithdrawn => fixed(self.language, "overview-withdrawn"),
            Action::MeasureChanged => fixed(self.language, "overview-updated"),
            Action::LetterRead | Action::LetterTaken => {
                fixed(self.language, "overview-letter-read")
            }
            Action::LetterComposed => fixed(self.language, "overview-letter-composed"),
            Action::RequestChanged => fixed(self.language, "overview-changed-on-request"),
            Action::PersonExported => fixed(self.language, "overview-overview-made"),
            Action::PersonProvisioned => fixed(self.language, "overview-account-changed"),
            Action::TeamProvisioned => fixed(self.language, "overview-team-changed"),
            _ => fixed(self.language, "overview-looked-at"),
        }
    }
}
