//! Callers who cost next to nothing: each keeps one connection, and writes ready-made requests.

use std::{
    fmt,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use futures::future::join_all;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, sleep_until},
};

/// A request as it goes over the line.
pub fn post(url: &str, path: &str, token: &str, body: &serde_json::Value) -> Vec<u8> {
    let (host, body) = (host(url), body.to_string());
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn host(url: &str) -> &str {
    url.trim_start_matches("http://")
}

/// How long each answer took. All were granted: how fast a service refuses is another question.
#[derive(Debug, Default)]
pub struct Heard {
    took: Vec<Duration>,
    over: Duration,
}

impl Heard {
    /// Answers in a second.
    pub fn per_second(&self) -> f64 {
        self.took.len() as f64 / self.over.as_secs_f64()
    }

    /// How many were answered.
    pub fn count(&self) -> usize {
        self.took.len()
    }

    fn add(&mut self, more: Self) {
        self.took.extend(more.took);
    }
}

impl fmt::Display for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut took = self.took.clone();
        took.sort_unstable();
        let at = |percent: usize| {
            took.get((took.len().max(1) - 1) * percent / 100).map_or(0.0, Duration::as_secs_f64)
        };
        write!(
            f,
            "{:.0} a second, p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
            self.per_second(),
            1000.0 * at(50),
            1000.0 * at(99),
            1000.0 * at(100),
        )
    }
}

/// Callers who each ask again as soon as they were answered.
pub async fn as_fast_as_can_be(
    url: &str,
    request: &(impl Fn(usize) -> Vec<u8> + Sync),
    callers: usize,
    over: Duration,
) -> Heard {
    let (nth, begun) = (AtomicUsize::new(0), Instant::now());
    let nth = &nth;
    let all = join_all((0..callers).map(|_| async move {
        let (mut line, mut heard) = (Line::to(url).await, Heard::default());
        while begun.elapsed() < over {
            line.ask(&request(nth.fetch_add(1, Ordering::Relaxed)), Instant::now(), &mut heard)
                .await;
        }
        heard
    }));
    together(all.await, begun)
}

/// Callers who ask at set moments, however long the answers take: what waits counts.
pub async fn at_a_pace(
    url: &str,
    request: &(impl Fn(usize) -> Vec<u8> + Sync),
    callers: usize,
    per_second: f64,
    over: Duration,
) -> Heard {
    let (nth, begun) = (AtomicUsize::new(0), Instant::now());
    let nth = &nth;
    let all = join_all((0..callers).map(|_| async move {
        let (mut line, mut heard) = (Line::to(url).await, Heard::default());
        loop {
            let turn = nth.fetch_add(1, Ordering::Relaxed);
            let at = begun + Duration::from_secs_f64(turn as f64 / per_second);
            if at - begun > over {
                return heard;
            }
            sleep_until(at).await;
            line.ask(&request(turn), at, &mut heard).await;
        }
    }));
    together(all.await, begun)
}

fn together(all: Vec<Heard>, begun: Instant) -> Heard {
    let mut sum = Heard { over: begun.elapsed(), ..Heard::default() };
    all.into_iter().for_each(|heard| sum.add(heard));
    sum
}

/// A connection that is kept.
struct Line {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Line {
    async fn to(url: &str) -> Self {
        let stream = TcpStream::connect(host(url)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, read: vec![] }
    }

    async fn ask(&mut self, request: &[u8], since: Instant, heard: &mut Heard) {
        self.stream.write_all(request).await.unwrap();
        self.read.clear();
        let status = loop {
            assert!(self.stream.read_buf(&mut self.read).await.unwrap() > 0, "it hung up");
            if let Some(status) = whole(&self.read) {
                break status;
            }
        };
        heard.took.push(since.elapsed());
        assert!((200..300).contains(&status), "{}", String::from_utf8_lossy(&self.read));
    }
}

/// The status of an answer that has come in whole.
fn whole(read: &[u8]) -> Option<u16> {
    let end = read.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&read[..end]).ok()?.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let length: usize = length.unwrap_or(0);
    (read.len() >= end + 4 + length).then(|| head[9..12].parse().ok()).flatten()
}
