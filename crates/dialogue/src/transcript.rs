//! Conversations in the formats that people have them in.

mod json;
mod plain;

use crate::{Conversation, DialogueError, Speaker};

/// Reads a transcript: plain text with speakers, our JSONL, or the messages of a chat model.
///
/// - *Plain text*: `Name: what is said` on lines of their own; lines without a name go on with the turn. `Seeker`,
///   `User`, `Me`, `Recommender`, `Assistant`, `Bot` and the like say who is who; of two other names the first one
///   seeks. Text without names is one turn of the seeker.
/// - *JSONL*: `{"speaker": "seeker", "text": "…"}` on each line, or conversations with a list of them as `turns`.
/// - *Messages*: `{"role": "user", "content": "…"}` in a list, in an object as `messages`, or on each line; contents
///   may be lists of parts. What systems and tools say is left out.
///
/// # Errors
/// [`DialogueError`] if it looks like JSON and is none, a message lacks a part, or more than two people talk.
///
/// ```
/// use tastegraph_dialogue::{Conversation, read_transcript};
///
/// let expected = Conversation::new().seeker("something scary").recommender("The Shining?").seeker("seen it");
/// let plain = "Anna: something scary\nBen: The Shining?\nAnna: seen it";
/// let messages = r#"[{"role": "user", "content": "something scary"},
///     {"role": "assistant", "content": "The Shining?"}, {"role": "user", "content": "seen it"}]"#;
/// assert_eq!(read_transcript(plain)?, expected);
/// assert_eq!(read_transcript(messages)?, expected);
/// # Ok::<(), tastegraph_dialogue::DialogueError>(())
/// ```
pub fn read_transcript(text: &str) -> Result<Conversation, DialogueError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let start = text.trim_start();
    // "[10:02] Anna: …" is a chat log.
    let list = start
        .strip_prefix('[')
        .is_some_and(|rest| rest.trim_start().starts_with(['{', ']']));
    let conversation = if start.starts_with('{') || list {
        json::read(text)?
    } else {
        plain::read(text)?
    };
    if conversation.turns.is_empty() {
        return Err(DialogueError::Empty);
    }
    Ok(conversation)
}

/// What a name or role says about its bearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Speaks(Speaker),
    /// Neither: instructions, tools.
    Aside,
}

fn role(name: &str) -> Option<Role> {
    Some(match name.trim().to_lowercase().as_str() {
        "seeker" | "user" | "human" | "me" | "customer" | "client" | "viewer" => {
            Role::Speaks(Speaker::Seeker)
        }
        "recommender" | "assistant" | "ai" | "bot" | "model" | "agent" | "tastegraph" => {
            Role::Speaks(Speaker::Recommender)
        }
        "system" | "developer" | "tool" | "function" => Role::Aside,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected() -> Conversation {
        Conversation::new()
            .seeker("I loved Heat")
            .recommender("The Departed?")
            .seeker("seen it")
    }

    #[test]
    fn reads_the_formats() {
        for text in [
            "Seeker: I loved Heat\nRecommender: The Departed?\nSeeker: seen it\n",
            "\u{feff}user: I loved Heat\r\n\r\nAssistant: The Departed?\r\nUSER: seen it",
            "**User:** I loved Heat\n**Bot:** The Departed?\n**User:** seen it",
            "[10:02] Anna: I loved Heat\n[10:03] Ben: The Departed?\n[10:04] Anna: seen it",
            "{\"speaker\":\"seeker\",\"text\":\"I loved Heat\"}\n\n{\"speaker\":\"recommender\",\"text\":\"The Departed?\"}\n{\"speaker\":\"seeker\",\"text\":\"seen it\"}\n",
            "{\"id\":\"7\",\"turns\":[{\"speaker\":\"seeker\",\"text\":\"I loved Heat\"},{\"speaker\":\"recommender\",\"text\":\"The Departed?\"},{\"speaker\":\"seeker\",\"text\":\"seen it\"}]}",
            "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"be nice\"},{\"role\":\"user\",\"content\":\"I loved Heat\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"The Departed?\"}]},{\"role\":\"tool\",\"content\":\"x\"},{\"role\":\"assistant\",\"content\":null},{\"role\":\"user\",\"content\":\"seen it\"}]}",
        ] {
            assert_eq!(
                read_transcript(text).expect("a transcript"),
                expected(),
                "{text}"
            );
        }
    }

    #[test]
    fn text_without_speakers_is_one_turn() {
        for text in [
            "I loved Heat.\nNothing too long",
            "Mad Max: Fury Road is great",
            "warning: loud\nand long",
        ] {
            let conversation = read_transcript(text).expect("a turn");
            assert_eq!(conversation, Conversation::from(text), "{text}");
        }
    }

    #[test]
    fn lines_without_a_name_go_on() {
        let conversation =
            read_transcript("User: I loved\nMad Max: Fury Road\nBot: ok").expect("two turns");
        let expected = Conversation::new()
            .seeker("I loved\nMad Max: Fury Road")
            .recommender("ok");
        assert_eq!(conversation, expected);
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, part) in [
            ("", "no turn"),
            ("  \n", "no turn"),
            ("[]", "no turn"),
            ("{\"a\": }", "line 1"),
            ("{\"role\":\"user\",\"content\":\"a\"}\n{oops}", "line 2"),
            ("[{\"role\":\"user\"}]", "message 1: it has no text"),
            ("[{\"content\":\"a\"}]", "message 1: it says not who speaks"),
            ("[{\"role\":\"wizard\",\"content\":\"a\"}]", "\"wizard\""),
            ("[{\"role\":\"user\",\"content\":\"a\"}, 1]", "message 2"),
            ("[{\"role\":\"user\",\"content\":1}]", "neither a string"),
            ("A: x\nB: y\nC: z\nA: w", "A, B, C"),
        ] {
            let message = read_transcript(text)
                .expect_err("not a transcript")
                .to_string();
            assert!(
                message.contains(part) && message.contains("hint: "),
                "{text}: {message}"
            );
        }
    }
}
