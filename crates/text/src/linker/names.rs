//! Spans that look like a name.

use std::ops::Range;

use super::{context::Context, evidence::is_reaction, taken::Taken};
use crate::words;

/// A quotation of more words is speech.
const MAX_QUOTED_WORDS: usize = 8;

/// Words, by index, that are quoted or capitalised, outside the taken spans, in order. Capitalised ones are two or
/// more.
pub(super) fn name_spans(context: &Context<'_>, taken: &Taken) -> Vec<Range<usize>> {
    let is_free = |span: &Range<usize>| taken.is_free(span);
    let mut spans: Vec<Range<usize>> = quotations(context.text)
        .into_iter()
        .filter(is_free)
        .map(|quotation| context.words_in(&quotation))
        .filter(|words| (1..=MAX_QUOTED_WORDS).contains(&words.len()) && !is_plain(context, words))
        .collect();
    if context.cased {
        let mut quoted = vec![false; context.words.len()];
        for words in &spans {
            quoted[words.clone()].fill(true);
        }
        let mut start = 0;
        while start < context.words.len() {
            let run = run(context, start, &is_free);
            start = run.end.max(start + 1);
            if run.len() > 1 && !quoted[run.clone()].contains(&true) {
                spans.push(run);
            }
        }
    }
    spans.sort_by_key(|span| span.start);
    spans
}

/// A span taken apart at its conjunctions, if names of two words or more stand on both sides of each.
pub(super) fn parts(context: &Context<'_>, words: &Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = words.start;
    for index in words
        .clone()
        .filter(|&index| ["and", "or"].contains(&context.word(index)))
    {
        parts.push(start..index);
        start = index + 1;
    }
    parts.push(start..words.end);
    if parts.iter().all(|part| part.len() > 1) {
        parts
    } else {
        vec![words.clone()]
    }
}

/// Whether the words could be any part of a sentence.
pub(super) fn is_plain(context: &Context<'_>, words: &Range<usize>) -> bool {
    words
        .clone()
        .all(|index| words::is_common(context.word(index)))
}

/// The capitalised words from `start` on, minor words between them included.
fn run(
    context: &Context<'_>,
    start: usize,
    is_free: &impl Fn(&Range<usize>) -> bool,
) -> Range<usize> {
    let is_member = |index: usize| {
        let word = &context.words[index];
        word.capital
            && is_free(&word.span)
            && context.word(index) != "i"
            && !context.word(index).starts_with("i'")
    };
    let joins = |index: usize| {
        let gap = context.gap(index);
        !context.words[index].stop
            && !gap.contains(['"', '“', '”', '(', ')', '[', ']', '«', '»', '*'])
    };
    if !is_member(start) || is_lead_in(context, start) {
        return start..start;
    }
    let mut end = start + 1;
    let mut next = end;
    while next < context.words.len() && joins(next - 1) {
        if is_member(next) {
            end = next + 1;
        } else if !(words::is_minor(context.word(next)) && is_free(&context.words[next].span)) {
            break;
        }
        next += 1;
    }
    start..end
}

/// Whether a capitalised word before a name is no part of it: "Loved Blorbo Returns".
fn is_lead_in(context: &Context<'_>, index: usize) -> bool {
    let word = context.word(index);
    let article = ["the", "a", "an"].contains(&word);
    !article
        && (words::is_particle(word)
            || is_reaction(context, index)
            || (context.words[index].opening && words::is_frequent(word)))
}

/// What stands between quotation marks, marks excluded.
fn quotations(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(&str, usize)> = None;
    let mut previous = ' ';
    for (at, character) in text.char_indices() {
        let next = text[at + character.len_utf8()..]
            .chars()
            .next()
            .unwrap_or(' ');
        match open {
            Some((closers, start))
                if closers.contains(character)
                    && !(is_single(character) && next.is_alphanumeric()) =>
            {
                found.push(start..at);
                open = None;
            }
            _ if character == '\n' => open = None,
            None if !previous.is_alphanumeric() && !next.is_whitespace() => {
                open = closers(character).map(|closers| (closers, at + character.len_utf8()));
            }
            _ => {}
        }
        previous = character;
    }
    found
}

fn is_single(character: char) -> bool {
    matches!(character, '\'' | '’')
}

fn closers(open: char) -> Option<&'static str> {
    Some(match open {
        '"' => "\"",
        '\'' => "'",
        '“' => "”",
        '„' => "“”",
        '‘' => "’",
        '«' => "»",
        '「' => "」",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let context = Context::new(text);
        let spans = name_spans(&context, &Taken::new(text.len()));
        let parts = spans.iter().flat_map(|span| parts(&context, span));
        parts
            .map(|words| {
                text[context.words[words.start].span.start..context.words[words.end - 1].span.end]
                    .to_owned()
            })
            .collect()
    }

    #[test]
    fn finds_what_looks_like_a_name() {
        for (text, expected) in [
            ("I liked Blorbo Returns", vec!["Blorbo Returns"]),
            ("Loved Blorbo Returns. It was ok", vec!["Blorbo Returns"]),
            ("have you seen \"blorbo\"?", vec!["blorbo"]),
            (
                "have you seen ‘the blorbo’ yet, it's 'fine'",
                vec!["the blorbo"],
            ),
            (
                "Blorbo Returns and Fizzle Town",
                vec!["Blorbo Returns", "Fizzle Town"],
            ),
            ("so Pride and Blorbo", vec!["Pride and Blorbo"]),
            (
                "the Lord of the Blorbos, Part One",
                vec!["Lord of the Blorbos", "Part One"],
            ),
            ("I liked Blorbo", vec![]),
            ("he said \"i like it\"", vec![]),
            ("I LIKED BLORBO RETURNS", vec![]),
            ("I'm Tom", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(names(text), expected, "{text}");
        }
    }

    #[test]
    fn leaves_taken_spans_out() {
        let text = "so Vertigo Blorbo Returns";
        let context = Context::new(text);
        let taken = context.words[1].span.clone();
        let spans: Vec<_> = name_spans(&context, &Taken::of(text.len(), [&taken]))
            .into_iter()
            .map(|span| (span.start, span.end))
            .collect();
        assert_eq!(spans, [(2, 4)]);
    }
}
