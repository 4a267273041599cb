//! SVG and HTML as text, escaped by its type.
//!
//! Names of elements and attributes are part of the program; whatever comes from
//! data is text or the value of an attribute, and is escaped on its way in. There
//! is no other way in. Deliberately does not know which addresses are harmless:
//! what may stand in `href` and `src` is for those to say who write them.
//! Invariant: the text is well formed, as XML and as HTML, whatever the data says.

use std::fmt::{self, Display, Formatter, Write};

/// Names of attributes with their values.
pub type Attributes<'a> = &'a [(&'static str, &'a dyn Display)];

/// A piece of SVG or HTML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// An element with something inside.
    pub fn element(
        &mut self,
        name: &'static str,
        attributes: Attributes<'_>,
        inside: impl FnOnce(&mut Markup),
    ) {
        self.open(name, attributes);
        self.0.push('>');
        inside(self);
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    /// An element with nothing but text inside.
    pub fn say(&mut self, name: &'static str, attributes: Attributes<'_>, text: &str) {
        self.element(name, attributes, |inside| inside.text(text));
    }

    /// An element with nothing inside, such as `img` and `rect`.
    pub fn leaf(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.open(name, attributes);
        self.0.push_str("/>");
    }

    /// Text.
    pub fn text(&mut self, text: &str) {
        text.chars().for_each(|letter| self.letter(letter));
    }

    /// What the program itself says, such as a style sheet.
    pub fn raw(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// Another piece.
    pub fn append(&mut self, other: &Markup) {
        self.0.push_str(&other.0);
    }

    /// The text of it all.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text of it all.
    pub fn into_string(self) -> String {
        self.0
    }

    fn open(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.0.push('<');
        self.0.push_str(name);
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            write!(Escaped(self), "{value}").expect("writing to a String does not fail");
            self.0.push('"');
        }
    }

    /// Letters that XML knows no way to write, and those that no page should hold, become a sign for "unreadable".
    fn letter(&mut self, letter: char) {
        match letter {
            '&' => self.0.push_str("&amp;"),
            '<' => self.0.push_str("&lt;"),
            '>' => self.0.push_str("&gt;"),
            '"' => self.0.push_str("&quot;"),
            '\'' => self.0.push_str("&#39;"),
            '\n' | '\r' | '\t' => self.0.push(' '),
            '\u{fffe}' | '\u{ffff}' => self.0.push('\u{fffd}'),
            letter if letter.is_control() => self.0.push('\u{fffd}'),
            letter => self.0.push(letter),
        }
    }
}

struct Escaped<'a>(&'a mut Markup);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.text(text);
        Ok(())
    }
}

/// A length of a drawing, as short as a tenth allows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Length(pub f64);

impl Display for Length {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        // Adding zero turns -0 into 0.
        let tenths = (self.0 * 10.0).round() / 10.0 + 0.0;
        write!(out, "{tenths}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_and_values_are_escaped() {
        let mut out = Markup::default();
        out.element("a", &[("title", &"\"x\" onclick='y'"), ("x", &Length(-0.04))], |out| {
            out.text("<script>a && b</script>\u{0}\n");
            out.leaf("br", &[]);
        });
        let expected = "<a title=\"&quot;x&quot; onclick=&#39;y&#39;\" x=\"0\">\
            &lt;script&gt;a &amp;&amp; b&lt;/script&gt;\u{fffd} <br/></a>";
        assert_eq!(out.into_string(), expected);
    }

    #[test]
    fn lengths_are_short() {
        let table = [(1.0, "1"), (1.25, "1.3"), (-3.04, "-3"), (120.96, "121")];
        for (length, expected) in table {
            assert_eq!(Length(length).to_string(), expected);
        }
    }

    proptest! {
        #[test]
        fn nothing_that_data_says_opens_an_element_or_ends_a_value(text in any::<String>()) {
            let mut out = Markup::default();
            out.element("p", &[("title", &text)], |out| out.text(&text));
            let inside = out.as_str().strip_prefix("<p title=\"").and_then(|rest| rest.strip_suffix("</p>"));
            let (value, said) = inside.and_then(|rest| rest.split_once("\">")).expect("an element");
            for part in [value, said] {
                prop_assert!(!part.contains(['<', '>', '"', '\'', '\n', '\0']), "{part}");
            }
        }
    }
}
