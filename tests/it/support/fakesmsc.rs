//! Kannel's own pretended operator, as Debian brings it in `kannel-extras`: it speaks a language of
//! Kannel's own in place of SMPP, and writes down each text that it gets.

use std::{fs, process::Stdio};

use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, ChildStderr, Command},
};

use super::gateway::Arrived;

const PLACES: [&str; 2] = ["/usr/lib/kannel/test/fakesmsc", "/usr/local/bin/fakesmsc"];

/// The program, tied to a gateway.
pub struct FakeSmsc {
    port: u16,
    running: Child,
    log: BufReader<ChildStderr>,
}

impl FakeSmsc {
    /// Ties it to the gateway that listens there.
    pub fn start(port: u16) -> Self {
        let (running, log) = run(port, 0, "nobody nobody text nothing");
        Self { port, running, log }
    }

    /// Somebody texts us: it only takes texts when it starts, so it starts anew.
    pub async fn texts(&mut self, from: &str, to: &str, body: &str) {
        self.running.kill().await.unwrap();
        (self.running, self.log) = run(self.port, 1, &format!("{from} {to} text {body}"));
    }

    /// The next text that it got.
    pub async fn arrives(&mut self) -> Arrived {
        loop {
            let mut line = vec![];
            let length = self.log.read_until(b'\n', &mut line).await.unwrap();
            assert!(length > 0, "it ended");
            if let Some(text) = read(&String::from_utf8_lossy(&line)) {
                return text;
            }
        }
    }
}

/// It wants a text to send, also where it is to send none.
fn run(port: u16, times: u8, text: &str) -> (Child, BufReader<ChildStderr>) {
    let program = PLACES.into_iter().find(|file| fs::metadata(file).is_ok());
    let mut running = Command::new(program.expect("fakesmsc is missing, run `make test`"))
        .args(["-H", "127.0.0.1", "-r", &port.to_string(), "-i", "0.01"])
        .args(["-m", &times.to_string(), text])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let log = BufReader::new(running.stderr.take().unwrap());
    (running, log)
}

/// `… Got message 1: <from to text the words>`, or of `ucs-2` the bytes, in percents where they must.
fn read(line: &str) -> Option<Arrived> {
    let said = line.trim_end().split_once("Got message ")?.1.split_once(": <")?.1;
    let mut words = said.strip_suffix('>')?.splitn(4, ' ');
    let [from, to, kind, body] = [(); 4].map(|()| words.next().unwrap_or_default());
    let (alphabet, text) = match kind {
        "text" => ("gsm7", body.to_owned()),
        "ucs-2" => ("ucs2", wide(body)),
        other => panic!("a text of the kind {other}"),
    };
    let number = |it: &str| it.trim_start_matches('+').to_owned();
    Some(Arrived {
        to: number(to),
        from: number(from),
        text,
        alphabet: alphabet.into(),
        parts: 1,
        minutes: 0, // it does not tell
    })
}

fn wide(written: &str) -> String {
    let (mut bytes, mut left) = (vec![], written.bytes());
    while let Some(byte) = left.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let two = [left.next().unwrap(), left.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&two).unwrap(), 16).unwrap()
            }
            plain => plain,
        });
    }
    let units: Vec<_> = bytes.chunks(2).map(|two| u16::from_be_bytes([two[0], two[1]])).collect();
    String::from_utf16(&units).unwrap()
}
