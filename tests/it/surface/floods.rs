//! Floods against the real program: too much in a body, too slow a head or body, and very many
//! feeds. Whoever does that harms nobody else, and the program does not grow.

use std::time::Duration;

use chrono::TimeDelta;
use futures::future::join_all;
use reqwest::{Method, StatusCode};
use rugdekking::{
    model::{
        clock::{
            Instant,
            testing::{Seeded, keyring},
        },
        ids::{PersonId, Randomness as _, token},
        messages::language::Language,
        people::{Person, Role},
    },
    service::integrations::changes::FEEDS_EACH,
    store::{
        Db, Error,
        people::{self, sessions},
    },
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::support::{db::with_sqlite, process::Demo};

/// How long somebody who is out there may wait for an answer, flood or not.
const IN_TIME: Duration = Duration::from_secs(3);

/// A connection to the program that sends what it likes.
struct Line(TcpStream);

impl Line {
    async fn to(demo: &Demo) -> Self {
        Self(TcpStream::connect(demo.url().trim_start_matches("http://")).await.unwrap())
    }

    /// Sends bytes; whether they were taken.
    async fn sends(&mut self, bytes: &[u8]) -> bool {
        self.0.write_all(bytes).await.is_ok()
    }

    /// The status of the answer; nothing when the line was cut off without one.
    async fn status(&mut self) -> Option<u16> {
        let mut answer = [0; 12];
        self.0.read_exact(&mut answer).await.ok()?;
        std::str::from_utf8(&answer[9..]).ok()?.parse().ok()
    }
}

/// Somebody who is out there does what they do all day, meanwhile, and does not wait.
async fn others_go_on(demo: &Demo) {
    let visit = demo.register(3600).await;
    let pin = json!({ "pin": "2580" });
    for (path, body) in [("start", json!({})), ("check-ins", pin.clone()), ("end", pin)] {
        let path = format!("/v1/visits/{visit}/{path}");
        let done = demo.ask("worker", Method::POST, &path, body);
        let (status, body) = timeout(IN_TIME, done).await.expect("in time").unwrap();
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
    }
}

const GIGABYTE: usize = 1 << 30;
const PIECE: usize = 64 * 1024;

/// Sends a gigabyte, in pieces, whatever the other side says; tells how much of it was taken.
async fn pours(demo: &Demo, head: String, chunked: bool) -> (usize, Option<u16>) {
    let mut line = Line::to(demo).await;
    assert!(line.sends(head.as_bytes()).await);
    let piece = vec![b'x'; PIECE];
    let size = format!("{PIECE:x}\r\n");
    let mut sent = 0;
    while sent < GIGABYTE {
        let taken = async {
            (!chunked || line.sends(size.as_bytes()).await)
                && line.sends(&piece).await
                && (!chunked || line.sends(b"\r\n").await)
        };
        // A line that takes no more, and is not cut off either, stands still.
        if !timeout(Duration::from_secs(5), taken).await.unwrap_or(false) {
            break;
        }
        sent += PIECE;
    }
    (sent, timeout(Duration::from_secs(1), line.status()).await.ok().flatten())
}

#[tokio::test]
async fn a_gigabyte_is_refused_early_and_never_held() {
    with_sqlite(async |url| {
        let demo = Demo::start(&url).await;
        let admin = demo.token("admin").await.unwrap();
        let worker = demo.token("worker").await.unwrap();
        others_go_on(&demo).await;
        let before = demo.resident_kilobytes().await;
        let mut pouring = vec![];
        for (path, bearer, most) in [
            ("/v1/visits", &worker, 256 * 1024),
            ("/v1/me/pins", &worker, 256 * 1024),
            ("/v1/people-imports", &worker, 0), // Refused before the file is read.
            ("/v1/people-imports", &admin, 10 << 20),
            ("/callbacks/twilio/texts", &worker, 256 * 1024),
            ("/c/nobody", &worker, 256 * 1024),
            ("/v1/nothing", &worker, 0),
            ("/health/live", &worker, 0),
        ] {
            for chunked in [false, true] {
                let length =
                    if chunked { "transfer-encoding: chunked".into() } else { format!("content-length: {GIGABYTE}") };
                let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {bearer}\r\n{length}\r\n\r\n");
                let demo = &demo;
                pouring.push(async move {
                    let (sent, status) = pours(demo, head, chunked).await;
                    // What the system itself holds on the way, on both sides, comes on top.
                    assert!(sent < most + (16 << 20), "{path}: {sent} bytes were taken");
                    assert!(status.is_none_or(|s| (400..500).contains(&s)), "{path}: {status:?}");
                });
            }
        }
        join_all(pouring).await;
        let grown = demo.resident_kilobytes().await.saturating_sub(before);
        println!("16 gigabytes were offered, and {grown} kB kept");
        assert!(grown < 64 * 1024, "{grown} kB");
        others_go_on(&demo).await;
    })
    .await;
}

/// As many lines as drip at the same time.
const DRIPS: usize = 300;

/// How a connection is kept without ever asking anything.
#[derive(Clone, Copy, Debug)]
enum Drip {
    /// Connected, and nothing more.
    Nothing,
    /// One byte of a head each second.
    Head,
    /// The beginning of the other version, one byte each second.
    Preface,
    /// One byte of a body each second, with the head of who is signed in.
    Body,
}

async fn drips(demo: &Demo, bearer: &str, how: Drip) -> Duration {
    let mut line = Line::to(demo).await;
    let begun = tokio::time::Instant::now();
    let text = match how {
        Drip::Nothing => String::new(),
        Drip::Head => "GET / HTTP/1.1\r\nhost: x\r\nx-a: ".to_owned() + &"a".repeat(200),
        Drip::Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r".to_owned(),
        Drip::Body => {
            let head = format!(
                "POST /v1/visits HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {bearer}\r\ncontent-length: 2000\r\n\r\n"
            );
            assert!(line.sends(head.as_bytes()).await);
            " ".repeat(2000)
        }
    };
    let mut bytes = text.bytes();
    while begun.elapsed() < Duration::from_secs(60) {
        if let Some(byte) = bytes.next()
            && !line.sends(&[byte]).await
        {
            break;
        }
        let mut answer = [0; 512];
        let heard = timeout(Duration::from_secs(1), line.0.read(&mut answer)).await;
        if matches!(heard, Ok(Ok(0) | Err(_))) {
            break;
        }
    }
    begun.elapsed()
}

#[tokio::test]
async fn who_drips_is_cut_off_and_stops_nobody() {
    with_sqlite(async |url| {
        let demo = Demo::start(&url).await;
        let worker = demo.token("worker").await.unwrap();
        let (demo, worker) = (&demo, &worker);
        let kinds = [(Drip::Nothing, 25), (Drip::Head, 25), (Drip::Preface, 25), (Drip::Body, 35)];
        let dripping = join_all(kinds.iter().map(|(how, most)| async move {
            let all = join_all((0..DRIPS / 4).map(|_| drips(demo, worker, *how))).await;
            let longest = all.into_iter().max().unwrap();
            assert!(longest < Duration::from_secs(*most), "{how:?}: cut off after {longest:?}");
            println!("{how:?}: cut off after {longest:?}");
        }));
        let working = async {
            for _ in 0..8 {
                others_go_on(demo).await;
                sleep(Duration::from_secs(2)).await;
            }
        };
        tokio::join!(dripping, working);
    })
    .await;
}

/// How many feeds are open at once, and how many people have them.
const FEEDS: usize = 10_000;
const PEOPLE: usize = FEEDS / FEEDS_EACH;

/// Both ends of each feed need a handle.
fn enough_handles() {
    let have = getrlimit(Resource::Nofile);
    let wanted = FEEDS as u64 + 2_000;
    if have.current.is_none_or(|now| now >= wanted) {
        return;
    }
    assert!(have.maximum.is_none_or(|most| most >= wanted), "needs `ulimit -Hn {wanted}`");
    setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..have }).unwrap();
}

/// People with a session each, in the database of the running program.
async fn crowd(url: &str, now: Instant) -> Vec<String> {
    let db = Db::open(url, keyring()).await.unwrap();
    let random = Seeded::new(10);
    let mut tokens = vec![];
    for nth in 0..PEOPLE {
        let (id, token) = (PersonId(random.uuid(now)), token(&random));
        tokens.push(token.clone());
        let person = Person {
            id,
            name: format!("Nr {nth}"),
            email: format!("nr{nth}@enschede.example"),
            roles: vec![Role::Worker],
            mobile: None,
            language: Language::Nl,
            button: None,
            pins: None,
            active: true,
        };
        let work = db.write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                people::insert(tx, &person).await?;
                sessions::open(tx, &token, id, now, TimeDelta::hours(12)).await
            })
        });
        work.await.unwrap();
    }
    db.close().await;
    tokens
}

/// Opens a feed and waits until it says hello.
async fn listens(demo: &Demo, token: &str) -> TcpStream {
    let mut line = Line::to(demo).await;
    let head =
        format!("GET /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    assert!(line.sends(head.as_bytes()).await);
    let mut heard = String::new();
    while !heard.contains("event: hello") {
        let mut some = [0; 2048];
        let read = timeout(Duration::from_secs(30), line.0.read(&mut some)).await;
        let read = read.expect("it says hello").unwrap();
        assert_ne!(read, 0, "cut off after: {heard}");
        heard.push_str(&String::from_utf8_lossy(&some[..read]));
    }
    line.0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_feeds_leave_room_for_who_is_out_there() {
    enough_handles();
    with_sqlite(async |url| {
        let demo = Demo::start(&url).await;
        let tokens = crowd(&url, demo.now().await).await;
        others_go_on(&demo).await;
        let before = demo.resident_kilobytes().await;
        let begun = tokio::time::Instant::now();
        let mut feeds = Vec::with_capacity(FEEDS);
        for round in 0..FEEDS_EACH {
            for some in tokens.chunks(100) {
                feeds.extend(join_all(some.iter().map(|token| listens(&demo, token))).await);
            }
            assert_eq!(feeds.len(), PEOPLE * (round + 1));
        }
        let opened = begun.elapsed();
        let grown = demo.resident_kilobytes().await.saturating_sub(before);
        let each = grown as usize / FEEDS;
        println!(
            "{FEEDS} feeds in {opened:?}, {before} kB before, {grown} kB more, {each} kB each"
        );
        assert!(each < 64, "{each} kB for each feed");
        let (status, _) = refused(&demo, &tokens[0]).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "the cap holds");
        for _ in 0..5 {
            let begun = tokio::time::Instant::now();
            others_go_on(&demo).await;
            println!("a visit from registering to its end: {:?}", begun.elapsed());
            sleep(Duration::from_secs(1)).await;
        }
        an_alarm_still_rings(&demo).await;
        let mut beats = 0;
        for feed in &mut feeds {
            let mut some = [0; 4096];
            let read = timeout(Duration::from_secs(30), feed.read(&mut some)).await;
            beats += usize::from(matches!(read, Ok(Ok(1..))));
        }
        assert_eq!(beats, FEEDS, "every feed still beats");
    })
    .await;
}

async fn refused(demo: &Demo, token: &str) -> (StatusCode, Value) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(format!("{}/v1/events", demo.url())).bearer_auth(token).send().await;
    let answer = answer.unwrap();
    (answer.status(), answer.json().await.unwrap_or_default())
}

/// Who calls for help is heard, and the manager's phone rings.
async fn an_alarm_still_rings(demo: &Demo) {
    let visit = demo.register(3600).await;
    demo.post("worker", &format!("/v1/visits/{visit}/start"), json!({})).await;
    for _ in 0..2 {
        demo.post("worker", &format!("/v1/visits/{visit}/alarm"), json!({})).await;
    }
    let begun = tokio::time::Instant::now();
    loop {
        let (texts, _) = demo.phone(crate::support::process::MANAGER).await;
        if texts.iter().any(|text| text.contains("Jan Bakker")) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "nobody was told");
        sleep(Duration::from_millis(100)).await;
    }
    println!("an alarm was told after {:?}", begun.elapsed());
}
