//! The words of an overview of what is held on a person. Employees appear by what they are, not by
//! name: who they are is theirs.

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::model::{
    access::{Action, Look},
    clock::Instant,
    incidents::{AffairState, How, Incident},
    language::Language,
    letters::Sent,
    overview::Section,
    people::Role,
    policy::Policy,
    register::{Entry, Measure, State},
    requests::{PrivacyRequest, RequestKind, Stage},
    terms::Term,
    texts::letter::{Say, address_lines},
    visits::{Kind, OfficerNotice, Visit},
};

/// In which language and where something is told.
#[derive(Clone, Copy, Debug)]
pub struct Tell {
    /// The language.
    pub language: Language,
    /// Where days begin and end.
    pub zone: Tz,
}

impl Tell {
    /// One of two texts.
    pub fn pick<'t>(self, nl: &'t str, en: &'t str) -> &'t str {
        match self.language {
            Language::Nl => nl,
            Language::En => en,
        }
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
        match (self.language, it) {
            (Language::Nl, true) => "ja",
            (Language::Nl, false) => "nee",
            (Language::En, true) => "yes",
            (Language::En, false) => "no",
        }
    }

    fn measure(self, measure: Measure) -> &'static str {
        match (self.language, measure) {
            (Language::Nl, Measure::WarningLetter) => "waarschuwingsbrief",
            (Language::Nl, Measure::ContactBan) => "contactverbod",
            (Language::En, Measure::WarningLetter) => "warning letter",
            (Language::En, Measure::ContactBan) => "contact ban",
        }
    }

    /// What somebody is, in place of who.
    pub fn role(self, roles: &[Role]) -> &'static str {
        let is = |role| roles.contains(&role);
        if is(Role::AggressionDesk) {
            self.pick("het kennispunt Agressie", "the aggression desk")
        } else if is(Role::Manager) {
            self.pick("een leidinggevende", "a manager")
        } else if is(Role::Administrator) || is(Role::Auditor) {
            self.pick("een beheerder of controleur", "an administrator or auditor")
        } else {
            self.pick("een medewerker", "an employee")
        }
    }

    /// Why anything is held, for how long, who gets it, and what a person may ask.
    pub fn about(self, policy: &Policy, person: &str, now: Instant) -> Section {
        let (measures, incidents) = (policy.keep_measures_months, policy.keep_incidents_months);
        let (visits, log) = (policy.keep_visits_days, policy.keep_access_log_months);
        let kept = match self.language {
            Language::Nl => format!(
                "maatregelen {measures} maanden na het einde, voorvallen {incidents} maanden na de \
                 afsluiting, bezoeken {visits} dagen, inzage in het register {log} maanden"
            ),
            Language::En => format!(
                "measures {measures} months after the end, incidents {incidents} months after they \
                 were closed, visits {visits} days, looks at the register {log} months"
            ),
        };
        Section::new(self.pick("Over dit overzicht", "About this overview"))
            .with(self.pick("Over wie", "About whom"), person)
            .with(self.pick("Gemaakt op", "Made on"), self.moment(now))
            .with(
                self.pick("Waarom wij gegevens bewaren", "Why data are kept"),
                self.pick(
                    "om medewerkers te beschermen tegen agressie",
                    "to protect employees against aggression",
                ),
            )
            .with(
                self.pick("Waar de gegevens vandaan komen", "Where the data come from"),
                self.pick("van medewerkers van de gemeente", "from employees of the municipality"),
            )
            .with(
                self.pick("Wie de gegevens krijgt", "Who gets the data"),
                self.pick(
                    "medewerkers die dit voor hun werk nodig hebben; de wijkagent als dat hieronder \
                     bij een bezoek staat",
                    "employees who need them for their work; the district police officer where it \
                     says so with a visit below",
                ),
            )
            .with(self.pick("Hoe lang wij ze bewaren", "How long they are kept"), kept)
            .with(
                self.pick("Wat u kunt vragen", "What you may ask"),
                self.pick(
                    "verbetering, verwijdering of beperking; en u kunt een klacht indienen bij de \
                     Autoriteit Persoonsgegevens",
                    "correction, removal or restriction; and you can complain to the Dutch data \
                     protection authority (Autoriteit Persoonsgegevens)",
                ),
            )
            .with(
                self.pick("Namen van medewerkers", "Names of employees"),
                self.pick(
                    "staan hier niet in: dat zijn hun eigen gegevens. Ook wat over hun gezondheid \
                     of opvang gaat, staat er niet in.",
                    "are left out, for those are their own data. What is about their health or \
                     their aftercare is left out as well.",
                ),
            )
    }

    /// An entry of the register.
    pub fn entry(self, it: &Entry) -> Section {
        let addresses: Vec<_> = it.addresses.iter().map(address_lines).collect();
        let state = match &it.state {
            State::Proposed => self.pick("voorgesteld", "proposed").to_owned(),
            State::Approved { at, .. } => {
                format!("{} {}", self.pick("goedgekeurd op", "approved on"), self.day_of(*at))
            }
            State::Lapsed { lapsed_at, .. } => {
                format!("{} {}", self.pick("vervallen op", "lapsed on"), self.day_of(*lapsed_at))
            }
            State::Withdrawn { at, why, .. } => {
                let on = self.pick("ingetrokken op", "withdrawn on");
                format!("{on} {}: {why}", self.day_of(*at))
            }
        };
        let d = &it.dossier;
        let mut section = Section::new(format!("{}: {}", self.pick("Maatregel", "Measure"), it.id))
            .with(self.pick("Soort", "Kind"), self.measure(it.measure))
            .with(self.pick("Naam", "Name"), it.name.as_str())
            .maybe(self.pick("Geboortedatum", "Birth date"), it.birth_date.map(|d| self.day(d)))
            .with(self.pick("Adres", "Address"), addresses.join("\n"))
            .with(self.pick("Vanaf", "From"), self.day(it.from))
            .with(self.pick("Tot en met", "Until"), self.day(it.until))
            .with(self.pick("Herbeoordeling", "Review"), self.day(it.review_on))
            .with(self.pick("Wat er is gebeurd", "What happened"), it.reason.as_str())
            .with(self.pick("Stand", "State"), state)
            .with(self.pick("Voorgesteld op", "Proposed on"), self.day_of(it.proposed_at))
            .maybe(self.pick("Weg die open blijft", "Open channel"), d.open_channel.as_deref())
            .maybe(self.pick("Gemachtigde", "Representative"), d.representative.as_deref());
        if let Some(mail) = &d.mail {
            let on = mail.delivered_on.map(|day| self.day(day));
            section = section
                .with(self.pick("Brief verstuurd op", "Letter sent on"), self.day(mail.sent_on))
                .with(self.pick("Verzendnummer", "Tracking number"), mail.tracking_number.as_str())
                .maybe(self.pick("Bezorgd op", "Delivered on"), on);
        }
        for one in &d.objections {
            let upheld = one.upheld.map(|it| self.yes(it));
            section = section
                .with(self.pick("Bezwaar van", "Objection of"), self.day(one.received_on))
                .maybe(self.pick("Gegrond", "Upheld"), upheld)
                .maybe(self.pick("Omdat", "Because"), one.because.as_deref())
                .maybe(
                    self.pick("Beslissen voor", "To be decided by"),
                    one.term.as_ref().map(|t| self.term(t)),
                );
        }
        for one in &d.reviews {
            let label = self.pick("Opnieuw bekeken", "Looked at again");
            section = section.with(label, format!("{}: {}", self.day_of(one.at), one.because));
        }
        for one in &d.breaches {
            let label = self.pick("Toch contact gezocht op", "Sought contact all the same on");
            section = section.with(label, self.moment(one.at));
        }
        let restricted = self.pick("Gebruik beperkt sinds", "Use restricted since");
        let how = d.restriction.as_ref();
        section.maybe(restricted, how.map(|r| format!("{}: {}", self.day_of(r.at), r.because)))
    }

    fn term(self, term: &Term) -> String {
        let more = term
            .extension
            .as_ref()
            .map(|more| format!(" ({}: {})", self.pick("verlengd", "extended"), more.because));
        self.day(term.due_on) + &more.unwrap_or_default()
    }

    /// A letter as it was sent.
    pub fn letter(self, sent: &Sent) -> Section {
        let lines: Vec<_> = sent.paragraphs.iter().map(|line| line.text.as_str()).collect();
        let title = self.pick("Brief zoals die is verstuurd", "Letter as it was sent");
        Section::new(title).with(self.pick("Tekst", "Text"), lines.join("\n"))
    }

    /// An incident.
    pub fn incident(self, it: &Incident, police: Option<&AffairState>) -> Section {
        let r = &it.report;
        let how = match r.how {
            How::Visit => self.pick("tijdens een bezoek", "on a visit"),
            How::Office => self.pick("op kantoor", "at the office"),
            How::Phone => self.pick("aan de telefoon", "on the phone"),
            How::Mail => self.pick("per brief of e-mail", "by letter or e-mail"),
            How::SocialMedia => self.pick("op sociale media", "on social media"),
        };
        let class = serde_json::to_value(r.behaviour).unwrap_or_default();
        let decision = it.decision().map(|d| match d.reaction.measure() {
            Some(measure) => self.measure(measure).to_owned(),
            None => self.pick("geen brief", "no letter").to_owned(),
        });
        let told = match police {
            Some(AffairState::Done { on, .. }) => Some(self.day(*on)),
            _ => None,
        };
        let class_label = self.pick("Klasse van het gedrag", "Class of behaviour");
        Section::new(format!("{}: {}", self.pick("Voorval", "Incident"), it.id))
            .with(self.pick("Wanneer", "When"), self.moment(r.happened_at))
            .with(self.pick("Hoe", "How"), how)
            .maybe(self.pick("Waar", "Where"), r.place.as_deref())
            .with(self.pick("Naam", "Name"), r.resident.name.as_str())
            .maybe(self.pick("Adres", "Address"), r.resident.address.as_ref().map(address_lines))
            .maybe(
                self.pick("Geboortedatum", "Birth date"),
                r.resident.birth_date.map(|d| self.day(d)),
            )
            .maybe(self.pick("Wat er is gezegd", "What was said"), r.said.as_deref())
            .maybe(self.pick("Wat er is gedaan", "What was done"), r.done.as_deref())
            .with(class_label, class.as_str().unwrap_or_default())
            .with(self.pick("Ging door", "Went on"), self.yes(r.persistent))
            .with(self.pick("Tijdens een contactverbod", "During a ban"), self.yes(r.breach))
            .maybe(self.pick("Schade", "Damage"), r.damage.as_deref())
            .maybe(self.pick("Meteen gedaan", "Done at once"), r.at_once.as_deref())
            .maybe(
                self.pick("Hulp ingeschakeld", "Help called in"),
                r.emergency.as_ref().map(|e| format!("{} ({})", e.steps, e.called)),
            )
            .maybe(self.pick("Telefoongesprek daarna", "Call afterwards"), it.call.note.as_deref())
            .maybe(self.pick("Besluit", "Decision"), decision)
            .maybe(
                self.pick("Reden van afwijken", "Reason to depart"),
                it.decision().and_then(|d| d.departs_because.as_deref()),
            )
            .maybe(self.pick("Bij de politie gemeld op", "Reported to the police on"), told)
            .with(self.pick("Gemeld op", "Reported on"), self.moment(it.reported_at))
    }

    /// A privacy request.
    pub fn request(self, it: &PrivacyRequest) -> Section {
        let kind = match it.kind {
            RequestKind::Access => self.pick("inzage", "access"),
            RequestKind::Rectification => self.pick("verbetering", "rectification"),
            RequestKind::Removal => self.pick("verwijdering", "removal"),
            RequestKind::Restriction => self.pick("beperking", "restriction"),
        };
        let told = match &it.stage {
            Stage::Closed { closure, .. } => Some(self.day(closure.told_on)),
            _ => None,
        };
        let decision = it.decision();
        Section::new(format!("{}: {}", self.pick("Verzoek", "Request"), it.id))
            .with(self.pick("Soort", "Kind"), kind)
            .with(self.pick("Ontvangen op", "Received on"), self.day(it.term.received_on))
            .with(self.pick("Vraag", "Question"), it.asked.as_str())
            .with(self.pick("Antwoord voor", "Answer by"), self.term(&it.term))
            .maybe(self.pick("Toegewezen", "Granted"), decision.map(|d| self.yes(d.granted)))
            .maybe(self.pick("Omdat", "Because"), decision.map(|d| d.because.as_str()))
            .maybe(self.pick("Verteld op", "Told on"), told)
    }

    /// A visit.
    pub fn visit(self, it: &Visit) -> Section {
        let kind = match it.plan.kind {
            Kind::HomeVisit => self.pick("huisbezoek", "home visit"),
            Kind::FieldInspection => self.pick("controle", "field inspection"),
            Kind::OfficeMeeting => self.pick("gesprek op kantoor", "office meeting"),
        };
        let residents: Vec<_> =
            it.plan.residents.iter().map(|r| address_lines(&r.address)).collect();
        let officer = match &it.officer {
            Some(OfficerNotice::Informed { at, .. }) => Some(self.moment(*at)),
            _ => None,
        };
        let found = it.hits.iter().filter_map(|hit| hit.measure).map(|m| self.measure(m));
        let found: Vec<_> = found.collect();
        Section::new(format!("{}: {}", self.pick("Bezoek", "Visit"), it.id))
            .with(self.pick("Soort", "Kind"), kind)
            .with(self.pick("Wanneer", "When"), self.moment(it.plan.starts_at))
            .with(self.pick("Adres", "Address"), residents.join("\n"))
            .with(self.pick("Achtergrond", "Background"), it.plan.background.as_str())
            .with(
                self.pick("Problemen verwacht", "Trouble expected"),
                self.yes(it.plan.expects_trouble),
            )
            .with(self.pick("Bekend bij ons", "Known to us"), self.yes(it.plan.known_resident))
            .with(self.pick("Gevonden in het register", "Found in the register"), found.join(", "))
            .maybe(self.pick("Wijkagent ingelicht op", "District officer told on"), officer)
    }

    /// Who looked at their entries: when, what for, and what they are.
    pub fn looks(self, looks: &[(Look, Vec<Role>)]) -> Section {
        let mut section =
            Section::new(self.pick("Wie de maatregelen bekeek", "Who looked at the measures"));
        for (look, roles) in looks {
            let who = self.role(roles);
            let what = self.action(look.action);
            section = section.with(&self.moment(look.at), format!("{what}, {who}"));
        }
        section
    }

    fn action(self, action: Action) -> &'static str {
        match action {
            Action::RegisterChecked => self.pick("controle voor een bezoek", "check for a visit"),
            Action::EntriesListed => self.pick("in een lijst gezien", "seen in a list"),
            Action::EntryRead => self.pick("gelezen", "read"),
            Action::EntryProposed => self.pick("voorgesteld", "proposed"),
            Action::EntryApproved => self.pick("goedgekeurd", "approved"),
            Action::EntryWithdrawn => self.pick("ingetrokken", "withdrawn"),
            Action::MeasureChanged => self.pick("bijgewerkt", "updated"),
            Action::LetterRead | Action::LetterTaken => self.pick("brief gelezen", "letter read"),
            Action::LetterComposed => self.pick("brief opgesteld", "letter composed"),
            Action::RequestChanged => self.pick("na een verzoek aangepast", "changed on request"),
            Action::PersonExported => self.pick("overzicht gemaakt", "overview made"),
            Action::PersonProvisioned => self.pick("account gewijzigd", "account changed"),
            Action::TeamProvisioned => self.pick("team gewijzigd", "team changed"),
            _ => self.pick("bekeken", "looked at"),
        }
    }
}
