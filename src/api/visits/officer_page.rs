//! What a district officer reads behind the link: that the municipality expects a difficult visit,
//! when and where, and whom to call. Never a resident's name or deeds, and nothing at all once the
//! visit is over.

use maud::{Markup, html};

use super::link_page::{LinkPageParts, places};
use crate::model::{
    clock::Instant,
    ids::OfficerId,
    people::teams::Organisation,
    visits::{OfficerNotice, State, Visit, watch::Watch},
};

/// What the page is made from.
#[derive(Debug)]
pub struct OfficerPageParts {
    /// The visit and its alarm.
    pub watch: Watch,
    pub officer: OfficerId,
    /// Whose employees go.
    pub organisation: Option<Organisation>,
    /// The present moment.
    pub now: Instant,
    /// Until when the link works.
    pub until: Instant,
}

impl LinkPageParts {
    /// The page of a district officer.
    pub fn notice(&self, told: &OfficerPageParts) -> Markup {
        let t = self.words.link_texts();
        let visit = &told.watch.visit;
        let whose = told.organisation.as_ref().map_or("", |o| o.name.as_str());
        let whose = html! { p.small { (whose) } };
        if visit.is_over() {
            let cancelled = matches!(visit.state, State::Cancelled { .. });
            let body = html! { p { (t.nothing_to_do) } (whose) (self.switch()) };
            return self.page(if cancelled { t.cancelled } else { t.over }, &body);
        }
        let alarm = told.watch.alarm.as_ref().is_some_and(|a| !a.is_closed());
        let (title, asked) = if alarm { (t.alarm, t.alarm_asked) } else { (t.notice, t.asked) };
        let body = html! {
            (self.when(visit, told.now))
            section.card { h2 { (t.where_) } ul { (places(visit)) } }
            h2 { (t.ask) }
            p { (asked) }
            @if let Some(organisation) = &told.organisation {
                (self.call(&organisation.call_number))
            }
            (self.seen(told))
            (whose)
            (self.ends(told))
            (self.switch())
        };
        self.page(title, &body)
    }

    fn when(&self, visit: &Visit, now: Instant) -> Markup {
        let words = &self.words;
        let day = words.near_day(visit.plan.starts_at, now);
        let (from, until) = (words.time(visit.plan.starts_at), words.time(visit.expected_end_at));
        let goes = words.who_goes(visit.plan.kind, 1 + visit.plan.colleagues.len());
        let running = if visit.is_under_way() { words.link_texts().running } else { "" };
        html! {
            p.when { (day) ", " (from) "–" (until) }
            p { (goes) " " (running) }
        }
    }

    /// The button for the one who was told beforehand; whoever is called in an alarm has none.
    fn seen(&self, told: &OfficerPageParts) -> Markup {
        let t = self.words.link_texts();
        let Some(OfficerNotice::Informed { officer_id, seen_at, .. }) = &told.watch.visit.officer
        else {
            return Markup::default();
        };
        html! {
            @if *officer_id != told.officer {}
            @else if let Some(at) = seen_at {
                p role="status" {
                    strong { (t.seen_at) " " (self.words.time(*at)) "." } " " (t.seen_known)
                }
            }
            @else { form method="post" { button.go { (t.seen) } } }
        }
    }

    fn ends(&self, told: &OfficerPageParts) -> Markup {
        let (day, time) = (self.words.day(told.until), self.words.time(told.until));
        html! { p.small { (self.words.link_texts().only_you) " " (day) ", " (time) "." } }
    }
}
