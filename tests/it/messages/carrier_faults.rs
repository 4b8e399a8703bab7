//! What a carrier makes of the worst that a line can do: byte by byte, by TLS, by date, in bursts.

use std::{sync::Arc, time::Duration};

use rugdekking::{
    carrier::{
        Carrier as _, SendError,
        providers::twilio::{Twilio, TwilioConfig},
        router::Router,
        setup::Secret,
    },
    model::{clock::testing::ManualClock, messages::Channel},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep},
};

use super::{
    carrier_provider::{ACCOUNT, Mood, Provider, TOKEN},
    carrier_support::{alarm, text},
};

const LIMIT: Duration = Duration::from_millis(1500);

fn twilio(name: &'static str, base_url: &str) -> Twilio {
    let config = TwilioConfig::new(ACCOUNT, Secret::new(TOKEN), "https://wacht.voorbeeld.nl");
    Twilio::new(TwilioConfig {
        name,
        base_url: base_url.into(),
        from_number: Some("+31201234567".into()),
        try_limit: LIMIT,
        ..config
    })
    .expect("settings that work")
}

/// A line that does the same to everybody who rings; gives where.
async fn line<F>(does: impl Fn(TcpStream) -> F + Send + 'static) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(does(stream));
        }
    });
    address
}

/// Reads a request whole enough, then gives this answer, with a pause after each so many bytes.
async fn answer(mut stream: TcpStream, answer: &str, chunk: usize, pause: Duration) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await;
    for part in answer.as_bytes().chunks(chunk) {
        if stream.write_all(part).await.is_err() {
            return;
        }
        sleep(pause).await;
    }
}

#[tokio::test]
async fn a_drip_does_not_hold_a_message_beyond_the_limit() {
    const SLOW: &str = "HTTP/1.1 201 Created\r\ncontent-length: 40\r\n\r\n{\"sid\":\"SM00000000000000000000000000000\"}";
    let address = line(|s| answer(s, SLOW, 1, Duration::from_millis(200))).await;
    let begun = Instant::now();
    let outcome = twilio("slow", &format!("http://{address}")).send(&text("x")).await;
    assert!(matches!(outcome, Err(SendError::Unknown { .. })), "{outcome:?}");
    assert!(begun.elapsed() < LIMIT + Duration::from_secs(1), "each byte starts no new limit");
}

#[tokio::test]
async fn without_a_safe_line_nothing_was_said() {
    // Somebody else answers in its place, in plain words.
    const PLAIN: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    let address = line(|s| answer(s, PLAIN, 100, Duration::ZERO)).await;
    let outcome = twilio("plain", &format!("https://{address}")).send(&text("x")).await;
    assert!(matches!(outcome, Err(SendError::Temporary { .. })), "{outcome:?}");
}

#[tokio::test]
async fn a_wait_until_a_moment_is_read_by_the_providers_own_clock() {
    const BUSY: &str = "HTTP/1.1 429 Too Many Requests\r\n\
        date: Mon, 23 Nov 2026 13:00:00 GMT\r\nretry-after: Mon, 23 Nov 2026 13:00:42 GMT\r\n\
        content-length: 0\r\n\r\n";
    let address = line(|s| answer(s, BUSY, 500, Duration::ZERO)).await;
    let outcome = twilio("busy", &format!("http://{address}")).send(&text("x")).await;
    let Err(SendError::Temporary { retry_after, .. }) = outcome else { panic!("{outcome:?}") };
    assert_eq!(retry_after, Some(Duration::from_secs(42)));
}

#[tokio::test]
async fn what_a_gateway_cuts_off_is_unknown() {
    const CUT: &str = "HTTP/1.1 201 Created\r\ncontent-length: 400\r\n\r\n{\"sid\":";
    let address = line(|s| answer(s, CUT, 500, Duration::ZERO)).await;
    let outcome = twilio("cut", &format!("http://{address}")).send(&text("x")).await;
    assert!(matches!(outcome, Err(SendError::Unknown { .. })), "{outcome:?}");
}

/// Two accounts, the first of which has a bad day.
async fn first_and_second() -> (Arc<Provider>, Arc<Provider>, Router) {
    let (first, first_address) = Provider::open().await;
    let (second, second_address) = Provider::open().await;
    let accounts: Vec<Arc<dyn rugdekking::carrier::Carrier>> = vec![
        Arc::new(twilio("first", &first_address)),
        Arc::new(twilio("second", &second_address)),
    ];
    let clock = Arc::new(ManualClock::at(text("x").created_at));
    (first, second, Router::new(vec![(Channel::Text, accounts)]).by(clock))
}

#[tokio::test]
async fn a_burst_of_errors_costs_nobody_a_message() {
    let (first, second, router) = first_and_second().await;
    for status in [500, 502, 503, 429, 500, 504] {
        first.feels(Mood::Answers(status, None));
        let (by, _) = router.send(&text("x")).await.unwrap();
        assert_eq!(by, "second", "{status}");
    }
    assert_eq!((first.taken().len(), second.taken().len()), (0, 6));
    first.feels(Mood::Well);
    assert_eq!(router.send(&alarm()).await.unwrap().0, "second", "it is left alone for a while");
}

#[tokio::test]
async fn an_alarm_does_not_end_with_a_carrier_that_hangs_or_talks_nonsense() {
    for mood in [Mood::Hangs, Mood::Drips, Mood::TalksNonsense] {
        let (first, second, router) = first_and_second().await;
        first.feels(mood);
        let begun = Instant::now();
        assert_eq!(router.send(&alarm()).await.unwrap().0, "second", "{mood:?}");
        assert!(begun.elapsed() < LIMIT + Duration::from_secs(1), "{mood:?}");
        assert_eq!(second.taken().len(), 1);
    }
}
