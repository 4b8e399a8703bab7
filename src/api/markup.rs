//! The little of Markdown that the contract uses, as HTML: paragraphs, lists, bold, code.

use super::link_page::escape;

/// Paragraphs and lists.
pub fn marked(text: &str) -> String {
    text.split("\n\n").map(str::trim).filter(|block| !block.is_empty()).map(block).collect()
}

fn block(block: &str) -> String {
    let Some(items) = block.strip_prefix("- ") else { return format!("<p>{}</p>", inline(block)) };
    let items = items.split("\n- ").map(|item| format!("<li>{}</li>", inline(item)));
    format!("<ul>{}</ul>", items.collect::<String>())
}

/// Within back-ticks nothing else counts.
fn inline(text: &str) -> String {
    between(
        &escape(text),
        "`",
        |code| format!("<code>{code}</code>"),
        |rest| between(rest, "**", |bold| format!("<b>{bold}</b>"), str::to_owned),
    )
}

/// Wraps every second part between two marks; a mark without its pair stays as it is.
fn between(
    text: &str,
    mark: &str,
    inside: impl Fn(&str) -> String,
    outside: impl Fn(&str) -> String,
) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(mark)
        && let Some((within, after)) = after.split_once(mark)
    {
        out = out + &outside(before) + &inside(within);
        rest = after;
    }
    out + &outside(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_contract_uses_is_marked() {
        assert_eq!(marked("a `b<c` **d**\n\ne"), "<p>a <code>b&lt;c</code> <b>d</b></p><p>e</p>");
        assert_eq!(
            marked("- a\n  b\n- `**c**`"),
            "<ul><li>a\n  b</li><li><code>**c**</code></li></ul>"
        );
        assert_eq!(marked("it's 2 ** 3 and a ` b"), "<p>it's 2 ** 3 and a ` b</p>");
        assert_eq!(marked(""), "");
    }

    #[test]
    fn nothing_becomes_html_by_itself() {
        assert_eq!(marked("<script>\"&"), "<p>&lt;script&gt;&quot;&amp;</p>");
    }
}
