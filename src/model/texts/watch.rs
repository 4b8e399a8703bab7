//! What a worker hears and reads: neutral, short, and clear on what to do.

use super::Words;
use crate::model::clock::Instant;

impl Words {
    /// Before a check-in.
    pub fn reminder(&self, due: Instant, link: &str, pin: bool) -> String {
        let time = self.time(due);
        match pin {
            false => self.pick(
                format!("Om {time} bellen we je. Alles goed? Antwoord OK of open {link}"),
                format!("We call you at {time}. All well? Reply OK or open {link}"),
            ),
            true => self.pick(
                format!("Om {time} bellen we je. Alles goed? Antwoord met je code of open {link}"),
                format!("We call you at {time}. All well? Reply with your code or open {link}"),
            ),
        }
    }

    /// At a check-in.
    pub fn prompt(&self, due: Instant, link: &str, pin: bool) -> String {
        let time = self.time(due);
        match pin {
            false => self.pick(
                format!("Afspraak {time}: alles goed? Antwoord OK of open {link}"),
                format!("Appointment {time}: all well? Reply OK or open {link}"),
            ),
            true => self.pick(
                format!("Afspraak {time}: alles goed? Antwoord met je code of open {link}"),
                format!("Appointment {time}: all well? Reply with your code or open {link}"),
            ),
        }
    }

    /// To a colleague who goes along, when the worker did not answer the first call.
    pub fn prompt_colleague(&self, due: Instant, link: &str) -> String {
        let time = self.time(due);
        self.pick(
            format!("Afspraak {time}: gaat bij jullie alles goed? Antwoord OK of open {link}"),
            format!("Appointment {time}: are you both well? Reply OK or open {link}"),
        )
    }

    /// What the call says; a resident may hear it.
    pub fn call(&self, pin: bool) -> String {
        match pin {
            false => self.pick(
                "Hallo, dit is je geplande belletje. Gaat alles volgens plan, toets 1. Heb je \
                 15 minuten langer nodig, toets 2. Wil je dat we iets regelen, toets 9."
                    .into(),
                "Hello, this is your planned call. If all goes to plan, press 1. If you need 15 \
                 more minutes, press 2. If you want us to arrange something, press 9."
                    .into(),
            ),
            true => self.pick(
                "Hallo, dit is je geplande belletje. Gaat alles volgens plan, toets je code en \
                 een hekje. Heb je 15 minuten langer nodig, toets 2. Wil je dat we iets regelen, \
                 toets 9."
                    .into(),
                "Hello, this is your planned call. If all goes to plan, press your code and the \
                 hash key. If you need 15 more minutes, press 2. If you want us to arrange \
                 something, press 9."
                    .into(),
            ),
        }
    }

    /// After an answer, while the visit goes on.
    pub fn confirmed(&self, next: Option<Instant>) -> String {
        match next.map(|at| self.time(at)) {
            Some(time) => self.pick(
                format!("Bedankt. We bellen je weer om {time}."),
                format!("Thank you. We call again at {time}."),
            ),
            None => self.pick("Bedankt.".into(), "Thank you.".into()),
        }
    }

    /// After an extension.
    pub fn extended(&self, until: Instant) -> String {
        let time = self.time(until);
        self.pick(
            format!("Bedankt. Je afspraak loopt nu tot {time}."),
            format!("Thank you. Your appointment now lasts until {time}."),
        )
    }

    /// After an answer without the code where one is needed.
    pub fn code_needed(&self) -> String {
        self.pick("Antwoord met je code.".into(), "Reply with your code.".into())
    }

    /// The same on a call.
    pub fn press_code(&self) -> String {
        self.pick("Toets je code en een hekje.".into(), "Press your code and the hash key.".into())
    }

    /// After a code that is not theirs.
    pub fn code_wrong(&self) -> String {
        self.pick(
            "Deze code klopt niet. Probeer het nog eens.".into(),
            "That code is not right. Try again.".into(),
        )
    }

    /// After the visit ended.
    pub fn ended(&self) -> String {
        self.pick(
            "Bedankt. Je afspraak is afgesloten.".into(),
            "Thank you. Your appointment is closed.".into(),
        )
    }

    /// After help was asked for by phone: neutral, for it is heard in the room.
    pub fn arranging(&self) -> String {
        self.pick("Begrepen. We regelen het.".into(), "Understood. We are on it.".into())
    }

    /// After a late answer without the code: the alarm goes on.
    pub fn answer_noted(&self) -> String {
        self.pick(
            "Bedankt, we geven het door. Je hoort zo van een collega.".into(),
            "Thank you, we pass it on. A colleague will contact you.".into(),
        )
    }

    /// When there is nothing to answer.
    pub fn nothing_asked(&self) -> String {
        self.pick(
            "Er is nu geen afspraak om op te antwoorden.".into(),
            "There is no appointment to answer now.".into(),
        )
    }

    /// To who asks for help and of whom nothing is known: with a number of the organisation, when
    /// it has one.
    pub fn nobody_warned(&self, number: Option<&str>) -> String {
        let warned = self.pick(
            "Let op: niemand is gewaarschuwd. We kennen geen bezoek van dit nummer. In gevaar? Bel \
             112."
                .into(),
            "Mind: nobody was warned. We know no visit of this number. In danger? Call 112.".into(),
        );
        let or = number.map(|n| self.pick(format!(" Of bel {n}."), format!(" Or call {n}.")));
        format!("{warned}{}", or.unwrap_or_default())
    }

    /// What is known of a visit that began with a call for help.
    pub fn unannounced(&self) -> String {
        self.pick(
            "Vroeg per sms om hulp. Er was geen bezoek aangemeld.".into(),
            "Asked for help by text. No visit was registered.".into(),
        )
    }

    /// When several visits share a number.
    pub fn which_one(&self) -> String {
        self.pick(
            "Er zijn meer afspraken met dit nummer. Gebruik de link in je bericht.".into(),
            "Several appointments use this number. Use the link in your message.".into(),
        )
    }

    /// When a reply was not understood.
    pub fn not_understood(&self) -> String {
        self.pick(
            "Niet begrepen. Antwoord OK als alles goed is, +15 voor meer tijd, of je code.".into(),
            "Not understood. Reply OK if all is well, +15 for more time, or your code.".into(),
        )
    }

    /// After STOP.
    pub fn stopped(&self) -> String {
        self.pick(
            "Je krijgt geen sms meer. We bellen je nog wel. Antwoord START om weer sms te krijgen."
                .into(),
            "You get no more texts. We still call you. Reply START to get texts again.".into(),
        )
    }

    /// After START.
    pub fn started_again(&self) -> String {
        self.pick("Je krijgt weer sms.".into(), "You get texts again.".into())
    }

    /// To a worker whose planned visit did not start.
    pub fn did_you_start(&self, start: Instant) -> String {
        let (time, url) = (self.time(start), &self.public_url);
        self.pick(
            format!("Je afspraak van {time} is nog niet gestart. Start of annuleer: {url}"),
            format!("Your {time} appointment has not started. Start or cancel it: {url}"),
        )
    }
}
