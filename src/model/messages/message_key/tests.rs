//! Every kind of key in the form that lies in databases, and back.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::model::{
    ids::{CareId, EntryId, IncidentId, RequestId, TeamId},
    messages::topics::{IncidentTopic, VisitTopic},
    visits::findings::Finding,
};

const ONE: Uuid = Uuid::from_u128(0x01890000_0000_7000_8000_000000000001);
const TWO: Uuid = Uuid::from_u128(0x01890000_0000_7000_8000_000000000002);
const THREE: Uuid = Uuid::from_u128(0x01890000_0000_7000_8000_000000000003);
const AT: i64 = 1_795_435_200_123_456;

/// `{1}`, `{2}` and `{3}` stand for the ids, `{at}` for the microseconds.
fn written(pattern: &str) -> String {
    [("{1}", ONE), ("{2}", TWO), ("{3}", THREE)]
        .into_iter()
        .fold(pattern.replace("{at}", "1795435200123456"), |text, (mark, id)| {
            text.replace(mark, &id.to_string())
        })
}

fn notice(topic: Topic) -> MessageKey {
    MessageKey::Notice { topic, person: PersonId(TWO) }
}

fn about_visit(what: VisitTopic) -> MessageKey {
    notice(Topic::Visit { visit: VisitId(ONE), what, at_micros: AT })
}

fn about_incident(what: IncidentTopic) -> MessageKey {
    notice(Topic::Incident { incident: IncidentId(ONE), what })
}

fn about_alarm(news: AlarmNews) -> MessageKey {
    MessageKey::AlarmNews { alarm: AlarmId(ONE), news, at_micros: AT, person: PersonId(TWO) }
}

fn round(channel: Channel) -> MessageKey {
    MessageKey::AlarmRound { alarm: AlarmId(ONE), round: 2, recipient: TWO, channel }
}

fn outage(news: OutageNews, channel: Channel, by: Channel) -> MessageKey {
    MessageKey::Outage { channel, since_micros: AT, news, person: PersonId(TWO), by }
}

/// What the program wrote when these keys were texts: rows like these lie in running services.
fn golden() -> Vec<(MessageKey, &'static str)> {
    let (visit, officer) = (VisitId(ONE), OfficerId(TWO));
    let (alarm, person, message) = (AlarmId(ONE), PersonId(TWO), MessageId(ONE));
    let check_in = |ask| MessageKey::CheckIn(CheckInId(ONE), ask);
    let told_officer =
        |channel| MessageKey::OfficerNotice { visit, officer, at_micros: AT, channel };
    let nobody = |channel| MessageKey::AlarmReachesNobody { alarm, rounds: 3, person, channel };
    let about_colleague = |news| MessageKey::Colleague { visit, news, at_micros: AT, to: 1 };
    let (entry, at_seconds) = (EntryId(ONE), 1_795_435_200);
    let day = NaiveDate::from_ymd_opt(2026, 11, 3).unwrap();
    let finding = |finding, repaired| notice(Topic::Finding { finding, repaired, day });
    vec![
        (MessageKey::StartQuestion(visit), "visit/{1}/start"),
        (MessageKey::CalendarEntry(visit), "visit/{1}/calendar"),
        (told_officer(Channel::Text), "visit/{1}/officer/{2}/{at}/text"),
        (told_officer(Channel::Mail), "visit/{1}/officer/{2}/{at}/mail"),
        (about_colleague(ColleagueNews::Named), "visit/{1}/colleague/named/{at}/1"),
        (about_colleague(ColleagueNews::NotAlong), "visit/{1}/colleague/not-along/{at}/1"),
        (about_colleague(ColleagueNews::Ended), "visit/{1}/colleague/ended/{at}/1"),
        (check_in(Ask::Reminder), "check-in/{1}/reminder"),
        (check_in(Ask::Text), "check-in/{1}/text"),
        (check_in(Ask::Call(2)), "check-in/{1}/call/2"),
        (check_in(Ask::Push(1)), "check-in/{1}/push/1"),
        (check_in(Ask::Colleague(0)), "check-in/{1}/colleague/0"),
        (check_in(Ask::Push(1)).on_device(DeviceId(THREE)), "check-in/{1}/push/1/{3}"),
        (round(Channel::Text), "alarm/{1}/2/{2}/text"),
        (round(Channel::Call), "alarm/{1}/2/{2}/call"),
        (round(Channel::Mail), "alarm/{1}/2/{2}/mail"),
        (round(Channel::Text).instead(), "alarm/{1}/2/{2}/text/instead"),
        (round(Channel::Push).on_device(DeviceId(THREE)), "alarm/{1}/2/{2}/push/{3}"),
        (about_alarm(AlarmNews::Graver), "alarm/{1}/graver/{at}/{2}"),
        (about_alarm(AlarmNews::MissedAgain), "alarm/{1}/missed-again/{at}/{2}"),
        (about_alarm(AlarmNews::SignOfLife), "alarm/{1}/sign-of-life/{at}/{2}"),
        (about_alarm(AlarmNews::Wrote), "alarm/{1}/wrote/{at}/{2}"),
        (about_alarm(AlarmNews::Answered), "alarm/{1}/answered/{at}/{2}"),
        (about_alarm(AlarmNews::Taken), "alarm/{1}/taken/{at}/{2}"),
        (about_alarm(AlarmNews::Closed), "alarm/{1}/closed/{at}/{2}"),
        (nobody(Channel::Mail), "alarm/{1}/nobody/3/{2}/mail"),
        (nobody(Channel::Text), "alarm/{1}/nobody/3/{2}/text"),
        (about_visit(VisitTopic::ApprovalAsked), "visit/{1}/ApprovalAsked/{2}/{at}"),
        (about_visit(VisitTopic::WentAnyway), "visit/{1}/WentAnyway/{2}/{at}"),
        (about_visit(VisitTopic::NotStarted), "visit/{1}/NotStarted/{2}/{at}"),
        (about_visit(VisitTopic::ExtendedOften), "visit/{1}/ExtendedOften/{2}/{at}"),
        (about_visit(VisitTopic::AddressUnknown), "visit/{1}/AddressUnknown/{2}/{at}"),
        (about_visit(VisitTopic::ColleagueNotAlong), "visit/{1}/ColleagueNotAlong/{2}/{at}"),
        (about_visit(VisitTopic::CodesWait), "visit/{1}/CodesWait/{2}/{at}"),
        (about_visit(VisitTopic::NumberUntested), "visit/{1}/NumberUntested/{2}/{at}"),
        (about_visit(VisitTopic::LadderGap), "visit/{1}/LadderGap/{2}/{at}"),
        (about_visit(VisitTopic::LadderGap).instead(), "visit/{1}/LadderGap/{2}/{at}/instead"),
        (notice(Topic::TeamGap { team: TeamId(ONE), at_micros: AT }), "gap/{1}/{at}/{2}"),
        (about_incident(IncidentTopic::Reported), "incident/{1}/reported/{2}"),
        (about_incident(IncidentTopic::Reminder(4)), "incident/{1}/reminder-4/{2}"),
        (about_incident(IncidentTopic::Decided), "incident/{1}/decided/{2}"),
        (about_incident(IncidentTopic::Closed), "incident/{1}/closed/{2}"),
        (notice(Topic::ReviewDue { entry, at_seconds }), "measure/{1}/review/1795435200/{2}"),
        (notice(Topic::ObjectionDue { entry, at_seconds }), "measure/{1}/objection/1795435200/{2}"),
        (
            notice(Topic::RequestDue { request: RequestId(ONE), at_seconds }),
            "request/{1}/1795435200/{2}",
        ),
        (notice(Topic::CareDue { care: CareId(ONE), reminders: 2 }), "care/{1}/2/{2}"),
        (notice(Topic::LetterSent { entry }), "letter/{1}/sent/{2}"),
        (finding(Finding::StepLate, false), "audit/step-late/stays/2026-11-03/{2}"),
        (finding(Finding::ClockSetBack, true), "audit/clock-set-back/repaired/2026-11-03/{2}"),
        (
            notice(Topic::OptedOut { holder: PersonId(ONE), occasion: MessageId(THREE) }),
            "opt-out/{1}/{2}/{3}",
        ),
        (
            outage(OutageNews::Began, Channel::Text, Channel::Call),
            "outage/text/{at}/Began/{2}/call",
        ),
        (outage(OutageNews::Over, Channel::Mail, Channel::Text), "outage/mail/{at}/Over/{2}/text"),
        (MessageKey::ChannelTest(message), "channel-test/{1}"),
        (MessageKey::ChannelTest(message).on_device(DeviceId(THREE)), "channel-test/{1}/{3}"),
        (MessageKey::CarrierTest(message), "carrier-test/{1}"),
        (MessageKey::Watchdog(message), "watchdog/{1}"),
        (MessageKey::Reply(message), "reply/{1}"),
        (MessageKey::NumberCode(PersonId(ONE), MessageId(TWO)), "verify/{1}/{2}"),
        (MessageKey::SetupCode, "setup"),
        (MessageKey::Other("of-a-later-day/7".into()), "of-a-later-day/7"),
    ]
}

#[test]
fn every_kind_of_key_is_written_as_ever_and_read_back() {
    for (key, pattern) in golden() {
        let text = written(pattern);
        assert_eq!(key.to_string(), text);
        assert_eq!(MessageKey::from(text.as_str()), key, "{text}");
    }
}

#[test]
fn what_would_be_written_otherwise_is_kept_as_it_is() {
    for text in [
        "",
        "/",
        "alarm/1/2/3/text",
        "check-in/1/text",
        "reply/01890000-0000-7000-8000-00000000000A",
        "reply/01890000000070008000000000000001",
        "audit/step-late/left/2026-11-03/01890000-0000-7000-8000-000000000001",
        "visit/01890000-0000-7000-8000-000000000001/arrived",
        "alarm/01890000-0000-7000-8000-000000000001/+2/01890000-0000-7000-8000-000000000002/text",
    ] {
        assert_eq!(MessageKey::from(text), MessageKey::Other(text.into()));
    }
}

#[test]
fn a_warning_belongs_to_its_round_by_whichever_way_it_goes() {
    let warning = round(Channel::Text);
    for key in [warning.clone(), warning.instead(), warning.on_device(DeviceId(THREE))] {
        assert_eq!(key.alarm_round(), Some((AlarmId(ONE), 2)), "{key}");
    }
    let others =
        golden().into_iter().filter(|(_, text)| !text.starts_with("alarm/{1}/2/")).map(|(k, _)| k);
    for key in others {
        assert_eq!(key.alarm_round(), None, "{key}");
    }
}

fn channel() -> impl Strategy<Value = Channel> {
    prop::sample::select(vec![Channel::Text, Channel::Call, Channel::Mail, Channel::Push])
}

fn id() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn ask() -> impl Strategy<Value = Ask> {
    prop_oneof![
        Just(Ask::Reminder),
        Just(Ask::Text),
        any::<u32>().prop_map(Ask::Call),
        any::<u32>().prop_map(Ask::Push),
        any::<usize>().prop_map(Ask::Colleague),
    ]
}

fn topic() -> impl Strategy<Value = Topic> {
    let incident = prop_oneof![
        Just(IncidentTopic::Reported),
        any::<u32>().prop_map(IncidentTopic::Reminder),
        Just(IncidentTopic::Decided),
        Just(IncidentTopic::Closed),
    ];
    let what = prop::sample::select(VisitTopic::ALL);
    let day = any::<u16>().prop_map(|days| NaiveDate::default() + chrono::Days::new(days.into()));
    let finding = (prop::sample::select(Finding::ALL.to_vec()), any::<bool>(), day);
    prop_oneof![
        (id(), what, any::<i64>()).prop_map(|(id, what, at_micros)| Topic::Visit {
            visit: VisitId(id),
            what,
            at_micros
        }),
        (id(), any::<i64>())
            .prop_map(|(id, at_micros)| Topic::TeamGap { team: TeamId(id), at_micros }),
        (id(), incident).prop_map(|(id, what)| Topic::Incident { incident: IncidentId(id), what }),
        (id(), any::<i64>())
            .prop_map(|(id, at_seconds)| Topic::ReviewDue { entry: EntryId(id), at_seconds }),
        (id(), any::<i64>())
            .prop_map(|(id, at_seconds)| Topic::ObjectionDue { entry: EntryId(id), at_seconds }),
        (id(), any::<i64>())
            .prop_map(|(id, at_seconds)| Topic::RequestDue { request: RequestId(id), at_seconds }),
        (id(), any::<u32>())
            .prop_map(|(id, reminders)| Topic::CareDue { care: CareId(id), reminders }),
        id().prop_map(|id| Topic::LetterSent { entry: EntryId(id) }),
        finding.prop_map(|(finding, repaired, day)| Topic::Finding { finding, repaired, day }),
        (id(), id()).prop_map(|(holder, occasion)| Topic::OptedOut {
            holder: PersonId(holder),
            occasion: MessageId(occasion)
        }),
    ]
}

fn key() -> impl Strategy<Value = MessageKey> {
    let alarm = || (id(), any::<u32>(), id(), channel());
    let news = prop::sample::select(AlarmNews::ALL);
    let outage_news = prop::sample::select(OutageNews::ALL);
    let colleague = (id(), prop::sample::select(ColleagueNews::ALL), any::<i64>(), any::<usize>());
    let plain = prop_oneof![
        colleague.prop_map(|(id, news, at_micros, to)| MessageKey::Colleague {
            visit: VisitId(id),
            news,
            at_micros,
            to
        }),
        id().prop_map(|id| MessageKey::StartQuestion(VisitId(id))),
        id().prop_map(|id| MessageKey::CalendarEntry(VisitId(id))),
        (id(), id(), any::<i64>(), channel()).prop_map(|(visit, officer, at_micros, channel)| {
            let (visit, officer) = (VisitId(visit), OfficerId(officer));
            MessageKey::OfficerNotice { visit, officer, at_micros, channel }
        }),
        (id(), ask()).prop_map(|(id, ask)| MessageKey::CheckIn(CheckInId(id), ask)),
        alarm().prop_map(|(alarm, round, recipient, channel)| MessageKey::AlarmRound {
            alarm: AlarmId(alarm),
            round,
            recipient,
            channel
        }),
        alarm().prop_map(|(alarm, rounds, person, channel)| MessageKey::AlarmReachesNobody {
            alarm: AlarmId(alarm),
            rounds,
            person: PersonId(person),
            channel
        }),
        (id(), news, any::<i64>(), id()).prop_map(|(alarm, news, at_micros, person)| {
            let (alarm, person) = (AlarmId(alarm), PersonId(person));
            MessageKey::AlarmNews { alarm, news, at_micros, person }
        }),
        (topic(), id()).prop_map(|(topic, id)| MessageKey::Notice { topic, person: PersonId(id) }),
        (channel(), any::<i64>(), outage_news, id(), channel()).prop_map(
            |(channel, since_micros, news, id, by)| {
                MessageKey::Outage { channel, since_micros, news, person: PersonId(id), by }
            }
        ),
        id().prop_map(|id| MessageKey::ChannelTest(MessageId(id))),
        id().prop_map(|id| MessageKey::CarrierTest(MessageId(id))),
        id().prop_map(|id| MessageKey::Watchdog(MessageId(id))),
        id().prop_map(|id| MessageKey::Reply(MessageId(id))),
        (id(), id())
            .prop_map(|(person, id)| { MessageKey::NumberCode(PersonId(person), MessageId(id)) }),
        Just(MessageKey::SetupCode),
    ];
    (plain, 0..3, id()).prop_map(|(key, how, device)| match how {
        0 => key,
        1 => key.instead(),
        _ => key.on_device(DeviceId(device)),
    })
}

proptest! {
    #[test]
    fn any_key_is_read_as_it_was_written(key in key()) {
        prop_assert_eq!(MessageKey::from(key.to_string().as_str()), key);
    }

    #[test]
    fn any_text_stays_the_same(text in "[a-z0-9/ -]{0,80}|.{0,80}") {
        prop_assert_eq!(MessageKey::from(text.as_str()).to_string(), text);
    }
}
