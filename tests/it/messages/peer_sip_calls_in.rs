//! A real telephone calls the service over SIP: it is answered, hears words, and presses keys.

use std::time::Duration;

use rugdekking::{
    carrier::{
        CallHolder as _,
        providers::sip::{SipConfig, Transport},
    },
    model::messages::calls_in::{CallIn, CallSubject},
};
use tokio::{
    net::UdpSocket,
    time::{sleep, timeout},
};

use super::peer_sip::{Line, Told, speech, spoken};
use crate::support::telephone::{HERE, JAN, RUUD, Telephone, in_turn, loud};

const SECOND: Duration = Duration::from_secs(1);

/// What is told when somebody calls from a number, and when they press keys.
fn called(number: &str, pressed: Option<&str>) -> Told {
    let about = pressed.map(|_| CallSubject::NoVisit);
    let pressed = pressed.map(str::to_owned);
    Told::Called(CallIn { from: number.parse().ok(), about, pressed })
}

async fn is_heard_by(transport: Transport, more: &str) {
    let mut phone = Telephone::start().await;
    let config = SipConfig { transport, speech: speech(), ..phone.line().await };
    let us = format!("sip:rugdekking@{HERE}:{}{more}", config.own_port);
    let mut line = Line::by(config).await;
    for number in [JAN, RUUD] {
        phone.dials(number, &us).await;
        assert_eq!(line.tells().await, called(number, None));
        phone.is_answered().await;
        for keys in ["77#", "0"] {
            phone.presses(keys).await;
            assert_eq!(line.tells().await, called(number, Some(keys)));
        }
        phone.holds_for_a_moment().await;
        phone.presses("9").await;
        assert_eq!(line.tells().await, called(number, Some("9")));
        phone.is_over().await;
    }
    line.sip.close().await;
}

#[tokio::test]
async fn who_calls_is_known_by_the_number_and_keys_are_told() {
    let _turn = in_turn().await;
    is_heard_by(Transport::Udp, "").await;
}

#[tokio::test]
async fn so_it_is_over_tcp() {
    let _turn = in_turn().await;
    is_heard_by(Transport::Tcp, ";transport=tcp").await;
}

#[tokio::test]
async fn who_presses_nothing_hears_it_three_times_and_who_hangs_up_is_gone() {
    let _turn = in_turn().await;
    let mut phone = Telephone::start().await;
    let config = SipConfig { speech: speech(), patience: SECOND / 4, ..phone.line().await };
    let us = format!("sip:rugdekking@{HERE}:{}", config.own_port);
    let mut line = Line::by(config).await;
    phone.dials(JAN, &us).await;
    phone.is_over().await;
    sleep(Duration::from_millis(300)).await;
    let (heard, once) = (loud(&phone.heard(), 8000), spoken("Toets 9.", "nl").await);
    assert!((once * 3 * 8 / 10..once * 3 * 12 / 10).contains(&heard), "{heard:?}, {once:?}");
    assert_eq!(line.tells().await, called(JAN, None));
    phone.dials(JAN, &us).await;
    assert_eq!(line.tells().await, called(JAN, None));
    phone.is_answered().await;
    phone.hangs_up().await;
    phone.is_over().await;
    phone.dials(JAN, &us).await;
    assert_eq!(line.tells().await, called(JAN, None), "the number is free again");
    line.sip.close().await;
    phone.is_over().await;
}

#[tokio::test]
async fn a_number_calls_once_at_a_time_and_lines_are_left_for_our_own_calls() {
    let _turn = in_turn().await;
    let mut phone = Telephone::start().await;
    let config = SipConfig { speech: speech(), ..phone.line().await };
    let us = format!("sip:rugdekking@{HERE}:{}", config.own_port);
    let mut line = Line::by(SipConfig { lines: 2, ..config }).await;
    phone.dials(JAN, &us).await;
    assert_eq!(line.tells().await, called(JAN, None));
    phone.is_answered().await;
    for number in [JAN, RUUD] {
        phone.dials(number, &us).await;
        let why = phone.is_over().await;
        assert!(why.contains("486"), "{number}: {why}");
    }
    line.sip.close().await;
}

/// Whoever is not the exchange could say that they have any number.
#[tokio::test]
async fn nobody_but_the_exchange_calls() {
    let _turn = in_turn().await;
    let phone = Telephone::start().await;
    let config = phone.line().await;
    let us = format!("{HERE}:{}", config.own_port);
    let line = Line::by(config).await;
    let stranger = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let here = stranger.local_addr().unwrap();
    for (nth, via) in [here.to_string(), format!("{here};received={HERE}")].iter().enumerate() {
        let invite = format!(
            "INVITE sip:rugdekking@{us} SIP/2.0\r\nVia: SIP/2.0/UDP {via};branch=z9hG4bK{nth}\r\n\
             Max-Forwards: 70\r\nFrom: <sip:{JAN}@{HERE}>;tag=a{nth}\r\n\
             P-Asserted-Identity: <sip:{JAN}@{HERE}>\r\nTo: <sip:rugdekking@{us}>\r\n\
             Call-ID: stranger-{nth}\r\nCSeq: 1 INVITE\r\nContact: <sip:x@{here}>\r\n\
             Content-Length: 0\r\n\r\n"
        );
        stranger.send_to(invite.as_bytes(), &us).await.unwrap();
        let mut packet = [0; 4096];
        let answered = timeout(5 * SECOND, stranger.recv_from(&mut packet)).await;
        let (size, _) = answered.expect("nothing was answered").unwrap();
        let answer = String::from_utf8_lossy(&packet[..size]).into_owned();
        assert!(answer.starts_with("SIP/2.0 403"), "{via}: {answer}");
    }
    line.sip.close().await;
}
