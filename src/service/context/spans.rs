//! Says what the current request is about, where its address does not tell.

use tracing::{Span, field::display};

use crate::model::ids::{AlarmId, VisitId};

/// It is about this visit.
pub(crate) fn about_visit(id: VisitId) {
    Span::current().record("visit", display(id));
}

/// It is about this alarm.
pub(crate) fn about_alarm(id: AlarmId) {
    Span::current().record("alarm", display(id));
}
