//! `tastegraph chat`.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

use tastegraph::{Answer, Conversation, ReplyBy};

use super::{llm, recommend, request};
use crate::arguments::AnswerArguments;
use crate::{Outcome, output};

/// Items that the reply names; they count as said, so that "seen it" has something to refer to.
const NAMED_IN_REPLY: usize = 3;

pub(crate) fn run(folder: &Path, arguments: &AnswerArguments) -> anyhow::Result<Outcome> {
    let engine = request::engine(folder, arguments)?;
    let settings = llm::settings(&arguments.llm, &engine.settings().llm);
    let model = llm::model(&arguments.llm, &settings)?;
    let interactive = std::io::stdin().is_terminal();
    if interactive {
        output::note(&format!(
            "Say what {}s you like and what you are in the mood for. An empty line or Ctrl-D ends.",
            engine.item_name()
        ));
    }
    let mut conversation = Conversation::new();
    let mut lines = std::io::stdin().lock().lines();
    loop {
        if interactive {
            prompt_mark()?;
        }
        let Some(line) = lines.next().transpose()? else {
            break;
        };
        if line.trim().is_empty() {
            if interactive {
                break;
            }
            continue;
        }
        conversation = conversation.seeker(line);
        let mut request =
            request::request(&engine, conversation.clone(), arguments)?.llm(settings.clone());
        if let Some(model) = &model {
            request = request.model(&**model);
        }
        llm::announce(&request)?;
        let answer = request.run()?;
        recommend::print(&answer, engine.item_name(), request::format(arguments))?;
        if let Some(reply) = reply(&answer) {
            conversation = conversation.recommender(reply);
        }
    }
    Ok(Outcome::Done)
}

fn prompt_mark() -> std::io::Result<()> {
    let mut error = std::io::stderr();
    write!(error, "> ")?;
    error.flush()
}

/// What the answer amounts to as a turn of the conversation.
fn reply(answer: &Answer) -> Option<String> {
    if answer
        .llm
        .as_ref()
        .is_some_and(|llm| llm.reply_by == ReplyBy::Model)
    {
        return Some(answer.reply.clone());
    }
    let named: Vec<&str> = answer
        .items
        .iter()
        .take(NAMED_IN_REPLY)
        .map(|item| item.label.as_str())
        .collect();
    (!named.is_empty()).then(|| format!("How about {}?", named.join(", ")))
}
