//! A line to the municipality's own telephone exchange as it is set up: which settings it has, and how
//! the carrier is made of them.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket},
    sync::Arc,
    time::Duration,
};

use super::{Sip, SipConfig, Transport};
use crate::{
    carrier::setup::{BuiltCarrier, CarrierProvider, CarrierSettings, SettingNames, Site},
    model::{
        input::settings::{ConfigFault, SettingsReader},
        messages::Channel,
    },
};

/// A line that is set up.
pub(in crate::carrier) const PROVIDER: CarrierProvider = CarrierProvider {
    names: SettingNames {
        section: SECTION,
        plain: &[
            "server",
            "transport",
            "domain",
            "user",
            "register",
            "number",
            "plus",
            "own_address",
            "own_port",
            "sound_ports",
            "lines",
            "ring_seconds",
            "asks",
            "speech",
            "first",
        ],
        secret: &["password"],
    },
    channels: &[Channel::Call],
    read,
};

const SECTION: &str = "sip";

fn read(read: &mut SettingsReader, _: &'static str) -> Option<Arc<dyn CarrierSettings>> {
    let server = read.text("sip.server");
    let transport = read.parsed("sip.transport", "give udp or tcp", |text| match text {
        "udp" => Some(Transport::Udp),
        "tcp" => Some(Transport::Tcp),
        _ => None,
    });
    let user = read.text("sip.user");
    let password = read.secret("sip.password");
    let registers = read.flag("sip.register").unwrap_or(password.is_some());
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
    read.needed("sip.server", "give the exchange, like pbx.example.nl");
    read.needed("sip.user", "give the user that the exchange knows");
    if registers {
        read.needed("sip.password", "give the password of sip.user");
    }
    let (domain, number) = (read.text("sip.domain"), read.text("sip.number"));
    let usual = SipConfig::new(&server?, &user?);
    Some(Arc::new(SipConfig {
        transport: transport.unwrap_or(usual.transport),
        domain,
        password,
        registers,
        number,
        plus: plus.unwrap_or(usual.plus),
        own_address,
        own_port: own_port.unwrap_or(usual.own_port),
        sound_ports: sound_ports.unwrap_or(usual.sound_ports),
        lines: lines.and_then(|lines| usize::try_from(lines).ok()).unwrap_or(usual.lines),
        ring: ring.map_or(usual.ring, |seconds| Duration::from_secs(seconds.into())),
        asks: asks.unwrap_or(usual.asks),
        speech: speech.unwrap_or_default(),
        ..usual
    }))
}

fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-')?;
    Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
}

fn within(read: &mut SettingsReader, name: &str, least: u32, most: u32) -> Option<u32> {
    let remedy = format!("give a number from {least} to {most}");
    read.parsed(name, &remedy, |text| text.parse().ok().filter(|n| (least..=most).contains(n)))
}

impl CarrierSettings for SipConfig {
    /// Where the service that runs here has the port, another one is taken.
    fn build(&self, site: &Site<'_>) -> Result<BuiltCarrier, ConfigFault> {
        let taken = site.beside_a_service && self.has_somebody_on_its_port();
        let free = taken
            .then(|| self.bound(SocketAddr::new(self.own_addresses()[0], 0)))
            .transpose()
            .map_err(|why| {
                ConfigFault::new("sip.own_port", format!("is in use ({why})"), "give another port")
            })?;
        let config = Self { own_port: free.unwrap_or(self.own_port), ..self.clone() };
        let sip = Arc::new(Sip::new(config).map_err(|why| why.of(SECTION))?);
        let moved = free.map(|free| (self.own_port, free));
        Ok(BuiltCarrier { calls: Some(sip.clone()), moved, ..BuiltCarrier::of(sip) })
    }
}

impl SipConfig {
    fn has_somebody_on_its_port(&self) -> bool {
        let is_taken = |own: IpAddr| {
            let bound = self.bound(SocketAddr::new(own, self.own_port));
            bound.is_err_and(|why| why.kind() == io::ErrorKind::AddrInUse)
        };
        self.own_addresses().into_iter().any(is_taken)
    }

    /// Our address as far as it was said, or any.
    fn own_addresses(&self) -> Vec<IpAddr> {
        let any = vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
        self.own_address.map_or(any, |address| vec![address])
    }

    /// Which port can be had at that address now.
    fn bound(&self, own: SocketAddr) -> io::Result<u16> {
        let own = match self.transport {
            Transport::Tcp => TcpListener::bind(own)?.local_addr()?,
            Transport::Udp => UdpSocket::bind(own)?.local_addr()?,
        };
        Ok(own.port())
    }
}
