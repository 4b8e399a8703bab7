//! What other systems are told when something happens: ids and states, never who or where. It is
//! written as a CloudEvent (1.0, by the NL GOV profile).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::model::{
    alarms::Alarm,
    clock::Instant,
    ids::{EntryId, EventId, IncidentId, TeamId, VisitId, digest},
    incidents::Incident,
    register::{Entry, EntryState},
    visits::timeline::{Fact, Line, TimelineSubject},
};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal),+ $(,)?) => {
        /// What can happen.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum EventKind {
            $($(#[$doc])* $name,)+
        }

        impl EventKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its name, with which its type ends.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }
    };
}

kinds! {
    /// Somebody registered a visit.
    VisitRegistered = "visit.registered",
    /// A visit got under way.
    VisitStarted = "visit.started",
    /// A visit ended.
    VisitEnded = "visit.ended",
    /// A visit does not take place.
    VisitCancelled = "visit.cancelled",
    /// Nobody answered at an agreed time.
    CheckInMissed = "check-in.missed",
    /// An alarm was opened.
    AlarmRaised = "alarm.raised",
    /// An open alarm became graver.
    AlarmWorsened = "alarm.worsened",
    /// People on a rung of the ladder were told.
    AlarmRung = "alarm.rung",
    /// Somebody took the alarm.
    AlarmTaken = "alarm.taken",
    /// Whoever had it did not close it in time; it climbs on.
    AlarmLapsed = "alarm.lapsed",
    /// The alarm is over.
    AlarmClosed = "alarm.closed",
    /// Somebody reported an incident.
    IncidentReported = "incident.reported",
    /// A measure was approved by a second person.
    MeasureBegun = "measure.begun",
    /// A measure lapsed or was withdrawn.
    MeasureEnded = "measure.ended",
}

impl EventKind {
    /// By its name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventSubject {
    /// A visit, or its alarm.
    Visit(VisitId),
    Incident(IncidentId),
    /// A measure of the register.
    Measure(EntryId),
}

impl EventSubject {
    pub fn id(self) -> Uuid {
        match self {
            Self::Visit(id) => id.0,
            Self::Incident(id) => id.0,
            Self::Measure(id) => id.0,
        }
    }

    /// Where in the api it is looked at.
    fn path(self) -> String {
        let what = match self {
            Self::Visit(_) => "visits",
            Self::Incident(_) => "incidents",
            Self::Measure(_) => "register-entries",
        };
        format!("/v1/{what}/{}", self.id())
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The same however often it is told.
    pub id: EventId,
    pub kind: EventKind,
    pub at: Instant,
    pub about: EventSubject,
    /// It would betray a silent alarm to who is out there.
    pub silent: bool,
    /// Ids and states.
    pub data: Value,
}

/// Where a line of a timeline belongs.
#[derive(Clone, Copy, Debug)]
pub struct LineOrigin<'a> {
    pub team: TeamId,
    /// The alarm that the line may be about.
    pub alarm: Option<&'a Alarm>,
}

impl Event {
    /// The event that a line tells, if it is one for others; they are not told of drills.
    pub fn of_line(line: &Line, origin: LineOrigin<'_>) -> Option<Self> {
        let TimelineSubject::Visit(visit) = line.subject else { return None };
        let (kind, mut data) = told(&line.fact)?;
        let alarm = origin.alarm.filter(|_| kind.name().starts_with("alarm."));
        data.insert("visitId".into(), json!(visit));
        data.insert("teamId".into(), json!(origin.team));
        if let Some(alarm) = alarm {
            data.insert("alarmId".into(), json!(alarm.id));
        }
        // These lines are never for who is out there; what they tell may be.
        let silent = match line.fact {
            Fact::Climbed { .. } | Fact::OwnerLapsed { .. } => {
                alarm.is_none_or(|alarm| !alarm.shown_to_worker)
            }
            _ => line.hidden,
        };
        let (id, about) = (EventId(line.id.0), EventSubject::Visit(visit));
        Some(Self { id, kind, at: line.at, about, silent, data: Value::Object(data) })
    }

    /// Somebody reported an incident.
    pub fn of_incident(incident: &Incident) -> Self {
        let kind = EventKind::IncidentReported;
        Self {
            id: once(kind, incident.id.0),
            kind,
            at: incident.reported_at,
            about: EventSubject::Incident(incident.id),
            silent: false,
            data: json!({ "incidentId": incident.id, "teamId": incident.team,
                "visitId": incident.visit, "alarmId": incident.alarm }),
        }
    }

    /// What it means for others that a measure, which stood there before, stands here now.
    pub fn of_measure(before: &str, entry: &Entry) -> Option<Self> {
        let (kind, at) = match (before, &entry.state) {
            ("proposed", EntryState::Approved { at, .. }) => (EventKind::MeasureBegun, *at),
            (
                "approved",
                EntryState::Lapsed { lapsed_at: at, .. } | EntryState::Withdrawn { at, .. },
            ) => (EventKind::MeasureEnded, *at),
            _ => return None,
        };
        Some(Self {
            id: once(kind, entry.id.0),
            kind,
            at,
            about: EventSubject::Measure(entry.id),
            silent: false,
            data: json!({ "entryId": entry.id, "measure": entry.measure, "from": entry.from,
                "until": entry.until, "status": entry.state.name() }),
        })
    }

    /// The event as it is sent. `personal` is what only some are told.
    pub fn written(&self, naming: &Naming, personal: Option<Value>) -> Value {
        let mut data = self.data.clone();
        if let Some(personal) = personal {
            data["personal"] = personal;
        }
        json!({
            "specversion": "1.0",
            "id": self.id,
            "source": naming.source,
            "type": format!("{}.{}", naming.prefix, self.kind.name()),
            "subject": self.about.id(),
            "time": self.at,
            "datacontenttype": "application/json",
            "dataref": format!("{}{}", naming.public_url, self.about.path()),
            "data": data,
        })
    }
}

/// How events are named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naming {
    /// Who tells: `urn:nld:oin:…`, or our own address.
    pub source: String,
    /// What every type begins with: `nl.example.rugdekking`.
    pub prefix: String,
    /// Where whoever may can look further.
    pub public_url: String,
}

impl Naming {
    /// Named after our own address: `https://rugdekking.example.nl` tells `nl.example.rugdekking.…`.
    pub fn of(public_url: &str) -> Self {
        let host = url::Url::parse(public_url).ok();
        let host = host.as_ref().and_then(url::Url::domain).unwrap_or("localhost");
        let mut words: Vec<_> = host.rsplit('.').collect();
        if !words.contains(&"rugdekking") {
            words.push("rugdekking");
        }
        Self {
            source: public_url.to_owned(),
            prefix: words.join("."),
            public_url: public_url.to_owned(),
        }
    }
}

/// What happens once with a thing has an id that follows from both.
fn once(kind: EventKind, id: Uuid) -> EventId {
    let hash = digest(&format!("{}/{id}", kind.name()));
    let bits = u128::from_str_radix(&hash[..32], 16).unwrap_or_default();
    EventId(uuid::Builder::from_custom_bytes(bits.to_be_bytes()).into_uuid())
}

fn told(fact: &Fact) -> Option<(EventKind, Map<String, Value>)> {
    let (kind, data) = match fact {
        Fact::Registered { risk, .. } => {
            (EventKind::VisitRegistered, json!({ "risky": !risk.is_empty() }))
        }
        Fact::Started { by_itself, .. } => {
            (EventKind::VisitStarted, json!({ "byItself": by_itself }))
        }
        Fact::Ended { route, .. } => (EventKind::VisitEnded, json!({ "route": route })),
        Fact::Cancelled { .. } => (EventKind::VisitCancelled, json!({})),
        Fact::Missed { due_at } => (EventKind::CheckInMissed, json!({ "dueAt": due_at })),
        Fact::AlarmOpened { cause } => (EventKind::AlarmRaised, json!({ "cause": cause })),
        Fact::AlarmWorsened { cause } => (EventKind::AlarmWorsened, json!({ "cause": cause })),
        Fact::Climbed { rung, .. } => (EventKind::AlarmRung, json!({ "rung": rung })),
        Fact::Taken { route } => (EventKind::AlarmTaken, json!({ "route": route })),
        Fact::OwnerLapsed { .. } => (EventKind::AlarmLapsed, json!({})),
        Fact::AlarmClosed { outcome, .. } => {
            (EventKind::AlarmClosed, json!({ "outcome": outcome }))
        }
        Fact::AlarmAnswered { .. } => (EventKind::AlarmClosed, json!({ "outcome": "answered" })),
        Fact::HelpUndone => (EventKind::AlarmClosed, json!({ "outcome": "undone" })),
        _ => return None,
    };
    match data {
        Value::Object(data) => Some((kind, data)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
