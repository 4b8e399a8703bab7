//! Files as offices save them: encodings, delimiters, headers, and bytes that are no table at all.

use proptest::prelude::*;

use super::*;

const COLUMNS: [SheetColumn; 2] = [
    SheetColumn { name: "name", also: &["naam", "volledige naam"], needed: true },
    SheetColumn { name: "birthDate", also: &["geboortedatum"], needed: false },
];

fn read(bytes: &[u8]) -> (Sheet, RowFaults) {
    let mut faults = RowFaults::default();
    let sheet = Sheet::read(bytes, &COLUMNS, 3, &mut faults);
    (sheet, faults)
}

#[test]
fn it_is_read_however_an_office_saves_it() {
    for (bytes, encoding, delimiter) in [
        (&b"Naam;Geboortedatum\r\nZo\xc3\xab;23-11-1980\r\n"[..], Encoding::Utf8, ';'),
        (b"\xef\xbb\xbfnaam;GEBOORTEDATUM\nZo\xc3\xab;1980-11-23\n", Encoding::Utf8, ';'),
        (b"Name,Birth-Date\nZo\xeb,23-11-1980", Encoding::Windows1252, ','),
        (
            b"\"Volledige naam\",\"birth date\"\r\"Zo\xeb\",\"23-11-1980\"",
            Encoding::Windows1252,
            ',',
        ),
    ] {
        let (sheet, faults) = read(bytes);
        assert_eq!(faults, RowFaults::default());
        assert_eq!((sheet.encoding, sheet.delimiter), (encoding, delimiter));
        assert_eq!(sheet.rows[0].get("name"), Some("Zoë"));
        assert_eq!(sheet.rows[0].day("birthDate").as_deref(), Some("1980-11-23"));
    }
}

#[test]
fn a_quote_may_hold_anything_and_lines_are_counted_all_the_same() {
    let (sheet, faults) = read(b"naam;x\n\"A;\"\"b\"\"\nc\";1\n\nD;2\n");
    assert!(faults.is_empty());
    assert_eq!(sheet.rows[0].get("name"), Some("A;\"b\"\nc"));
    assert_eq!((sheet.rows[1].line, sheet.rows[1].get("name")), (5, Some("D")));
    assert_eq!(sheet.ignored, ["x"]);
}

#[test]
fn what_is_no_such_table_says_so() {
    let codes = |bytes: &[u8]| {
        let told = read(bytes).1.told.into_iter();
        told.map(|fault| (fault.line, fault.code)).collect::<Vec<_>>()
    };
    assert_eq!(codes(b""), [(1, "missing-column".into())]);
    assert_eq!(codes(b"naam\n"), [(1, "empty".into())]);
    assert_eq!(codes(b"naam;name\nA;B\n"), [(1, "doubled".into())]);
    assert_eq!(codes(b"naam\nA;B\n"), [(2, "too-many-cells".into())]);
    assert_eq!(codes(b"naam\nA\nB\nC\nD\nE\n"), [(5, "too-many".into())]);
}

#[test]
fn faults_are_told_as_far_as_anybody_would_read() {
    let mut faults = RowFaults::default();
    for line in 0..1200 {
        faults.add(line, None, "invalid", "no");
    }
    assert_eq!((faults.told.len(), faults.more, faults.lines()), (1000, 200, 1200));
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let (sheet, _) = read(&bytes);
        prop_assert!(sheet.rows.len() <= 3);
    }

    #[test]
    fn no_table_is_too_strange(text in "(naam|geboortedatum|[;,\"'\r\n\t]|[=+@]|[^a]){0,60}") {
        let (sheet, _) = read(text.as_bytes());
        for row in &sheet.rows {
            let _ = (row.get("name"), row.day("birthDate"), row.list("name"));
        }
    }

    #[test]
    fn what_is_written_comes_back(names in prop::collection::vec("[ -~é\n\r\t;,\"'ë’]{0,20}", 1..4)) {
        let names: Vec<_> = names.into_iter().map(|n| format!("x{}x", n)).collect();
        let rows = names.iter().map(|name| vec![name.clone()]);
        let (sheet, faults) = read(&write(&["naam".into()], rows));
        prop_assert!(faults.is_empty());
        let read: Vec<_> = sheet.rows.iter().filter_map(|row| row.get("name")).collect();
        prop_assert_eq!(read, names.iter().map(String::as_str).collect::<Vec<_>>());
    }
}
