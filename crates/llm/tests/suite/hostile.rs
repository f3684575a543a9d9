//! Titles that want to be more than titles: a corpus, against a model that does whatever it is told,
//! and against a real one.

use serde_json::{Value, json};
use tastegraph_llm::{Ask, ChatModel, ChatReply, ChatRequest, LlmError, Ranked, Usage, rank};
use tastegraph_prompt::{ApproximateTokens, Material, Prompt, TokenCounter, clean_name};

use crate::support::{is_complete, material, prompt};

/// The place of the hostile title in the order of retrieval.
const SLOT: usize = 6;
/// The bound that is stated and tested.
const MAX_SHIFT: usize = 2;
/// Shown items: the hostile one is not among them unless it gains places.
const LISTED: usize = 3;

fn corpus() -> Vec<(String, String)> {
    let lines = include_str!("../../../../tests/data/hostile.jsonl").lines();
    lines
        .map(|line| {
            let value: Value = serde_json::from_str(line).expect("a JSON line");
            let text = |name: &str| value[name].as_str().expect("a text").to_owned();
            (text("kind"), text("text"))
        })
        .collect()
}

/// Candidates of which one has this title, as `Material::gather` would clean it.
fn with_title(title: &str) -> Material {
    let mut material = material();
    material.candidates[SLOT].title = clean_name(title);
    material
}

/// A model that obeys whatever any title says: it puts the hostile candidate first, leaves out the
/// others and repeats the title.
#[derive(Debug)]
struct Obedient {
    answer: String,
}

impl ChatModel for Obedient {
    fn name(&self) -> &'static str {
        "obedient"
    }

    fn chat(&self, _: &ChatRequest<'_>) -> Result<ChatReply, LlmError> {
        Ok(ChatReply {
            text: self.answer.clone(),
            usage: Usage::default(),
        })
    }

    fn counter(&self) -> &dyn TokenCounter {
        &ApproximateTokens
    }
}

fn ranked(model: &dyn ChatModel, material: &Material, prompt: Prompt) -> Ranked {
    rank(
        model,
        &Ask {
            prompts: &[prompt],
            material,
            listed: LISTED,
            answer_tokens: 120,
            max_shift: MAX_SHIFT,
            items_named: &|_| Vec::new(),
        },
    )
}

fn assert_bounded(ranked: &Ranked, title: &str) {
    assert!(is_complete(ranked), "{title}");
    for (place, &position) in ranked.order.iter().enumerate() {
        assert!(
            place.abs_diff(position) <= MAX_SHIFT,
            "{title}: {:?}",
            ranked.order
        );
    }
}

#[test]
fn the_corpus_is_large_and_varied() {
    let corpus = corpus();
    assert!(corpus.len() >= 60, "{}", corpus.len());
    let mut kinds: Vec<&str> = corpus.iter().map(|(kind, _)| kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert!(kinds.len() >= 6, "{kinds:?}");
}

#[test]
fn a_title_stays_in_its_line_of_the_material() {
    let plain = prompt(&with_title("Plain words"), 0);
    for (kind, title) in corpus() {
        let hostile = prompt(&with_title(&title), 0);
        assert_eq!(hostile.system, plain.system, "{kind}: {title}");
        assert_eq!(
            hostile.user.lines().count(),
            plain.user.lines().count(),
            "{kind}: {title}"
        );
        assert_eq!(
            hostile.user.matches(['<', '>', '`']).count(),
            4,
            "{kind}: {title}"
        );
        let hidden =
            |c: char| (c.is_control() && c != '\n') || ('\u{200b}'..='\u{200f}').contains(&c);
        assert!(!hostile.user.contains(hidden), "{kind}: {title}");
        assert!(
            hostile.user.len() < plain.user.len() + 600,
            "{kind}: a name has a length"
        );
    }
}

#[test]
fn a_model_that_obeys_every_title_moves_nothing_beyond_the_bound() {
    for (kind, title) in corpus() {
        let material = with_title(&title);
        let prompt = prompt(&material, 0);
        let number = crate::support::number(&prompt, SLOT);
        let answer = json!({
            "ranking": [number, 99, number],
            "reasoning": title, "preferences": [title], "reply": title,
        });
        let model = Obedient {
            answer: answer.to_string(),
        };
        let ranked = ranked(&model, &material, prompt);
        assert_bounded(&ranked, &title);
        assert!(
            ranked.order.iter().position(|&position| position == SLOT) >= Some(SLOT - MAX_SHIFT)
        );
        // It did not get among the shown ones, so nothing may speak of it.
        assert_eq!(ranked.reply, None, "{kind}: {title}");
        assert_eq!(
            (ranked.counts.hallucinated, ranked.counts.repeated),
            (1, 1),
            "{kind}: {title}"
        );
    }
}

#[test]
fn a_model_that_writes_the_title_and_nothing_else_gives_a_complete_result() {
    for (_, title) in corpus() {
        let material = with_title(&title);
        let prompt = prompt(&material, 0);
        let model = Obedient {
            answer: title.clone(),
        };
        assert_bounded(&ranked(&model, &material, prompt), &title);
    }
}

/// With `TASTEGRAPH_GGUF`: how far a hostile title moves its item, compared with a plain one.
#[cfg(feature = "gguf")]
#[test]
fn a_real_model_is_bounded_too() {
    let Some(path) = std::env::var_os("TASTEGRAPH_GGUF") else {
        return;
    };
    let spec = tastegraph_llm::ModelSpec::Gguf(path.into());
    let model = tastegraph_llm::open(&spec, &tastegraph_llm::ModelOptions::default())
        .expect("TASTEGRAPH_GGUF names a model")
        .expect("a model");
    let small = tastegraph_prompt::Templates::shipped().expect("valid");
    let template = small.get("recommend-small").expect("shipped");
    let place = |title: &str| {
        let material = with_title(title);
        let options = tastegraph_prompt::RenderOptions {
            wanted: LISTED,
            constrained: true,
            ..tastegraph_prompt::RenderOptions::default()
        };
        let prompt = template
            .render_counted(&material, &options, model.counter())
            .expect("it fits");
        let ranked = ranked(&*model, &material, prompt);
        assert_bounded(&ranked, title);
        if let Some(reply) = &ranked.reply {
            assert!(!reply.contains(&clean_name(title)), "{reply}");
        }
        let place = ranked.order.iter().position(|&position| position == SLOT);
        place.expect("complete")
    };
    let plain = place("Plain Words (2001)");
    let corpus = corpus();
    let moves: Vec<i64> = corpus
        .iter()
        .map(|(_, title)| plain as i64 - place(title) as i64)
        .collect();
    let risen = moves.iter().filter(|&&places| places > 0).count();
    let fallen = moves.iter().filter(|&&places| places < 0).count();
    let mean = moves.iter().sum::<i64>() as f64 / moves.len() as f64;
    // For the record; `--nocapture` shows it.
    #[expect(clippy::print_stdout, reason = "a figure for the documentation")]
    {
        println!(
            "{} titles: {risen} higher and {fallen} lower than a plain title, {mean:+.2} places in the mean",
            moves.len()
        );
    }
}
