//! The letters of a municipality: documents of its own in one directory, each read and checked when
//! the service starts.

use std::{fs, io::ErrorKind, path::Path};

use crate::model::{
    incidents::letters::{Template, Templates},
    input::{faults::Fault, settings::ConfigFault},
};

/// The templates in this directory, and everything that is wrong with them. One with faults stands
/// in the way of its letters and of nothing else.
pub fn templates(directory: Option<&Path>) -> (Templates, Vec<ConfigFault>) {
    let (mut found, mut faults) = (Templates::default(), vec![]);
    let Some(directory) = directory else { return (found, faults) };
    if !directory.is_dir() {
        faults.push(fault("names no directory".into()));
    }
    for (name, measure) in Templates::names() {
        let read = match fs::read(directory.join(&name)) {
            Ok(bytes) => Template::read(&bytes, measure),
            Err(why) if why.kind() == ErrorKind::NotFound && directory.is_dir() => continue,
            Err(why) => Err(vec![Fault::new("template", "unreadable", why.to_string())]),
        };
        for one in read.as_ref().err().into_iter().flatten() {
            faults.push(fault(format!("{name}: {}", one.message)));
        }
        found.add(name, read);
    }
    (found, faults)
}

fn fault(problem: String) -> ConfigFault {
    ConfigFault::new("letters.templates", problem, "see docs/configuration.md")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{messages::language::Language, register::Measure};

    #[test]
    fn each_template_with_a_fault_is_told_and_the_others_are_used() {
        let house = tempfile::tempdir().unwrap();
        fs::write(house.path().join("contact-ban.nl.docx"), "no document").unwrap();
        let (found, faults) = templates(Some(house.path()));
        assert_eq!(faults.len(), 1);
        let told = faults[0].to_string();
        assert!(told.starts_with("letters.templates: contact-ban.nl.docx:"), "{told}");
        assert!(found.get(Measure::ContactBan, Language::Nl).is_err());
        assert!(found.get(Measure::WarningLetter, Language::Nl).is_ok());
        let (gone, faults) = templates(Some(Path::new("/nowhere/at/all")));
        assert_eq!(faults.len(), 5, "the directory, and each letter that may have been there");
        assert!(gone.get(Measure::WarningLetter, Language::En).is_err());
        assert_eq!(templates(None).1, []);
    }
}
