//! What goes into a prompt, as lines of clean text.

use serde::Serialize;

/// A candidate as it is listed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CandidateLine {
    /// Its label with qualifier.
    pub title: String,
    /// What is known of it, most telling first.
    pub facts: Vec<String>,
}

/// A conversation of somebody else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Case {
    /// How it opened.
    pub said: String,
    /// What was liked there.
    pub liked: Vec<String>,
}

/// Somebody with similar taste.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct UserLine {
    /// What they share with the request.
    pub shared: Vec<String>,
    /// What they liked.
    pub liked: Vec<String>,
}

/// Something that can be asked about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// What it is called: "genre".
    pub name: String,
    /// Its values among the candidates.
    pub values: Vec<String>,
}

/// A turn of the dialogue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DialogueLine {
    /// "seeker" or "recommender".
    pub speaker: String,
    /// What was said.
    pub text: String,
}

/// Everything a template can use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Material {
    /// What one item is called: "film".
    pub item_name: String,
    /// Likes, dislikes and conditions, each with its turn.
    pub preferences: Vec<String>,
    /// One line for each thing named or implied.
    pub facts: Vec<String>,
    /// Similar conversations, most similar first.
    pub cases: Vec<Case>,
    /// Similar users, most similar first.
    pub users: Vec<UserLine>,
    /// Candidates in the order of retrieval.
    pub candidates: Vec<CandidateLine>,
    /// The dialogue so far.
    pub dialogue: Vec<DialogueLine>,
    /// The item that the prompt is about, for templates that are about one.
    pub item: Option<CandidateLine>,
    /// What is to be asked about, for the template that asks.
    pub facet: Option<Facet>,
}
