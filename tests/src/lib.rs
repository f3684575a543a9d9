//! User stories, run against the library and the command; they are in `tests/tests/suite`.
