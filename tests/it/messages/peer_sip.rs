//! Calls over SIP to a real telephone: it rings, is answered, hears words, and presses keys.

use std::{fs, sync::Arc, time::Duration};

use async_trait::async_trait;
use rugdekking::{
    carrier::{
        CallHolder as _, Carrier as _, LineState, Listener, SendError,
        providers::sip::{Sip, SipConfig, Transport},
        setup::Secret,
    },
    model::{
        ids::MessageId,
        messages::{
            Content, Message, Priority, Receipt, Script,
            calls_in::{CallIn, CallInStep, CallSubject},
            language::Language,
        },
    },
};
use tokio::{
    process::Command,
    sync::mpsc,
    time::{Instant, sleep, timeout},
};

use super::carrier_support::{NUMBER, call};
use crate::support::{
    exchange::Exchange,
    telephone::{RUUD, Telephone, in_turn, loud},
};

const SECOND: Duration = Duration::from_secs(1);

/// What was told to whoever listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    Keys(String),
    Called(CallIn),
    Ended(Receipt),
}

/// Somebody who listens, thanks for a 1, cannot take a 0, and asks again after anything else.
#[derive(Debug)]
struct Ear(mpsc::UnboundedSender<Told>);

#[async_trait]
impl Listener for Ear {
    async fn keys(&self, _: MessageId, digits: &str) -> Option<Script> {
        self.0.send(Told::Keys(digits.to_owned())).unwrap();
        if digits == "0" {
            return None;
        }
        let listens = digits != "1";
        let words = if listens { "Toets 1." } else { "Bedankt." }.to_owned();
        Some(Script { words, language: Language::Nl, listens, waits: false })
    }

    async fn called(&self, call: &CallIn) -> Option<CallInStep> {
        self.0.send(Told::Called(call.clone())).unwrap();
        let listens = call.pressed.as_deref().is_none_or(|keys| keys != "9");
        let words = if listens { "Toets 9." } else { "Begrepen." }.to_owned();
        let script = Script { words, language: Language::Nl, listens, waits: false };
        Some(CallInStep { script, about: Some(CallSubject::NoVisit) })
    }

    async fn ended(&self, _: MessageId, receipt: Receipt) {
        let _ = self.0.send(Told::Ended(receipt));
    }
}

/// A line, and what comes of it.
pub struct Line {
    pub sip: Arc<Sip>,
    told: mpsc::UnboundedReceiver<Told>,
}

impl Line {
    /// A line that is up.
    pub async fn by(config: SipConfig) -> Self {
        let line = Self::of(config);
        line.is(LineState::Up).await;
        line
    }

    fn of(config: SipConfig) -> Self {
        let sip = Arc::new(Sip::new(config).unwrap());
        let (tell, told) = mpsc::unbounded_channel();
        tokio::spawn(sip.clone().serve(Arc::new(Ear(tell))));
        Self { sip, told }
    }

    async fn is(&self, state: LineState) {
        let waiting = async {
            while self.sip.line() != state {
                sleep(Duration::from_millis(20)).await;
            }
        };
        let waited = timeout(30 * SECOND, waiting).await;
        waited.unwrap_or_else(|_| panic!("the line never was {state:?}"));
    }

    pub async fn calls(&self, message: &Message) {
        let taken = self.sip.send(message).await.unwrap();
        assert!(taken.provider_id.is_some() && !taken.delivered, "{taken:?}");
    }

    async fn refuses(&self, message: &Message) -> SendError {
        self.sip.send(message).await.unwrap_err()
    }

    pub async fn tells(&mut self) -> Told {
        let told = timeout(30 * SECOND, self.told.recv()).await;
        told.expect("nothing was told").unwrap()
    }
}

pub fn speech() -> Vec<String> {
    ["espeak-ng", "-v", "{language}", "--stdout"].map(str::to_owned).to_vec()
}

fn says(words: &str, language: Language, listens: bool) -> Message {
    let script = Script { words: words.into(), language, listens, waits: false };
    Message { content: Content::Call(script), ..call("") }
}

fn temporary(reason: &str) -> SendError {
    SendError::Temporary { reason: reason.into(), retry_after: None }
}

#[tokio::test]
async fn it_rings_and_a_key_is_told_and_interrupts() {
    let _turn = in_turn().await;
    let mut phone = Telephone::start().await;
    for transport in [Transport::Udp, Transport::Tcp] {
        let config = SipConfig { transport, speech: speech(), ..phone.line().await };
        let mut line = Line::by(config).await;
        line.calls(&call(&"Toets 1 als alles goed is. ".repeat(20))).await;
        assert_eq!(phone.rings().await, NUMBER);
        phone.answers().await;
        sleep(2 * SECOND).await;
        let pressed = Instant::now();
        phone.presses("1").await;
        assert_eq!(line.tells().await, Told::Keys("1".into()));
        assert!(pressed.elapsed() < 3 * SECOND, "it does not wait for the end of what it says");
        phone.is_over().await;
        assert_eq!(line.tells().await, Told::Ended(Receipt::CallAnswered));
        line.sip.close().await;
    }
}

#[tokio::test]
async fn keys_by_sip_info_are_heard_as_well() {
    let _turn = in_turn().await;
    let mut phone = Telephone::on("", ";regint=0;dtmfmode=info").await;
    let config = SipConfig { speech: speech(), ..phone.line().await };
    let mut line = Line::by(config).await;
    line.calls(&call("Toets 1 als alles goed is.")).await;
    assert_eq!(phone.rings().await, NUMBER);
    phone.answers().await;
    sleep(2 * SECOND).await;
    phone.presses("1379#").await;
    assert_eq!(line.tells().await, Told::Keys("1379#".into()));
    sleep(2 * SECOND).await;
    phone.presses("1").await;
    assert_eq!(line.tells().await, Told::Keys("1".into()));
    phone.is_over().await;
    assert_eq!(line.tells().await, Told::Ended(Receipt::CallAnswered));
}

#[tokio::test]
async fn a_code_is_told_whole_wrong_keys_are_asked_again_and_who_hangs_up_pressed_all_the_same() {
    let _turn = in_turn().await;
    let mut phone = Telephone::start().await;
    let mut line = Line::by(phone.line().await).await;
    line.calls(&call("Toets je code.")).await;
    phone.rings().await;
    phone.answers().await;
    for keys in ["2580#", "77", "0"] {
        phone.presses(keys).await;
        assert_eq!(line.tells().await, Told::Keys(keys.into()));
    }
    for _ in 0..2 {
        assert_eq!(line.tells().await, Told::Keys("0".into()), "it is brought again");
    }
    phone.holds_for_a_moment().await;
    phone.presses("1").await;
    phone.hangs_up().await;
    assert_eq!(line.tells().await, Told::Keys("1".into()));
    assert_eq!(line.tells().await, Told::Ended(Receipt::CallAnswered));
}

#[tokio::test]
async fn the_key_for_which_a_code_is_asked_goes_with_it() {
    let _turn = in_turn().await;
    let mut phone = Telephone::start().await;
    let mut line = Line::by(phone.line().await).await;
    line.calls(&call("Toets je code.")).await;
    phone.rings().await;
    phone.answers().await;
    for (keys, told) in [("2", "2"), ("2580#", "2#2580#"), ("*", "2#*"), ("9", "*#9")] {
        phone.presses(keys).await;
        assert_eq!(line.tells().await, Told::Keys(told.into()));
    }
    phone.hangs_up().await;
    assert_eq!(line.tells().await, Told::Ended(Receipt::CallAnswered));
}

#[tokio::test]
async fn a_machine_that_picks_up_and_speaks_presses_nothing() {
    let _turn = in_turn().await;
    let mut phone = Telephone::of_a_machine().await;
    let config = SipConfig { speech: speech(), ..phone.line().await };
    let mut line = Line::by(config).await;
    line.calls(&call("Toets 1.")).await;
    assert_eq!(line.tells().await, Told::Ended(Receipt::CallVoicemail));
    phone.is_over().await;
    line.calls(&says("Dit is een test.", Language::Nl, false)).await;
    assert_eq!(line.tells().await, Told::Ended(Receipt::CallAnswered), "nothing was asked");
}

#[tokio::test]
async fn busy_turned_away_and_not_answered_are_told_at_once() {
    let _turn = in_turn().await;
    let mut phone = Telephone::start().await;
    let mut line = Line::by(phone.line().await).await;
    line.calls(&call("Toets 1.")).await;
    phone.rings().await;
    phone.hangs_up().await;
    assert_eq!(line.tells().await, Told::Ended(Receipt::CallBusy));
    let began = Instant::now();
    line.calls(&call("Toets 1.")).await;
    phone.rings().await;
    assert_eq!(line.tells().await, Told::Ended(Receipt::CallNoAnswer));
    assert!((2 * SECOND..6 * SECOND).contains(&began.elapsed()), "{:?}", began.elapsed());
    phone.is_over().await;
    assert!(!phone.rings_within(SECOND).await, "it stopped ringing");
    let nowhere = Message { to: "+31600000000".into(), ..call("Toets 1.") };
    assert_eq!(
        line.refuses(&nowhere).await,
        SendError::Permanent { reason: "answered 404".into() }
    );
    for to in ["", "112", "+316\r\nX: y"] {
        let refused = line.refuses(&Message { to: to.into(), ..call("x") }).await;
        assert_eq!(refused, SendError::Permanent { reason: "not a number".into() }, "{to}");
    }
}

/// How long our own speech program takes for it.
pub async fn spoken(words: &str, language: &str) -> Duration {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("said.wav");
    let mut program = Command::new("espeak-ng");
    program.args(["-v", language, "-w"]).arg(&file).arg(words);
    assert!(program.status().await.expect("espeak-ng is missing, run `make test`").success());
    let octets = fs::read(file).unwrap();
    let samples = octets[44..].chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]]));
    loud(&samples.collect::<Vec<_>>(), 22_050)
}

async fn heard(phone: &mut Telephone, line: &mut Line, message: &Message) -> Duration {
    line.calls(message).await;
    phone.is_over().await;
    line.tells().await;
    sleep(Duration::from_millis(300)).await;
    loud(&phone.heard(), 8000)
}

#[tokio::test]
async fn what_is_said_is_heard_in_dutch_and_in_english_as_often_as_is_set() {
    let _turn = in_turn().await;
    let mut phone = Telephone::of_a_machine().await;
    let patience = SECOND / 4;
    let config = SipConfig { speech: speech(), patience, ..phone.line().await };
    let mut line = Line::by(config).await;
    for (words, language, code) in [
        ("Gaat alles volgens plan, toets 1.", Language::Nl, "nl"),
        ("If all goes to plan, press 1.", Language::En, "en"),
    ] {
        let once = spoken(words, code).await;
        let twice = heard(&mut phone, &mut line, &says(words, language, true)).await;
        let fits = once * 2 * 8 / 10..once * 2 * 12 / 10;
        assert!(once > SECOND && fits.contains(&twice), "{code}: {twice:?} for twice {once:?}");
    }
    line.sip.close().await;
    let config = SipConfig { asks: 1, patience, ..phone.line().await };
    let mut line = Line::by(config).await;
    for (language, code) in [(Language::Nl, "nl"), (Language::En, "en")] {
        let prompt = format!(
            "{}/src/carrier/providers/sip/prompts/question.{code}.al",
            env!("CARGO_MANIFEST_DIR")
        );
        let whole = Duration::from_secs(fs::metadata(prompt).unwrap().len()) / 8000;
        let recorded = heard(&mut phone, &mut line, &says("Niets.", language, true)).await;
        let fits = whole / 2..whole;
        assert!(fits.contains(&recorded), "{code}: {recorded:?} of {whole:?} was recorded");
    }
}

#[tokio::test]
async fn more_calls_than_lines_are_not_lost_and_the_last_line_is_for_alarms() {
    let _turn = in_turn().await;
    let mut phone = Telephone::start().await;
    let config = SipConfig { lines: 2, ring: 4 * SECOND, ..phone.line().await };
    let mut line = Line::by(config).await;
    line.calls(&call("Toets 1.")).await;
    let to_ruud = Message { to: RUUD.into(), ..call("Toets 1.") };
    assert_eq!(line.refuses(&to_ruud).await, temporary("all lines are in use"));
    line.calls(&Message { priority: Priority::Alarm, ..to_ruud.clone() }).await;
    let mut rang = [phone.rings().await, phone.rings().await];
    rang.sort();
    assert_eq!(rang, [RUUD, NUMBER]);
    for _ in 0..2 {
        assert_eq!(line.tells().await, Told::Ended(Receipt::CallNoAnswer));
    }
    line.calls(&to_ruud).await;
    assert_eq!(phone.rings().await, RUUD);
}

#[tokio::test]
async fn when_the_service_stops_calls_end_and_their_end_is_told() {
    let _turn = in_turn().await;
    let mut phone = Telephone::start().await;
    let mut line = Line::by(phone.line().await).await;
    line.calls(&call("Toets 1.")).await;
    phone.rings().await;
    phone.answers().await;
    line.calls(&Message { to: RUUD.into(), ..call("Toets 1.") }).await;
    phone.rings().await;
    line.sip.close().await;
    let mut ends = [line.tells().await, line.tells().await];
    ends.sort_by_key(|end| format!("{end:?}"));
    assert_eq!(ends, [Told::Ended(Receipt::CallFailed), Told::Ended(Receipt::CallVoicemail)]);
    phone.is_over().await;
    phone.is_over().await;
}

#[tokio::test]
async fn an_exchange_is_registered_with_asks_who_we_are_and_rings_the_phone_behind_it() {
    let _turn = in_turn().await;
    let exchange = Exchange::start().await;
    let mut phone = exchange.telephone().await;
    for transport in [Transport::Udp, Transport::Tcp] {
        let config = SipConfig { transport, ..exchange.line().await };
        let mut line = Line::by(config).await;
        line.calls(&call("Toets 1.")).await;
        assert_eq!(phone.rings().await, NUMBER);
        phone.answers().await;
        phone.presses("1").await;
        assert_eq!(line.tells().await, Told::Keys("1".into()));
        phone.is_over().await;
        assert_eq!(line.tells().await, Told::Ended(Receipt::CallAnswered));
        line.calls(&call("Toets 1.")).await;
        phone.rings().await;
        assert_eq!(line.tells().await, Told::Ended(Receipt::CallNoAnswer));
        phone.is_over().await;
        line.sip.close().await;
    }
}

#[tokio::test]
async fn a_lost_line_is_seen_and_comes_back_by_itself() {
    let _turn = in_turn().await;
    let mut exchange = Exchange::start().await;
    let wrong = SipConfig { password: Some(Secret::new("gisteren")), ..exchange.line().await };
    let nobody = Line::of(wrong);
    for transport in [Transport::Udp, Transport::Tcp] {
        let line = Line::by(SipConfig { transport, ..exchange.line().await }).await;
        assert_eq!(nobody.sip.line(), LineState::Down);
        assert_eq!(nobody.refuses(&call("x")).await, temporary("SIP registration is down"));
        exchange.dies().await;
        let refused = line.refuses(&call("x")).await;
        assert!(matches!(refused, SendError::Temporary { .. }), "{refused:?}");
        line.is(LineState::Down).await;
        assert_eq!(line.refuses(&call("x")).await, temporary("SIP registration is down"));
        exchange.comes_back().await;
        line.is(LineState::Up).await;
        line.sip.close().await;
    }
}
