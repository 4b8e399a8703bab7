//! What is written down while an alarm is handled: notes, and the steps of the procedure.

use serde::{Deserialize, Serialize};

use super::{
    alarms::{Alarm, AlarmFault},
    clock::Instant,
    ids::VisitId,
    people::Named,
    timeline::Fact,
    visits::Visit,
    watch::{Effects, Scene},
};

/// A step of the procedure that can be ticked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The worker was called once more.
    WorkerCalled,
    /// The colleague who is along was called.
    ColleagueCalled,
    /// 112 was called.
    EmergencyCalled,
    /// The district officer was told.
    OfficerTold,
}

/// What somebody wrote down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "is")]
pub enum Remark {
    /// In their own words.
    Text {
        /// The words.
        text: String,
    },
    /// A step was done, or was not done after all.
    Step {
        /// Which.
        step: Step,
        /// Whether it is done.
        done: bool,
    },
}

/// A note of an alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: Named,
    /// What.
    pub remark: Remark,
}

impl Alarm {
    /// Whether a step is ticked now.
    pub fn is_done(&self, wanted: Step) -> bool {
        let ticked = self.notes.iter().rev().find_map(|note| match note.remark {
            Remark::Step { step, done } if step == wanted => Some(done),
            _ => None,
        });
        ticked.unwrap_or(false)
    }
}

/// Writes something down, also once the alarm is closed: what is known late is known. A tick that
/// is there already changes nothing, so that two who tick at once leave one line.
///
/// # Errors
/// When `by` is out there: who watches writes where who is watched does not read.
pub fn write_down(
    mut alarm: Alarm,
    visit: Option<&Visit>,
    by: Named,
    remark: Remark,
    s: &Scene<'_>,
) -> Result<(Alarm, Effects), AlarmFault> {
    let mut fx = Effects::default();
    if visit.is_some_and(|v| v.people_out().contains(&by.id)) {
        return Err(AlarmFault::OutThere);
    }
    let fact = match &remark {
        Remark::Step { step, done } if alarm.is_done(*step) == *done => return Ok((alarm, fx)),
        Remark::Step { step, done } => Fact::StepTicked { step: *step, done: *done },
        Remark::Text { text } => Fact::AlarmNoted { text: text.clone() },
    };
    // A drill's lines are kept under its own id.
    let id = visit.map_or(VisitId(alarm.id.0), |v| v.id);
    fx.line(id, s, fact, Some(&by.name), true);
    alarm.notes.push(Note { at: s.now, by, remark });
    Ok((alarm, fx))
}
