//! What a district officer reads behind the link: that the municipality expects a difficult visit,
//! when and where, and whom to call. Never a resident's name or deeds, and nothing at all once the
//! visit is over.

use super::link_page::{Page, Parts, escape, places};
use crate::model::{
    clock::Instant,
    ids::OfficerId,
    teams::Organisation,
    visits::{OfficerNotice, State, Visit},
    watch::Watch,
};

/// What the page is made from.
#[derive(Debug)]
pub struct Told {
    /// The visit and its alarm.
    pub watch: Watch,
    /// Who reads.
    pub officer: OfficerId,
    /// Whose employees go.
    pub organisation: Option<Organisation>,
    /// The present moment.
    pub now: Instant,
    /// Until when the link works.
    pub until: Instant,
}

impl Parts {
    /// The page of a district officer.
    pub fn notice(&self, told: &Told) -> Page {
        let t = self.words.link_texts();
        let visit = &told.watch.visit;
        let whose = told.organisation.as_ref().map(|o| escape(&o.name)).unwrap_or_default();
        let whose = format!("<p class=\"small\">{whose}</p>");
        if visit.is_over() {
            let cancelled = matches!(visit.state, State::Cancelled { .. });
            let body = format!("<p>{}</p>{whose}{}", t.nothing_to_do, self.switch());
            return self.page(if cancelled { t.cancelled } else { t.over }, &body);
        }
        let alarm = told.watch.alarm.as_ref().is_some_and(|a| !a.is_closed());
        let (title, asked) = if alarm { (t.alarm, t.alarm_asked) } else { (t.notice, t.asked) };
        let number = told.organisation.as_ref().map(|o| &o.call_number);
        let call = number.map(|n| self.call(n)).unwrap_or_default();
        let body = format!(
            "{}{}<h2>{}</h2><p>{asked}</p>{call}{}{whose}{}{}",
            self.when(visit, told.now),
            self.place(visit),
            t.ask,
            self.seen(told),
            self.ends(told),
            self.switch()
        );
        self.page(title, &body)
    }

    fn when(&self, visit: &Visit, now: Instant) -> String {
        let words = &self.words;
        let goes = words.who_goes(visit.plan.kind, 1 + visit.plan.colleagues.len());
        let running = if visit.is_under_way() { words.link_texts().running } else { "" };
        format!(
            "<p class=\"when\">{}, {}–{}</p><p>{goes} {running}</p>",
            words.near_day(visit.plan.starts_at, now),
            words.time(visit.plan.starts_at),
            words.time(visit.expected_end_at)
        )
    }

    fn place(&self, visit: &Visit) -> String {
        let title = self.words.link_texts().where_;
        format!("<section class=\"card\"><h2>{title}</h2><ul>{}</ul></section>", places(visit))
    }

    /// The button for the one who was told beforehand; whoever is called in an alarm has none.
    fn seen(&self, told: &Told) -> String {
        let t = self.words.link_texts();
        match &told.watch.visit.officer {
            Some(OfficerNotice::Informed { officer_id, seen_at, .. })
                if *officer_id == told.officer =>
            {
                match seen_at {
                    Some(at) => format!(
                        "<p role=\"status\"><strong>{} {}.</strong> {}</p>",
                        t.seen_at,
                        self.words.time(*at),
                        t.seen_known
                    ),
                    None => format!(
                        "<form method=\"post\"><button class=\"go\">{}</button></form>",
                        t.seen
                    ),
                }
            }
            _ => String::new(),
        }
    }

    fn ends(&self, told: &Told) -> String {
        let (day, time) = (self.words.day(told.until), self.words.time(told.until));
        let only_you = self.words.link_texts().only_you;
        format!("<p class=\"small\">{only_you} {day}, {time}.</p>")
    }
}
