//! A real telephone exchange, Kamailio, on which telephones hang and to which the house has a line.

use std::{fs, process::Stdio, time::Duration};

use rugdekking::carrier::{providers::sip::SipConfig, setup::Secret};
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::{sleep, timeout},
};

use super::telephone::{HERE, Telephone, free_port, telephones_have_an_address};

const SETTINGS: &str = include_str!("exchange.cfg");
const PATIENCE: Duration = Duration::from_secs(20);
/// What everybody proves themselves with.
pub const PASSWORD: &str = "geheim";

/// An exchange.
pub struct Exchange {
    running: Option<Child>,
    home: TempDir,
    port: u16,
}

impl Exchange {
    /// One on which nothing hangs yet.
    pub async fn start() -> Self {
        telephones_have_an_address().await;
        let (home, port) = (tempfile::tempdir().unwrap(), free_port().await);
        let mut exchange = Self { running: None, home, port };
        exchange.comes_back().await;
        exchange
    }

    /// Its address.
    pub fn address(&self) -> String {
        format!("{HERE}:{}", self.port)
    }

    /// A telephone that hangs on it.
    pub async fn telephone(&self) -> Telephone {
        let phone =
            Telephone::on(&self.address(), &format!(";auth_pass={PASSWORD};regint=30")).await;
        phone.is_registered().await;
        phone
    }

    /// Settings for a line to it.
    pub async fn line(&self) -> SipConfig {
        SipConfig {
            server: self.address(),
            number: None,
            password: Some(Secret::new(PASSWORD)),
            registers: true,
            ..super::telephone::short_waits(&self.address()).await
        }
    }

    /// It dies, with all that it knew.
    pub async fn dies(&mut self) {
        self.kill();
        if let Some(mut child) = self.running.take() {
            child.wait().await.unwrap();
        }
    }

    /// It starts, or starts again.
    pub async fn comes_back(&mut self) {
        let path = |name: &str| self.home.path().join(name).display().to_string();
        let settings = SETTINGS.replace("PORT", &self.port.to_string());
        fs::write(path("exchange.cfg"), settings).unwrap();
        let child = Command::new(program())
            .args(["-DD", "-E", "-f", &path("exchange.cfg"), "-P", &path("pid")])
            .args(["-Y", &path(""), "-w", &path("")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(path("log")).unwrap())
            .process_group(0)
            .spawn()
            .unwrap();
        self.running = Some(child);
        let trying = async {
            while TcpStream::connect((HERE, self.port)).await.is_err() {
                sleep(Duration::from_millis(50)).await;
            }
        };
        if timeout(PATIENCE, trying).await.is_err() {
            panic!("the exchange did not start\n{}", fs::read_to_string(path("log")).unwrap());
        }
    }

    /// All its processes, which would outlive the first of them.
    fn kill(&self) {
        let id = self.running.as_ref().and_then(Child::id).and_then(|id| i32::try_from(id).ok());
        if let Some(group) = id.and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.kill();
    }
}

fn program() -> &'static str {
    let places = ["/usr/sbin/kamailio", "/usr/local/sbin/kamailio", "/usr/bin/kamailio"];
    let found = places.into_iter().find(|place| fs::metadata(place).is_ok());
    found.expect("Kamailio is missing, run `make test`")
}
