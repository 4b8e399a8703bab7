//! A table out of a spreadsheet: read from whatever an office saves, and written so that it opens
//! there and comes back the same.

mod guard;
pub mod people;
pub mod register;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;

pub use guard::{bare, guarded};

/// As many faults are told one by one.
pub const MOST_FAULTS: usize = 1000;

/// What is wrong with a row of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = ImportFault)]
pub struct RowFault {
    /// Line of the file on which the row begins; the headers stand on line 1.
    #[schema(minimum = 1)]
    pub line: u64,
    /// Header as it stands in the file, or of what is missing; null when it is about the row.
    pub column: Option<String>,
    /// For programs: `required`, `invalid`, `ended`, `child`, `exists`, `doubled`, `unknown-team`.
    #[schema(examples("ended"))]
    pub code: String,
    pub message: String,
}

/// What is wrong with a file: all of it, told one by one as far as anybody would read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowFaults {
    /// The first of them.
    pub told: Vec<RowFault>,
    /// How many more there are.
    pub more: usize,
    lines: BTreeSet<u64>,
}

impl RowFaults {
    /// Notes a fault.
    pub fn add(&mut self, line: u64, column: Option<&str>, code: &str, message: impl Into<String>) {
        self.lines.insert(line);
        if self.told.len() == MOST_FAULTS {
            self.more += 1;
            return;
        }
        let (column, code) = (column.map(str::to_owned), code.to_owned());
        self.told.push(RowFault { line, column, code, message: message.into() });
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// Whether something is wrong on this line.
    pub fn is_on(&self, line: u64) -> bool {
        self.lines.contains(&line)
    }

    /// On how many lines something is wrong.
    pub fn lines(&self) -> usize {
        self.lines.len()
    }

    /// In the order of the file.
    pub fn sort(&mut self) {
        self.told.sort_by_key(|fault| fault.line);
    }
}

/// In what the characters of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// With or without a mark in front.
    #[serde(rename = "utf-8")]
    Utf8,
    /// What spreadsheets here saved until recently.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// A column that is known: by its name in programs, and by what it is called in a header.
#[derive(Clone, Copy, Debug)]
pub struct SheetColumn {
    pub name: &'static str,
    /// What a header may call it as well.
    pub also: &'static [&'static str],
    /// Whether no file can do without it.
    pub needed: bool,
}

/// A row: what stands under each column that is known, as text.
#[derive(Clone, Debug)]
pub struct SheetRow {
    /// On which line of the file it begins.
    pub line: u64,
    cells: BTreeMap<String, String>,
}

impl SheetRow {
    /// What stands there, unless it is empty.
    pub fn get(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    }

    /// A day there as `2026-11-23`, also when people wrote `23-11-2026`. What is no day stays as
    /// it is, to be told of.
    pub fn day(&self, column: &str) -> Option<String> {
        self.get(column).map(|text| day(text).map_or_else(|| text.to_owned(), |d| d.to_string()))
    }

    /// The parts of a cell with several, such as `worker|manager`.
    pub fn list(&self, column: &str) -> Vec<&str> {
        let parts = self.get(column).into_iter().flat_map(|cell| cell.split('|'));
        parts.map(str::trim).filter(|part| !part.is_empty()).collect()
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    let iso = NaiveDate::parse_from_str(text, "%Y-%m-%d");
    iso.or_else(|_| NaiveDate::parse_from_str(text, "%d-%m-%Y")).ok()
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// In what it was written.
    pub encoding: Encoding,
    /// What stands between cells.
    pub delimiter: char,
    /// The rows with something in them.
    pub rows: Vec<SheetRow>,
    /// Columns that nobody knows.
    pub ignored: Vec<String>,
    headers: BTreeMap<String, String>,
}

impl Sheet {
    /// Reads a file with these columns and at most so many rows. A column that may come several
    /// times has its number behind its name.
    pub fn read(
        bytes: &[u8],
        columns: &[SheetColumn],
        most: usize,
        faults: &mut RowFaults,
    ) -> Self {
        let (encoding, text) = decoded(bytes);
        let delimiter = delimiter(&text);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut records = reader.records();
        let first = records.next().and_then(Result::ok).unwrap_or_default();
        let (names, ignored) = headers(&first, columns, faults);
        let headers = names.iter().zip(first.iter());
        let headers = headers.filter_map(|(name, text)| Some((name.clone()?, text.trim().into())));
        let mut sheet = Self {
            encoding,
            delimiter: delimiter.into(),
            rows: vec![],
            ignored,
            headers: headers.collect(),
        };
        for record in records {
            let Ok(record) = record else { continue };
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let line = record.position().map_or(0, |at| first_line(&text, at));
            if sheet.rows.len() == most {
                faults.add(line, None, "too-many", format!("at most {most} rows in a file"));
                break;
            }
            if record.len() > names.len() {
                let why = "has more cells than there are headers; is a cell without quotes?";
                faults.add(line, None, "too-many-cells", why);
            }
            let cells = names.iter().zip(record.iter());
            let cells =
                cells.filter_map(|(name, cell)| Some((name.clone()?, bare(cell).to_owned())));
            sheet.rows.push(SheetRow { line, cells: cells.collect() });
        }
        if sheet.rows.is_empty() && faults.is_empty() {
            faults.add(1, None, "empty", "holds no rows");
        }
        sheet
    }

    /// How a column is called in the file itself; its own name when it is missing.
    pub fn header<'s>(&'s self, column: &'s str) -> &'s str {
        self.headers.get(column).map_or(column, String::as_str)
    }
}

/// What is no UTF-8 was written by an older spreadsheet; then every byte is a character.
fn decoded(bytes: &[u8]) -> (Encoding, String) {
    let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let (encoding, text) = match std::str::from_utf8(plain) {
        Ok(text) => (Encoding::Utf8, text.to_owned()),
        Err(_) => {
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(plain);
            (Encoding::Windows1252, text.into_owned())
        }
    };
    // Some still end their lines as a typewriter did.
    let text = if text.contains('\n') { text } else { text.replace('\r', "\n") };
    (encoding, text)
}

/// The reader counts empty lines to the row that follows them.
fn first_line(text: &str, at: &csv::Position) -> u64 {
    let byte = usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(byte..).unwrap_or_default();
    let empty = rest.iter().take_while(|b| matches!(b, b'\r' | b'\n')).filter(|b| **b == b'\n');
    at.line() + u64::try_from(empty.count()).unwrap_or(0)
}

/// Whichever of the two the first line has more of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |c: char| first.chars().filter(|found| *found == c).count();
    if count(',') > count(';') { b',' } else { b';' }
}

/// Which column stands where, and what nobody knows.
fn headers(
    first: &csv::StringRecord,
    columns: &[SheetColumn],
    faults: &mut RowFaults,
) -> (Vec<Option<String>>, Vec<String>) {
    let (mut names, mut ignored) = (vec![], vec![]);
    for header in first {
        let name = known(header, columns);
        if name.is_none() && !header.trim().is_empty() {
            ignored.push(header.trim().chars().take(100).collect());
        }
        if name.is_some() && names.contains(&name) {
            faults.add(1, Some(header.trim()), "doubled", "stands there twice");
        }
        names.push(name);
    }
    for column in columns.iter().filter(|column| column.needed) {
        if !names.iter().flatten().any(|name| name == column.name) {
            faults.add(1, Some(column.name), "missing-column", "is missing from the headers");
        }
    }
    (names, ignored)
}

/// The column that a header means, whatever its case, spaces and dashes. `plaats 2` is the second
/// of its kind; the first has no number.
fn known(header: &str, columns: &[SheetColumn]) -> Option<String> {
    let tight: String = header.chars().filter(|c| c.is_alphanumeric()).collect();
    let tight = tight.to_lowercase();
    let word = tight.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = tight[word.len()..].parse::<u32>().ok().filter(|n| *n > 1);
    let same = |name: &str| {
        let name: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
        name.to_lowercase() == word
    };
    let means = |c: &&SheetColumn| same(c.name) || c.also.iter().any(|name| same(name));
    let found = columns.iter().find(means)?;
    Some(number.map_or_else(|| found.name.to_owned(), |n| format!("{}{n}", found.name)))
}

/// Writes a table with these headers: with semicolons and a mark for UTF-8, as spreadsheets here
/// open it without being asked; every cell between quotes.
pub fn write(headers: &[String], rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut table = "\u{feff}".to_owned();
    let mut line = |cells: &[String]| {
        let quoted = cells.iter().map(|cell| format!("\"{}\"", guarded(cell).replace('"', "\"\"")));
        table += &quoted.collect::<Vec<_>>().join(";");
        table += "\r\n";
    };
    line(headers);
    for row in rows {
        line(&row);
    }
    table.into_bytes()
}

#[cfg(test)]
mod tests;
