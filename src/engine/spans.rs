//! The spans of the engine, one for each job and each message: what is logged within is found by any
//! of their ids. No names, numbers or words.

use tracing::{Span, field::display, info_span};
use uuid::Uuid;

use super::Engine;
use crate::{
    model::{
        ids::{AlarmId, VisitId},
        integrations::webhooks::Webhook,
        messages::Message,
    },
    store::{integrations::deliveries::Delivery, jobs::JobKind},
};

impl Engine {
    pub(super) fn visit_span(&self, visit: VisitId) -> Span {
        info_span!("job", instance = %self.instance, kind = "visit", %visit)
    }

    pub(super) fn alarm_span(&self, alarm: AlarmId, visit: Option<VisitId>) -> Span {
        let visit = visit.map(display);
        info_span!("job", instance = %self.instance, kind = "alarm", %alarm, visit)
    }

    pub(super) fn case_span(&self, kind: JobKind, subject: Uuid) -> Span {
        info_span!("job", instance = %self.instance, kind = kind.name(), %subject)
    }

    pub(super) fn message_span(&self, message: &Message) -> Span {
        let (visit, alarm) = (message.visit.map(display), message.alarm.map(display));
        let channel = message.channel.name();
        info_span!(
            "message", instance = %self.instance, message = %message.id, channel, visit, alarm
        )
    }

    pub(super) fn webhook_span(&self, webhook: &Webhook, delivery: &Delivery) -> Span {
        let (webhook, event) = (webhook.id, delivery.event.id);
        info_span!("webhook", instance = %self.instance, %webhook, %event)
    }
}
