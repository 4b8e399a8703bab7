//! The usual words of a letter to a resident, in Dutch (B1) and English.

use chrono::{Datelike as _, Months, NaiveDate, TimeDelta};

use crate::model::{
    address::Address,
    language::Language,
    letters::{Remedy, RemedyKind},
    policy::Policy,
    register::Measure,
};

const MAANDEN: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];

/// In which language something is said about which measure.
#[derive(Clone, Copy, Debug)]
pub struct Say {
    /// The language.
    pub language: Language,
    /// The measure.
    pub measure: Measure,
}

impl Say {
    fn pick<T>(self, nl: T, en: T) -> T {
        match self.language {
            Language::Nl => nl,
            Language::En => en,
        }
    }

    /// A day in full: `23 november 2026`.
    pub fn day(self, day: NaiveDate) -> String {
        let month = usize::try_from(day.month0()).unwrap_or_default();
        match self.language {
            Language::Nl => format!("{} {} {}", day.day(), MAANDEN[month % 12], day.year()),
            Language::En => day.format("%-d %B %Y").to_string(),
        }
    }

    /// Some days: `20 november 2026 en 23 november 2026`.
    pub fn days(self, days: &[NaiveDate]) -> String {
        let days: Vec<_> = days.iter().map(|day| self.day(*day)).collect();
        match days.split_last() {
            Some((last, before)) if !before.is_empty() => {
                format!("{} {} {last}", before.join(", "), self.pick("en", "and"))
            }
            _ => days.concat(),
        }
    }

    /// How long it is from one day through another.
    pub fn duration(self, from: NaiveDate, until: NaiveDate) -> String {
        let after = |n: u32| from.checked_add_months(Months::new(n));
        let months = (1..=240).take_while(|n| after(*n).is_some_and(|day| day <= until)).count();
        let months = u32::try_from(months).unwrap_or_default();
        let rest = after(months).map_or(0, |day| (until - day).num_days());
        // A term through the day before is as many whole months, as people count.
        let whole = after(months + 1).is_some_and(|day| day == until + TimeDelta::days(1));
        let (months, rest) = if whole { (months + 1, 0) } else { (months, rest) };
        let many =
            |n: i64, one: &str, more: &str| format!("{n} {}", if n == 1 { one } else { more });
        let m = many(months.into(), self.pick("maand", "month"), self.pick("maanden", "months"));
        let d = many(rest, self.pick("dag", "day"), self.pick("dagen", "days"));
        match (months, rest) {
            (0, _) => d,
            (_, 0) => m,
            _ => format!("{m} {} {d}", self.pick("en", "and")),
        }
    }

    /// What the letter is about.
    pub fn subject(self) -> &'static str {
        match self.measure {
            Measure::WarningLetter => self.pick("Officiële waarschuwing", "Official warning"),
            Measure::ContactBan => self.pick("Contactverbod", "Contact ban"),
        }
    }

    /// What follows when it happens again, or the ban is broken.
    pub fn consequences(self) -> &'static str {
        match self.measure {
            Measure::WarningLetter => self.pick(
                "Gebeurt zoiets nog een keer? Dan kan ik u een contactverbod opleggen. U mag dan \
                 een tijd lang niet zelf contact met ons opnemen en niet in onze gebouwen komen. \
                 Een bedreiging of geweld melden wij altijd bij de politie. Maakt u iets kapot? \
                 Dan vragen wij u de schade te betalen.",
                "If something like this happens again, I may place you under a contact ban. For \
                 some time you may then not contact us yourself or enter our buildings. We always \
                 report threats and violence to the police. If you damage anything, we will ask \
                 you to pay for it.",
            ),
            Measure::ContactBan => self.pick(
                "Neemt u toch contact op? Dan reageren wij niet en breken wij het contact af. Komt \
                 u toch in een gebouw van de gemeente? Dan vragen wij u om weg te gaan. Doet u dat \
                 niet, dan bellen wij de politie. Wij kunnen dan ook een nieuw verbod opleggen.",
                "If you contact us all the same, we will not react and will break off the contact. \
                 If you enter a building of the municipality all the same, we will ask you to \
                 leave. If you do not, we will call the police. We may also place you under a new \
                 ban.",
            ),
        }
    }

    /// Who may speak for the person. During a ban that is the only way, so that something is said
    /// even when nobody was named yet.
    pub fn representative(self, name: Option<&str>) -> Option<String> {
        match (self.measure, name) {
            (Measure::WarningLetter, None) => None,
            (Measure::WarningLetter, Some(name)) => Some(self.pick(
                format!("Namens u mag ook contact met ons opnemen: {name}."),
                format!("This person may also contact us for you: {name}."),
            )),
            (Measure::ContactBan, Some(name)) => Some(self.pick(
                format!("Alleen uw gemachtigde mag namens u contact met ons opnemen: {name}."),
                format!("Only your authorised representative may contact us for you: {name}."),
            )),
            (Measure::ContactBan, None) => Some(self.pick(
                "Alleen een gemachtigde mag namens u contact met ons opnemen. Kies iemand die u \
                 vertrouwt en laat ons weten wie dat is."
                    .into(),
                "Only an authorised representative may contact us for you. Choose somebody whom \
                 you trust and let us know who it is."
                    .into(),
            )),
        }
    }

    /// That the police were told.
    pub fn police_report(self, on: NaiveDate) -> String {
        let day = self.day(on);
        self.pick(
            format!("Wij hebben dit op {day} bij de politie gemeld."),
            format!("We reported this to the police on {day}."),
        )
    }

    /// What to do when one does not agree.
    pub fn remedy(self, remedy: &Remedy) -> String {
        let Remedy { at, weeks, .. } = remedy;
        let within = match (self.language, weeks) {
            (Language::Nl, 1) => "1 week".to_owned(),
            (Language::Nl, n) => format!("{n} weken"),
            (Language::En, 1) => "1 week".to_owned(),
            (Language::En, n) => format!("{n} weeks"),
        };
        match remedy.kind {
            RemedyKind::Objection => self.pick(
                format!(
                    "U kunt bezwaar maken. Doe dat binnen {within} na de dag waarop deze brief is \
                     verstuurd. Schrijf op waarom u het er niet mee eens bent, en zet uw naam, uw \
                     adres, de datum en het kenmerk van deze brief erbij. Stuur uw bezwaar \
                     naar:\n{at}"
                ),
                format!(
                    "You can object. Do so within {within} after the day on which this letter was \
                     sent. Write down why you do not agree, and add your name, your address, the \
                     date and the reference of this letter. Send your objection to:\n{at}"
                ),
            ),
            RemedyKind::Complaint => self.pick(
                format!(
                    "U kunt een klacht indienen. Doe dat binnen {within} na de dag waarop deze \
                     brief is verstuurd. Schrijf op waarom u het er niet mee eens bent, en zet uw \
                     naam, uw adres en het kenmerk van deze brief erbij. Stuur uw klacht \
                     naar:\n{at}"
                ),
                format!(
                    "You can make a complaint. Do so within {within} after the day on which this \
                     letter was sent. Write down why you do not agree, and add your name, your \
                     address and the reference of this letter. Send your complaint to:\n{at}"
                ),
            ),
        }
    }

    /// What is done with the data.
    pub fn privacy_notice(self, policy: &Policy, officer: &str) -> String {
        let (kept, answer) = (policy.keep_measures_months, policy.request_months);
        let months = |n: u32| match (self.language, n) {
            (Language::Nl, 1) => "1 maand".to_owned(),
            (Language::Nl, n) => format!("{n} maanden"),
            (Language::En, 1) => "1 month".to_owned(),
            (Language::En, n) => format!("{n} months"),
        };
        let (kept, answer) = (months(kept), months(answer));
        self.pick(
            format!(
                "Wij bewaren uw naam, uw adres, uw geboortedatum als wij die weten, en wat er is \
                 gebeurd in ons register van maatregelen. Dat hoort bij onze taak van algemeen \
                 belang en bij onze plicht om voor veilig werk te zorgen. Een medewerker die bij u \
                 langskomt, ziet alleen dat er een maatregel is, welke, tot wanneer, en wie erover \
                 gebeld kan worden. Andere gemeenten zien het register niet. De wijkagent hoort \
                 het alleen als dat voor een bezoek nodig is. Wij bewaren de gegevens tot {kept} \
                 na het einde van de maatregel.\n\
                 U mag uw gegevens inzien. U mag ons ook vragen om ze te verbeteren, te \
                 verwijderen of voorlopig niet te gebruiken. U krijgt dan binnen {answer} \
                 antwoord. Vraag het onze functionaris gegevensbescherming: {officer}.\n\
                 Gaan wij volgens u niet goed met uw gegevens om? Dan kunt u ook een klacht \
                 indienen bij de Autoriteit Persoonsgegevens."
            ),
            format!(
                "We keep your name, your address, your date of birth if we know it, and what \
                 happened in our register of measures. It belongs to our task in the public \
                 interest and to our duty to provide for safe work. An employee who visits you \
                 only sees that there is a measure, which one, until when, and whom to call about \
                 it. Other municipalities do not see the register. The district police officer is \
                 told only when a visit needs it. We keep the data until {kept} after the end of \
                 the measure.\n\
                 You may see your data. You may also ask us to correct or delete them, or not to \
                 use them for now. You will get an answer within {answer}. Ask our data protection \
                 officer: {officer}.\n\
                 If you think that we do not treat your data well, you can also complain to the \
                 Dutch data protection authority (Autoriteit Persoonsgegevens)."
            ),
        )
    }
}

/// An address as it stands on an envelope.
pub fn address_lines(it: &Address) -> String {
    let letter = it.house_letter.as_deref().unwrap_or_default();
    let addition = it.addition.as_deref().map(|a| format!("-{a}")).unwrap_or_default();
    let first = format!("{} {}{letter}{addition}", it.street, it.house_number);
    let second = match &it.postcode {
        Some(postcode) => format!("{postcode} {}", it.city.to_uppercase()),
        None => it.city.to_uppercase(),
    };
    format!("{}\n{}", first.trim(), second.trim())
}
