//! Rules in words.

use tastegraph_dialogue::Rule;
use tastegraph_prompt::describe;

use crate::support::{Words, snapshot};

#[test]
fn ranges() {
    let snapshot = snapshot(&Words::default());
    for (min, max, expected) in [
        (Some(1990.0), Some(1999.0), "year from 1990 to 1999"),
        (Some(1995.0), Some(1995.0), "year 1995"),
        (Some(2010.0), None, "year at least 2010"),
        (None, Some(7.5), "year at most 7.5"),
        (None, None, "any year"),
    ] {
        let rule = Rule::Range {
            filter: "year".to_owned(),
            min,
            max,
        };
        assert_eq!(describe(&rule, &snapshot), expected);
    }
}

#[test]
fn entities() {
    let snapshot = snapshot(&Words::default());
    let heist = snapshot.find("e/heist").expect("was added").0;
    assert_eq!(describe(&Rule::Require(heist), &snapshot), "keyword heist");
    assert_eq!(describe(&Rule::Forbid(heist), &snapshot), "no heist");
}
