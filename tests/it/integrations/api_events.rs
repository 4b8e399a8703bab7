//! The feed of changes: who hears of what, that the line is alive, and when it ends.

use std::{pin::Pin, time::Duration};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use chrono::TimeDelta;
use futures::{Stream, StreamExt as _};
use rugdekking::{
    model::{
        alarms::{Alarm, Cause},
        ids::{AlarmId, TeamId, VisitId},
        messages::language::Language,
        people::{Named, Role},
        visits::{Colleague, Kind, Plan, SaysAlong, State, Visit},
    },
    store::{Db, Error, alarms, people::sessions, visits},
};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::support::{
    asking::{Asking, Somebody},
    on_both,
};

on_both!(
    each_hears_what_concerns_them,
    a_silent_alarm_is_silent_in_the_feed,
    a_change_is_told_once,
    a_flood_tells_to_load_everything,
    the_line_beats_until_one_signs_out,
    nobody_looks_when_nobody_listens,
    a_stop_ends_every_feed,
    a_stranger_hears_nothing
);

/// Longer than between two looks, shorter than between two beats.
const SOON: Duration = Duration::from_millis(1800);

/// Somebody's open feed.
struct Feed {
    chunks: Pin<Box<dyn Stream<Item = Result<axum::body::Bytes, axum::Error>> + Send>>,
}

impl Feed {
    async fn open(ask: &Asking, header: (&str, String)) -> Self {
        let request = Request::get("/v1/events").header(header.0, header.1);
        let answer = ask.open(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let mut feed = Self { chunks: Box::pin(answer.into_body().into_data_stream()) };
        assert_eq!(feed.next(SOON).await.unwrap().0, "hello");
        feed
    }

    async fn of(ask: &Asking, who: &Somebody) -> Self {
        Self::open(ask, ("authorization", format!("Bearer {}", who.token))).await
    }

    /// The next event and its data, within this time.
    async fn next(&mut self, within: Duration) -> Option<(String, Value)> {
        let chunk = timeout(within, self.chunks.next()).await.ok()??.unwrap();
        let text = String::from_utf8(chunk.to_vec()).unwrap();
        let line = |name: &str| text.lines().find_map(|l| l.strip_prefix(name)).unwrap().trim();
        Some((line("event:").to_owned(), serde_json::from_str(line("data:")).unwrap()))
    }

    /// The kinds of events that come soon, sorted; beats come whatever happens.
    async fn soon(&mut self) -> Vec<String> {
        let mut kinds = vec![];
        while let Some((kind, _)) = self.next(SOON).await {
            kinds.extend((kind != "beat").then_some(kind));
        }
        kinds.sort();
        kinds
    }
}

async fn visit(ask: &Asking, worker: &Somebody, along: &Somebody, team: TeamId) -> Visit {
    let now = ask.app.now();
    let mobile: rugdekking::model::phone::Phone = "+31612345678".parse().unwrap();
    let colleague = Colleague {
        name: "Along".into(),
        mobile: mobile.clone(),
        person_id: Some(along.id),
        says: SaysAlong::Yes,
    };
    let plan = Plan {
        kind: Kind::HomeVisit,
        starts_at: now,
        expected_minutes: 45,
        mobile,
        colleagues: vec![colleague],
        residents: vec![],
        background: String::new(),
        expects_trouble: false,
        known_resident: false,
    };
    Visit {
        id: VisitId::new(&*ask.app.random, now),
        team,
        worker: Named { id: worker.id, name: "Worker".into() },
        language: Language::Nl,
        has_pin: false,
        pins_begin_apart: false,
        extensions: 0,
        number_test: rugdekking::model::visits::NumberTest::Own,
        number_asks: 0,
        plan,
        expected_end_at: now + TimeDelta::minutes(45),
        hits: vec![],
        approval: None,
        officer: None,
        check_ins: vec![],
        state: State::UnderWay { since: now },
        alarm: None,
    }
}

async fn write(ask: &Asking, visit: &Visit) {
    let (visit, now) = (visit.clone(), ask.app.now());
    let work = ask.app.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move { visits::insert(tx, &visit, now).await })
    });
    work.await.unwrap();
}

async fn write_alarm(ask: &Asking, alarm: &Alarm) {
    let (alarm, now) = (alarm.clone(), ask.app.now());
    let work = ask.app.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move { alarms::save(tx, &alarm, now).await })
    });
    work.await.unwrap();
}

fn alarm(ask: &Asking, visit: &Visit, cause: Cause) -> Alarm {
    let now = ask.app.now();
    Alarm::open(AlarmId::new(&*ask.app.random, now), Some(visit.id), visit.team, cause, now)
}

struct Cast {
    ask: Asking,
    worker: Somebody,
    along: Somebody,
    manager: Somebody,
    desk: Somebody,
    other: Somebody,
    team: TeamId,
}

async fn cast(db: Db) -> Cast {
    let ask = Asking::whole(db);
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let along = ask.somebody("Along", &[Role::Worker]).await;
    let manager = ask.somebody("Manager", &[Role::Manager]).await;
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let other = ask.somebody("Other", &[Role::Manager]).await;
    let team = ask.team("Team", &[&worker, &along], &[&manager]).await;
    ask.team("Elsewhere", &[], &[&other]).await;
    Cast { ask, worker, along, manager, desk, other, team }
}

async fn each_hears_what_concerns_them(db: Db) {
    let it = cast(db).await;
    let visit = visit(&it.ask, &it.worker, &it.along, it.team).await;
    let mut feeds = vec![];
    for who in [&it.worker, &it.along, &it.manager, &it.desk, &it.other] {
        feeds.push(Feed::of(&it.ask, who).await);
    }
    write(&it.ask, &visit).await;
    write_alarm(&it.ask, &alarm(&it.ask, &visit, Cause::Panic)).await;
    let mut heard = vec![];
    for feed in &mut feeds {
        heard.push(feed.soon().await);
    }
    let both = vec!["alarm".to_owned(), "visit".to_owned()];
    assert_eq!(
        heard,
        [both.clone(), both.clone(), both, vec!["alarm".to_owned()], Vec::<String>::new()]
    );
}

async fn a_silent_alarm_is_silent_in_the_feed(db: Db) {
    let mut it = cast(db).await;
    let visit = visit(&it.ask, &it.worker, &it.manager, it.team).await;
    write(&it.ask, &visit).await;
    // Along goes along nowhere; the manager of the team is on this visit and so is out there.
    it.along = it.ask.somebody("Deputy", &[Role::Manager]).await;
    let mut silent = alarm(&it.ask, &visit, Cause::Duress);
    let told = |somebody: &Somebody| rugdekking::model::alarms::Told {
        person: Some(somebody.id),
        officer: None,
        name: "Told".into(),
        number: None,
        rung: 1,
        at: it.ask.app.now(),
    };
    silent.told = vec![told(&it.along), told(&it.worker)];
    let mut out = [Feed::of(&it.ask, &it.worker).await, Feed::of(&it.ask, &it.manager).await];
    let mut minders = [Feed::of(&it.ask, &it.along).await, Feed::of(&it.ask, &it.desk).await];
    // The visit itself is new to a feed that has just begun.
    for feed in &mut out {
        assert_eq!(feed.soon().await, ["visit"]);
    }
    write_alarm(&it.ask, &silent).await;
    silent.rounds = 1;
    for feed in &mut minders {
        assert_eq!(feed.soon().await, ["alarm"]);
    }
    write_alarm(&it.ask, &silent).await;
    for feed in &mut out {
        assert_eq!(feed.soon().await, Vec::<String>::new(), "not a sign out there");
    }
    silent.shown_to_worker = true;
    write_alarm(&it.ask, &silent).await;
    for feed in &mut out {
        assert_eq!(feed.soon().await, ["alarm"], "by then anybody would have missed the check-in");
    }
}

async fn a_change_is_told_once(db: Db) {
    let it = cast(db).await;
    let visit = visit(&it.ask, &it.worker, &it.along, it.team).await;
    let mut feed = Feed::of(&it.ask, &it.manager).await;
    write(&it.ask, &visit).await;
    let told = feed.next(SOON).await.unwrap();
    assert_eq!(told, ("visit".into(), json!({"id": visit.id, "version": 1})));
    assert_eq!(feed.soon().await, Vec::<String>::new(), "though it is looked at more than once");
    let (changed, now) = (visit.clone(), it.ask.app.now());
    let work = it.ask.app.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move { visits::save(tx, &changed, 1, now).await })
    });
    work.await.unwrap();
    assert_eq!(feed.next(SOON).await.unwrap().1, json!({"id": visit.id, "version": 2}));
    // The demo's clock jumps; what was written before and after is told all the same.
    it.ask.clock.advance(TimeDelta::hours(5));
    let later = Visit { id: VisitId::new(&*it.ask.app.random, it.ask.app.now()), ..visit };
    write(&it.ask, &later).await;
    assert_eq!(feed.next(SOON).await.unwrap().1["id"], json!(later.id));
}

async fn a_flood_tells_to_load_everything(db: Db) {
    let it = cast(db).await;
    let one = visit(&it.ask, &it.worker, &it.along, it.team).await;
    let mut feed = Feed::of(&it.ask, &it.manager).await;
    let (now, random) = (it.ask.app.now(), it.ask.app.random.clone());
    let work = it.ask.app.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            for _ in 0..1000 {
                let other = Visit { id: VisitId::new(&*random, now), ..one.clone() };
                visits::insert(tx, &other, now).await?;
            }
            Ok(())
        })
    });
    work.await.unwrap();
    assert_eq!(feed.next(SOON).await.unwrap().0, "hello");
    assert_eq!(feed.soon().await, Vec::<String>::new(), "not a thousand events, nor hello again");
}

async fn the_line_beats_until_one_signs_out(db: Db) {
    let it = cast(db).await;
    let cookie = format!("__Host-rugdekking={}", it.worker.token);
    let mut feed = Feed::open(&it.ask, ("cookie", cookie)).await;
    let patience = Duration::from_secs(12);
    let beat = feed.next(patience).await.unwrap();
    assert_eq!(beat.0, "beat");
    assert_eq!(beat.1["now"], json!(it.ask.app.now()));
    let token = it.worker.token.clone();
    let out =
        it.ask.app.db.write::<_, Error, _>(move |tx| {
            Box::pin(async move { sessions::close(tx, &token).await })
        });
    out.await.unwrap();
    let end = timeout(patience, feed.chunks.next()).await;
    assert!(end.expect("it ends by the next beat").is_none());
}

async fn nobody_looks_when_nobody_listens(db: Db) {
    let it = cast(db).await;
    let changes = &it.ask.app.changes;
    assert!(!changes.is_looking());
    let feeds = (Feed::of(&it.ask, &it.worker).await, Feed::of(&it.ask, &it.desk).await);
    assert!(changes.is_looking());
    assert_eq!(changes.listeners(), 2);
    drop(feeds);
    sleep(SOON).await;
    assert!(!changes.is_looking(), "the last one left");
    let mut again = Feed::of(&it.ask, &it.manager).await;
    write(&it.ask, &visit(&it.ask, &it.worker, &it.along, it.team).await).await;
    assert_eq!(again.soon().await, ["visit"]);
}

async fn a_stop_ends_every_feed(db: Db) {
    let it = cast(db).await;
    let mut feed = Feed::of(&it.ask, &it.worker).await;
    it.ask.app.changes.stop();
    let end = timeout(SOON, feed.chunks.next()).await;
    assert!(end.expect("it ends at once").is_none());
}

async fn a_stranger_hears_nothing(db: Db) {
    let ask = Asking::whole(db);
    let answer = ask.ask(Request::get("/v1/events").body(Body::empty()).unwrap()).await;
    let answer = answer.expect(401);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(ask.app.changes.listeners(), 0);
}
