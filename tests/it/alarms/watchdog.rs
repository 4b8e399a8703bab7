//! The watchdog, against a service that is well, unwell, or gone.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU16, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Router as Routes,
    http::{HeaderMap, StatusCode},
    routing::get,
};
use chrono::{TimeDelta, TimeZone as _, Utc};
use chrono_tz::Europe::Amsterdam;
use rugdekking::{
    app::{
        healthcheck::{Question, ask},
        watchdog::{Notify, OnDuty, watch},
    },
    carrier::{Carrier, HandedOver, SendError, router::Router},
    model::{
        alarms::watchdog::Tell,
        clock::{
            Instant,
            testing::{ManualClock, Seeded},
        },
        messages::{Channel, Content, Message, Priority, language::Language, texts::Words},
    },
};
use tokio::{net::TcpListener, sync::mpsc};
use tokio_util::sync::CancellationToken;

/// A service whose readiness is whatever status is set.
struct Service {
    base: String,
    status: Arc<AtomicU16>,
}

impl Service {
    async fn start() -> Self {
        let status = Arc::new(AtomicU16::new(200));
        let says = status.clone();
        let ready = get(move || {
            let status = StatusCode::from_u16(says.load(Ordering::SeqCst)).unwrap();
            let mut headers = HeaderMap::new();
            if status.is_redirection() {
                headers.insert("location", "/health/live".parse().unwrap());
            }
            async move { (status, headers) }
        });
        let routes =
            Routes::new().route("/health/ready", ready).route("/health/live", get(async || "ok"));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { base, status }
    }

    fn answers(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn only_success_is_health() {
    let service = Service::start().await;
    assert_eq!(ask(&Question::Live.url(&service.base)).await, Ok(()));
    let ready = Question::Ready.url(&service.base);
    assert_eq!(ask(&ready).await, Ok(()));
    for status in [503, 500, 404, 302] {
        service.answers(status);
        let unwell = ask(&ready).await.unwrap_err();
        assert!(unwell.0.starts_with(&format!("answers {status}")), "{unwell}");
    }
}

#[tokio::test]
async fn nobody_there_is_not_health() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let unwell = ask(&Question::Live.url(&base)).await.unwrap_err();
    assert!(unwell.0.starts_with("cannot be reached"), "{unwell}");
}

/// People who cannot be reached the first time, and note what they hear.
struct People {
    heard: mpsc::UnboundedSender<Tell>,
    reachable: AtomicBool,
}

impl People {
    fn refusing_once(heard: mpsc::UnboundedSender<Tell>) -> Self {
        Self { heard, reachable: AtomicBool::new(false) }
    }
}

#[async_trait]
impl Notify for People {
    async fn tell(&self, tell: Tell) -> bool {
        self.heard.send(tell).unwrap();
        self.reachable.swap(true, Ordering::SeqCst)
    }
}

#[tokio::test]
async fn the_people_on_duty_hear_of_an_outage_until_it_is_over() {
    let service = Service::start().await;
    let clock = Arc::new(ManualClock::at(noon()));
    let (heard, mut told) = mpsc::unbounded_channel();
    let stop = CancellationToken::new();
    let (target, people) = (Question::Ready.url(&service.base), People::refusing_once(heard));
    let running = tokio::spawn({
        let (clock, stop) = (clock.clone(), stop.clone());
        async move { watch(&target, Duration::from_millis(10), 3, clock, stop, &people).await }
    });

    service.answers(503);
    let alarm = Tell::Alarm { since: noon() };
    assert_eq!(told.recv().await, Some(alarm));
    assert_eq!(told.recv().await, Some(alarm), "the first time, the carrier refused");
    nothing_for_a_while(&mut told).await;
    clock.advance(TimeDelta::minutes(10));
    assert_eq!(told.recv().await, Some(alarm), "it is not over after ten minutes");
    service.answers(200);
    assert_eq!(told.recv().await, Some(Tell::Recovered { since: noon() }));
    nothing_for_a_while(&mut told).await;

    stop.cancel();
    running.await.unwrap();
}

async fn nothing_for_a_while(told: &mut mpsc::UnboundedReceiver<Tell>) {
    let more = tokio::time::timeout(Duration::from_millis(150), told.recv()).await;
    assert!(more.is_err(), "said once too often: {more:?}");
}

/// A carrier that keeps what it is given, or refuses it.
#[derive(Debug, Default)]
struct Kept {
    refuses: bool,
    messages: Mutex<Vec<Message>>,
}

#[async_trait]
impl Carrier for Kept {
    fn name(&self) -> &'static str {
        "kept"
    }

    fn channels(&self) -> &'static [Channel] {
        &[Channel::Text, Channel::Call]
    }

    async fn send(&self, message: &Message) -> Result<HandedOver, SendError> {
        self.messages.lock().unwrap().push(message.clone());
        if self.refuses {
            return Err(SendError::Temporary { reason: "down".into(), retry_after: None });
        }
        Ok(HandedOver { provider_id: None, delivered: false })
    }
}

fn noon() -> Instant {
    Utc.with_ymd_and_hms(2026, 11, 23, 12, 0, 0).unwrap()
}

fn on_duty(carriers: &[Arc<Kept>]) -> OnDuty {
    let in_order = |channel| {
        let carriers = carriers.iter().map(|c| c.clone() as Arc<dyn Carrier>).collect();
        (channel, carriers)
    };
    OnDuty {
        numbers: vec!["0612345678".parse().unwrap(), "0687654321".parse().unwrap()],
        router: Arc::new(Router::new(vec![in_order(Channel::Text), in_order(Channel::Call)])),
        organisation: "Gemeente Voorbeeld".into(),
        words: Words { language: Language::Nl, zone: Amsterdam, public_url: String::new() },
        clock: Arc::new(ManualClock::at(noon())),
        random: Arc::new(Seeded::new(1)),
    }
}

#[tokio::test]
async fn everybody_is_texted_and_called_by_the_carrier_that_works() {
    let down = Arc::new(Kept { refuses: true, ..Kept::default() });
    let works = Arc::new(Kept::default());
    let people = on_duty(&[down.clone(), works.clone()]);

    assert!(people.tell(Tell::Alarm { since: noon() }).await);
    let messages = std::mem::take(&mut *works.messages.lock().unwrap());
    let mut reached: Vec<_> = messages.iter().map(|m| (m.to.as_str(), m.channel)).collect();
    reached.sort();
    let both = [Channel::Text, Channel::Call];
    let everybody = ["+31612345678", "+31687654321"].map(|to| both.map(|channel| (to, channel)));
    assert_eq!(reached, everybody.concat());
    assert_eq!(down.messages.lock().unwrap().len(), 4, "the first carrier was tried first");
    for message in &messages {
        assert_eq!(message.priority, Priority::Alarm);
        let words = match &message.content {
            Content::Text { body } => body,
            Content::Call(script) => &script.words,
            Content::Mail { .. } | Content::Push(_) => panic!("nobody asked for that"),
        };
        assert!(words.contains("Gemeente Voorbeeld") && words.contains("13:00"), "{words}");
    }

    assert!(people.tell(Tell::Recovered { since: noon() }).await);
    let messages = works.messages.lock().unwrap();
    let channels: Vec<_> = messages.iter().map(|m| m.channel).collect();
    assert_eq!(channels, [Channel::Text, Channel::Text], "good news is not worth a call");
}

#[tokio::test]
async fn it_is_known_when_nobody_was_reached() {
    let down = Arc::new(Kept { refuses: true, ..Kept::default() });
    let people = on_duty(&[down]);
    assert!(!people.tell(Tell::Alarm { since: noon() }).await);
}
