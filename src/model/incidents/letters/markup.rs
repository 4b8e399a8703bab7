//! The letters that come with the house, as plain text, made into documents: a line is a paragraph,
//! `#` and `##` begin headings.

use quick_xml::escape::escape;

use super::document::{self, NoDocument};
use crate::model::{messages::language::Language, register::Measure};

/// The text of a letter.
pub fn text(measure: Measure, language: Language) -> &'static str {
    match (measure, language) {
        (Measure::WarningLetter, Language::Nl) => include_str!("templates/warning-letter.nl.txt"),
        (Measure::WarningLetter, Language::En) => include_str!("templates/warning-letter.en.txt"),
        (Measure::ContactBan, Language::Nl) => include_str!("templates/contact-ban.nl.txt"),
        (Measure::ContactBan, Language::En) => include_str!("templates/contact-ban.en.txt"),
    }
}

const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const KIND: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// The document of such a text.
///
/// # Errors
/// Never, unless memory runs out.
pub fn document(text: &str, language: Language) -> Result<Vec<u8>, NoDocument> {
    let body: String = text.lines().map(paragraph).collect();
    let page = r#"<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" w:header="709" w:footer="709" w:gutter="0"/></w:sectPr>"#;
    let xml = |inner: String| format!("{DECLARATION}\n{inner}");
    document::pack(&[
        (
            "[Content_Types].xml",
            xml(format!(
                r#"<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{KIND}.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="{KIND}.styles+xml"/></Types>"#
            )),
        ),
        (
            "_rels/.rels",
            xml(format!(
                r#"<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>"#
            )),
        ),
        (
            "word/_rels/document.xml.rels",
            xml(format!(
                r#"<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>"#
            )),
        ),
        ("word/styles.xml", xml(styles(language))),
        (
            "word/document.xml",
            xml(format!(
                r#"<w:document xmlns:w="{MAIN}"><w:body>{body}{page}</w:body></w:document>"#
            )),
        ),
    ])
}

fn paragraph(line: &str) -> String {
    let (style, text) = if let Some(heading) = line.strip_prefix("## ") {
        (r#"<w:pPr><w:pStyle w:val="Heading2"/></w:pPr>"#, heading)
    } else if let Some(heading) = line.strip_prefix("# ") {
        (r#"<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>"#, heading)
    } else {
        ("", line)
    };
    let text = escape(text);
    format!(r#"<w:p>{style}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>"#)
}

fn styles(language: Language) -> String {
    let language = match language {
        Language::Nl => "nl-NL",
        Language::En => "en-GB",
    };
    let heading = |level: u32, size: u32| {
        format!(
            r#"<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:pPr><w:keepNext/><w:outlineLvl w:val="{}"/></w:pPr><w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr></w:style>"#,
            level - 1
        )
    };
    format!(
        r#"<w:styles xmlns:w="{MAIN}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:sz w:val="21"/><w:lang w:val="{language}"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="0" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>{}{}</w:styles>"#,
        heading(1, 26),
        heading(2, 22)
    )
}
