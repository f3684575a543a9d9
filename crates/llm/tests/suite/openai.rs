//! The client against a server that misbehaves.

use std::time::{Duration, Instant};

use serde_json::json;
use tastegraph_llm::{
    ChatModel, ChatReply, ChatRequest, LlmError, Message, ModelOptions, OpenAi, Role, Secret, Usage,
};

use crate::server::{Answer, Seen, Server, streamed, whole};
use crate::support::{ask, is_complete};

const KEY: &str = "sk-do-not-print-me-0123456789";

fn options() -> ModelOptions {
    ModelOptions {
        model: Some("m".to_owned()),
        timeout: Duration::from_secs(5),
        attempts: 3,
        ..ModelOptions::default()
    }
}

fn chat(server: &Server, options: &ModelOptions) -> Result<ChatReply, LlmError> {
    let messages = [
        Message::new(Role::System, "Answer."),
        Message::new(Role::User, "Héllo"),
    ];
    let schema = json!({"type": "object"});
    OpenAi::new(&server.url, options)?.chat(&ChatRequest {
        messages: &messages,
        schema: Some(&schema),
        max_tokens: 20,
    })
}

fn said(answers: Vec<Answer>) -> (Result<String, LlmError>, Vec<Seen>) {
    let server = Server::new(answers);
    let reply = chat(&server, &options()).map(|reply| reply.text);
    (reply, server.seen())
}

fn fine() -> Answer {
    Answer::Status(200, "", whole("hé"))
}

#[test]
fn whole_answers_with_empty_missing_and_unknown_fields() {
    let server = Server::new(vec![fine()]);
    let reply = chat(&server, &options()).expect("an answer");
    assert_eq!(reply.text, "hé");
    assert_eq!(
        reply.usage,
        Usage {
            prompt_tokens: 7,
            completion_tokens: 3
        }
    );
    let seen = &server.seen()[0];
    assert_eq!(seen.path, "/v1/chat/completions");
    assert_eq!(seen.body["messages"][1]["content"], "Héllo");
    assert_eq!(seen.body["response_format"]["type"], "json_schema");
    assert_eq!(
        (&seen.body["model"], &seen.body["max_tokens"]),
        (&json!("m"), &json!(20))
    );
    assert_eq!(seen.authorization, None);
}

#[test]
fn a_bare_answer_suffices() {
    for body in [
        r#"{"choices":[{"message":{"content":"x"}}]}"#,
        r#"{"choices":[{"text":"x"}]}"#,
    ] {
        let (reply, _) = said(vec![Answer::Status(200, "", body.to_owned())]);
        assert_eq!(reply.expect("an answer"), "x");
    }
}

#[test]
fn streams_split_at_any_byte() {
    for piece in [1, 2, 3, 7, 1000] {
        let (reply, _) = said(vec![Answer::Stream(streamed("Amélie 七人"), piece)]);
        assert_eq!(
            reply.expect("an answer"),
            "Amélie 七人",
            "in pieces of {piece}"
        );
    }
}

#[test]
fn a_stream_that_breaks_off_counts_as_far_as_it_came() {
    let half = "data: {\"choices\":[{\"delta\":{\"content\":\"{\\\"ranking\\\": [1\"}}]}\n\n";
    let (reply, seen) = said(vec![Answer::Broken(half.to_owned())]);
    assert_eq!(reply.expect("what came"), "{\"ranking\": [1");
    assert_eq!(seen.len(), 1);
}

#[test]
fn a_server_that_is_still_loading_is_asked_again() {
    let loading = Answer::Status(
        503,
        "Retry-After: 0",
        "{\"error\":{\"message\":\"Loading model\"}}".to_owned(),
    );
    let (reply, seen) = said(vec![loading.clone(), loading, fine()]);
    assert_eq!(
        (reply.expect("the third time"), seen.len()),
        ("hé".to_owned(), 3)
    );
}

#[test]
fn an_answer_that_is_cut_short_is_asked_for_again() {
    let (reply, seen) = said(vec![Answer::Truncated(whole("h")[..40].to_owned()), fine()]);
    assert_eq!(
        (reply.expect("the second time"), seen.len()),
        ("hé".to_owned(), 2)
    );
    let (reply, seen) = said(vec![Answer::Status(200, "", "{\"choices\": [{".to_owned())]);
    assert!(
        matches!(reply, Err(LlmError::Unreachable { attempts: 3, .. })),
        "{reply:?}"
    );
    assert_eq!(seen.len(), 3);
}

#[test]
fn a_server_that_is_slow_is_given_up_in_time() {
    let server = Server::new(vec![Answer::Silent(Duration::from_millis(700))]);
    let options = ModelOptions {
        timeout: Duration::from_millis(200),
        attempts: 1,
        ..options()
    };
    let clock = Instant::now();
    let error = chat(&server, &options).expect_err("too slow");
    assert!(
        matches!(error, LlmError::Unreachable { attempts: 1, .. }),
        "{error}"
    );
    assert!(
        clock.elapsed() < Duration::from_secs(5),
        "the limit bounds the wait"
    );
}

#[test]
fn a_server_that_refuses_a_schema_is_asked_without() {
    let refused = Answer::Status(
        400,
        "",
        "{\"error\":\"response_format is not supported\"}".to_owned(),
    );
    let (reply, seen) = said(vec![refused.clone(), fine()]);
    assert_eq!(reply.expect("without a schema"), "hé");
    assert!(seen[0].body.get("response_format").is_some());
    assert!(seen[1].body.get("response_format").is_none());
    let (reply, seen) = said(vec![refused]);
    let error = reply.expect_err("refused in either way");
    assert!(matches!(error, LlmError::Refused { status: 400, .. }));
    assert!(error.to_string().contains("not supported"), "{error}");
    assert_eq!(seen.len(), 2);
}

#[test]
fn a_page_that_is_no_completion_is_an_error_with_a_hint() {
    let (reply, _) = said(vec![Answer::Status(200, "", "{\"hello\": 1}".to_owned())]);
    let error = reply.expect_err("something else").to_string();
    assert!(
        error.contains("choices[0]") && error.contains("hint:"),
        "{error}"
    );
    let (reply, _) = said(vec![Answer::Status(
        404,
        "",
        "<html>Not found</html>".to_owned(),
    )]);
    assert!(matches!(reply, Err(LlmError::Refused { status: 404, .. })));
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = Server::new(vec![fine()]);
    let header: &'static str =
        Box::leak(format!("Location: {}/v1/chat/completions", elsewhere.url).into_boxed_str());
    let (reply, _) = said(vec![Answer::Status(307, header, String::new())]);
    assert!(reply.is_err());
    assert!(elsewhere.seen().is_empty());
}

#[test]
fn nobody_listens() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    drop(listener);
    let options = ModelOptions {
        attempts: 2,
        ..options()
    };
    let messages = [Message::new(Role::User, "x")];
    let request = ChatRequest {
        messages: &messages,
        schema: None,
        max_tokens: 1,
    };
    let error = OpenAi::new(&url, &options)
        .expect("no contact yet")
        .chat(&request);
    let error = error.expect_err("nobody").to_string();
    assert!(
        error.contains("tried 2 times") && error.contains("hint:"),
        "{error}"
    );
}

#[test]
fn the_key_is_sent_and_never_printed() {
    let options = ModelOptions {
        key: Some(Secret::new(KEY, "test").expect("a key")),
        ..options()
    };
    let echo = format!("{{\"error\":{{\"message\":\"Incorrect key provided: {KEY}\"}}}}");
    for answer in [
        Answer::Status(401, "", echo.clone()),
        Answer::Status(503, "Retry-After: 0", echo.clone()),
        Answer::Status(200, "", echo.clone()),
        Answer::Stream(format!("data: {echo}\n\n"), 9),
    ] {
        let server = Server::new(vec![answer]);
        let error = chat(&server, &options).expect_err("refused");
        let printed = format!("{error} {error:?} {options:?}");
        assert!(
            !printed.contains(KEY) && !printed.contains("0123456789"),
            "{printed}"
        );
        assert_eq!(
            server.seen()[0].authorization.as_deref(),
            Some(&*format!("Bearer {KEY}"))
        );
    }
}

#[test]
fn the_model_is_the_first_that_the_server_lists() {
    let list = Answer::Status(
        200,
        "",
        r#"{"object":"list","data":[{"id":"first"},{"id":"second"}]}"#.to_owned(),
    );
    let server = Server::new(vec![list, fine()]);
    let options = ModelOptions {
        model: None,
        ..options()
    };
    chat(&server, &options).expect("an answer");
    let seen = server.seen();
    assert_eq!(
        (seen[0].path.as_str(), &seen[1].body["model"]),
        ("/v1/models", &json!("first"))
    );
}

#[test]
fn whatever_the_server_does_the_result_is_complete() {
    let hostile = [
        Answer::Status(200, "", whole("{\"ranking\": [99, 98]}")),
        Answer::Status(200, "", whole("")),
        Answer::Status(500, "Retry-After: 0", String::new()),
        Answer::Stream("data: garbage\n\n".to_owned(), 3),
        Answer::Truncated(String::new()),
    ];
    for answer in hostile {
        let server = Server::new(vec![answer.clone()]);
        let options = ModelOptions {
            attempts: 1,
            ..options()
        };
        let client = OpenAi::new(&server.url, &options).expect("no contact yet");
        let ranked = ask(&client, 3);
        assert!(
            is_complete(&ranked) && ranked.degraded.is_some(),
            "{answer:?}"
        );
    }
}
