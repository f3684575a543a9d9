//! Properties that hold for any text.

use std::sync::LazyLock;

use proptest::prelude::*;
use tastegraph_text::{
    Bm25, Bm25Builder, LexiconEntry, LinkReason, Linker, Matching, Normalized, normalize, tokenize,
};

const SURFACES: [(&str, Matching); 8] = [
    ("Amélie", Matching::Title),
    ("The Straße & Æon", Matching::Title),
    ("İstanbul Nights: Part II", Matching::Title),
    ("Up", Matching::Title),
    ("E.T.", Matching::Title),
    ("기생충", Matching::Title),
    ("ערב טוב", Matching::Name),
    ("science fiction", Matching::Term),
];

static LINKER: LazyLock<Linker> = LazyLock::new(|| {
    let entry = |(&(surface, matching), entity): (&(&str, Matching), u32)| LexiconEntry {
        surface: surface.to_owned(),
        entity,
        matching,
        preferred: true,
        prior: 1.0,
        qualifier: Some(1999),
    };
    Linker::new(SURFACES.iter().zip(0..).map(entry).collect()).expect("the lexicon is valid")
});

/// Texts of surfaces, years and quotes between pieces that are hard to map: combining marks, a dotted capital I,
/// ligatures, emoji, right-to-left script, marks without width.
fn texts() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        prop::sample::select(SURFACES.map(|surface| surface.0.to_owned()).to_vec()),
        prop::sample::select(SURFACES.map(|surface| surface.0.to_uppercase()).to_vec()),
        prop::sample::select(
            vec![
                " ",
                "\u{301}",
                "İ",
                "ﬁ",
                "👩‍🎬",
                "שלום",
                "\u{200f}",
                "\u{ad}",
                "'",
                "’s",
                "\"",
                "“",
                "”",
                "&",
                ".",
                ", ",
                "-",
                "(1999)",
                " 1999 ",
                " from 2005",
                "I loved ",
                " and ",
                "½",
                "긴",
                "Ame\u{301}lie",
                "*",
                "_",
                "Istanbul Nigths",
                "\n",
                "ß",
                "E",
                "T",
            ]
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
        ),
        any::<char>().prop_map(String::from),
        "\\PC{0,6}",
    ];
    prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat())
}

/// The spellings that a link to an entity may have.
fn spellings(entity: u32) -> Vec<String> {
    let mut spellings = vec![normalize(SURFACES[entity as usize].0)];
    match entity {
        1 => spellings.push("strasse and aeon".to_owned()),
        2 => spellings.extend(
            [
                "istanbul nights",
                "istanbul nights part 2",
                "istanbul nights part two",
            ]
            .map(str::to_owned),
        ),
        6 => spellings.push("טוב".to_owned()),
        7 => spellings.push("science fictions".to_owned()),
        _ => {}
    }
    spellings
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn links_point_at_their_surface(text in texts()) {
        let linked = LINKER.link(&text);
        let mut end = 0;
        for link in &linked.links {
            prop_assert!(link.span.start >= end && link.span.start < link.span.end);
            end = link.span.end;
            prop_assert!((0.0..=1.0).contains(&link.score));
            let written = normalize(text.get(link.span.clone()).expect("on character boundaries"));
            let spellings = spellings(link.entity);
            let names_it = match link.reason {
                LinkReason::Fuzzy { .. } => true,
                // A title may take in the year beside it.
                _ if link.matching == Matching::Title => spellings.iter().any(|spelling| written.contains(spelling)),
                _ => spellings.contains(&written),
            };
            prop_assert!(names_it, "{written:?} for {}", link.entity);
        }
        for span in &linked.unlinked {
            prop_assert_eq!(text.get(span.span.clone()), Some(span.text.as_str()));
        }
    }

    #[test]
    fn any_text_is_safe(text in any::<String>()) {
        let _ = LINKER.link(&text);
        let _ = tokenize(&text);
    }

    #[test]
    fn normalising_twice_changes_nothing(text in texts()) {
        let once = normalize(&text);
        prop_assert_eq!(normalize(&once), once);
    }

    #[test]
    fn words_map_to_ordered_spans(text in texts()) {
        let normalized = Normalized::new(&text);
        let mut start = 0;
        for word in normalized.words() {
            let span = normalized.original(word);
            prop_assert!(span.start >= start && text.get(span.clone()).is_some());
            start = span.start;
        }
    }

    #[test]
    fn changed_step_by_step_equals_built_anew(
        steps in prop::collection::vec((0..12_u32, prop::option::of(prop::collection::vec("[a-e]", 0..6))), 0..40)
    ) {
        let mut index = Bm25::default();
        let mut documents = std::collections::BTreeMap::new();
        for (document, tokens) in steps {
            match tokens {
                Some(tokens) => {
                    index.set(document, &tokens);
                    documents.insert(document, tokens);
                }
                None => {
                    prop_assert_eq!(index.remove(document), documents.remove(&document).is_some());
                }
            }
        }
        let mut builder = Bm25Builder::new();
        for (document, tokens) in documents {
            builder.add(document, tokens);
        }
        prop_assert_eq!(index, builder.build());
    }
}
