//! Writes down what is done while an alarm is handled.

use super::{
    Alarm, AlarmFault,
    alarm_notes::{AlarmStep, Note, Remark},
};
use crate::model::{
    people::Named,
    visits::{
        Visit,
        timeline::Fact,
        watch::{Effects, Scene},
    },
};

impl Alarm {
    /// Whether a step is ticked now.
    pub fn is_done(&self, wanted: AlarmStep) -> bool {
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
    let mut effects = Effects::default();
    if visit.is_some_and(|v| v.people_out().contains(&by.id)) {
        return Err(AlarmFault::OutThere);
    }
    let fact = match &remark {
        Remark::Step { step, done } if alarm.is_done(*step) == *done => {
            return Ok((alarm, effects));
        }
        Remark::Step { step, done } => Fact::StepTicked { step: *step, done: *done },
        Remark::Text { text } => Fact::AlarmNoted { text: text.clone() },
    };
    effects.line(alarm.timeline(), s, fact, Some(&by.name), true);
    alarm.notes.push(Note { at: s.now, by, remark });
    Ok((alarm, effects))
}
