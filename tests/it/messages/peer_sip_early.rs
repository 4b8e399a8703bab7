//! An exchange that agrees on the sound while the phone rings, and says nothing of it when it is
//! answered.

use std::{net::SocketAddr, time::Duration};

use rugdekking::model::messages::Receipt;
use tokio::{net::UdpSocket, time::sleep};

use super::{
    carrier_support::call,
    peer_sip::{Line, Told},
};
use crate::support::telephone::{HERE, in_turn, short_waits, telephones_have_an_address};

/// One that answers by hand, as the standard lets it (RFC 3261, RFC 3262).
struct EarlyExchange {
    signals: UdpSocket,
    sound: UdpSocket,
}

fn header<'a>(request: &'a str, name: &str) -> Vec<&'a str> {
    let is = |line: &&str| line.split_once(':').is_some_and(|(n, _)| n.eq_ignore_ascii_case(name));
    request.lines().filter(is).collect()
}

impl EarlyExchange {
    async fn open() -> Self {
        let open = || async { UdpSocket::bind((HERE, 0)).await.unwrap() };
        Self { signals: open().await, sound: open().await }
    }

    fn answer(&self, request: &str, status: &str, body: &str) -> String {
        let copied =
            ["Via", "From", "Call-ID", "CSeq"].map(|name| header(request, name).join("\r\n"));
        let to = header(request, "To").concat();
        let to = if to.contains("tag=") { to } else { format!("{to};tag=early") };
        let here = self.signals.local_addr().unwrap();
        let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
        format!(
            "SIP/2.0 {status}\r\n{}\r\n{to}\r\nContact: <sip:early@{here}>\r\n{kind}\
             Content-Length: {}\r\n\r\n{body}",
            copied.join("\r\n"),
            body.len()
        )
    }

    fn sound(&self) -> String {
        let port = self.sound.local_addr().unwrap().port();
        format!(
            "v=0\r\no=- 1 1 IN IP4 {HERE}\r\ns=-\r\nc=IN IP4 {HERE}\r\nt=0 0\r\n\
             m=audio {port} RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"
        )
    }

    /// Takes requests until a call has been hung up; once it is heard the key 1 is pressed.
    async fn serve(&self) {
        let mut packet = [0; 4096];
        loop {
            let (size, from) = self.signals.recv_from(&mut packet).await.unwrap();
            let request = String::from_utf8_lossy(&packet[..size]).into_owned();
            let replies = match request.split_once(' ').unwrap().0 {
                "INVITE" => vec![
                    self.answer(&request, "183 Session Progress", &self.sound()),
                    self.answer(&request, "200 OK", ""),
                ],
                "ACK" => vec![],
                _ => vec![self.answer(&request, "200 OK", "")],
            };
            for reply in replies {
                self.signals.send_to(reply.as_bytes(), from).await.unwrap();
                sleep(Duration::from_millis(300)).await;
            }
            match request.split_once(' ').unwrap().0 {
                "ACK" => self.presses_one().await,
                "BYE" => return,
                _ => {}
            }
        }
    }

    async fn presses_one(&self) {
        let mut packet = [0; 400];
        let (_, from): (_, SocketAddr) = self.sound.recv_from(&mut packet).await.unwrap();
        for held in [160u16, 320, 480] {
            let mut key = vec![0x80, 101, 0, 1, 0, 0, 0x13, 0x88, 0, 0, 0, 7, 1, 10];
            key.extend(held.to_be_bytes());
            self.sound.send_to(&key, from).await.unwrap();
        }
    }
}

#[tokio::test]
async fn somebody_who_picks_up_is_talked_with() {
    let _turn = in_turn().await;
    telephones_have_an_address().await;
    let exchange = EarlyExchange::open().await;
    let address = exchange.signals.local_addr().unwrap().to_string();
    let asks = async {
        let mut line = Line::by(short_waits(&address).await).await;
        line.calls(&call("Toets 1 als alles goed is.")).await;
        assert_eq!(line.tells().await, Told::Keys("1".into()));
        assert_eq!(line.tells().await, Told::Ended(Receipt::CallAnswered));
    };
    tokio::select! {
        () = asks => {}
        () = async { loop { exchange.serve().await } } => {}
    }
}
