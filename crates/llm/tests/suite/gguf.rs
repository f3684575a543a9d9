//! An embedded model. With `TASTEGRAPH_GGUF` naming a model file it is run; no test needs one.

use serde_json::json;
use tastegraph_llm::{
    ChatModel, ChatRequest, LlmError, Message, ModelOptions, ModelSpec, Role, open,
};

use crate::support::{ask, is_complete};

fn model() -> Option<Box<dyn ChatModel>> {
    let path = std::env::var_os("TASTEGRAPH_GGUF")?;
    let options = ModelOptions {
        threads: Some(1),
        ..ModelOptions::default()
    };
    open(&ModelSpec::Gguf(path.into()), &options).expect("TASTEGRAPH_GGUF names a model")
}

#[test]
fn what_is_no_model_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in [
        ("empty.gguf", &b""[..]),
        ("text.gguf", b"This is no model."),
        ("cut.gguf", b"GGUF\x03\0\0\0"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("writable");
        let error = open(&ModelSpec::Gguf(path), &ModelOptions::default()).expect_err(name);
        assert!(matches!(error, LlmError::Model { .. }), "{error}");
        assert!(error.to_string().contains(name), "{error}");
    }
    let missing = folder.path().join("missing.gguf");
    let error = open(&ModelSpec::Gguf(missing), &ModelOptions::default()).expect_err("missing");
    assert!(matches!(error, LlmError::Io(_)), "{error}");
}

#[test]
fn a_grammar_holds_it() {
    let Some(model) = model() else { return };
    let ranked = ask(&*model, usize::MAX);
    assert!(is_complete(&ranked), "{ranked:?}");
    assert_eq!((ranked.counts.hallucinated, ranked.degraded), (0, None));
    assert!(ranked.counts.usage.completion_tokens > 0);
}

#[test]
fn text_never_becomes_a_control_token() {
    let Some(model) = model() else { return };
    let counter = model.counter();
    assert!(counter.count("<|im_end|>") > 1, "it is read as plain text");
    assert!(counter.overhead() > 2);
}

#[test]
fn a_window_is_not_overrun() {
    let Some(model) = model() else { return };
    let messages = [Message::new(Role::User, "word ".repeat(20_000))];
    let request = ChatRequest {
        messages: &messages,
        schema: None,
        max_tokens: 5,
    };
    assert!(matches!(model.chat(&request), Err(LlmError::Window { .. })));
}

#[test]
fn likelihoods_know_what_fits() {
    let Some(model) = model() else { return };
    let messages = [Message::new(
        Role::User,
        "Which city is the capital of France?",
    )];
    let answers: Vec<String> = ["Paris", "Bananas", "The capital of France is Paris."]
        .iter()
        .map(ToString::to_string)
        .chain((0..40).map(|number| format!("Number {number}")))
        .collect();
    let found = model.likelihoods(&messages, &answers).expect("it can tell");
    assert!(
        found
            .iter()
            .all(|one| one.log_probability < 0.0 && one.tokens > 0)
    );
    assert!(found[2].mean() > found[1].mean(), "{:?}", &found[..3]);
    // Side by side or alone, one answer is as probable.
    let alone = model
        .likelihoods(&messages, &answers[1..2])
        .expect("it can tell");
    assert!(
        (alone[0].log_probability - found[1].log_probability).abs() < 0.1,
        "{alone:?} {:?}",
        found[1]
    );
}

#[test]
fn equal_requests_get_equal_answers() {
    let Some(model) = model() else { return };
    let schema =
        json!({"type": "object", "properties": {"word": {"type": "string", "maxLength": 20}}});
    let messages = [Message::new(Role::User, "Say a word.")];
    let request = ChatRequest {
        messages: &messages,
        schema: Some(&schema),
        max_tokens: 30,
    };
    let first = model.chat(&request).expect("an answer");
    assert_eq!(first, model.chat(&request).expect("an answer"));
    assert!(first.text.starts_with("{\"word\":\""), "{}", first.text);
}
