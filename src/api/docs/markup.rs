//! The Markdown of the contract, as HTML.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{Event, Parser, html};

/// Markdown as HTML. HTML inside it is shown rather than obeyed.
pub fn marked(text: &str) -> Markup {
    let events = Parser::new(text).map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    PreEscaped(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_contract_uses_is_marked() {
        for (text, told) in [
            ("a `b<c` **d**\n\ne", "<p>a <code>b&lt;c</code> <strong>d</strong></p>\n<p>e</p>\n"),
            ("- a\n  b\n- `**c**`", "<ul>\n<li>a\nb</li>\n<li><code>**c**</code></li>\n</ul>\n"),
            ("it's 2 ** 3 and a ` b", "<p>it's 2 ** 3 and a ` b</p>\n"),
            ("", ""),
        ] {
            assert_eq!(marked(text).0, told);
        }
    }

    #[test]
    fn nothing_becomes_html_by_itself() {
        assert_eq!(marked("a <b>\"&").0, "<p>a &lt;b&gt;\"&amp;</p>\n");
        assert!(!marked("<script>alert(1)</script>").0.contains("<script"));
    }
}
