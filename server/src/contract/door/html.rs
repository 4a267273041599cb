//! Descriptions written in HTML, as plain text.
//!
//! Good enough for reading and for comparing texts; it is no parser of HTML. Scripts and styles are
//! left out, tags become spaces, the common entities become letters.

/// The text of some HTML on one line.
pub(super) fn text(html: &str) -> String {
    let mut made = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        made.push_str(&rest[..at]);
        let found = &rest[at..];
        rest =
            if found.starts_with('<') { after_tag(found, &mut made) } else { after_entity(found, &mut made) };
    }
    made.push_str(rest);
    let words: Vec<&str> = made.split_whitespace().collect();
    words.join(" ")
}

/// What follows the tag that opens here; a `<` that opens none is text.
fn after_tag<'h>(html: &'h str, made: &mut String) -> &'h str {
    if let Some(comment) = html.strip_prefix("<!--") {
        made.push(' ');
        return comment.find("-->").map_or("", |end| &comment[end + 3..]);
    }
    let opens =
        html[1..].starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '/' || letter == '!');
    let Some(end) = html.find('>').filter(|_| opens) else {
        made.push('<');
        return &html[1..];
    };
    let name: String = html[1..end].chars().take_while(char::is_ascii_alphanumeric).collect();
    let after = &html[end + 1..];
    if !is_inline(html[1..end].trim_start_matches('/')) {
        made.push(' ');
    }
    match name.to_ascii_lowercase().as_str() {
        name @ ("script" | "style") => after_element(after, name),
        _ => after,
    }
}

/// Tags that stand inside a word or sentence.
fn is_inline(tag: &str) -> bool {
    let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect();
    ["b", "i", "u", "em", "strong", "span", "a", "sup", "sub", "small", "font"]
        .iter()
        .any(|inline| inline.eq_ignore_ascii_case(&name))
}

/// What follows the end of an element whose inside is no text.
fn after_element<'h>(html: &'h str, name: &str) -> &'h str {
    let closes = |(at, _): &(usize, &str)| {
        html[at + 2..].get(..name.len()).is_some_and(|closed| closed.eq_ignore_ascii_case(name))
    };
    match html.match_indices("</").find(closes) {
        Some((at, _)) => html[at..].find('>').map_or("", |end| &html[at + end + 1..]),
        None => "",
    }
}

/// What follows an entity; an `&` that starts none is text.
fn after_entity<'h>(html: &'h str, made: &mut String) -> &'h str {
    // The longest name that is known here has six letters, the longest number eight.
    let end = html.bytes().take(12).position(|byte| byte == b';');
    match end.and_then(|end| letter(&html[1..end]).map(|letter| (end, letter))) {
        Some((end, letter)) => {
            made.push(letter);
            &html[end + 1..]
        }
        None => {
            made.push('&');
            &html[1..]
        }
    }
}

fn letter(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        };
        return code.and_then(char::from_u32).filter(|letter| *letter != '\0');
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "deg" => '°',
        "times" => '×',
        "trade" => '™',
        "reg" => '®',
        "copy" => '©',
        "euro" => '€',
        "pound" => '£',
        "eacute" => 'é',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "szlig" => 'ß',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn html_becomes_text() {
        let cases = [
            ("", ""),
            ("plain", "plain"),
            ("<p>One</p><p>Two<br>three</p>", "One Two three"),
            ("<p class=\"a\">A <b>bo</b>ld&nbsp;mug &amp; cup</p>\n", "A bold mug & cup"),
            ("<style>p { color: red }</style><script>x < 1</script>Text", "Text"),
            ("<ul><li>a</li><li>b</li></ul>", "a b"),
            ("5 < 6 & 7 > 2", "5 < 6 & 7 > 2"),
            ("&#8364;5 &#x20AC;6 &unknown; &#0; é", "€5 €6 &unknown; &#0; é"),
            ("<!-- a > b -->x<!-- open", "x"),
            ("a <b", "a <b"),
            ("<script>open", ""),
            ("&é;", "&é;"),
        ];
        for (html, expected) in cases {
            assert_eq!(text(html), expected, "{html}");
        }
    }
}
