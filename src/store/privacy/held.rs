//! Goes through all that is remembered, page by page, and keeps what somebody picks: for what no
//! key finds, such as what was proposed or withdrawn.

use super::requests as asked;
use crate::{
    model::{
        incidents::Incident, privacy::requests::PrivacyRequest, register::Entry, visits::Visit,
    },
    store::{
        db::tx::Tx,
        error::Error,
        incidents as cases, register,
        visits::{visit_lists as outings, visit_lists::AfterVisit},
    },
};

const PAGE: i64 = 500;

/// What is picked of the entries, the newest first.
///
/// # Errors
/// When the database refuses.
pub async fn entries<T>(tx: &mut Tx, pick: impl Fn(&Entry) -> Option<T>) -> Result<Vec<T>, Error> {
    let (mut found, mut before) = (vec![], None);
    loop {
        let page = register::page(tx, before, PAGE).await?;
        let Some(last) = page.last() else { return Ok(found) };
        before = Some(last.item.id);
        found.extend(page.iter().filter_map(|it| pick(&it.item)));
    }
}

/// What is picked of the incidents, the newest first.
///
/// # Errors
/// When the database refuses.
pub async fn incidents<T>(
    tx: &mut Tx,
    pick: impl Fn(&Incident) -> Option<T>,
) -> Result<Vec<T>, Error> {
    let (mut found, mut before) = (vec![], None);
    loop {
        let page = cases::page(tx, &cases::WhoseIncidents::All, "", before, PAGE).await?;
        let Some(last) = page.last() else { return Ok(found) };
        before = Some(last.item.id);
        found.extend(page.iter().filter_map(|it| pick(&it.item)));
    }
}

/// What is picked of the privacy requests, the newest first.
///
/// # Errors
/// When the database refuses.
pub async fn requests<T>(
    tx: &mut Tx,
    pick: impl Fn(&PrivacyRequest) -> Option<T>,
) -> Result<Vec<T>, Error> {
    let (mut found, mut before) = (vec![], None);
    loop {
        let page = asked::page(tx, None, before, PAGE).await?;
        let Some(last) = page.last() else { return Ok(found) };
        before = Some(last.item.id);
        found.extend(page.iter().filter_map(|it| pick(&it.item)));
    }
}

/// What is picked of the visits, the latest first.
///
/// # Errors
/// When the database refuses.
pub async fn visits<T>(tx: &mut Tx, pick: impl Fn(&Visit) -> Option<T>) -> Result<Vec<T>, Error> {
    let (mut found, mut after) = (vec![], AfterVisit::start());
    loop {
        let page = outings::page(tx, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(found) };
        after = AfterVisit { starts_at: last.item.plan.starts_at, id: last.item.id.0 };
        found.extend(page.iter().filter_map(|it| pick(&it.item)));
    }
}
