//! A word processor's document: its texts found paragraph by paragraph, and written back.

use std::io::{Cursor, Read as _, Write as _};

use quick_xml::{
    Reader, Writer,
    events::{BytesText, Event},
};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// No template holds more than this once it is unpacked.
const MOST_BYTES: u64 = 32 * 1024 * 1024;

/// Why something is no document.
pub type NoDocument = String;

/// One of the XML files of a document, as pieces. What is no text is kept as it came.
#[derive(Clone, Debug)]
pub struct Story {
    pieces: Vec<Piece>,
    /// The texts, each of which belongs to one paragraph.
    pub texts: Vec<String>,
    /// The paragraphs, in the order in which they begin.
    pub paragraphs: Vec<Paragraph>,
    /// Texts that belong to no paragraph: in drawings and the like.
    pub elsewhere: Vec<String>,
}

#[derive(Clone, Debug)]
enum Piece {
    Raw(Event<'static>),
    Text(usize),
}

/// A paragraph: which pieces and which texts are its own.
#[derive(Clone, Debug, Default)]
pub struct Paragraph {
    from: usize,
    until: usize,
    pub texts: Vec<usize>,
    /// Whether it is a heading.
    pub heading: bool,
    /// Whether the document cannot do without it.
    fixed: bool,
    /// Whether it is left out.
    pub dropped: bool,
}

impl Story {
    /// Reads one of the XML files.
    ///
    /// # Errors
    /// When it is not well-formed.
    pub fn read(xml: &str) -> Result<Self, NoDocument> {
        let mut story =
            Self { pieces: vec![], texts: vec![], paragraphs: vec![], elsewhere: vec![] };
        let mut reader = Reader::from_str(xml);
        let (mut open, mut cells) = (Vec::<usize>::new(), 0_usize);
        loop {
            let event = reader.read_event().map_err(|why| why.to_string())?;
            match &event {
                Event::Eof => break,
                Event::Start(tag) => match (tag.name().as_ref(), open.last()) {
                    (b"w:p", _) => {
                        open.push(story.paragraphs.len());
                        let from = story.pieces.len();
                        let fixed = cells > 0;
                        story.paragraphs.push(Paragraph { from, fixed, ..Paragraph::default() });
                    }
                    (b"w:t", Some(at)) => {
                        let text = read_text(&mut reader)?;
                        story.paragraphs[*at].texts.push(story.texts.len());
                        story.pieces.push(Piece::Text(story.texts.len()));
                        story.texts.push(text);
                        continue;
                    }
                    (b"w:sectPr" | b"w:drawing" | b"w:pict" | b"w:object", Some(at)) => {
                        story.paragraphs[*at].fixed = true;
                    }
                    (b"w:tc", _) => cells += 1,
                    _ => {}
                },
                Event::Empty(tag) if tag.name().as_ref() == b"w:pStyle" => {
                    if let Some(at) = open.last() {
                        story.paragraphs[*at].heading = is_heading(tag);
                    }
                }
                Event::End(tag) => match tag.name().as_ref() {
                    b"w:p" => {
                        if let Some(at) = open.pop() {
                            story.paragraphs[at].until = story.pieces.len();
                        }
                    }
                    b"w:tc" => cells = cells.saturating_sub(1),
                    _ => {}
                },
                Event::Text(text) => {
                    let text = text.decode().map_err(|why| why.to_string())?;
                    story.elsewhere.extend((!text.trim().is_empty()).then(|| text.into_owned()));
                }
                _ => {}
            }
            story.pieces.push(Piece::Raw(event.into_owned()));
        }
        Ok(story)
    }

    /// The text of a paragraph.
    pub fn text_of(&self, paragraph: &Paragraph) -> String {
        paragraph.texts.iter().map(|at| self.texts[*at].as_str()).collect()
    }

    /// Leaves a paragraph out, unless the document cannot do without it.
    pub fn drop(&mut self, paragraph: usize) {
        let paragraph = &mut self.paragraphs[paragraph];
        paragraph.dropped = !paragraph.fixed;
    }

    /// The XML again.
    ///
    /// # Errors
    /// Never, unless memory runs out.
    pub fn write(&self) -> std::io::Result<Vec<u8>> {
        let mut out = Writer::new(Vec::new());
        let dropped: Vec<_> = self.paragraphs.iter().filter(|p| p.dropped).collect();
        for (at, piece) in self.pieces.iter().enumerate() {
            if dropped.iter().any(|p| p.from <= at && at <= p.until) {
                continue;
            }
            match piece {
                Piece::Raw(event) => out.write_event(event.borrow())?,
                Piece::Text(text) => write_text(&mut out, &self.texts[*text])?,
            }
        }
        Ok(out.into_inner())
    }
}

fn is_heading(tag: &quick_xml::events::BytesStart<'_>) -> bool {
    let style = tag.try_get_attribute("w:val").ok().flatten();
    style.is_some_and(|style| {
        let name = String::from_utf8_lossy(&style.value).to_lowercase();
        ["heading", "kop", "title", "titel"].iter().any(|begins| name.starts_with(begins))
    })
}

/// The text up to the end of its element; a reference such as `&amp;` comes as an event of its own.
fn read_text(reader: &mut Reader<&[u8]>) -> Result<String, NoDocument> {
    let mut found = String::new();
    loop {
        match reader.read_event().map_err(|why| why.to_string())? {
            Event::Text(text) => found += &text.decode().map_err(|why| why.to_string())?,
            Event::CData(text) => found += &text.decode().map_err(|why| why.to_string())?,
            Event::GeneralRef(name) => {
                let character = name.resolve_char_ref().map_err(|why| why.to_string())?;
                let name = name.decode().map_err(|why| why.to_string())?;
                let known = quick_xml::escape::resolve_xml_entity(&name);
                match (character, known) {
                    (Some(character), _) => found.push(character),
                    (None, Some(text)) => found += text,
                    (None, None) => return Err(format!("holds the unknown entity {name}")),
                }
            }
            Event::End(_) => return Ok(found),
            Event::Eof => return Err("ends too early".into()),
            _ => {}
        }
    }
}

/// A text with its line breaks. What XML cannot hold is left out.
fn write_text(out: &mut Writer<Vec<u8>>, text: &str) -> std::io::Result<()> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.get_mut().write_all(b"<w:br/>")?;
        }
        let line: String = line.chars().filter(|c| !c.is_control() || *c == '\t').collect();
        out.get_mut().write_all(br#"<w:t xml:space="preserve">"#)?;
        out.write_event(Event::Text(BytesText::new(&line)))?;
        out.get_mut().write_all(b"</w:t>")?;
    }
    Ok(())
}

/// Whether people read what this file of a document holds.
fn is_story(name: &str) -> bool {
    let Some(part) = name.strip_prefix("word/").and_then(|n| n.strip_suffix(".xml")) else {
        return false;
    };
    part == "document"
        || ["header", "footer", "footnotes", "endnotes"].iter().any(|p| part.starts_with(p))
}

/// Takes the files out of a document that people read.
///
/// # Errors
/// When it is no document.
pub fn open(bytes: &[u8]) -> Result<Vec<(String, Story)>, NoDocument> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|why| why.to_string())?;
    let (mut stories, mut left) = (vec![], MOST_BYTES);
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(|why| why.to_string())?;
        let name = file.name().map_err(|why| why.to_string())?.into_owned();
        if !is_story(&name) {
            continue;
        }
        let mut xml = String::new();
        let size = file.take(left).read_to_string(&mut xml).map_err(|why| why.to_string())?;
        left = left.saturating_sub(u64::try_from(size).unwrap_or(u64::MAX));
        if left == 0 {
            return Err("is too large".into());
        }
        let story = Story::read(&xml).map_err(|why| format!("{name}: {why}"))?;
        stories.push((name, story));
    }
    if stories.iter().any(|(name, _)| name == "word/document.xml") {
        Ok(stories)
    } else {
        Err("has no word/document.xml".into())
    }
}

/// The same document with these files in place of its own. The same input gives the same bytes.
///
/// # Errors
/// When it is no document.
pub fn with(bytes: &[u8], files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, NoDocument> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|why| why.to_string())?;
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let file = archive.by_index_raw(at).map_err(|why| why.to_string())?;
        let own = file.name().map_err(|why| why.to_string())?;
        let own = files.iter().find(|(name, _)| *name == own);
        let done = match own {
            Some((name, text)) => add(&mut out, name, text),
            None => out.raw_copy_file(file).map_err(|why| why.to_string()),
        };
        done?;
    }
    out.finish().map(Cursor::into_inner).map_err(|why| why.to_string())
}

/// A document out of nothing but these files.
///
/// # Errors
/// Never, unless memory runs out.
pub fn pack(files: &[(&str, String)]) -> Result<Vec<u8>, NoDocument> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        add(&mut out, name, text.as_bytes())?;
    }
    out.finish().map(Cursor::into_inner).map_err(|why| why.to_string())
}

fn add(out: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, text: &[u8]) -> Result<(), NoDocument> {
    let options = SimpleFileOptions::DEFAULT.compression_method(CompressionMethod::Deflated);
    out.start_file(name, options).map_err(|why| why.to_string())?;
    out.write_all(text).map_err(|why| why.to_string())
}
