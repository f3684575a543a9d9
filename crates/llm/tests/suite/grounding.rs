//! What of an answer is kept, dropped, mended and counted.

use tastegraph_llm::{Ask, Replay, rank};

use crate::support::{answered, ask, is_complete, material, number, prompt};

/// An answer that ranks the candidates at these positions.
fn ranking(positions: &[usize], rest: &str) -> String {
    let prompt = prompt(&material(), 0);
    let numbers: Vec<String> = positions
        .iter()
        .map(|&position| number(&prompt, position).to_string())
        .collect();
    format!("{{\"ranking\": [{}]{rest}}}", numbers.join(", "))
}

#[test]
fn the_order_of_the_model_comes_first_and_the_rest_follows() {
    let ranked = answered(&[&ranking(&[4, 1], "")]);
    assert_eq!(ranked.order, [4, 1, 0, 2, 3, 5, 6, 7]);
    let counts = ranked.counts;
    assert_eq!((counts.accepted, counts.appended, counts.calls), (2, 6, 1));
    assert_eq!(
        (counts.repairs, counts.fallbacks, ranked.degraded),
        (0, 0, None)
    );
}

#[test]
fn strangers_and_repeats_are_dropped_and_counted() {
    let answer =
        ranking(&[4, 4, 1], "").replace(']', ", 0, 9, -3, \"Gladiator (2000)\", 1000000000000]");
    let ranked = answered(&[&answer]);
    assert_eq!(ranked.order[..2], [4, 1]);
    assert_eq!((ranked.counts.hallucinated, ranked.counts.repeated), (5, 1));
    assert!(is_complete(&ranked));
}

#[test]
fn names_of_candidates_count_as_their_numbers() {
    let ranked = answered(&["1. Thief (1981)\n2. ronin\n3. Gladiator\n"]);
    assert_eq!(ranked.order[..2], [4, 1]);
    assert_eq!(ranked.counts.hallucinated, 1);
}

#[test]
fn an_answer_without_a_choice_is_mended_once() {
    let ranked = answered(&["I like films!", &ranking(&[2], "")]);
    assert_eq!(ranked.order[0], 2);
    assert_eq!((ranked.counts.calls, ranked.counts.repairs), (2, 1));
    assert_eq!((ranked.counts.fallbacks, ranked.degraded), (0, None));
}

#[test]
fn after_two_useless_answers_the_order_of_retrieval_stands() {
    let ranked = answered(&["I like films!", "{\"ranking\": [99]}", &ranking(&[2], "")]);
    assert_eq!(ranked.order, (0..8).collect::<Vec<_>>());
    assert_eq!((ranked.counts.calls, ranked.counts.fallbacks), (2, 1));
    assert_eq!(ranked.counts.hallucinated, 1);
    assert!(
        ranked
            .degraded
            .expect("a reason")
            .contains("none of the candidates")
    );
}

#[test]
fn a_model_that_fails_gives_a_complete_result_too() {
    let ranked = answered(&[]);
    assert!(is_complete(&ranked));
    assert!(
        ranked
            .degraded
            .expect("a reason")
            .contains("no answer left")
    );
}

#[test]
fn nothing_moves_further_than_the_bound() {
    let order = ask(&Replay::answers([ranking(&[7, 6, 5], "")]), 2).order;
    assert_ne!(order, (0..8).collect::<Vec<_>>());
    for (place, &position) in order.iter().enumerate() {
        assert!(place.abs_diff(position) <= 2, "{order:?}");
    }
}

#[test]
fn a_reply_that_names_only_what_is_listed_is_kept() {
    for reply in [
        "You might like Thief (1981), a crime film with Actor Number4.",
        "Since you like it tense: Thief, or Ronin!",
        "How about [N]?",
    ] {
        let thief = number(&prompt(&material(), 0), 4);
        let said = reply.replace("[N]", &format!("[{thief}]"));
        let ranked = answered(&[&ranking(&[4, 1], &format!(", \"reply\": \"{said}\""))]);
        let kept = ranked
            .reply
            .unwrap_or_else(|| panic!("{reply} was dropped"));
        assert!(kept.contains("Thief"), "{kept}");
        assert_eq!(ranked.counts.replaced_replies, 0);
    }
}

#[test]
fn any_other_reply_is_replaced() {
    for reply in [
        "You might like Gladiator.",
        "Thief is good, Serpico (1973) too.",
        "Thief with Tom Hanks!",
        "Buy popcorn now.",
        "Thief: see http://evil.example",
        "<b>Thief</b>",
        "Try [99] tonight.",
        "Thief 七人の侍",
        "",
    ] {
        let ranked = answered(&[&ranking(&[4, 1, 0], &format!(", \"reply\": \"{reply}\""))]);
        assert_eq!(ranked.reply, None, "{reply}");
        assert_eq!(ranked.counts.replaced_replies, 1, "{reply}");
    }
}

#[test]
fn a_reply_with_an_item_of_the_graph_that_is_not_listed_is_replaced() {
    let material = material();
    let prompts = [prompt(&material, 0)];
    let answer = ranking(&[4, 1], ", \"reply\": \"Thief is better than heat.\"");
    let ask = |named: Vec<Option<usize>>| {
        rank(
            &Replay::answers([answer.as_str()]),
            &Ask {
                prompts: &prompts,
                material: &material,
                listed: 2,
                answer_tokens: 100,
                max_shift: usize::MAX,
                items_named: &move |_| named.clone(),
            },
        )
    };
    assert!(ask(vec![Some(4)]).reply.is_some());
    assert_eq!(ask(vec![Some(4), Some(0)]).reply, None);
    assert_eq!(ask(vec![Some(4), None]).reply, None);
}

#[test]
fn reasons_are_held_to_the_facts_supplied() {
    let said = "Thief has Actor Number4. Thief has Actor Number1. Tom Hanks is great. \
        You like Michael Mann; it is a crime film.";
    let ranked = answered(&[&ranking(&[4], &format!(", \"reasoning\": \"{said}\""))]);
    let kept = ranked.reasoning.expect("some of it");
    assert_eq!(
        kept,
        "Thief has Actor Number4. You like Michael Mann; it is a crime film."
    );
    assert_eq!(ranked.counts.unsupported, 2);
}

#[test]
fn several_orders_are_joined_and_their_bias_is_told() {
    let material = material();
    let prompts: Vec<_> = (0..4).map(|seed| prompt(&material, seed)).collect();
    // A model that repeats what it reads.
    let model = Replay::answers(vec!["{\"ranking\": [1, 2, 3, 4, 5, 6, 7, 8]}"; 4]);
    let ranked = rank(
        &model,
        &Ask {
            prompts: &prompts,
            material: &material,
            listed: 3,
            answer_tokens: 100,
            max_shift: usize::MAX,
            items_named: &|_| Vec::new(),
        },
    );
    assert!(is_complete(&ranked));
    assert_eq!(ranked.counts.order_correlation, Some(1.0));
    assert_eq!((ranked.counts.calls, ranked.counts.answered), (4, 4));
    let read: Vec<Vec<usize>> = prompts.iter().map(|prompt| prompt.order.clone()).collect();
    assert_eq!(ranked.order, tastegraph_llm::borda(&read, 8));
}
