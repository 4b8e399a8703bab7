//! What is said about incidents, measures and aftercare: no names but the reporter's, and a link.

use super::Words;
use crate::model::{
    ids::{CareId, EntryId, IncidentId, RequestId},
    incident_notices::News,
    incidents::How,
    terms::Reminder,
};

impl Words {
    /// News of an incident.
    pub fn incident_news(&self, reporter: &str, id: IncidentId, news: News) -> String {
        let url = format!("{}/#/voorvallen/{id}", self.public_url);
        match news {
            News::Reported => self.pick(
                format!("{reporter} meldt een voorval. Bekijk het en beslis: {url}"),
                format!("{reporter} reports an incident. Look at it and decide: {url}"),
            ),
            News::Waiting(due) => {
                let (day, time) = (self.day(due), self.time(due));
                self.pick(
                    format!("Een voorval wacht op jouw besluit, voor {day} {time}: {url}"),
                    format!("An incident waits for your decision, before {day} {time}: {url}"),
                )
            }
            News::Overdue => self.pick(
                format!("Over een voorval is nog niet besloten. De termijn is voorbij: {url}"),
                format!("An incident has not been decided on. The deadline has passed: {url}"),
            ),
            News::Decided => self.pick(
                format!("Er is besloten over jouw melding. Lees wat er gebeurt: {url}"),
                format!("Your report has been decided on. Read what happens now: {url}"),
            ),
            News::Closed => self.pick(
                format!("Jouw melding is afgerond. Lees wat ermee is gedaan: {url}"),
                format!("Your report has been closed. Read what became of it: {url}"),
            ),
        }
    }

    /// To who leads a team, when an employee waits for a talk after an incident.
    pub fn care_due(&self, id: CareId) -> String {
        let url = format!("{}/#/opvang/{id}", self.public_url);
        self.pick(
            format!("Een medewerker wacht op opvang na een voorval. Neem contact op: {url}"),
            format!("An employee waits for support after an incident. Get in touch: {url}"),
        )
    }

    /// To the desk, when a measure is to be looked at again.
    pub fn review_due(&self, id: EntryId) -> String {
        let url = format!("{}/#/register/{id}", self.public_url);
        self.pick(
            format!("Is deze maatregel nog nodig? De dag van herbeoordeling is er: {url}"),
            format!("Is this measure still needed? Its day of review has come: {url}"),
        )
    }

    /// To the desk, while an objection waits for its decision.
    pub fn objection_due(&self, id: EntryId, reminder: Reminder) -> String {
        let url = format!("{}/#/register/{id}", self.public_url);
        match reminder {
            Reminder::Soon => self.pick(
                format!("Een bezwaar moet binnenkort beslist zijn: {url}"),
                format!("An objection has to be decided on soon: {url}"),
            ),
            Reminder::Overdue => self.pick(
                format!("De termijn voor een bezwaar is voorbij. Beslis nu: {url}"),
                format!("The term for an objection is over. Decide now: {url}"),
            ),
        }
    }

    /// To the desk, while a privacy request waits for its answer.
    pub fn request_due(&self, id: RequestId, reminder: Reminder) -> String {
        let url = format!("{}/#/verzoeken/{id}", self.public_url);
        match reminder {
            Reminder::Soon => self.pick(
                format!("Een privacyverzoek moet binnenkort beantwoord zijn: {url}"),
                format!("A privacy request has to be answered soon: {url}"),
            ),
            Reminder::Overdue => self.pick(
                format!("De termijn voor een privacyverzoek is voorbij. Antwoord nu: {url}"),
                format!("The term for a privacy request is over. Answer now: {url}"),
            ),
        }
    }

    /// To the desk, when the letter of a measure went out.
    pub fn letter_sent(&self, id: EntryId) -> String {
        let url = format!("{}/#/register/{id}", self.public_url);
        self.pick(
            format!("De brief van een maatregel is verstuurd. Lees hem hier: {url}"),
            format!("The letter of a measure was sent. Read it here: {url}"),
        )
    }

    /// What to do when somebody with a contact ban seeks contact all the same.
    pub fn breach_steps(&self, how: How) -> Vec<String> {
        let steps: &[(&str, &str)] = match how {
            How::Phone | How::Mail | How::SocialMedia => &[
                ("Blokkeer het nummer of het account.", "Block the number or the account."),
                ("Reageer niet.", "Do not react."),
                (
                    "Meld het bij je leidinggevende of het kennispunt Agressie.",
                    "Report it to your manager or the aggression desk.",
                ),
            ],
            How::Office => &[
                (
                    "Vraag de inwoner het gebouw te verlaten.",
                    "Ask the resident to leave the building.",
                ),
                (
                    "Gebeurt dat niet? Vraag het nog een keer.",
                    "If that does not help, ask once more.",
                ),
                (
                    "Druk op de alarmknop voor het AIT, of bel de politie. Breng jezelf in veiligheid.",
                    "Press the alarm button for the intervention team, or call the police. Get yourself to safety.",
                ),
                (
                    "Meld het bij je leidinggevende of het kennispunt Agressie.",
                    "Report it to your manager or the aggression desk.",
                ),
            ],
            How::Visit => &[
                ("Ga weg zodra dat veilig kan.", "Leave as soon as you safely can."),
                ("Bel 112 als er gevaar is.", "Call 112 when there is danger."),
                (
                    "Meld het bij je leidinggevende of het kennispunt Agressie.",
                    "Report it to your manager or the aggression desk.",
                ),
            ],
        };
        steps.iter().map(|(nl, en)| self.pick((*nl).into(), (*en).into())).collect()
    }
}
