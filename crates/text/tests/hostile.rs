//! Input made to be slow, large or confusing costs no more than its length.

use tastegraph_text::{LexiconEntry, Linked, Linker, Matching};

/// The least turn that must be read: a megabyte.
const LARGE: usize = 1_000_000;

fn entry(surface: &str, entity: u32, matching: Matching) -> LexiconEntry {
    LexiconEntry {
        surface: surface.to_owned(),
        entity,
        matching,
        preferred: true,
        prior: 1.0,
        qualifier: None,
    }
}

fn linker() -> Linker {
    // Surfaces inside surfaces: each position ends up to eight of them.
    let nested = (1..=8).map(|words| vec!["ta"; words].join(" "));
    let mut entries: Vec<_> = nested
        .zip(0..)
        .map(|(text, id)| entry(&text, id, Matching::Title))
        .collect();
    entries.push(entry("The Shawshank Redemption", 20, Matching::Title));
    entries.push(entry("Heat", 21, Matching::Title));
    entries.push(entry("Christopher Nolan", 22, Matching::Name));
    entries.push(entry("thriller", 23, Matching::Term));
    Linker::new(entries).expect("the lexicon is valid")
}

fn repeated(piece: &str) -> String {
    piece.repeat(LARGE / piece.len() + 1)
}

#[test]
fn a_megabyte_costs_a_megabyte() {
    let linker = linker();
    for piece in [
        "ta ",
        "tata",
        "a",
        "heat ",
        "watched shawshenk ",
        "loved the shawshenk redemtion and ",
        "by nolen with ",
        "Blorbo Returns ",
        "thriler ",
        "heat, ",
        "\"heat ",
        "(heat ",
        "1995 ",
        "and or, ",
        "of the ",
        "\u{200b}\u{202e}",
        "e\u{301}\u{301}\u{301}\u{301}",
        "İ👩‍🎬",
        "¼½",
        "\n",
    ] {
        let text = repeated(piece);
        let Linked { links, work, .. } = linker.link(&text);
        assert!(work.occurrences <= 8 * text.len(), "{piece}: {work:?}");
        assert!(work.lookups <= 256, "{piece}: {work:?}");
        assert!(
            links
                .iter()
                .all(|link| text.is_char_boundary(link.span.start)),
            "{piece}"
        );
    }
}

#[test]
fn work_grows_with_the_text_only() {
    let linker = linker();
    for piece in ["ta ta ta ", "i loved heat and ta "] {
        let occurrences = |times: usize| linker.link(&piece.repeat(times)).work.occurrences as f64;
        let ratio = occurrences(2_000) / occurrences(1_000);
        assert!((1.9..2.1).contains(&ratio), "{piece}: {ratio}");
    }
}

#[test]
fn marks_without_width_hide_nothing() {
    let text = "i loved h\u{200b}e\u{ad}a\u{202e}t\u{202c}";
    let linked = linker().link(text);
    assert_eq!(linked.links.len(), 1);
    assert_eq!(linked.links[0].entity, 21);
}
