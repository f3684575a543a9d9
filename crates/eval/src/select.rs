//! Which conversations of a file are evaluated.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Dialogue, EvalError, Role};

/// The conversations of a split, or those with the role query; all of them if neither is given.
///
/// # Errors
/// [`EvalError::Nothing`] if none is left, saying which splits there are.
pub fn select(
    dialogues: Vec<Dialogue>,
    split: Option<&str>,
    roles: Option<&BTreeMap<String, Role>>,
) -> Result<Vec<Dialogue>, EvalError> {
    let splits: BTreeSet<String> = dialogues
        .iter()
        .map(|dialogue| dialogue.split.clone())
        .collect();
    let wanted = |dialogue: &Dialogue| {
        split.is_none_or(|split| dialogue.split == split)
            && roles.is_none_or(|roles| roles.get(&dialogue.id) == Some(&Role::Query))
    };
    let selected: Vec<Dialogue> = dialogues.into_iter().filter(wanted).collect();
    if selected.is_empty() {
        let names: Vec<&str> = splits.iter().map(String::as_str).collect();
        return Err(EvalError::Nothing {
            reason: match split {
                Some(split) => format!("no conversation is of the split \"{split}\""),
                None => "no conversation has the role query".to_owned(),
            },
            available: format!("the splits are {}", names.join(", ")),
        });
    }
    Ok(selected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialogues() -> Vec<Dialogue> {
        [("a", "train"), ("b", "valid"), ("c", "valid")]
            .map(|(id, split)| Dialogue {
                id: id.to_owned(),
                split: split.to_owned(),
                turns: Vec::new(),
                opinions: BTreeMap::new(),
            })
            .to_vec()
    }

    #[test]
    fn by_split_or_by_role() {
        assert_eq!(
            select(dialogues(), Some("valid"), None).expect("two").len(),
            2
        );
        let roles = BTreeMap::from([
            ("a".to_owned(), Role::Query),
            ("b".to_owned(), Role::Memory),
        ]);
        let by_role = select(dialogues(), None, Some(&roles)).expect("one");
        assert_eq!(by_role[0].id, "a");
    }

    #[test]
    fn a_split_that_is_not_there_is_an_error_that_names_those_that_are() {
        let error = select(dialogues(), Some("test"), None).expect_err("there is none");
        assert!(
            error.to_string().contains("the splits are train, valid"),
            "{error}"
        );
    }
}
