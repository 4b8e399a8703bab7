//! Which rungs hold when, and what is wrong with times and ladders.

use super::*;
use chrono_tz::Europe::Amsterdam;

fn evening_ladder() -> Ladder {
    let json = r#"{"rungs":[{"who":["manager"],"channels":["text"],"waitMinutes":3}],
        "repeatMinutes":5,"outOfHours":{
          "officeHours":[{"days":["Mon","Fri"],"from":"08:00","until":"17:30"}],
          "rungs":[{"who":["desk",{"personId":"01890000-0000-7000-8000-000000000001"}],
                    "channels":["call"],"waitMinutes":2}]}}"#;
    serde_json::from_str(json).unwrap()
}

#[test]
fn in_the_evening_others_are_called() {
    let ladder = evening_ladder();
    // Friday 27 November 2026, 17:29 and 17:30 in Enschede.
    let before = "2026-11-27T16:29:00Z".parse().unwrap();
    let after = "2026-11-27T16:30:00Z".parse().unwrap();
    assert_eq!(ladder.rungs_at(before, Amsterdam)[0].who, [Who::Manager]);
    assert_eq!(ladder.rungs_at(after, Amsterdam)[0].who[0], Who::Desk);
}

#[test]
fn office_hours_follow_local_time_across_summer_time() {
    let ladder = evening_ladder();
    // Friday 26 June 2026 at 15:29Z is 17:29 in summer time, still open.
    let summer = "2026-06-26T15:29:00Z".parse().unwrap();
    let summer_evening = "2026-06-26T15:30:00Z".parse().unwrap();
    assert_eq!(ladder.rungs_at(summer, Amsterdam)[0].who, [Who::Manager]);
    assert_eq!(ladder.rungs_at(summer_evening, Amsterdam)[0].who[0], Who::Desk);
}

#[test]
fn a_shift_over_midnight_belongs_to_the_day_on_which_it_begins() {
    let mut ladder = evening_ladder();
    let hours = r#"[{"days":["fri"],"from":"22:00","until":"06:00"}]"#;
    ladder.out_of_hours.as_mut().unwrap().office_hours = serde_json::from_str(hours).unwrap();
    let open = |at: &str| !ladder.is_out_of_hours(at.parse().unwrap(), Amsterdam);
    // Friday 27 November 2026, 22:00 in Enschede, until Saturday 06:00.
    assert!(!open("2026-11-27T20:59:00Z") && open("2026-11-27T21:00:00Z"));
    assert!(open("2026-11-28T04:59:00Z") && !open("2026-11-28T05:00:00Z"));
    assert!(!open("2026-11-28T21:00:00Z"), "Saturday evening is another day");
}

#[test]
fn a_ladder_reads_as_it_writes() {
    let ladder = evening_ladder();
    let json = serde_json::to_string(&ladder).unwrap();
    assert_eq!(serde_json::from_str::<Ladder>(&json).unwrap(), ladder);
}

#[test]
fn bad_times_and_rungs_are_all_named() {
    let policy = WatchPolicy { miss_minutes: 0, owned_minutes: 600, ..WatchPolicy::default() };
    let fields: Vec<_> = policy.faults().into_iter().map(|(f, _)| f).collect();
    assert_eq!(fields, ["missMinutes", "secondCallMinutes", "ownedMinutes"]);
    let ladder = Ladder { rungs: vec![], repeat_minutes: 0, out_of_hours: None };
    assert_eq!(ladder.faults().len(), 2);
    let mut ladder = evening_ladder();
    let other = ladder.out_of_hours.as_mut().unwrap();
    (other.rungs[0].wait_minutes, other.office_hours[0].days) = (0, vec![]);
    ladder.rungs[0].who.clear();
    let fields: Vec<_> = ladder.faults().into_iter().map(|(field, _)| field).collect();
    let rungs = "ladder.outOfHours.rungs[0].waitMinutes";
    assert_eq!(fields, ["ladder.rungs[0].who", "ladder.outOfHours.officeHours", rungs]);
    assert!(WatchPolicy::default().faults().is_empty() && Ladder::default().faults().is_empty());
}
