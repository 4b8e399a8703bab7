//! The month of a team in figures, as JSON, or as a table for a spreadsheet.

use axum::{
    extract::{Path, State},
    http::{
        HeaderMap, HeaderValue,
        header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE, VARY},
    },
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, respond},
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
    },
    model::{
        ids::TeamId,
        input::faults::Faults,
        messages::{language::Language, texts::report::measure},
        people::{Named, teams::Team},
        visits::{
            reports::{DrillFigures, Month, MonthReport, Ownership},
            tallies::{AlarmFigures, CheckInFigures, VisitFigures},
        },
    },
    service::visits::month_reports,
};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(show))
}

/// The month of a team, never of a person. It counts what is over: visits by the time at which they
/// were to start, alarms and drills by the time at which they were opened, each once it is closed and
/// its visit has ended.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Report)]
struct ReportView<'a> {
    #[schema(value_type = Named)]
    team: TeamRef<'a>,
    month: String,
    visits: &'a VisitFigures,
    check_ins: &'a CheckInFigures,
    alarms: &'a AlarmFigures,
    ownership: &'a Ownership,
    drills: &'a DrillFigures,
}

#[derive(Serialize)]
struct TeamRef<'a> {
    id: TeamId,
    name: &'a str,
}

impl<'a> ReportView<'a> {
    fn of(team: &'a Team, month: Month, report: &'a MonthReport) -> Self {
        let MonthReport { visits, check_ins, alarms, ownership, drills } = report;
        let (month, team) = (month.to_string(), TeamRef { id: team.id, name: &team.name });
        Self { team, month, visits, check_ins, alarms, ownership, drills }
    }
}

/// See the month of a team in figures
#[utoipa::path(get, path = "/teams/{id}/reports/{month}", operation_id = "getTeamReport",
    tag = "organisation",
    params(("month" = String, Path, pattern = "^2[01][0-9]{2}-(0[1-9]|1[0-2])$",
        description = "A month of the calendar where the organisation is, for instance `2026-11`.")),
    responses((status = 200, description = "The month in figures. The table has the columns team, \
        month, measure, description and value, between semicolons.",
        content((ReportView = "application/json"), (String = "text/csv"))),
        (status = 403), (status = 404)))]
async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Path((id, month)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id: TeamId = id.parse().map_err(|_| Problem::not_found())?;
    let mut faults = Faults::default();
    let month = faults.take("month", month.parse::<Month>());
    faults.done().map_err(Problem::invalid)?;
    let month = month.ok_or_else(Problem::not_found)?;
    let language = caller.person.language;
    let (team, report) = month_reports::see(&app, caller, id, month).await?;
    let mut response = if wants_csv(&headers) {
        as_csv(&team, month, &report, language)
    } else {
        respond(ChangeReply::ok(ReportView::of(&team, month, &report)), "/v1/teams")
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}

/// Whether a table is asked for rather than JSON: the first of the two that is named.
fn wants_csv(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kinds = accepted.split(',').map(|kind| kind.split(';').next().unwrap_or_default().trim());
    let mut known = kinds.filter(|kind| ["text/csv", "application/json", "*/*"].contains(kind));
    known.next() == Some("text/csv")
}

/// With semicolons and a mark for UTF-8, as spreadsheets here open it without being asked.
fn as_csv(team: &Team, month: Month, report: &MonthReport, language: Language) -> Response {
    let month = month.to_string();
    let mut table = String::from("\u{feff}team;month;measure;description;value\r\n");
    for (of, value) in report.rows() {
        let code = serde_json::to_value(of).unwrap_or_default();
        let code = code.as_str().unwrap_or_default();
        let value = value.map(|n| n.to_string()).unwrap_or_default();
        let line = [team.name.as_str(), &month, code, measure(language, of), &value];
        table += &line.map(cell).join(";");
        table += "\r\n";
    }
    let name = format!("attachment; filename=\"rugdekking-{month}.csv\"");
    let mut response = table.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.extend(HeaderValue::from_str(&name).map(|name| (CONTENT_DISPOSITION, name)));
    response
}

/// A cell between quotes; what a spreadsheet would take for a formula is kept as text.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = text.replace('"', "\"\"");
    if formula { format!("\"'{text}\"") } else { format!("\"{text}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(accept: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_str(accept).unwrap());
        wants_csv(&headers)
    }

    #[test]
    fn a_table_is_given_to_whoever_asks_for_one_first() {
        assert!(asks("text/csv") && asks("text/html, text/csv;q=0.9, */*;q=0.1"));
        assert!(!asks("application/json, text/csv") && !asks("*/*") && !asks(""));
        assert!(!wants_csv(&HeaderMap::new()));
    }

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(
            (cell("+31"), cell("@a"), cell("-1")),
            ("\"'+31\"".into(), "\"'@a\"".into(), "\"'-1\"".into())
        );
        assert_eq!(
            (cell("Wmo; inkomen"), cell("12")),
            ("\"Wmo; inkomen\"".into(), "\"12\"".into())
        );
    }
}
