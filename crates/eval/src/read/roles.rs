//! A table that says which conversations are remembered and which are evaluated.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;

use super::{malformed, open};
use crate::EvalError;

const HINT: &str = "a line is an identifier of a conversation, a tab, and memory or query; the first line may be a header";

/// What a conversation is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It is known.
    Memory,
    /// It is evaluated.
    Query,
}

/// Reads a table of roles: conversation → role.
///
/// # Errors
/// [`EvalError::Io`] or [`EvalError::Malformed`] with the line, also where a conversation has both.
pub fn read_roles(path: &Path) -> Result<BTreeMap<String, Role>, EvalError> {
    parse(open(path)?, path)
}

fn parse(table: impl BufRead, path: &Path) -> Result<BTreeMap<String, Role>, EvalError> {
    let mut roles = BTreeMap::new();
    for (line, number) in table.lines().zip(1..) {
        let line = line?;
        let role = match line.split_once('\t') {
            Some((_, "memory")) => Role::Memory,
            Some((_, "query")) => Role::Query,
            _ if number == 1 || line.is_empty() => continue,
            _ => return Err(malformed(path, number, &format!("\"{line}\""), HINT)),
        };
        let id = line.split('\t').next().unwrap_or_default().to_owned();
        if roles.insert(id, role).is_some_and(|before| before != role) {
            return Err(malformed(
                path,
                number,
                &"a conversation has both roles",
                HINT,
            ));
        }
    }
    Ok(roles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_roles_below_a_header() {
        let table = "conversation\trole\na\tmemory\nb\tquery\n";
        let roles = parse(table.as_bytes(), Path::new("x")).expect("well formed");
        assert_eq!((roles["a"], roles["b"]), (Role::Memory, Role::Query));
    }

    #[test]
    fn two_roles_are_one_too_many() {
        let table = "a\tmemory\na\tquery\n";
        let error = parse(table.as_bytes(), Path::new("x")).expect_err("contradicts itself");
        assert!(error.to_string().contains("line 2"), "{error}");
    }
}
