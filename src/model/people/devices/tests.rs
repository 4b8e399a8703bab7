//! Whatever somebody names as a push service: we never speak into a network of our own.

use super::*;

#[test]
fn push_services_of_the_makers_are_addresses() {
    for good in [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://web.push.apple.com/QA-x",
        "https://db5p.notify.windows.com/w/?token=x%2b",
        "https://push.gemeente.nl:443/x",
    ] {
        assert!(Endpoint::parse(good, HostReach::Public).is_ok(), "{good}");
    }
}

#[test]
fn nothing_leads_into_a_network_behind_a_wall() {
    for bad in [
        "http://fcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://10.0.0.8/x",
        "https://169.254.169.254/latest",
        "https://[::1]/x",
        "https://[fd00::1]/x",
        "https://localhost/x",
        "https://LOCALHOST./x",
        "https://db.localhost/x",
        "https://postgres/x",
        "https://printer.local/x",
        "https://metadata.google.internal/x",
        "https://intranet.corp/x",
        "https://1.0.0.10.in-addr.arpa/x",
        "https://fcm.googleapis.com:8443/x",
        "https://me@fcm.googleapis.com/x",
        "https://fcm.googleapis.com/x#y",
        "file:///etc/passwd",
        "fcm.googleapis.com/x",
        "",
    ] {
        assert!(Endpoint::parse(bad, HostReach::Public).is_err(), "{bad}");
    }
    assert!(
        Endpoint::parse(&format!("https://a.nl/{}", "x".repeat(2000)), HostReach::Public).is_err()
    );
}

#[test]
fn the_demo_speaks_to_this_machine_and_no_further_in() {
    for good in ["http://127.0.0.1:4010/x", "http://[::1]:1/x", "http://localhost:9/x"] {
        assert!(Endpoint::parse(good, HostReach::ThisMachineToo).is_ok(), "{good}");
    }
    for bad in ["http://10.0.0.8/x", "https://10.0.0.8/x", "http://fcm.googleapis.com/x"] {
        assert!(Endpoint::parse(bad, HostReach::ThisMachineToo).is_err(), "{bad}");
    }
}

#[test]
fn an_address_of_the_internet_is_told_from_all_others() {
    for (ip, public) in [
        ("142.250.179.138", true),
        ("2a00:1450:400e::200a", true),
        ("0.0.0.0", false),
        ("10.1.2.3", false),
        ("100.64.0.1", false),
        ("127.0.0.53", false),
        ("169.254.169.254", false),
        ("172.16.0.1", false),
        ("192.168.1.1", false),
        ("198.18.0.1", false),
        ("224.0.0.1", false),
        ("255.255.255.255", false),
        ("::", false),
        ("::1", false),
        ("::ffff:127.0.0.1", false),
        ("64:ff9b::a00:1", false),
        ("2002:a00:1::", false),
        ("fd12::1", false),
        ("fe80::1", false),
        ("ff02::1", false),
    ] {
        assert_eq!(is_public(ip.parse().unwrap()), public, "{ip}");
    }
}

#[test]
fn a_signature_is_meant_for_the_origin_with_its_port() {
    let at = |text| Endpoint::parse(text, HostReach::ThisMachineToo).unwrap().origin();
    assert_eq!(at("https://fcm.googleapis.com/fcm/send/x"), "https://fcm.googleapis.com");
    assert_eq!(at("http://127.0.0.1:4010/x"), "http://127.0.0.1:4010");
}

#[test]
fn keys_are_read_as_browsers_write_them() {
    let key =
        "BLn9b-VR0ca83knDNZ32dCHGyjJp-1riX9ZTN40MqV8K_LpQmLqxC_DoHvqvFXO_nGdAB4W9dogZb_sM-uV4JbY";
    assert_eq!(String::from(DeviceKey::try_from(key.to_owned()).unwrap()), key);
    assert_eq!(String::from(DeviceKey::try_from(format!("{key}=")).unwrap()), key);
    let off_the_curve = URL_SAFE_NO_PAD.encode([4; 65]);
    for bad in ["", "kaas", &key[..80], &off_the_curve] {
        assert!(DeviceKey::try_from(bad.to_owned()).is_err(), "{bad}");
    }
    let auth = AuthSecret::try_from("_ordMnz7uTCmrpBTeUV4Bw".to_owned()).unwrap();
    assert_eq!(format!("{auth:?}"), "[secret]");
    assert!(AuthSecret::try_from("_ordMnz7".to_owned()).is_err());
}
