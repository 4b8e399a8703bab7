//! When somebody who watches the service from outside raises the alarm, and when it is over.

use chrono::TimeDelta;

use crate::model::clock::Instant;

/// After this long an alarm that is not over is told again.
pub const TELL_AGAIN: TimeDelta = TimeDelta::minutes(10);

/// What one look at the service showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchdogLook {
    /// It says that it is ready.
    Ready,
    /// It says that it is not, says nothing, or cannot be reached.
    Failing,
}

/// What the people on duty are to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tell {
    /// The service does not watch, and has not since then.
    Alarm {
        /// The first look that failed.
        since: Instant,
    },
    /// It watches again.
    Recovered {
        /// The first look that failed.
        since: Instant,
    },
}

/// What the watchdog remembers between two looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watchdog {
    patience: u32,
    state: WatchdogState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WatchdogState {
    Well,
    /// It failed a few times in a row: it may be nothing.
    Doubtful {
        since: Instant,
        failures: u32,
    },
    Alarmed {
        since: Instant,
        /// When somebody was last told; nobody yet while carriers refuse.
        told: Option<Instant>,
    },
    /// It is well, but those who were alarmed do not know it yet.
    WellAgain {
        since: Instant,
    },
}

impl Watchdog {
    /// One that raises the alarm after so many failures in a row.
    pub fn new(patience: u32) -> Self {
        Self { patience: patience.max(1), state: WatchdogState::Well }
    }

    /// Takes in a look, and says what is to be told now. It says so again at every look until
    /// [`Watchdog::told`] confirms it.
    pub fn look(&mut self, look: WatchdogLook, now: Instant) -> Option<Tell> {
        self.state = match look {
            WatchdogLook::Ready => self.state.ready(),
            WatchdogLook::Failing => self.state.failing(now, self.patience),
        };
        match self.state {
            WatchdogState::Alarmed { since, told } if is_due(told, now) => {
                Some(Tell::Alarm { since })
            }
            WatchdogState::WellAgain { since } => Some(Tell::Recovered { since }),
            _ => None,
        }
    }

    /// At least one person was told what the last look asked for.
    pub fn told(&mut self, now: Instant) {
        self.state = match self.state {
            WatchdogState::Alarmed { since, .. } => {
                WatchdogState::Alarmed { since, told: Some(now) }
            }
            WatchdogState::WellAgain { .. } => WatchdogState::Well,
            other => other,
        };
    }
}

impl WatchdogState {
    /// Who never heard of the alarm need not hear that it is over.
    fn ready(self) -> Self {
        match self {
            Self::Alarmed { since, told: Some(_) } | Self::WellAgain { since } => {
                Self::WellAgain { since }
            }
            Self::Well | Self::Doubtful { .. } | Self::Alarmed { told: None, .. } => Self::Well,
        }
    }

    fn failing(self, now: Instant, patience: u32) -> Self {
        let (since, failures) = match self {
            Self::Alarmed { .. } => return self,
            Self::Doubtful { since, failures } => (since, failures.saturating_add(1)),
            Self::Well | Self::WellAgain { .. } => (now, 1),
        };
        if failures >= patience {
            Self::Alarmed { since, told: None }
        } else {
            Self::Doubtful { since, failures }
        }
    }
}

/// A clock that was set back must not silence the alarm.
fn is_due(told: Option<Instant>, now: Instant) -> bool {
    told.is_none_or(|told| now < told || now - told >= TELL_AGAIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    /// A watchdog that raised the alarm at second 60 and told somebody so.
    fn alarmed() -> Watchdog {
        let mut dog = Watchdog::new(3);
        for second in [0, 30] {
            assert_eq!(dog.look(WatchdogLook::Failing, at(second)), None);
        }
        assert_eq!(dog.look(WatchdogLook::Failing, at(60)), Some(Tell::Alarm { since: at(0) }));
        dog.told(at(60));
        dog
    }

    #[test]
    fn a_few_failures_are_not_an_alarm() {
        let mut dog = Watchdog::new(3);
        for look in [
            WatchdogLook::Failing,
            WatchdogLook::Failing,
            WatchdogLook::Ready,
            WatchdogLook::Failing,
            WatchdogLook::Failing,
        ] {
            assert_eq!(dog.look(look, at(0)), None);
        }
        assert!(dog.look(WatchdogLook::Failing, at(0)).is_some());
    }

    #[test]
    fn an_alarm_is_told_every_ten_minutes_until_it_is_over() {
        let mut dog = alarmed();
        assert_eq!(dog.look(WatchdogLook::Failing, at(60 + 599)), None);
        assert_eq!(
            dog.look(WatchdogLook::Failing, at(60 + 600)),
            Some(Tell::Alarm { since: at(0) })
        );
        dog.told(at(660));
        assert_eq!(dog.look(WatchdogLook::Failing, at(690)), None);
        assert_eq!(dog.look(WatchdogLook::Ready, at(720)), Some(Tell::Recovered { since: at(0) }));
        dog.told(at(720));
        assert_eq!(dog.look(WatchdogLook::Ready, at(750)), None);
    }

    #[test]
    fn what_reached_nobody_is_told_at_the_next_look() {
        let mut dog = Watchdog::new(1);
        for second in [0, 30, 60] {
            assert_eq!(
                dog.look(WatchdogLook::Failing, at(second)),
                Some(Tell::Alarm { since: at(0) })
            );
        }
        dog.told(at(60));
        for second in [90, 120] {
            assert_eq!(
                dog.look(WatchdogLook::Ready, at(second)),
                Some(Tell::Recovered { since: at(0) })
            );
        }
    }

    #[test]
    fn nobody_hears_the_end_of_what_they_did_not_hear_begin() {
        let mut dog = Watchdog::new(1);
        assert!(dog.look(WatchdogLook::Failing, at(0)).is_some());
        assert_eq!(dog.look(WatchdogLook::Ready, at(30)), None);
    }

    #[test]
    fn a_clock_set_back_does_not_silence_it() {
        let mut dog = alarmed();
        assert!(dog.look(WatchdogLook::Failing, at(-3600)).is_some());
    }

    #[test]
    fn a_patience_of_none_is_one() {
        assert!(Watchdog::new(0).look(WatchdogLook::Failing, at(0)).is_some());
    }
}
