//! The people: those who are out there and those who are told of alarms. They answer or do not,
//! late, twice, without reception, under threat; they race each other, forget, and talk nonsense.

use chrono::TimeDelta;
use rand::{Rng as _, rngs::StdRng};
use rugdekking::model::{
    clock::Instant,
    messages::{Channel, Content, Message},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    asking::{Asked, Means, Saying, What},
    town::{DURESS_PIN, PIN, URL, WORKERS},
    world::{Event, Fault, World},
};

/// How somebody is on a visit.
#[derive(Clone, Copy, Debug)]
pub struct Temper {
    /// The chance that a question is answered.
    pub answers: f64,
    /// How many seconds that takes.
    pub seconds: (i64, i64),
    /// Whether somebody stands beside them.
    pub threatened: bool,
}

impl Temper {
    pub fn of(rng: &mut StdRng) -> Self {
        let (answers, seconds) = match rng.random_range(0..10) {
            0..7 => (0.95, (5, 80)),
            7 => (0.7, (60, 500)),
            8 => (0.4, (5, 900)),
            9 if rng.random_bool(0.5) => (0.0, (5, 6)),
            _ => (1.0, (1, 20)),
        };
        Self { answers, seconds, threatened: rng.random_bool(0.06) }
    }
}

/// A moment as a phone writes it.
fn moment(at: Instant) -> Value {
    json!(at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
}

/// The link in a text.
fn link_in(message: &Message) -> Option<String> {
    let Content::Text { body } = &message.content else { return None };
    let at = body.find(URL)?;
    let link: String = body[at + URL.len()..].chars().take_while(|c| !c.is_whitespace()).collect();
    (link.len() > 1).then_some(link)
}

impl World {
    fn key(&mut self) -> String {
        self.count += 1;
        format!("key-{}", self.count)
    }

    fn app(&mut self, who: usize, path: String, body: Value, means: Means) -> Asked {
        let key = Some(self.key());
        let token = self.town.people[who].token.clone();
        Asked { what: What::App { token, method: "POST", path, key, body }, means, tries: 0 }
    }

    /// A visit is registered.
    pub fn plans(&mut self, nth: usize) {
        let worker = self.rng.random_range(0..WORKERS);
        let starts = self.service() + TimeDelta::seconds(self.rng.random_range(-120..1800));
        let lasts = self.rng.random_range(10..75);
        let number = |who: usize| self.town.people[who].number.to_string();
        let mobile = number(worker);
        let along = (worker + 1) % WORKERS;
        let along = json!([{ "name": format!("Persoon {along}"), "mobile": number(along) }]);
        let colleagues = if self.rng.random_bool(0.3) { along } else { json!([]) };
        let times: Vec<Value> = match self.rng.random_range(0..3) {
            0 => vec![],
            n => (0..n * 2)
                .map(|_| moment(starts + TimeDelta::minutes(self.rng.random_range(1..lasts))))
                .collect(),
        };
        let address = json!({ "street": "Hengelosestraat", "houseNumber": 51 + nth,
            "postcode": "7514 AD", "city": "Enschede" });
        let mut body = json!({
            "kind": "home-visit", "startsAt": moment(starts), "expectedMinutes": lasts,
            "mobile": mobile, "colleagues": colleagues,
            "residents": [{ "name": "J. de Wit", "address": address }],
            "background": "Aanvraag voor een traplift.",
            "expectsTrouble": self.rng.random_bool(0.3), "knownResident": false,
        });
        if !times.is_empty() {
            body["checkInTimes"] = json!(times);
        }
        let asked = self.app(worker, "/v1/visits".into(), body, Means::Registers(worker));
        self.asks(asked);
    }

    /// A manager agrees to a visit, soon or too late.
    pub fn approves(&mut self, visit: Uuid) {
        let path = format!("/v1/visits/{visit}/approval");
        let asked = self.app(WORKERS, path, json!({}), Means::Nothing);
        self.after(10..3000, Event::Asks(Box::new(asked)));
    }

    fn pin(&mut self, temper: Temper) -> Option<&'static str> {
        match self.rng.random_range(0..20) {
            _ if temper.threatened => Some(DURESS_PIN),
            0 => Some("8642"),
            1..5 => None,
            _ => Some(PIN),
        }
    }

    fn says(&mut self, visit: Uuid, saying: Saying, pin: Option<&'static str>) -> Asked {
        let worker = self.truth.visits.get(&visit).copied().unwrap_or_default();
        let now = self.service();
        let mut body = json!({});
        if let Some(pin) = pin {
            body["pin"] = json!(pin);
        }
        if self.rng.random_bool(0.5) && saying != Saying::Starts {
            body["tappedAt"] = moment(now);
        }
        if saying == Saying::More {
            body["minutes"] = json!([15, 30, 60][self.rng.random_range(0..3)]);
        }
        let verb = match saying {
            Saying::Starts => "start",
            Saying::Well => "check-ins",
            Saying::More => "extensions",
            Saying::Ends => "end",
            Saying::Help => "alarm",
            Saying::Undo => "alarm/withdrawal",
        };
        let means = Means::Says { visits: vec![visit], tapped: now, saying, pin };
        self.app(worker, format!("/v1/visits/{visit}/{verb}"), body, means)
    }

    /// A worker does something of their own accord.
    pub fn lives(&mut self, visit: Uuid) {
        let Some(temper) = self.tempers.get(&visit).copied() else { return };
        let pin = self.pin(temper);
        let saying = match self.rng.random_range(0..20) {
            _ if self.is_evening() => Saying::Ends,
            0..4 => Saying::Starts,
            4..8 => Saying::Well,
            8..10 => Saying::More,
            10 => Saying::Help,
            11..16 => Saying::Ends,
            _ => return,
        };
        let pin = if self.is_evening() && !temper.threatened { Some(PIN) } else { pin };
        let asked = self.says(visit, saying, pin);
        if saying == Saying::Help && self.rng.random_bool(0.6) {
            let undo = self.says(visit, Saying::Undo, pin.or(Some(PIN)));
            self.after(1..9, Event::Asks(Box::new(undo)));
        }
        self.sends(asked);
    }

    /// A phone sends it: now, or when there is reception again; sometimes twice.
    fn sends(&mut self, asked: Asked) {
        if !self.is_evening() && self.rng.random_bool(0.1) {
            self.after(1..40, Event::Asks(Box::new(asked.clone())));
        }
        if !self.is_evening() && self.rng.random_bool(0.1) {
            self.after(20..1200, Event::Asks(Box::new(asked)));
        } else {
            self.asks(asked);
        }
    }

    /// A message arrives on a phone.
    pub fn arrives(&mut self, message: Message) {
        let Some(who) = self.town.of_number(&message.to) else { return };
        let asks_worker = message.check_in.is_some();
        let alarm = message.alarm.filter(|_| message.person.is_some());
        if asks_worker && who < WORKERS {
            self.is_asked(who, &message);
        } else if let Some(alarm) = alarm
            && who >= WORKERS
        {
            self.is_called(who, &message, alarm.0);
        }
    }

    fn is_asked(&mut self, who: usize, message: &Message) {
        let Some(visit) = message.visit.map(|v| v.0) else { return };
        let Some(temper) = self.tempers.get(&visit).copied() else { return };
        if let Some(path) = link_in(message)
            && self.rng.random_bool(0.1)
        {
            let what = What::Preview { path };
            self.after(
                0..5,
                Event::Asks(Box::new(Asked { what, means: Means::Nothing, tries: 0 })),
            );
        }
        if !self.rng.random_bool(temper.answers) {
            return;
        }
        let pin = self.pin(temper);
        let is_theirs = self.truth.visits.get(&visit) == Some(&who);
        // A text is about whatever is under way for the number from which it comes.
        let any = vec![Uuid::nil()];
        let tapped = self.service();
        let says = |visits, saying| Means::Says { visits, tapped, saying, pin };
        let code = pin.map_or(String::new(), |pin| format!(" {pin}"));
        let asked = match (message.channel, self.rng.random_range(0..4)) {
            (Channel::Text, 0) => {
                let Some(path) = link_in(message) else { return };
                let (say, saying) = match self.rng.random_range(0..8) {
                    0 => ("15", Saying::More),
                    1 => ("ended", Saying::Ends),
                    _ => ("", Saying::Well),
                };
                let body = json!({ "say": say, "pin": pin.unwrap_or_default() });
                Asked {
                    what: What::Press { path, body },
                    means: says(vec![visit], saying),
                    tries: 0,
                }
            }
            (Channel::Text, 1) => {
                let (word, saying) = match self.rng.random_range(0..12) {
                    0 => ("+15", Saying::More),
                    1 => ("klaar", Saying::Ends),
                    2 => ("hoezo?", Saying::Starts),
                    3 => ("STOP ", Saying::Starts),
                    _ => ("ok", Saying::Well),
                };
                let odd = saying == Saying::Starts;
                let body = if odd { word.into() } else { format!("{word}{code}") };
                let from = self.town.people[who].number.clone();
                let means = if odd { Means::Nothing } else { says(any, saying) };
                let name = self.key();
                Asked { what: What::Text { from, body, name }, means, tries: 0 }
            }
            (Channel::Call, _) => {
                let digits = match (pin, self.rng.random_range(0..6)) {
                    (_, 0) => "5".to_owned(),
                    (Some(pin), 1..4) => pin.to_owned(),
                    (Some(pin), _) => format!("1{pin}"),
                    (None, _) => "1".to_owned(),
                };
                let what = What::Keys { message: message.id, digits };
                Asked { what, means: says(vec![visit], Saying::Well), tries: 0 }
            }
            (Channel::Text, _) if is_theirs => self.says(visit, Saying::Well, pin),
            _ => return,
        };
        let (from, until) = temper.seconds;
        self.after(from..until, Event::Asks(Box::new(asked)));
    }

    fn is_called(&mut self, who: usize, message: &Message, alarm: Uuid) {
        let evening = self.is_evening();
        let sleeps = if self.weather.night {
            1.0
        } else if evening {
            0.1
        } else {
            0.55
        };
        if self.rng.random_bool(sleeps) || !message.key.to_string().starts_with("alarm/") {
            return;
        }
        let what = match (message.channel, self.rng.random_range(0..8)) {
            (Channel::Call, 0) => What::Keys { message: message.id, digits: "7".into() },
            (Channel::Call, _) => What::Keys { message: message.id, digits: "1".into() },
            (Channel::Text, 0..3) => match link_in(message) {
                Some(path) => What::Press { path, body: json!({}) },
                None => return,
            },
            (Channel::Text, nth) => {
                let from = self.town.people[who].number.clone();
                let body = match nth {
                    3 => "wat is er?",
                    4 if !evening && self.rng.random_bool(0.2) => "STOP",
                    _ => "1",
                };
                What::Text { from, body: body.into(), name: self.key() }
            }
            _ => {
                let path = format!("/v1/alarms/{alarm}/acknowledgement");
                self.app(who, path, json!({}), Means::Nothing).what
            }
        };
        let asked = Asked { what, means: Means::Takes(who), tries: 0 };
        self.after(5..200, Event::Asks(Box::new(asked)));
    }

    /// Closes an alarm that somebody has; or forgets to.
    pub async fn tidies(&mut self, who: usize) -> Result<(), Fault> {
        if self.weather.night || (!self.is_evening() && self.rng.random_bool(0.4)) {
            return Ok(());
        }
        let everything = self.read_everything().await?;
        let id = self.town.people[who].id;
        for alarm in everything.alarms() {
            let theirs = matches!(&alarm.state,
                rugdekking::model::alarms::AlarmState::Owned { by, .. } if by.id == id);
            if !theirs {
                continue;
            }
            let ended = self.rng.random_bool(0.5);
            let body = json!({ "outcome": "safe", "visitEnded": ended });
            let path = format!("/v1/alarms/{}/closure", alarm.id);
            let asked = self.app(who, path, body, Means::Closes(alarm.id.0));
            self.asks(asked);
        }
        self.everything = everything;
        Ok(())
    }
}
