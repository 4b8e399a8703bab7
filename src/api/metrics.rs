//! Figures for Prometheus, in its text format. Counts only: nothing here is about a person.

use std::fmt::{Display, Write as _};

use axum::{
    Router,
    extract::State,
    http::header::CONTENT_TYPE,
    response::{IntoResponse as _, Response},
    routing::get,
};
use chrono::TimeDelta;

use super::{
    health::{audited, in_time, lag, seconds_late},
    state::House,
};
use crate::{
    model::{audit::Finding, clock::Instant},
    store::{Error, alarms, deliveries, devices, instances, messages, outages, retention::runs},
};

/// The format, as Prometheus names it.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Longer than a night and a day: the night's removal was missed and not made up for.
const MOST_BETWEEN: TimeDelta = TimeDelta::hours(26);

/// The routes; they lie outside `/v1`.
pub fn routes() -> Router<House> {
    Router::new().route("/metrics", get(show))
}

async fn show(State(house): State<House>) -> Response {
    let mut page = Page::default();
    page.family("rugdekking_build_info", "gauge", "Which version runs.");
    page.sample(&[("version", env!("CARGO_PKG_VERSION"))], 1);
    page.family("rugdekking_event_listeners", "gauge", "Open feeds of events.");
    page.sample(&[], house.changes.listeners());
    carriers(&mut page, &house);
    let up = database(&mut page, &house).await.is_some();
    page.family("rugdekking_database_up", "gauge", "Whether the database answers.");
    page.sample(&[], u8::from(up));
    ([(CONTENT_TYPE, FORMAT)], page.text).into_response()
}

fn carriers(page: &mut Page, house: &House) {
    let states = house.carriers.states();
    let mut family = |name, kind, help, value: fn(&super::health::CarrierState) -> u64| {
        page.family(name, kind, help);
        for it in &states {
            page.sample(&[("channel", it.channel.name()), ("carrier", it.name)], value(it));
        }
    };
    family(
        "rugdekking_carrier_successes_total",
        "counter",
        "Messages that a carrier took since the start.",
        |it| it.successes,
    );
    family(
        "rugdekking_carrier_failures_total",
        "counter",
        "Messages that a carrier did not take since the start.",
        |it| it.failures,
    );
    family("rugdekking_carrier_working", "gauge", "Whether a carrier is in order.", |it| {
        u64::from(it.works())
    });
    family(
        "rugdekking_carrier_circuit_open",
        "gauge",
        "Whether a carrier is left alone for a while because it failed.",
        |it| u64::from(it.circuit != "closed"),
    );
}

/// What only the database knows; nothing when it does not answer.
async fn database(page: &mut Page, house: &House) -> Option<()> {
    let lag = lag(house).await?;
    let counts = house.db.read(|tx| {
        Box::pin(async move {
            let messages = messages::counts(tx).await?;
            let devices = devices::count(tx).await?;
            let runs = runs::last(tx).await?;
            let instances = instances::living(tx).await?;
            let outages = outages::going_on(tx).await?;
            let alarms = alarms::count_not_closed(tx).await?;
            let events = deliveries::backlogs(tx).await?;
            Ok::<_, Error>((messages, alarms, devices, runs, instances, outages, events))
        })
    });
    let (messages, alarms, devices, runs, instances, outages, events) = in_time(counts).await?;
    page.family("rugdekking_job_lag_seconds", "gauge", "How late the most overdue step is.");
    page.sample(&[], seconds_late(&lag, house.now()));
    page.family("rugdekking_jobs_set_aside", "gauge", "Due steps that could not be done so far.");
    page.sample(&[], lag.set_aside);
    page.family("rugdekking_alarms_open", "gauge", "Alarms and drills that are not closed.");
    page.sample(&[], alarms);
    if let Some(report) = audited(house).await {
        page.family("rugdekking_audit_findings", "gauge", "What should not be, at the last look.");
        for finding in Finding::ALL {
            let found = report.found.iter().find(|(f, _)| *f == finding).map_or(0, |(_, n)| *n);
            page.sample(&[("finding", finding.name())], found);
        }
        page.family("rugdekking_audit_left", "gauge", "What of it could not be put right.");
        page.sample(&[], report.left.iter().map(|(_, n)| n).sum::<i64>());
        page.family("rugdekking_audit_repaired_total", "counter", "How much was put right.");
        page.sample(&[], report.repaired);
    }
    page.family("rugdekking_push_devices", "gauge", "Devices that take notifications.");
    page.sample(&[], devices);
    page.family("rugdekking_instances", "gauge", "Instances that share the work.");
    page.sample(&[], instances);
    page.family("rugdekking_channel_outage", "gauge", "Channels without a working carrier.");
    for outage in &outages {
        page.sample(&[("channel", outage.channel.name())], 1);
    }
    page.family("rugdekking_messages", "gauge", "Messages by channel and state.");
    for found in &messages {
        page.sample(&[("channel", &found.channel), ("state", &found.state)], found.n);
    }
    page.family(
        "rugdekking_webhook_events",
        "gauge",
        "Events for other systems that wait, or that were given up.",
    );
    for (state, n) in [
        ("waiting", events.iter().map(|backlog| backlog.waiting).sum::<i64>()),
        ("undelivered", events.iter().map(|backlog| backlog.dead).sum()),
    ] {
        page.sample(&[("state", state)], n);
    }
    retention(page, runs, house.now());
    Some(())
}

/// A night that was missed is made up for within the hour; a day later somebody has to look.
fn retention(page: &mut Page, runs: runs::Last, now: Instant) {
    let late = runs.tried.is_some() && runs.done.is_none_or(|done| now - done > MOST_BETWEEN);
    page.family(
        "rugdekking_retention_done_timestamp_seconds",
        "gauge",
        "When last all was removed that was kept long enough; 0 for never.",
    );
    page.sample(&[], runs.done.map_or(0, |done| done.timestamp()));
    page.family(
        "rugdekking_retention_late",
        "gauge",
        "Whether what was kept long enough is not removed.",
    );
    page.sample(&[], u8::from(late));
}

/// The page as it is written: families, each with its samples.
#[derive(Default)]
struct Page {
    text: String,
    name: &'static str,
}

impl Page {
    fn family(&mut self, name: &'static str, kind: &str, help: &str) {
        self.name = name;
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<_> =
            labels.iter().map(|(name, text)| format!("{name}=\"{}\"", escaped(text))).collect();
        let labels =
            if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.text, "{}{labels} {value}", self.name);
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_written_as_prometheus_reads_it() {
        let mut page = Page::default();
        page.family("x", "gauge", "An x.");
        page.sample(&[], 1.5);
        page.sample(&[("a", "b\"c\\d\ne"), ("f", "g")], 2);
        let told = "# HELP x An x.\n# TYPE x gauge\nx 1.5\nx{a=\"b\\\"c\\\\d\\ne\",f=\"g\"} 2\n";
        assert_eq!(page.text, told);
    }
}
