//! Reads documents as a word processor does: LibreOffice, without a screen, with a profile of its
//! own.

use std::{fs, process::Command};

use rugdekking::model::{
    incidents::letters::{Letterhead, Remedy, RemedyKind},
    people::teams::{Ladder, Organisation},
};

/// What letters take from a municipality that has set everything.
pub fn letterhead() -> Letterhead {
    Letterhead {
        address: "Postbus 20\n7500 AA Enschede".into(),
        place: "Enschede".into(),
        signatory: "R. Bloemen".into(),
        data_protection_officer: "privacy@enschede.example".into(),
        privacy_notice: None,
        remedy: Remedy {
            kind: RemedyKind::Objection,
            at: "Gemeente Enschede, Postbus 20".into(),
            weeks: 6,
        },
    }
}

/// A municipality with such a letterhead.
pub fn organisation(letterhead: Option<Letterhead>) -> Organisation {
    Organisation {
        name: "Gemeente Enschede".into(),
        call_number: "+31534818181".parse().unwrap(),
        ladder: Ladder::default(),
        letterhead,
    }
}

/// The text of a document, line by line.
pub fn text_of(document: &[u8]) -> String {
    let room = tempfile::tempdir().unwrap();
    let file = room.path().join("letter.docx");
    fs::write(&file, document).unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", room.path().display());
    let kind = "txt:Text (encoded):UTF8";
    let done = Command::new("soffice")
        .args([&profile, "--headless", "--norestore", "--convert-to", kind, "--outdir"])
        .arg(room.path())
        .arg(&file)
        .output()
        .expect("LibreOffice is needed: apt-get install libreoffice-writer-nogui");
    let text = fs::read(room.path().join("letter.txt"));
    let text = text.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&done.stderr)));
    String::from_utf8(text).unwrap().trim_start_matches('\u{feff}').replace("\r\n", "\n")
}
