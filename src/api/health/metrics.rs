//! Figures for Prometheus, in its text format. Counts only: nothing here is about a person.

use std::fmt;

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
    routing::get,
};
use chrono::TimeDelta;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, prometheus_text},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
    registry::{Metric, Registry},
};

use super::insider::Insider;
use crate::{
    api::http::{nothing_there, state::AppState},
    model::{
        clock::Instant,
        messages::carrier_state::CarrierState,
        visits::audit::{AuditReport, Finding},
    },
    service::integrations::health::{self, Figures},
    store::privacy::retention::runs::Last,
};

/// Longer than a night and a day: the night's removal was missed and not made up for.
const MOST_BETWEEN: TimeDelta = TimeDelta::hours(26);

/// The routes; they lie outside `/v1`.
pub fn routes() -> Router<AppState> {
    Router::new().route("/metrics", get(show))
}

async fn show(State(app): State<AppState>, Insider(sees_inside): Insider) -> Response {
    if !sees_inside {
        return nothing_there().await.into_response();
    }
    let mut page = MetricsPage::default();
    let version = vec![("version", env!("CARGO_PKG_VERSION").to_owned())];
    page.gauges("rugdekking_build_info", "Which version runs.", [(version, 1)]);
    page.gauge("rugdekking_event_listeners", "Open feeds of events.", app.changes.listeners());
    carriers(&mut page, &app);
    let unreadable = app.db.unreadable().into_iter();
    page.gauges(
        "rugdekking_unreadable_rows",
        "Rows that could not be read when this instance last asked for them, by table.",
        unreadable.map(|(table, n)| (vec![("table", table.to_string())], n)),
    );
    let up = database(&mut page, &app).await.is_some();
    page.gauge("rugdekking_database_up", "Whether the database answers.", u32::from(up));
    match page.write() {
        Ok(text) => ([(CONTENT_TYPE, prometheus_text::CONTENT_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn carriers(page: &mut MetricsPage, app: &AppState) {
    let states = app.carriers.states();
    let each = |value: fn(&CarrierState) -> u64| {
        let sample = move |it: &CarrierState| {
            let labels = [("channel", it.channel.name()), ("carrier", it.name)];
            (labels.map(|(name, text)| (name, text.to_owned())).to_vec(), value(it))
        };
        states.iter().map(sample).collect::<Vec<_>>()
    };
    page.counters(
        "rugdekking_carrier_successes",
        "Messages that a carrier took since the start.",
        each(|it| it.successes),
    );
    page.counters(
        "rugdekking_carrier_failures",
        "Messages that a carrier did not take since the start.",
        each(|it| it.failures),
    );
    page.gauges(
        "rugdekking_carrier_working",
        "Whether a carrier is in order.",
        each(|it| u64::from(it.works())),
    );
    page.gauges(
        "rugdekking_carrier_circuit_open",
        "Whether a carrier is left alone for a while because it failed.",
        each(|it| u64::from(it.circuit != "closed")),
    );
}

/// What only the database knows; nothing when it does not answer.
async fn database(page: &mut MetricsPage, app: &AppState) -> Option<()> {
    let lag = health::lag(app).await?;
    let Figures { messages, alarms, devices, retention, instances, outages, events } =
        health::figures(app).await?;
    let late = health::seconds_late(&lag, app.now());
    page.gauge("rugdekking_job_lag_seconds", "How late the most overdue step is.", late);
    let aside = lag.set_aside;
    page.gauge("rugdekking_jobs_set_aside", "Due steps that could not be done so far.", aside);
    page.gauge("rugdekking_alarms_open", "Alarms and drills that are not closed.", alarms);
    if let Some(report) = health::audited(app).await {
        audit(page, &report);
    }
    page.gauge("rugdekking_push_devices", "Devices that take notifications.", devices);
    page.gauge("rugdekking_instances", "Instances that share the work.", instances);
    page.gauges(
        "rugdekking_channel_outage",
        "Channels without a working carrier.",
        outages.iter().map(|outage| (vec![("channel", outage.channel.name().to_owned())], 1)),
    );
    page.gauges(
        "rugdekking_messages",
        "Messages by channel and state.",
        messages
            .into_iter()
            .map(|found| (vec![("channel", found.channel), ("state", found.state)], found.n)),
    );
    let waiting = events.iter().map(|backlog| backlog.waiting).sum::<i64>();
    let undelivered = events.iter().map(|backlog| backlog.dead).sum();
    page.gauges(
        "rugdekking_webhook_events",
        "Events for other systems that wait, or that were given up.",
        [("waiting", waiting), ("undelivered", undelivered)]
            .map(|(state, n)| (vec![("state", state.to_owned())], n)),
    );
    removal(page, retention, app.now());
    Some(())
}

fn audit(page: &mut MetricsPage, report: &AuditReport) {
    let found = Finding::ALL.map(|finding| {
        let found = report.found.iter().find(|(f, _)| *f == finding).map_or(0, |(_, n)| *n);
        (vec![("finding", finding.name().to_owned())], found)
    });
    page.gauges("rugdekking_audit_findings", "What should not be, at the last look.", found);
    let left = report.left.iter().map(|(_, n)| n).sum::<i64>();
    page.gauge("rugdekking_audit_left", "What of it could not be put right.", left);
    let repaired = u64::try_from(report.repaired).unwrap_or_default();
    page.counters("rugdekking_audit_repaired", "How much was put right.", [(vec![], repaired)]);
}

/// A night that was missed is made up for within the hour; a day later somebody has to look.
fn removal(page: &mut MetricsPage, runs: Last, now: Instant) {
    let late = runs.tried.is_some() && runs.done.is_none_or(|done| now - done > MOST_BETWEEN);
    page.gauge(
        "rugdekking_retention_done_timestamp_seconds",
        "When last all was removed that was kept long enough; 0 for never.",
        runs.done.map_or(0, |done| done.timestamp()),
    );
    page.gauge(
        "rugdekking_retention_late",
        "Whether what was kept long enough is not removed.",
        u32::from(late),
    );
}

/// The names and texts of a sample's labels.
type Labels = Vec<(&'static str, String)>;

/// The families of figures, in the order in which they are shown. A counter's name gets `_total`
/// when it is written.
#[derive(Debug, Default)]
struct MetricsPage(Vec<Family>);

#[derive(Debug)]
struct Family {
    name: &'static str,
    help: &'static str,
    kind: MetricType,
    samples: Vec<(Labels, Box<dyn Metric>)>,
}

impl MetricsPage {
    fn gauge<N>(&mut self, name: &'static str, help: &'static str, value: N)
    where
        ConstGauge<N>: Metric,
    {
        self.gauges(name, help, [(vec![], value)]);
    }

    fn gauges<N>(
        &mut self,
        name: &'static str,
        help: &'static str,
        samples: impl IntoIterator<Item = (Labels, N)>,
    ) where
        ConstGauge<N>: Metric,
    {
        let samples = samples.into_iter().map(|(labels, n)| (labels, ConstGauge::new(n)));
        self.family(name, help, MetricType::Gauge, samples);
    }

    fn counters(
        &mut self,
        name: &'static str,
        help: &'static str,
        samples: impl IntoIterator<Item = (Labels, u64)>,
    ) {
        let samples = samples.into_iter().map(|(labels, n)| (labels, ConstCounter::new(n)));
        self.family(name, help, MetricType::Counter, samples);
    }

    fn family<M: Metric>(
        &mut self,
        name: &'static str,
        help: &'static str,
        kind: MetricType,
        samples: impl Iterator<Item = (Labels, M)>,
    ) {
        let samples = samples.map(|(labels, one)| (labels, Box::new(one) as Box<dyn Metric>));
        self.0.push(Family { name, help, kind, samples: samples.collect() });
    }

    fn write(self) -> Result<String, fmt::Error> {
        let (mut registry, mut text) = (Registry::default(), String::new());
        registry.register_collector(Box::new(self));
        prometheus_text::encode(&mut text, &registry)?;
        Ok(text)
    }
}

impl Collector for MetricsPage {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for Family { name, help, kind, samples } in &self.0 {
            let mut family = encoder.encode_descriptor(name, help, None, *kind)?;
            for (labels, sample) in samples {
                sample.encode(family.encode_family(labels)?)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_in_their_order_as_prometheus_reads_them() {
        let mut page = MetricsPage::default();
        page.gauge("x", "An x.", 1.5);
        let labels = vec![("a", "b\"c\\d\ne".to_owned()), ("f", "g".to_owned())];
        page.counters("y", "A y.", [(labels, 2)]);
        let told = "# HELP x An x.\n# TYPE x gauge\nx 1.5\n# HELP y_total A y.\n\
            # TYPE y_total counter\ny_total{a=\"b\\\"c\\\\d\\ne\",f=\"g\"} 2\n";
        assert_eq!(page.write().unwrap(), told);
    }
}
