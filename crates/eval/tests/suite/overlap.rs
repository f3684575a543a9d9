//! What is remembered is not evaluated.

use tastegraph_eval::{EvalError, Experiment, Memory};

use crate::support::{evaluated, remembered, universe};

#[test]
fn a_conversation_in_both_is_refused_by_name() {
    let (universe, mut remembered) = (universe(), remembered());
    remembered[3].id = "q2".to_owned();
    let memory = Memory::new(&remembered, &universe);
    let error = Experiment::new(universe, memory, evaluated()).expect_err("q2 is in both");
    let EvalError::Overlap { count, example } = &error else {
        panic!("{error}");
    };
    assert_eq!((*count, example.as_str()), (1, "q2"));
    assert!(error.to_string().contains("hint: "), "{error}");
}

#[test]
fn conversations_without_a_recommended_item_are_nothing_to_evaluate() {
    let (universe, remembered) = (universe(), remembered());
    let memory = Memory::new(&remembered, &universe);
    let mut silent = evaluated();
    for turn in silent.iter_mut().flat_map(|dialogue| &mut dialogue.turns) {
        turn.items.clear();
    }
    let error = Experiment::new(universe, memory, silent).expect_err("nothing to ask");
    assert!(matches!(error, EvalError::Nothing { .. }), "{error}");
}
