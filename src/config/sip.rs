//! The section about the municipality's own telephone exchange.

use std::{net::IpAddr, time::Duration};

use super::reader::Reader;
use crate::model::secret::Secret;

/// A line to a telephone exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sip {
    /// The exchange, with its port when it is not the usual one.
    pub server: String,
    /// Whether requests travel over a connection rather than one by one.
    pub tcp: bool,
    /// The domain of its numbers.
    pub domain: Option<String>,
    /// Our user with it.
    pub user: String,
    /// That user's password.
    pub password: Option<Secret>,
    /// Whether we register.
    pub register: bool,
    /// The number that is shown.
    pub number: Option<String>,
    /// What is dialled for a plus.
    pub plus: Option<String>,
    /// Our address as the exchange sees it.
    pub own_address: Option<IpAddr>,
    /// Our port.
    pub own_port: Option<u16>,
    /// The ports for sound, the first and the last.
    pub sound_ports: Option<(u16, u16)>,
    /// How many calls there may be at once.
    pub lines: Option<usize>,
    /// For how long a phone rings.
    pub ring: Option<Duration>,
    /// How often a question is asked.
    pub asks: Option<u32>,
    /// The speech program with its arguments.
    pub speech: Vec<String>,
    /// Whether it goes before the other carriers of calls.
    pub first: bool,
}

pub(super) fn read(read: &mut Reader) -> Option<Sip> {
    if !read.has_section("sip") {
        return None;
    }
    let truth = |text: &str| text.parse::<bool>().ok();
    let server = read.text("sip.server");
    let tcp = read.parsed("sip.transport", "give udp or tcp", |text| match text {
        "udp" => Some(false),
        "tcp" => Some(true),
        _ => None,
    });
    let user = read.text("sip.user");
    let password = read.secret("sip.password");
    let register = read.parsed("sip.register", "give true or false", truth);
    let register = register.unwrap_or(password.is_some());
    let plus = read.parsed("sip.plus", "give digits, like 00 or 000", |text| {
        text.bytes().all(|b| b.is_ascii_digit()).then(|| text.to_owned())
    });
    let own_address =
        read.parsed("sip.own_address", "give an address, like 10.0.0.5", |text| text.parse().ok());
    let own_port = read.parsed("sip.own_port", "give a number from 1 to 65535", |text| {
        text.parse().ok().filter(|port| *port > 0)
    });
    let sound_ports =
        read.parsed("sip.sound_ports", "give the first and the last, like 40000-40199", range);
    let lines = within(read, "sip.lines", 1, 200);
    let ring = within(read, "sip.ring_seconds", 5, 120);
    let asks = within(read, "sip.asks", 1, 10);
    let part = |part: &str| Some(part.to_owned());
    let speech = read.list("sip.speech", "give a program and its arguments", part);
    let first = read.parsed("sip.first", "give true or false", truth);
    read.needed("sip.server", "give the exchange, like pbx.example.nl");
    read.needed("sip.user", "give the user that the exchange knows");
    if register {
        read.needed("sip.password", "give the password of sip.user");
    }
    Some(Sip {
        server: server?,
        tcp: tcp.unwrap_or(false),
        domain: read.text("sip.domain"),
        user: user?,
        password,
        register,
        number: read.text("sip.number"),
        plus,
        own_address,
        own_port,
        sound_ports,
        lines: lines.and_then(|lines| usize::try_from(lines).ok()),
        ring: ring.map(|seconds| Duration::from_secs(seconds.into())),
        asks,
        speech: speech.unwrap_or_default(),
        first: first.unwrap_or(false),
    })
}

fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-')?;
    Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
}

fn within(read: &mut Reader, name: &str, least: u32, most: u32) -> Option<u32> {
    let remedy = format!("give a number from {least} to {most}");
    read.parsed(name, &remedy, |text| text.parse().ok().filter(|n| (least..=most).contains(n)))
}
