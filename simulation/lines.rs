//! The carriers and what they do with a message: bring it, late or twice or never, refuse it, hang;
//! and tell of it early, late, twice and out of order.

use chrono::TimeDelta;
use rand::Rng as _;
use rugdekking::{
    carrier::{HandedOver, SendError},
    model::messages::{Channel, Message, Receipt},
};

use crate::{
    asking::{Asked, Means, What},
    tasks::Pass,
    town::CARRIERS,
    weather::Mood,
    world::{Answers, Event, Fault, World},
};

/// What becomes of a message: what the carrier answers, after how long, and whether it arrives.
struct Fate {
    answer: Answers,
    millis: std::ops::Range<i64>,
    arrives: u32,
}

impl World {
    /// A carrier is asked to bring a message.
    pub fn hands_over(&mut self, task: u64, name: &str, message: Message) -> Result<(), Fault> {
        self.note(|| format!("{name} is to bring {} to {}", message.key, message.to));
        self.truth.brings(message.id, task, &message.key, self.now)?;
        self.may_be_said(task, &message)?;
        let fate = self.fate(name);
        let answers = self.now + TimeDelta::milliseconds(self.rng.random_range(fate.millis));
        let arrives = fate.arrives;
        for _ in 0..arrives {
            // Most arrive at once, some before the carrier answers us, some much later.
            let late = if self.rng.random_bool(0.05) { 1..240 } else { 0..6 };
            self.after(late, Event::Arrives(Box::new(message.clone())));
        }
        if fate.answer != Answers::Temporary && fate.answer != Answers::Permanent {
            self.tells(&message, arrives > 0);
        }
        self.at(answers, Event::CarrierAnswers(task, fate.answer));
        Ok(())
    }

    fn fate(&mut self, name: &str) -> Fate {
        let nth = usize::from(name == CARRIERS[1]);
        let (mood, until) = self.moods[nth];
        let mood = if self.now < until && !self.is_evening() { mood } else { Mood::Well };
        let odd = !self.is_evening() && self.rng.random_bool(self.weather.odd);
        if mood != Mood::Well || odd {
            self.carriers_well = self.carriers_well.max(self.now + TimeDelta::seconds(80));
        }
        let quick = 20..1500;
        match (mood, odd) {
            (Mood::Well, false) => Fate { answer: Answers::Taken, millis: quick, arrives: 1 },
            (Mood::Well, true) => self.odd(),
            (Mood::Temporary, _) => Fate { answer: Answers::Temporary, millis: quick, arrives: 0 },
            (Mood::Permanent, _) => Fate { answer: Answers::Permanent, millis: quick, arrives: 0 },
            (Mood::Hangs, _) => {
                let arrives = u32::from(self.rng.random_bool(0.5));
                Fate { answer: Answers::Unknown, millis: 15_000..15_100, arrives }
            }
            (Mood::Swallows, _) => Fate { answer: Answers::Taken, millis: quick, arrives: 0 },
        }
    }

    fn odd(&mut self) -> Fate {
        match self.rng.random_range(0..7) {
            0 => Fate { answer: Answers::Temporary, millis: 20..9000, arrives: 0 },
            1 => Fate { answer: Answers::Permanent, millis: 20..9000, arrives: 0 },
            2 => Fate { answer: Answers::Unknown, millis: 15_000..15_100, arrives: 1 },
            3 => Fate { answer: Answers::Unknown, millis: 15_000..15_100, arrives: 0 },
            4 => Fate { answer: Answers::Taken, millis: 5000..14_000, arrives: 1 },
            5 => Fate { answer: Answers::Taken, millis: 20..1500, arrives: 2 },
            _ => Fate { answer: Answers::Taken, millis: 20..1500, arrives: 0 },
        }
    }

    /// Receipts of what was taken: one, or several that contradict each other, or none.
    fn tells(&mut self, message: &Message, arrives: bool) {
        let call = message.channel == Channel::Call;
        let good = if call { Receipt::CallAnswered } else { Receipt::Delivered };
        let bad = if call {
            [Receipt::CallVoicemail, Receipt::CallNoAnswer, Receipt::CallBusy]
                [self.rng.random_range(0..3)]
        } else {
            Receipt::Failed { permanent: self.rng.random_bool(0.5) }
        };
        // A phone that rings does not always have somebody at it.
        let machine = call && self.rng.random_bool(0.15);
        let receipt = if arrives && !machine { good } else { bad };
        let odd = self.weather.odd > 0.0 && !self.is_evening();
        let mut receipts = vec![receipt];
        if odd && self.rng.random_bool(0.2) {
            receipts.push([good, bad][self.rng.random_range(0..2)]);
        }
        if odd && self.rng.random_bool(0.1) {
            receipts.push(receipt);
        }
        if self.rng.random_bool(if odd { 0.2 } else { 0.02 }) {
            receipts.clear();
        }
        for receipt in receipts {
            let late = if odd && self.rng.random_bool(0.1) { 60..900 } else { 0..20 };
            let what = What::Receipt { message: message.id, receipt };
            let asked = Asked { what, means: Means::Nothing, tries: 0 };
            self.after(late, Event::Asks(Box::new(asked)));
        }
    }

    /// A carrier answers; whoever asked may be gone by then.
    pub async fn carrier_answers(&mut self, task: u64, answers: Answers) -> Result<(), Fault> {
        let Some((_, known)) = self.tasks.get(&task) else { return Ok(()) };
        let still_until = self.health[known.instance].still_until;
        if still_until > self.now {
            self.at(still_until, Event::CarrierAnswers(task, answers));
            return Ok(());
        }
        let reason = || "so it is".to_owned();
        let outcome = match answers {
            Answers::Taken => Ok(HandedOver { provider_id: None, delivered: false }),
            Answers::Temporary => Err(SendError::Temporary { reason: reason(), retry_after: None }),
            Answers::Permanent => Err(SendError::Permanent { reason: reason() }),
            Answers::Unknown => Err(SendError::Unknown { reason: reason() }),
        };
        self.note(|| format!("a carrier answers {answers:?}"));
        self.step(task, Pass::Carrier(outcome)).await
    }
}
