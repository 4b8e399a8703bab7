//! The whole service on a real telephone: what is pressed on a call over SIP is decided like what is
//! pressed on any other.

use std::{sync::Arc, time::Duration};

use rugdekking::{
    api::http::state::AppState,
    app::messages::calls::Calls,
    carrier::{
        CallHolder as _, Carrier, LineState,
        providers::sip::{Sip, SipConfig},
        router::Router,
    },
    engine::Engine,
    model::messages::Channel,
    store::Db,
};
use serde_json::json;
use tokio::{
    sync::MutexGuard,
    time::{sleep, timeout},
};

use crate::support::{
    on_both,
    telephone::{HERE, JAN, RUUD, Telephone, in_turn, short_waits},
    town::{
        Town,
        form::{home_visit, risky_visit},
    },
};

const PATIENCE: Duration = Duration::from_secs(20);

/// The town, which calls by SIP; numbers that the telephone does not have are called as ever.
struct Wired {
    town: Town,
    phone: Telephone,
    sip: Arc<Sip>,
    /// What is dialled to call the service.
    us: String,
    _turn: MutexGuard<'static, ()>,
}

impl Wired {
    async fn of(db: Db, phone: impl Future<Output = Telephone>) -> Self {
        let turn = in_turn().await;
        let phone = phone.await;
        let speech = ["espeak-ng", "-v", "{language}", "-s", "450", "--stdout"];
        let config = SipConfig {
            patience: Duration::from_secs(1),
            speech: speech.map(str::to_owned).to_vec(),
            ..phone.line().await
        };
        let us = format!("sip:rugdekking@{HERE}:{}", config.own_port);
        let sip = Arc::new(Sip::new(config).unwrap());
        let mut town = Town::new(db).await;
        let others: Arc<dyn Carrier> = town.carrier.clone();
        let router = Router::new(vec![
            (Channel::Call, vec![sip.clone() as Arc<dyn Carrier>, others.clone()]),
            (Channel::Text, vec![others.clone()]),
            (Channel::Mail, vec![others]),
        ]);
        let router = Arc::new(router.by(town.clock.clone()));
        town.engine = Engine { router: router.clone(), ..town.engine };
        let app = AppState { carriers: router, ..town.app.clone() };
        tokio::spawn(sip.clone().serve(Arc::new(Calls { ctx: app.context })));
        let opening = async {
            while sip.line() != LineState::Up {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, opening).await.expect("the line never was up");
        Self { town, phone, sip, us, _turn: turn }
    }

    /// Waits for what calls bring about, while the house goes on.
    async fn soon<T: PartialEq + std::fmt::Debug>(&self, look: impl AsyncFn() -> T, expected: T) {
        let looking = async {
            loop {
                self.town.settles().await;
                if look().await == expected {
                    return;
                }
                sleep(Duration::from_millis(100)).await;
            }
        };
        if timeout(PATIENCE, looking).await.is_err() {
            assert_eq!(look().await, expected);
        }
    }

    async fn confirmed(&self, visit: &str) -> Vec<String> {
        self.town.jan().reads(visit, "confirmed").await
    }

    /// Jan missed the question of 13:30, for his telephone rang and nobody did anything.
    async fn missed(&mut self) -> String {
        let visit = self.town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
        for time in ["13:30", "13:32"] {
            self.town.until(time).await;
            assert_eq!(self.phone.rings().await, JAN);
            self.phone.hangs_up().await;
            self.phone.is_over().await;
        }
        self.town.until("13:35").await;
        visit
    }
}

async fn a_key_on_the_call_confirms_and_nothing_else_does(db: Db) {
    let mut wired = Wired::of(db, Telephone::start()).await;
    let visit = wired.town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    wired.town.until("13:30").await;
    assert_eq!(wired.phone.rings().await, JAN);
    wired.phone.answers().await;
    wired.phone.presses("7").await;
    sleep(Duration::from_secs(2)).await;
    assert!(wired.confirmed(&visit).await.is_empty(), "neither an answer nor a wrong key");
    wired.phone.presses("1").await;
    wired.soon(async || wired.confirmed(&visit).await, vec!["13:30".to_owned()]).await;
    wired.phone.is_over().await;
    wired.town.until("13:40").await;
    assert!(!wired.phone.rings_within(Duration::from_secs(1)).await);
    wired.sip.close().await;
}

async fn a_risky_visit_asks_for_the_code(db: Db) {
    let mut wired = Wired::of(db, Telephone::start()).await;
    let visit = wired.town.agreed(&risky_visit("13:00").asked_at(&["13:30"])).await;
    wired.town.until("13:30").await;
    wired.phone.rings().await;
    wired.phone.answers().await;
    wired.phone.presses("1#").await;
    let refused = async || wired.town.jan().reads(&visit, "pin-refused").await.len();
    wired.soon(refused, 1).await;
    wired.phone.presses("1111#").await;
    let refused = async || wired.town.jan().reads(&visit, "pin-refused").await.len();
    wired.soon(refused, 2).await;
    assert!(wired.confirmed(&visit).await.is_empty());
    wired.phone.presses("2580#").await;
    wired.soon(async || wired.confirmed(&visit).await, vec!["13:30".to_owned()]).await;
    wired.phone.is_over().await;
    wired.sip.close().await;
}

/// The first key of Jan's duress PIN is also the key for 'all is well'.
async fn a_duress_code_that_is_typed_slowly_is_not_read_by_its_first_key(db: Db) {
    let mut wired = Wired::of(db, Telephone::start()).await;
    let visit = wired.town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    wired.town.until("13:30").await;
    wired.phone.rings().await;
    wired.phone.answers().await;
    wired.phone.presses("1").await;
    sleep(short_waits("").await.between_keys * 2).await;
    wired.phone.presses("379#").await;
    let opened = async || wired.town.ruud().reads(&visit, "alarm-opened").await.len();
    wired.soon(opened, 1).await;
    assert_eq!(wired.town.ruud().sees_alarm(&visit).await["silent"], true);
    wired.phone.is_over().await;
    wired.sip.close().await;
}

async fn voicemail_confirms_nothing_and_the_next_step_follows(db: Db) {
    let mut wired = Wired::of(db, Telephone::of_a_machine()).await;
    let visit = wired.town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    for time in ["13:30", "13:32"] {
        wired.town.until(time).await;
        wired.phone.is_over().await;
    }
    assert!(wired.confirmed(&visit).await.is_empty());
    wired.town.until("13:35").await;
    assert_eq!(wired.town.ruud().sees_alarm(&visit).await["state"], "open");
    assert!(wired.confirmed(&visit).await.is_empty());
    wired.sip.close().await;
}

async fn key_one_takes_the_alarm(db: Db) {
    let mut wired = Wired::of(db, Telephone::start()).await;
    let visit = wired.missed().await;
    assert_eq!(wired.phone.rings().await, RUUD);
    wired.phone.answers().await;
    assert_eq!(wired.town.ruud().sees_alarm(&visit).await["state"], "open");
    wired.phone.presses("1").await;
    let state = async || wired.town.ruud().sees_alarm(&visit).await["state"].clone();
    wired.soon(state, json!("owned")).await;
    let alarm = wired.town.ruud().sees_alarm(&visit).await;
    assert_eq!(alarm["owner"]["name"], "Ruud Smit");
    wired.phone.is_over().await;
    wired.sip.close().await;
}

/// The first rung calls only, and would wait for ten minutes.
async fn who_turns_the_call_away_is_texted_at_once(db: Db) {
    let mut wired = Wired::of(db, Telephone::start()).await;
    let calls_only = |team: &mut rugdekking::model::people::teams::Team| {
        team.ladder.rungs[0].channels = vec![Channel::Call];
        team.ladder.rungs[0].wait_minutes = 10;
    };
    wired.town.team(calls_only).await;
    wired.missed().await;
    assert_eq!(wired.phone.rings().await, RUUD);
    assert!(wired.town.ruud().phone().texts().await.is_empty());
    wired.phone.hangs_up().await;
    let next = async || wired.town.ruud().phone().texted().await;
    wired.soon(next, vec!["13:35".to_owned()]).await;
    wired.sip.close().await;
}

async fn who_calls_without_a_visit_presses_nine_and_is_helped(db: Db) {
    let mut wired = Wired::of(db, Telephone::start()).await;
    wired.phone.dials(JAN, &wired.us).await;
    wired.phone.is_answered().await;
    wired.phone.presses("7").await;
    sleep(Duration::from_secs(3)).await;
    wired.phone.presses("9").await;
    let visits = async || wired.town.jan().get("/v1/visits").await.ok().body["items"].clone();
    let count = async || visits().await.as_array().unwrap().len();
    wired.soon(count, 1).await;
    let visit = visits().await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(wired.town.ruud().sees_alarm(&visit).await["cause"], "panic");
    wired.phone.is_over().await;
    wired.sip.close().await;
}

async fn who_calls_back_confirms_what_was_asked(db: Db) {
    let mut wired = Wired::of(db, Telephone::start()).await;
    let visit = wired.town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    wired.town.until("13:30").await;
    assert_eq!(wired.phone.rings().await, JAN);
    wired.phone.hangs_up().await;
    wired.phone.is_over().await;
    wired.phone.dials(JAN, &wired.us).await;
    wired.phone.is_answered().await;
    sleep(Duration::from_secs(1)).await;
    assert!(wired.confirmed(&visit).await.is_empty(), "calling confirms nothing");
    wired.phone.presses("1").await;
    wired.soon(async || wired.confirmed(&visit).await, vec!["13:30".to_owned()]).await;
    wired.phone.is_over().await;
    wired.sip.close().await;
}

on_both!(
    who_calls_without_a_visit_presses_nine_and_is_helped,
    who_calls_back_confirms_what_was_asked,
    a_key_on_the_call_confirms_and_nothing_else_does,
    a_risky_visit_asks_for_the_code,
    a_duress_code_that_is_typed_slowly_is_not_read_by_its_first_key,
    voicemail_confirms_nothing_and_the_next_step_follows,
    key_one_takes_the_alarm,
    who_turns_the_call_away_is_texted_at_once,
);
