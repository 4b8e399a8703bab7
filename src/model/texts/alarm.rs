//! What managers, the desk and district officers hear and read.

use super::Words;
use crate::model::{alarms::Cause, clock::Instant, language::Language};

impl Words {
    fn cause(&self, cause: Cause) -> &'static str {
        match (cause, self.language) {
            (Cause::MissedCheckIn, Language::Nl) => "reageert niet op de afgesproken tijd",
            (Cause::MissedCheckIn, Language::En) => "does not answer at the agreed time",
            (Cause::Panic, Language::Nl) => "vraagt om hulp",
            (Cause::Panic, Language::En) => "asks for help",
            (Cause::Duress, Language::Nl) => "vraagt stil om hulp. BEL OF SMS DE MEDEWERKER NIET",
            (Cause::Duress, Language::En) => {
                "silently asks for help. DO NOT CALL OR TEXT THE WORKER"
            }
            (Cause::Drill, Language::Nl) => "oefent: dit is een TEST",
            (Cause::Drill, Language::En) => "holds a drill: this is a TEST",
        }
    }

    /// What is the matter, since when. `who` is the worker, or the team in a drill.
    pub fn alarm_line(&self, who: &str, cause: Cause, since: Instant) -> String {
        let (what, time) = (self.cause(cause), self.time(since));
        let head = if cause == Cause::Drill { "TEST" } else { "ALARM" };
        format!("{head} {time}: {who} {what}.")
    }

    /// The text of an alarm.
    pub fn alarm_text(&self, who: &str, cause: Cause, since: Instant, link: &str) -> String {
        let line = self.alarm_line(who, cause, since);
        self.pick(
            format!("{line} Pak op: antwoord 1 of open {link}"),
            format!("{line} Reply 1 to take it, or open {link}"),
        )
    }

    /// The subject of an alarm's mail.
    pub fn alarm_subject(&self, cause: Cause) -> String {
        let head = if cause == Cause::Drill { "TEST" } else { "ALARM" };
        self.pick(format!("{head}: pak dit nu op"), format!("{head}: take this now"))
    }

    /// The call of an alarm.
    pub fn alarm_call(&self, who: &str, cause: Cause) -> String {
        let what = self.cause(cause);
        let kind = match (cause, self.language) {
            (Cause::Drill, Language::Nl) => "een TEST",
            (Cause::Drill, Language::En) => "a TEST",
            (_, Language::Nl) => "een alarm",
            (_, Language::En) => "an alarm",
        };
        self.pick(
            format!("Dit is {kind} van Rugdekking. {who} {what}. Toets 1 om het op te pakken."),
            format!("This is {kind} from Rugdekking. {who} {what}. Press 1 to take it."),
        )
    }

    /// To an officer on the ladder; nothing about what the resident did.
    pub fn alarm_officer(&self, call: &str, link: &str) -> String {
        self.pick(
            format!("De gemeente bereikt een medewerker op bezoek niet. Bel {call}. Adres: {link}"),
            format!(
                "The municipality cannot reach an employee on a visit. Call {call}. Address: {link}"
            ),
        )
    }

    /// After taking it.
    pub fn taken_by_you(&self) -> String {
        self.pick(
            "Jij hebt dit alarm opgepakt. Sluit het in de app als het klaar is.".into(),
            "You took this alarm. Close it in the app when it is done.".into(),
        )
    }

    /// When somebody else has it.
    pub fn taken_by(&self, name: &str) -> String {
        self.pick(
            format!("{name} heeft dit alarm opgepakt. Je hoeft niets te doen."),
            format!("{name} took this alarm. You need to do nothing."),
        )
    }

    /// When it is over.
    pub fn alarm_over(&self) -> String {
        self.pick("Het alarm is gesloten.".into(), "The alarm is closed.".into())
    }

    /// When the worker answered without the code while the alarm was open.
    pub fn sign_of_life(&self, who: &str, time: Instant) -> String {
        let time = self.time(time);
        self.pick(
            format!("{who} antwoordde om {time} 'alles goed', zonder code. Het alarm blijft open: controleer het."),
            format!("{who} answered 'all well' at {time}, without the code. The alarm stays open: check it."),
        )
    }

    /// When the worker answered with the code and the alarm closed.
    pub fn answered_with_code(&self, who: &str) -> String {
        self.pick(
            format!("{who} heeft met de code geantwoord. Het alarm is gesloten."),
            format!("{who} answered with the code. The alarm is closed."),
        )
    }

    /// When an alarm became graver, to its owner or to everybody who was told.
    pub fn graver(&self, who: &str, cause: Cause, owned: bool) -> String {
        let what = self.cause(cause);
        match owned {
            true => self.pick(
                format!("ALARM: {who} {what}. Jij hebt dit alarm."),
                format!("ALARM: {who} {what}. You have this alarm."),
            ),
            false => self.pick(
                format!("ALARM: {who} {what}. Antwoord 1 om het op te pakken."),
                format!("ALARM: {who} {what}. Reply 1 to take it."),
            ),
        }
    }

    /// When a second moment was missed under an owned alarm.
    pub fn missed_again(&self, who: &str) -> String {
        self.pick(
            format!("{who} miste nog een afgesproken tijd. Jij hebt dit alarm."),
            format!("{who} missed another agreed time. You have this alarm."),
        )
    }

    /// When a manager is asked to agree.
    pub fn approval_asked(&self, who: &str, start: Instant) -> String {
        let (time, day, url) = (self.time(start), self.day(start), &self.public_url);
        self.pick(
            format!("{who} vraagt akkoord voor een bezoek op {day} om {time}. Bekijk het: {url}"),
            format!("{who} asks your approval for a visit on {day} at {time}. See {url}"),
        )
    }

    /// When somebody went without approval.
    pub fn went_anyway(&self, who: &str) -> String {
        let url = &self.public_url;
        self.pick(
            format!("{who} is op een risicovol bezoek zonder akkoord. We bewaken het wel. Bekijk het: {url}"),
            format!("{who} is on a risky visit without approval. We do watch it. See {url}"),
        )
    }

    /// When a planned visit did not start.
    pub fn not_started(&self, who: &str, start: Instant) -> String {
        let time = self.time(start);
        self.pick(
            format!("Het bezoek van {who} van {time} is niet gestart. De medewerker is gevraagd."),
            format!("The {time} visit of {who} has not started. The worker was asked."),
        )
    }

    /// To the administrators, when a ladder has a gap.
    pub fn ladder_gap(&self, team: &str) -> String {
        self.pick(
            format!("Team {team} heeft niemand die alarmen kan krijgen. De ladder van de organisatie valt in. Herstel dit."),
            format!("Team {team} has nobody who can get alarms. The organisation's ladder stands in. Mend this."),
        )
    }

    /// To the administrators, when not even the organisation's ladder can stand in.
    pub fn ladder_empty(&self, team: &str) -> String {
        self.pick(
            format!("Team {team} heeft niemand die alarmen kan krijgen, en op de ladder van de organisatie staat ook niemand. Herstel dit NU."),
            format!("Team {team} has nobody who can get alarms, and there is nobody on the organisation's ladder either. Mend this NOW."),
        )
    }

    /// To the administrators, when an alarm reaches nobody.
    pub fn nobody_to_tell(&self) -> String {
        self.pick(
            "EEN ALARM BEREIKT NIEMAND. Er is geen leidinggevende met een bevestigd nummer. Kijk nu op het bord.".into(),
            "AN ALARM REACHES NOBODY. There is no manager with a verified number. Look at the board now.".into(),
        )
    }

    /// To the administrators, when somebody on a ladder asked for no more texts.
    pub fn opted_out(&self, name: &str) -> String {
        self.pick(
            format!("{name} wil geen sms meer krijgen en krijgt alarmen alleen nog als oproep."),
            format!("{name} wants no more texts and gets alarms by call only."),
        )
    }

    /// The text to a district officer about a risky visit: the least that helps.
    pub fn officer_text(&self, start: Instant, link: &str) -> String {
        let (time, day) = (self.time(start), self.day(start));
        self.pick(
            format!("De gemeente verwacht een lastig bezoek op {day} om {time}. Meer: {link}"),
            format!("The municipality expects a difficult visit on {day} at {time}. More: {link}"),
        )
    }

    /// The subject of the mail to a district officer.
    pub fn officer_subject(&self) -> String {
        self.pick("Melding van een bezoek".into(), "Notice of a visit".into())
    }
}
