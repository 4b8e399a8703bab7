//! A real telephone, baresip, which is also the exchange that it hangs on: what is dialled rings it.

use std::{
    fs,
    net::Ipv4Addr,
    path::PathBuf,
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use rugdekking::carrier::providers::sip::SipConfig;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{
        TcpListener, TcpStream, UdpSocket,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    process::{Child, Command},
    sync::{Mutex, MutexGuard, OnceCell},
    time::{sleep, timeout},
};

/// Where telephones are: baresip does not speak on the loopback address itself.
pub const HERE: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 1);
/// Jan's number.
pub const JAN: &str = "+31612345678";
/// Ruud's number.
pub const RUUD: &str = "+31611223344";
const PATIENCE: Duration = Duration::from_secs(20);

/// What this telephone says into its line: a tone, so that sound alone is seen to confirm nothing.
const SETTINGS: &str = "\
poll_method epoll
sip_listen 10.77.0.1:PORT
net_interface lo
call_local_timeout 120
call_max_calls 8
audio_source ausine,440
audio_player aubridge,nil
audio_alert aubridge,nil
ausrc_srate 48000
auplay_srate 8000
ausrc_channels 2
auplay_channels 1
module_path MODULES
module g711.so
module aubridge.so
module ausine.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 10.77.0.1:CONTROL
snd_path HOME
";

/// A telephone.
pub struct Telephone {
    _child: Child,
    home: TempDir,
    /// Where it takes calls.
    pub address: String,
    /// What its numbers hang on.
    exchange: String,
    told: BufReader<OwnedReadHalf>,
    tell: OwnedWriteHalf,
}

impl Telephone {
    /// One that rings until somebody does something.
    pub async fn start() -> Self {
        Self::on("", ";regint=0").await
    }

    /// One that picks up by itself, as a machine does.
    pub async fn of_a_machine() -> Self {
        Self::on("", ";regint=0;answermode=auto").await
    }

    /// One that hangs on an exchange, or on nothing but itself.
    pub async fn on(exchange: &str, more: &str) -> Self {
        telephones_have_an_address().await;
        let [port, control] = [free_port().await, free_port().await];
        let home = tempfile::tempdir().unwrap();
        let path = home.path().to_str().unwrap();
        let settings = SETTINGS
            .replace("PORT", &port.to_string())
            .replace("CONTROL", &control.to_string())
            .replace("MODULES", modules().to_str().unwrap())
            .replace("HOME", path);
        fs::write(home.path().join("config"), settings).unwrap();
        let address = format!("{HERE}:{port}");
        let exchange = if exchange.is_empty() { &address } else { exchange }.to_owned();
        let account = |number| format!("<sip:{number}@{exchange}>{more}\n");
        fs::write(home.path().join("accounts"), [JAN, RUUD].map(account).concat()).unwrap();
        fs::write(home.path().join("contacts"), "").unwrap();
        let child = Command::new("baresip")
            .args(["-4", "-f", path])
            .stdin(Stdio::null())
            .stdout(fs::File::create(home.path().join("log")).unwrap())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|why| panic!("baresip is missing, run `make test`: {why}"));
        let (told, tell) = connected(control).await.into_split();
        Self { _child: child, home, address, exchange, told: BufReader::new(told), tell }
    }

    /// Both its numbers are known to the exchange.
    pub async fn is_registered(&self) {
        let waiting = async {
            while self.log().matches("200 OK").count() < 2 {
                sleep(Duration::from_millis(50)).await;
            }
        };
        let waited = timeout(PATIENCE, waiting).await;
        waited.unwrap_or_else(|_| panic!("it did not register\n{}", self.log()));
    }

    /// Settings for a line to it, with short waits.
    pub async fn line(&self) -> SipConfig {
        short_waits(&self.address).await
    }

    fn log(&self) -> String {
        fs::read_to_string(self.home.path().join("log")).unwrap()
    }

    /// It rings; tells for which of its numbers.
    pub async fn rings(&mut self) -> String {
        let event = self.happens("CALL_INCOMING").await;
        let to = event["accountaor"].as_str().unwrap();
        to.trim_start_matches("sip:").split('@').next().unwrap().to_owned()
    }

    /// Whether it rings within this time.
    pub async fn rings_within(&mut self, patience: Duration) -> bool {
        timeout(patience, self.rings()).await.is_ok()
    }

    /// Somebody calls from one of its numbers.
    pub async fn dials(&mut self, number: &str, to: &str) {
        self.does("uafind", &format!("sip:{number}@{}", self.exchange)).await;
        self.does("dial", to).await;
    }

    /// What it dialled picks up.
    pub async fn is_answered(&mut self) {
        self.happens("CALL_ESTABLISHED").await;
    }

    /// Somebody picks up.
    pub async fn answers(&mut self) {
        self.does("accept", "").await;
        self.happens("CALL_ESTABLISHED").await;
    }

    /// Somebody turns the call away or hangs up.
    pub async fn hangs_up(&mut self) {
        self.does("hangup", "").await;
    }

    /// Somebody presses keys, as fast as fingers do.
    pub async fn presses(&mut self, keys: &str) {
        for key in keys.chars() {
            self.does("sndcode", &key.to_string()).await;
            sleep(Duration::from_millis(250)).await;
            self.does("sndcode", "").await;
        }
    }

    /// Somebody puts the call on hold and takes it back: the sound is agreed on anew.
    pub async fn holds_for_a_moment(&mut self) {
        for command in ["hold", "resume"] {
            self.does(command, "").await;
            sleep(Duration::from_secs(1)).await;
        }
    }

    /// The call is over; tells why.
    pub async fn is_over(&mut self) -> String {
        self.happens("CALL_CLOSED").await["param"].as_str().unwrap_or_default().to_owned()
    }

    /// What was heard on the last call: 8000 samples a second.
    pub fn heard(&self) -> Vec<i16> {
        let files = fs::read_dir(self.home.path()).unwrap().map(|file| file.unwrap().path());
        let heard = files.filter(|file| file.to_str().unwrap().ends_with("-dec.wav"));
        let last = heard.max().expect("nothing was recorded");
        let octets = fs::read(last).unwrap();
        let data = octets.windows(4).position(|w| w == b"data").expect("it is WAV") + 8;
        octets[data..].chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect()
    }

    async fn does(&mut self, command: &str, params: &str) {
        let said = json!({ "command": command, "params": params }).to_string();
        self.tell.write_all(format!("{}:{said},", said.len()).as_bytes()).await.unwrap();
    }

    async fn happens(&mut self, kind: &str) -> Value {
        let waiting = async {
            loop {
                let told = self.hears().await;
                if told["type"] == kind {
                    return told;
                }
            }
        };
        match timeout(PATIENCE, waiting).await {
            Ok(told) => told,
            Err(_) => panic!("{kind} never happened\n{}", self.log()),
        }
    }

    /// What it tells comes as netstrings: a length, a colon, so many octets, a comma.
    async fn hears(&mut self) -> Value {
        let mut length = String::new();
        loop {
            match self.told.read_u8().await.expect("the telephone died") {
                b':' => break,
                digit => length.push(char::from(digit)),
            }
        }
        let mut told = vec![0; length.parse::<usize>().unwrap() + 1];
        self.told.read_exact(&mut told).await.unwrap();
        serde_json::from_slice(&told[..told.len() - 1]).unwrap()
    }
}

/// Settings for a line, with waits that are short for people and long enough for machines.
pub async fn short_waits(server: &str) -> SipConfig {
    let sound = 2 * (free_port().await / 2);
    SipConfig {
        number: Some("+31534818000".into()),
        own_address: Some(HERE.into()),
        own_port: free_port().await,
        sound_ports: (sound, sound + 20),
        lines: 4,
        ring: Duration::from_secs(3),
        patience: Duration::from_millis(1500),
        between_keys: Duration::from_millis(700),
        answers_within: Duration::from_secs(1),
        line_within: Duration::from_secs(1),
        ..SipConfig::new(server, "rugdekking")
    }
}

/// How long there is sound that can be heard, in whole frames of a tenth of a second.
pub fn loud(samples: &[i16], rate: usize) -> Duration {
    let is_loud = |frame: &&[i16]| frame.iter().any(|sample| sample.unsigned_abs() > 800);
    let frames = samples.chunks(rate / 10).filter(is_loud).count();
    Duration::from_millis(100) * u32::try_from(frames).unwrap()
}

/// Calls take as long as they take; one test at a time, so that they are not late for each other.
pub async fn in_turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::const_new(());
    TURN.lock().await
}

async fn connected(control: u16) -> TcpStream {
    let trying = async {
        loop {
            match TcpStream::connect((HERE, control)).await {
                Ok(stream) => return stream,
                Err(_) => sleep(Duration::from_millis(50)).await,
            }
        }
    };
    timeout(PATIENCE, trying).await.expect("baresip did not start")
}

fn modules() -> PathBuf {
    let places = ["/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules"];
    let found = places.map(PathBuf::from).into_iter().find(|place| place.exists());
    found.expect("baresip's modules are missing, run `make test`")
}

/// `make test` sees to it; whoever runs tests alone as root needs nothing else either.
pub async fn telephones_have_an_address() {
    static ONCE: OnceCell<()> = OnceCell::const_new();
    let see = || async {
        if UdpSocket::bind((HERE, 0)).await.is_err() {
            let address = format!("{HERE}/32");
            let given = ["addr", "add", &address, "dev", "lo"];
            let _ = Command::new("ip").args(given).status().await;
        }
        let why = "10.77.0.1 is not an address of this machine, run `make test`";
        UdpSocket::bind((HERE, 0)).await.expect(why);
    };
    ONCE.get_or_init(see).await;
}

/// A port that is free for both kinds of traffic, below those that the system hands out meanwhile.
pub async fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let nth = std::process::id().wrapping_mul(97) + NEXT.fetch_add(23, Ordering::Relaxed);
        let port = 10_000 + u16::try_from(nth % 9_000).unwrap();
        let tcp = TcpListener::bind((HERE, port)).await;
        if tcp.is_ok() && UdpSocket::bind((HERE, port)).await.is_ok() {
            return port;
        }
    }
}
