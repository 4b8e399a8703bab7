//! What happens next if nobody does anything, in one sentence.

use super::Words;
use crate::model::{
    teams::{StartBy, WatchPolicy},
    visits::State,
    watch::Watch,
};

impl Words {
    /// The promise of a watch. `alarm` says whether the reader may see that there is one.
    pub fn promise(&self, watch: &Watch, alarm: bool, policy: &WatchPolicy) -> String {
        let it = &watch.visit;
        if alarm {
            return self.pick(
                "Er is alarm: we waarschuwen mensen tot iemand het oppakt.".into(),
                "There is an alarm: we tell people until somebody takes it.".into(),
            );
        }
        let start = self.time(it.plan.starts_at);
        match (&it.state, it.next_check_in()) {
            (State::Ahead { .. }, _) if policy.start_by == StartBy::Time => self.pick(
                format!("We bewaken je vanaf {start}."),
                format!("We watch over you from {start}."),
            ),
            (State::Ahead { .. }, _) => self.pick(
                "We bewaken je zodra je start.".into(),
                "We watch over you once you start.".into(),
            ),
            (State::UnderWay { .. }, Some(next)) => {
                let at = self.time(next.due_at);
                self.pick(format!("Om {at} bellen we je."), format!("We call you at {at}."))
            }
            (State::UnderWay { .. }, None) => {
                self.pick("Rugdekking is aan.".into(), "Rugdekking is on.".into())
            }
            (State::Ended { .. }, _) => {
                self.pick("Veilig afgesloten.".into(), "Ended safely.".into())
            }
            (State::Cancelled { .. }, _) => self.pick("Geannuleerd.".into(), "Cancelled.".into()),
        }
    }
}
