//! Expressions and the ranges they state.

use super::*;
use crate::item;

fn vocabulary() -> Vocabulary {
    let spec = |name: &str, kind, phrases: &[(&str, Option<f64>, Option<f64>)]| FilterSpec {
        name: name.to_owned(),
        label: format!("{name} label"),
        kind,
        phrases: phrases
            .iter()
            .map(|&(text, min, max)| FilterPhrase {
                text: text.to_owned(),
                min,
                max,
            })
            .collect(),
    };
    Vocabulary {
        filters: vec![
            spec("year", FilterKind::Year, &[("recent", Some(2015.0), None)]),
            spec(
                "runtime",
                FilterKind::Minutes,
                &[
                    ("not too long", None, Some(130.0)),
                    ("long", Some(150.0), None),
                ],
            ),
            spec("rating", FilterKind::Number, &[]),
        ],
        ..Vocabulary::default()
    }
}

type Expected<'a> = (&'a str, Option<f64>, Option<f64>);

fn ranges(text: &str) -> Vec<(String, Option<f64>, Option<f64>)> {
    let vocabulary = vocabulary();
    let found = Grammar::new(&vocabulary).read(&item::words(text, &[]));
    let read = |filter: Filter| {
        let spec = &vocabulary.filters[filter.spec];
        match filter.demand(spec.kind, false) {
            Demand::Within(min, max) => Some((spec.name.clone(), min, max)),
            Demand::Outside(..) | Demand::Any => None,
        }
    };
    found.into_iter().filter_map(read).collect()
}

fn check(text: &str, expected: &[Expected<'_>]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|&(name, min, max)| (name.to_owned(), min, max))
        .collect();
    assert_eq!(ranges(text), expected, "{text}");
}

#[test]
fn reads_years() {
    for (text, min, max) in [
        ("before 1990", None, Some(1989.0)),
        ("older than 1990", None, Some(1989.0)),
        ("no later than 1990", None, Some(1990.0)),
        ("after 2000", Some(2001.0), None),
        ("since 2000", Some(2000.0), None),
        ("from 1994", Some(1994.0), Some(1994.0)),
        ("in 1994", Some(1994.0), Some(1994.0)),
        ("from 1994 onwards", Some(1994.0), None),
        ("1994 or later", Some(1994.0), None),
        ("between 1980 and 1995", Some(1980.0), Some(1995.0)),
        ("from 1980 to 1995", Some(1980.0), Some(1995.0)),
        ("1980-1995", Some(1980.0), Some(1995.0)),
        ("1980 – 1995", Some(1980.0), Some(1995.0)),
        ("80s", Some(1980.0), Some(1989.0)),
        ("the '80s", Some(1980.0), Some(1989.0)),
        ("1980's", Some(1980.0), Some(1989.0)),
        ("the eighties", Some(1980.0), Some(1989.0)),
        ("late 90s", Some(1995.0), Some(1999.0)),
        ("the early 2000s", Some(2000.0), Some(2004.0)),
        ("mid 80s", Some(1983.0), Some(1986.0)),
        ("the 20s", Some(1920.0), Some(1929.0)),
        ("the 2020s", Some(2020.0), Some(2029.0)),
        ("the 00s", Some(2000.0), Some(2009.0)),
        ("the noughties", Some(2000.0), Some(2009.0)),
        ("from the 70s or 80s", Some(1970.0), Some(1989.0)),
        ("before the 80s", None, Some(1979.0)),
        ("after the 90s", Some(2000.0), None),
        ("since the 90s", Some(1990.0), None),
        ("in the 2010s", Some(2010.0), Some(2019.0)),
        ("in the 10s", Some(2010.0), Some(2019.0)),
        ("nothing before 1990", Some(1990.0), None),
        ("not after 2000", None, Some(2000.0)),
        ("recent", Some(2015.0), None),
        ("nothing recent", None, Some(2014.0)),
    ] {
        check(text, &[("year", min, max)]);
    }
    for text in [
        "1994",
        "in 94",
        "in my 80s",
        "20s",
        "not from the 80s",
        "before",
        "between 1980",
        "after 2 hours",
    ] {
        check(text, &[]);
    }
}

#[test]
fn reads_durations() {
    for (text, min, max) in [
        ("under two hours", None, Some(120.0)),
        ("less than 100 minutes", None, Some(100.0)),
        ("at most 2h", None, Some(120.0)),
        ("max 90 min", None, Some(90.0)),
        ("90 min max", None, Some(90.0)),
        ("two hours tops", None, Some(120.0)),
        ("90 minutes or less", None, Some(90.0)),
        ("shorter than an hour and a half", None, Some(90.0)),
        ("longer than 3 hours", Some(180.0), None),
        ("over 2 hours", Some(120.0), None),
        ("over 1h30", Some(90.0), None),
        ("over 1.5 hours", Some(90.0), None),
        ("over two and a half hours", Some(150.0), None),
        ("over 1 hour 45 minutes", Some(105.0), None),
        ("over half an hour", Some(30.0), None),
        ("no longer than 2 hours", None, Some(120.0)),
        ("nothing over 2 hours", None, Some(120.0)),
        ("no less than 2 hours", Some(120.0), None),
        ("between 90 and 120 minutes", Some(90.0), Some(120.0)),
        ("between one and two hours", Some(60.0), Some(120.0)),
        ("not too long", None, Some(130.0)),
        ("around 2 hours", Some(105.0), Some(135.0)),
        ("i only have 90 minutes", None, Some(90.0)),
        ("not long", None, Some(150.0)),
    ] {
        check(text, &[("runtime", min, max)]);
    }
    for text in [
        "two hours",
        "under 100",
        "over the top",
        "max",
        "under 5 dogs",
        "long-",
        "under, two hours",
    ] {
        check(
            text,
            if text == "long-" {
                &[("runtime", Some(150.0), None)]
            } else {
                &[]
            },
        );
    }
}

#[test]
fn reads_numbers_beside_their_label() {
    for (text, min, max) in [
        ("rating over 7", Some(7.0), None),
        ("a rating label of at least 7.5", Some(7.5), None),
        ("under 4 rating", None, Some(4.0)),
    ] {
        check(text, &[("rating", min, max)]);
    }
    check("over 7", &[]);
}

#[test]
fn reads_several() {
    check(
        "80s, not too long, rating above 6",
        &[
            ("year", Some(1980.0), Some(1989.0)),
            ("runtime", None, Some(130.0)),
            ("rating", Some(6.0), None),
        ],
    );
}
