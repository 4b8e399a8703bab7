//! Reads what Twilio (and who speaks like it) reports about a text or call.

use crate::model::messages::Receipt;

/// Errors by which the provider would refuse another try as well: no such phone, cannot take
/// texts, blocked, filtered, opted out. Of anything else a second try may come through.
const PERMANENT_ERRORS: [&str; 8] =
    ["21211", "21610", "21614", "30004", "30005", "30006", "30007", "30011"];

/// What a report about a text message says; `None` while it is still on its way.
pub fn text_receipt(form: &[(String, String)]) -> Option<Receipt> {
    match field(form, "MessageStatus").or_else(|| field(form, "SmsStatus"))? {
        "delivered" | "read" => Some(Receipt::Delivered),
        "undelivered" | "failed" | "canceled" => {
            let error = field(form, "ErrorCode").unwrap_or_default();
            Some(Receipt::Failed { permanent: PERMANENT_ERRORS.contains(&error) })
        }
        _ => None,
    }
}

/// What a report about a call says; `None` while it rings or nobody knows yet who answered.
pub fn call_receipt(form: &[(String, String)]) -> Option<Receipt> {
    let answered_by = field(form, "AnsweredBy").map(|by| {
        let machine = by.starts_with("machine") || by == "fax";
        if machine { Receipt::CallVoicemail } else { Receipt::CallAnswered }
    });
    match field(form, "CallStatus")? {
        "completed" => Some(answered_by.unwrap_or(Receipt::CallAnswered)),
        "in-progress" | "answered" => answered_by,
        "busy" => Some(Receipt::CallBusy),
        "no-answer" => Some(Receipt::CallNoAnswer),
        "failed" | "canceled" => Some(Receipt::CallFailed),
        _ => None,
    }
}

fn field<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = form.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    found.filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::messages::MessageState;

    fn form(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn a_text_is_delivered_only_when_the_phone_has_it() {
        let status = |s| text_receipt(&form(&[("MessageSid", "SM1"), ("MessageStatus", s)]));
        for on_its_way in ["accepted", "scheduled", "queued", "sending", "sent", "", "whatever"] {
            assert_eq!(status(on_its_way), None, "{on_its_way}");
        }
        assert_eq!(status("delivered"), Some(Receipt::Delivered));
        assert_eq!(status("undelivered"), Some(Receipt::Failed { permanent: false }));
        assert_eq!(text_receipt(&form(&[("SmsStatus", "delivered")])), Some(Receipt::Delivered));
        assert_eq!(text_receipt(&[]), None);
    }

    #[test]
    fn a_phone_that_is_off_is_worth_another_try_and_an_opted_out_one_is_not() {
        let failed =
            |code| text_receipt(&form(&[("MessageStatus", "undelivered"), ("ErrorCode", code)]));
        assert_eq!(failed("30003"), Some(Receipt::Failed { permanent: false }));
        assert_eq!(failed("99999"), Some(Receipt::Failed { permanent: false }));
        assert_eq!(failed("21610"), Some(Receipt::Failed { permanent: true }));
        assert_eq!(failed("30006"), Some(Receipt::Failed { permanent: true }));
    }

    #[test]
    fn voicemail_is_never_an_answer() {
        let call = |status, by| call_receipt(&form(&[("CallStatus", status), ("AnsweredBy", by)]));
        for machine in ["machine_start", "machine_end_beep", "machine_end_silence", "fax"] {
            assert_eq!(call("completed", machine), Some(Receipt::CallVoicemail), "{machine}");
            assert_eq!(call("in-progress", machine), Some(Receipt::CallVoicemail), "{machine}");
        }
        assert_eq!(Receipt::CallVoicemail.state(), MessageState::Failed);
        assert_eq!(call("completed", "human"), Some(Receipt::CallAnswered));
        assert_eq!(call("completed", "unknown"), Some(Receipt::CallAnswered));
        assert_eq!(call("completed", ""), Some(Receipt::CallAnswered));
        assert_eq!(call("in-progress", ""), None, "nobody knows yet who answered");
    }

    #[test]
    fn a_call_that_reached_nobody_failed() {
        let call = |status| call_receipt(&form(&[("CallStatus", status)]));
        for (status, receipt) in [
            ("busy", Receipt::CallBusy),
            ("no-answer", Receipt::CallNoAnswer),
            ("failed", Receipt::CallFailed),
            ("canceled", Receipt::CallFailed),
        ] {
            assert_eq!(call(status), Some(receipt));
            assert_eq!(receipt.state(), MessageState::Failed);
        }
        for ringing in ["queued", "initiated", "ringing"] {
            assert_eq!(call(ringing), None, "{ringing}");
        }
    }
}
