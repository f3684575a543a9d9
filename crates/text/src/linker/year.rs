//! Years beside a title.

use std::ops::Range;

use super::context::possessive;

/// A four-digit number beside a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Year {
    pub(super) value: i32,
    /// The span together with the number.
    pub(super) span: Range<usize>,
    pub(super) style: Style,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// "Heat (1995)": nothing but a qualifier.
    Bracketed,
    /// "Heat 1995", "Heat from 1995", "the 1995 Heat": a qualifier if it fits.
    Plain,
}

/// Numbers that can be a year.
const YEARS: std::ops::RangeInclusive<i32> = 1850..=2100;
const QUOTES: [char; 6] = ['"', '“', '”', '\'', '’', '»'];

/// The year that follows a span: "(1995)", "1995", "from 1995", after a closing quote too.
pub(super) fn after(text: &str, span: &Range<usize>) -> Option<Year> {
    let rest = &text[span.end..];
    let unquoted = rest
        .strip_prefix(QUOTES)
        .filter(|_| text[..span.start].ends_with(is_quote));
    let body = unquoted.unwrap_or(rest).trim_start();
    if body.len() == rest.len() {
        return None;
    }
    let opened = body.strip_prefix(['(', '[']);
    let body = opened.unwrap_or(body).trim_start();
    let body = body.strip_prefix("from ").unwrap_or(body).trim_start();
    let (value, mut tail) = leading(body)?;
    if opened.is_some() {
        tail = tail.trim_start().strip_prefix([')', ']'])?;
    }
    let quote = text[..span.start]
        .chars()
        .next_back()
        .filter(|_| unquoted.is_some());
    let start = span.start - quote.map_or(0, char::len_utf8);
    let style = if opened.is_some() {
        Style::Bracketed
    } else {
        Style::Plain
    };
    Some(Year {
        value,
        span: start..text.len() - tail.len(),
        style,
    })
}

/// The year that precedes a span: "1995 Heat", "1995's Heat".
pub(super) fn before(text: &str, span: &Range<usize>) -> Option<Year> {
    let head = text[..span.start].trim_end_matches(is_quote);
    let body = head.trim_end();
    if body.len() == head.len() && head.len() == span.start {
        return None;
    }
    let body = ["'s", "’s"]
        .iter()
        .find_map(|end| body.strip_suffix(end))
        .unwrap_or(body);
    let start = body
        .len()
        .checked_sub(4)
        .filter(|&start| body.is_char_boundary(start))?;
    let value = number(&body[start..])?;
    let glued = body[..start]
        .ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '\'' | '’' | '.'));
    (!glued).then_some(Year {
        value,
        span: start..span.end,
        style: Style::Plain,
    })
}

fn leading(text: &str) -> Option<(i32, &str)> {
    let value = number(text.get(..4)?)?;
    let rest = &text[4..];
    let glued =
        rest.starts_with(|c: char| c.is_alphanumeric() || c == '-') || possessive(rest).is_some();
    (!glued).then_some((value, rest))
}

fn number(digits: &str) -> Option<i32> {
    let plain = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain
        .then(|| digits.parse().ok())
        .flatten()
        .filter(|year| YEARS.contains(year))
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '“' | '”' | '„' | '\'' | '‘' | '«')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(
        text: &str,
        find: fn(&str, &Range<usize>) -> Option<Year>,
    ) -> Option<(i32, &str, Style)> {
        let start = text.find("Heat").expect("the text names it");
        find(text, &(start..start + 4)).map(|year| (year.value, &text[year.span], year.style))
    }

    #[test]
    fn finds_the_year_after() {
        for (text, expected) in [
            (
                "see Heat (1995)!",
                Some((1995, "Heat (1995)", Style::Bracketed)),
            ),
            ("Heat 1995", Some((1995, "Heat 1995", Style::Plain))),
            (
                "Heat from 1995.",
                Some((1995, "Heat from 1995", Style::Plain)),
            ),
            (
                "\"Heat\" (1995)",
                Some((1995, "\"Heat\" (1995)", Style::Bracketed)),
            ),
            ("Heat 1990s", None),
            ("Heat 19955", None),
            ("Heat (1995", None),
            ("Heat1995", None),
            ("Heat, 1995", None),
            ("Heat 1234", None),
            ("Heat", None),
            ("Heat é99", None),
        ] {
            assert_eq!(found(text, after), expected, "{text}");
        }
    }

    #[test]
    fn finds_the_year_before() {
        for (text, expected) in [
            ("the 1995 Heat", Some((1995, "1995 Heat", Style::Plain))),
            (
                "1995's \"Heat\"",
                Some((1995, "1995's \"Heat", Style::Plain)),
            ),
            ("11995 Heat", None),
            ("'1995Heat", None),
            ("é95 Heat", None),
            ("Heat", None),
        ] {
            assert_eq!(found(text, before), expected, "{text}");
        }
    }
}
