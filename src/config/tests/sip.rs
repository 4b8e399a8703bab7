//! The telephone exchange, as somebody who sets it up meets it.

use super::*;
use crate::carrier::providers::sip::{SipConfig, Transport};

#[test]
fn a_telephone_exchange_registers_with_a_password_and_is_a_trunk_without() {
    let trunk = carrier::<SipConfig>(&load("[sip]\nserver = 'pbx.nl:5080'\nuser = 'wacht'", &[]));
    assert!(!trunk.registers && trunk.transport == Transport::Udp && trunk.speech.is_empty());
    let whole = "[sip]\nserver = 'pbx.nl'\nuser = 'wacht'\npassword = 'hunter2'\ntransport = 'tcp'\n\
                 plus = '000'\nsound_ports = '40000-40019'\nlines = 4\nring_seconds = 20\n\
                 speech = ['say', '-v', '{language}']";
    let line = carrier::<SipConfig>(&load(whole, &[("RUGDEKKING_SIP__ASKS", "3")]));
    assert!(
        line.registers
            && line.transport == Transport::Tcp
            && !format!("{line:?}").contains("hunter2")
    );
    assert_eq!((line.sound_ports, line.lines, line.asks), ((40_000, 40_019), 4, 3));
    assert_eq!(line.speech, ["say", "-v", "{language}"]);
    let bad = "[sip]\ntransport = 'tls'\nregister = true\nplus = '+'\nown_address = 'here'\n\
               sound_ports = '1'\nlines = 0\nring_seconds = 1\nown_port = 0";
    let mut told = faulty(bad, &[]);
    told.sort();
    let expected = [
        "lines",
        "own_address",
        "own_port",
        "password",
        "plus",
        "ring_seconds",
        "server",
        "sound_ports",
        "transport",
        "user",
    ];
    assert_eq!(told, expected.map(|name| format!("sip.{name}")));
}

#[test]
fn something_for_texts_and_an_exchange_of_ones_own_need_no_other_carrier() {
    let missing = |toml: &str| {
        let faults = given(toml, &[]).load_for(Purpose::Serve).unwrap_err();
        let settings = faults.into_iter().map(|fault| fault.setting);
        settings.filter(|name| name.starts_with("twilio.")).count()
    };
    let sip = "[sip]\nserver = 'pbx.nl'\nuser = 'wacht'\n";
    let kannel = "[kannel]\nusername = 'wacht'\npassword = 'p'\nfrom = '+3197010200002'\n\
                  callback_secret = 'cGFkLWRhdC1uaWVtYW5kLXJhYWR0'\n";
    let kpn = "[kpn]\nclient_id = 'c'\nclient_secret = 's'\nwebhook_keys = 'k'\n\
               sender = 'Gemeente'\n";
    assert_eq!((missing(sip), missing(kannel), missing(kpn)), (2, 2, 2));
    assert_eq!(missing(&format!("{kannel}{kpn}")), 2, "nobody calls");
    for texts in [kannel.to_owned(), kpn.to_owned(), format!("{kannel}{kpn}")] {
        assert_eq!(missing(&format!("{sip}{texts}")), 0, "{texts}");
    }
}
