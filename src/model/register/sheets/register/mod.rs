//! The register as a table: a row for each measure, its further addresses with a number behind the
//! headers.

use super::{RowFaults, Sheet, SheetColumn, SheetRow};
use crate::model::{
    input::faults::Fault,
    register::{
        ContactInput, Entry, EntryInput, Measure,
        address::{Address, AddressInput, HouseNumberInput},
    },
};

/// As many rows a file may have.
pub const MOST_ROWS: usize = 50_000;
/// As many addresses an entry may have.
const MOST_ADDRESSES: usize = 10;

const fn needed(name: &'static str, also: &'static [&'static str]) -> SheetColumn {
    SheetColumn { name, also, needed: true }
}

const fn extra(name: &'static str, also: &'static [&'static str]) -> SheetColumn {
    SheetColumn { name, also, needed: false }
}

/// The columns of the table. The status is for whoever reads it: what comes in is proposed.
pub const COLUMNS: [SheetColumn; 19] = [
    needed("name", &["naam"]),
    extra("birthDate", &["geboortedatum"]),
    needed("measure", &["maatregel"]),
    needed("from", &["van", "vanaf", "ingangsdatum", "startdatum"]),
    needed("until", &["tot en met", "tot", "t/m", "einddatum"]),
    needed("reviewOn", &["herbeoordeling", "herbeoordelen op", "evaluatiedatum", "review"]),
    needed("reason", &["reden", "aanleiding"]),
    needed("contactName", &["contactpersoon", "contact", "naam contact"]),
    needed("contactPhone", &["telefoon contact", "telefoon contactpersoon", "telefoon"]),
    extra("openChannel", &["open kanaal", "open weg"]),
    extra("representative", &["vertegenwoordiger", "gemachtigde"]),
    extra("status", &[]),
    extra("street", &["straat", "straatnaam"]),
    extra("houseNumber", &["huisnummer", "nummer", "number"]),
    extra("houseLetter", &["huisletter", "letter"]),
    extra("addition", &["toevoeging", "huisnummertoevoeging"]),
    extra("postcode", &["postal code", "zip"]),
    extra("city", &["plaats", "woonplaats", "stad"]),
    extra("bagId", &["bag", "nummeraanduiding"]),
];

const OF_ADDRESS: [&str; 7] =
    ["street", "houseNumber", "houseLetter", "addition", "postcode", "city", "bagId"];

/// The name of a column of this address, the first being 0.
fn nth(column: &str, at: usize) -> String {
    if at == 0 { column.to_owned() } else { format!("{column}{}", at + 1) }
}

/// What a row proposes.
fn input(row: &SheetRow) -> EntryInput {
    let text = |column: &str| row.get(column).map(str::to_owned);
    EntryInput {
        name: text("name"),
        birth_date: row.day("birthDate"),
        addresses: (0..MOST_ADDRESSES).filter_map(|at| address(row, at)).collect(),
        measure: row.get("measure").map(measure),
        from: row.day("from"),
        until: row.day("until"),
        review_on: row.day("reviewOn"),
        reason: text("reason"),
        contact: ContactInput { name: text("contactName"), phone: text("contactPhone") },
        open_channel: text("openChannel"),
        representative: text("representative"),
    }
}

fn measure(text: &str) -> String {
    match text.to_lowercase().as_str() {
        "waarschuwingsbrief" | "waarschuwing" | "warning letter" => "warning-letter".into(),
        "contactverbod" | "contact ban" => "contact-ban".into(),
        other => other.into(),
    }
}

fn address(row: &SheetRow, at: usize) -> Option<AddressInput> {
    let text = |column: &str| row.get(&nth(column, at)).map(str::to_owned);
    OF_ADDRESS.iter().any(|column| text(column).is_some()).then(|| AddressInput {
        street: text("street"),
        house_number: text("houseNumber").map(HouseNumberInput::Text),
        house_letter: text("houseLetter"),
        addition: text("addition"),
        postcode: text("postcode"),
        city: text("city"),
        bag_id: text("bagId"),
        ..AddressInput::default()
    })
}

/// Notes what is wrong with a row, under the headers of the file. A measure that has ended is told
/// as such.
fn note(sheet: &Sheet, row: &SheetRow, found: Vec<Fault>, faults: &mut RowFaults) {
    let used: Vec<_> = (0..MOST_ADDRESSES).filter(|at| address(row, *at).is_some()).collect();
    for fault in found {
        let column = column(&fault.field, &used);
        let code = if fault.code == "past" { "ended" } else { &fault.code };
        faults.add(row.line, Some(sheet.header(&column)), code, fault.message);
    }
}

/// The column of a field, such as `addresses[1].city`: the second address that a row gives.
fn column(field: &str, used: &[usize]) -> String {
    let of_address = field.strip_prefix("addresses[").and_then(|rest| rest.split_once("]."));
    match (of_address, field) {
        (Some((at, column)), _) => {
            let at = at.parse().ok().and_then(|at: usize| used.get(at).copied());
            nth(column, at.unwrap_or(0))
        }
        (None, "contact.name") => "contactName".into(),
        (None, "contact.phone") => "contactPhone".into(),
        (None, field) => field.into(),
    }
}

/// The entries that a file proposes, and every fault of every row.
pub fn read(
    sheet: &Sheet,
    faults: &mut RowFaults,
    propose: impl Fn(&EntryInput) -> Result<Entry, Vec<Fault>>,
) -> Vec<Entry> {
    let mut entries = vec![];
    for row in &sheet.rows {
        match propose(&input(row)) {
            Ok(entry) => entries.push(entry),
            Err(found) => note(sheet, row, found, faults),
        }
    }
    entries
}

/// The entries as a table.
pub fn write(entries: &[Entry]) -> Vec<u8> {
    let most = entries.iter().map(|entry| entry.addresses.len()).max().unwrap_or(0).max(1);
    let own = COLUMNS.iter().map(|c| c.name).filter(|name| !OF_ADDRESS.contains(name));
    let further = (0..most).flat_map(|at| OF_ADDRESS.iter().map(move |column| nth(column, at)));
    let headers: Vec<_> = own.map(str::to_owned).chain(further).collect();
    super::write(&headers, entries.iter().map(|entry| cells(entry, most)))
}

fn cells(entry: &Entry, most: usize) -> Vec<String> {
    let measure = match entry.measure {
        Measure::WarningLetter => "warning-letter",
        Measure::ContactBan => "contact-ban",
    };
    let mut cells = vec![
        entry.name.clone(),
        entry.birth_date.map(|day| day.to_string()).unwrap_or_default(),
        measure.into(),
        entry.from.to_string(),
        entry.until.to_string(),
        entry.review_on.to_string(),
        entry.reason.clone(),
        entry.contact.name.clone(),
        entry.contact.phone.to_string(),
        entry.dossier.open_channel.clone().unwrap_or_default(),
        entry.dossier.representative.clone().unwrap_or_default(),
        entry.state.name().into(),
    ];
    for at in 0..most {
        cells.extend(
            entry.addresses.get(at).map_or_else(|| [const { String::new() }; 7], of_address),
        );
    }
    cells
}

fn of_address(address: &Address) -> [String; 7] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        address.street.clone(),
        address.house_number.to_string(),
        text(&address.house_letter),
        text(&address.addition),
        text(&address.postcode),
        address.city.clone(),
        text(&address.bag_id),
    ]
}

#[cfg(test)]
mod tests;
