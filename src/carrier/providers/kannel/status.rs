//! Reads from Kannel's page about itself whether it can bring anything.

use quick_xml::{Reader, events::Event};

/// Whether the status page shows a line to an operator that is up; the one of that name, if any.
/// One that somebody suspended or isolated keeps texts, or their answers, for later.
pub(super) fn is_up(page: &str, line: Option<&str>) -> bool {
    let mut reader = Reader::from_str(page);
    let (mut element, mut id, mut status) = (String::new(), String::new(), String::new());
    let mut runs = None;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                element = String::from_utf8_lossy(start.name().as_ref()).into_owned();
                if element == "smsc" {
                    runs.get_or_insert(status.starts_with("running")); // its own status came first
                    (id, status) = (String::new(), String::new());
                }
            }
            Ok(Event::Text(text)) => match element.as_str() {
                "id" => id.push_str(&String::from_utf8_lossy(&text)),
                "status" => status.push_str(&String::from_utf8_lossy(&text)),
                _ => {}
            },
            Ok(Event::End(end)) if end.name().as_ref() == b"smsc" => {
                let meant = line.is_none_or(|line| line == id.trim());
                if meant && runs == Some(true) && status.trim().starts_with("online") {
                    return true;
                }
            }
            Ok(Event::End(_)) => element.clear(),
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_up_when_the_one_that_is_meant_is() {
        let smsc = |id: &str, status: &str| {
            format!("<smsc><admin-id>{id}</admin-id><id>{id}</id><status>{status}</status></smsc>")
        };
        let itself = |status: &str, smscs: &str| {
            let lines = format!("<smscs><count>2</count>{smscs}</smscs>");
            format!("<gateway><status>{status}, uptime 0d</status>{lines}</gateway>")
        };
        let page = |smscs: &str| itself("running", smscs);
        let one = page(&(smsc("a", "re-connecting") + &smsc("b", "online 3s")));
        assert!(is_up(&one, None) && is_up(&one, Some("b")));
        assert!(!is_up(&one, Some("a")) && !is_up(&one, Some("c")));
        for down in ["dead", "re-connecting", "connecting", "disconnected", ""] {
            assert!(!is_up(&page(&smsc("a", down)), None), "{down}");
        }
        for not_running in ["suspended", "isolated", "online"] {
            assert!(!is_up(&itself(not_running, &smsc("a", "online 3s")), None), "{not_running}");
        }
        assert!(!is_up(&itself("online", ""), None), "the gateway itself is no line");
        assert!(!is_up("<html>Sign in to the Wi-Fi", None));
    }
}
