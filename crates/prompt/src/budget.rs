//! What goes first when a prompt is too long.

use crate::Material;

/// Facts that a candidate keeps, step by step, before candidates themselves are dropped.
const FACT_STEPS: [usize; 4] = [6, 3, 1, 0];
/// Turns of the dialogue that stay while anything else can still go.
const RECENT_TURNS: usize = 6;
/// Characters of the last turn that stay, step by step, when nothing else is left to cut.
const TEXT_STEPS: [usize; 4] = [1000, 300, 100, 0];

/// How much of each part of the material a prompt keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) cases: usize,
    pub(crate) users: usize,
    /// Turns, counted from the last.
    pub(crate) turns: usize,
    /// Facts of each candidate.
    pub(crate) candidate_facts: usize,
    pub(crate) facts: usize,
    pub(crate) candidates: usize,
    /// Lines, counted from the last.
    pub(crate) preferences: usize,
    /// Characters of a turn.
    pub(crate) text: usize,
}

impl Kept {
    /// Everything.
    pub(crate) fn all(material: &Material) -> Self {
        let most = |counts: &mut dyn Iterator<Item = usize>| counts.max().unwrap_or_default();
        Self {
            cases: material.cases.len(),
            users: material.users.len(),
            turns: material.dialogue.len(),
            candidate_facts: most(&mut material.candidates.iter().map(|line| line.facts.len())),
            facts: material.facts.len(),
            candidates: material.candidates.len(),
            preferences: material.preferences.len(),
            text: most(
                &mut material
                    .dialogue
                    .iter()
                    .map(|turn| turn.text.chars().count()),
            ),
        }
    }
}

/// What is left after each cut and what that cut took, in the fixed order of cutting: similar
/// conversations from the least similar; similar users; turns before the last six; facts of
/// candidates beyond 6, 3, 1 and 0; facts about what was named; candidates from the tail, down to
/// one; turns before the last; preferences from the oldest; the text of the last turn.
pub(crate) fn cuts(material: &Material) -> Vec<(Kept, &'static str)> {
    let mut cuts = Cuts {
        kept: Kept::all(material),
        done: Vec::new(),
    };
    cuts.down("similar conversations", 0, |kept| &mut kept.cases);
    cuts.down("similar users", 0, |kept| &mut kept.users);
    cuts.down("older turns", RECENT_TURNS, |kept| &mut kept.turns);
    cuts.steps("facts of candidates", &FACT_STEPS, |kept| {
        &mut kept.candidate_facts
    });
    cuts.down("facts about what was named", 0, |kept| &mut kept.facts);
    cuts.down("candidates", 1, |kept| &mut kept.candidates);
    cuts.down("older turns", 1, |kept| &mut kept.turns);
    cuts.down("preferences", 0, |kept| &mut kept.preferences);
    cuts.steps("the last turn", &TEXT_STEPS, |kept| &mut kept.text);
    cuts.done
}

struct Cuts {
    kept: Kept,
    done: Vec<(Kept, &'static str)>,
}

impl Cuts {
    /// One less at a time until `least` are left.
    fn down(&mut self, name: &'static str, least: usize, part: fn(&mut Kept) -> &mut usize) {
        while *part(&mut self.kept) > least {
            *part(&mut self.kept) -= 1;
            self.done.push((self.kept, name));
        }
    }

    fn steps(&mut self, name: &'static str, to: &[usize], part: fn(&mut Kept) -> &mut usize) {
        for &step in to {
            if *part(&mut self.kept) > step {
                *part(&mut self.kept) = step;
                self.done.push((self.kept, name));
            }
        }
    }
}
