//! What calendars show, and the mail that brings a visit to one. Nobody who is visited is named.

use super::Words;
use crate::model::visits::Kind;

impl Words {
    /// What a visit is called in a calendar.
    pub fn calendar_line(&self, kind: Kind, worker: &str) -> String {
        let kind = match kind {
            Kind::HomeVisit => self.pick("Huisbezoek".into(), "Home visit".into()),
            Kind::FieldInspection => self.pick("Controle".into(), "Field inspection".into()),
            Kind::OfficeMeeting => self.pick("Gesprek op kantoor".into(), "Office meeting".into()),
        };
        format!("{kind}, {worker}")
    }

    /// The subject of the mail with a visit for one's calendar.
    pub fn calendar_subject(&self) -> String {
        self.pick("Je bezoek voor je agenda".into(), "Your visit for your calendar".into())
    }

    /// What that mail says.
    pub fn calendar_mail(&self) -> String {
        let url = &self.public_url;
        self.pick(
            format!(
                "Je bezoek is aangemeld. Open de bijlage om het in je agenda te zetten.\n\
                 Verandert het bezoek? Pas dan ook je agenda aan. Wat Rugdekking weet, staat in de app:\n\
                 {url}\n\n\
                 Deze mail uitzetten: Mijn gegevens, Agenda."
            ),
            format!(
                "Your visit is registered. Open the attachment to put it into your calendar.\n\
                 Does the visit change? Then change your calendar too. What Rugdekking knows is in the app:\n\
                 {url}\n\n\
                 To switch this mail off: My account, Calendar."
            ),
        )
    }
}
