//! The front matter of a template, and the schema that one prompt asks for.

use serde::Deserialize;
use serde_json::{Value, json};

/// What stands between the `+++` lines of a template file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FrontMatter {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) purpose: String,
    pub(crate) token_budget: usize,
    pub(crate) output_schema: String,
}

/// The schema with the numbers of one prompt: "ranking" holds `wanted` numbers, none above `listed`.
///
/// A back end that can be constrained then cannot answer anything else.
pub(crate) fn specialised(schema: &Value, listed: usize, wanted: usize) -> Value {
    let mut schema = schema.clone();
    if let Some(ranking) = schema.pointer_mut("/properties/ranking") {
        ranking["minItems"] = json!(wanted);
        ranking["maxItems"] = json!(wanted);
        if ranking["items"]["type"] == "integer" {
            ranking["items"]["minimum"] = json!(1);
            ranking["items"]["maximum"] = json!(listed.max(1));
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_prompt_stand_in_its_schema() {
        let schema = json!({"properties": {"ranking": {"items": {"type": "integer"}}}});
        let ranking = specialised(&schema, 20, 5)["properties"]["ranking"].clone();
        assert_eq!(
            ranking,
            json!({"items": {"type": "integer", "minimum": 1, "maximum": 20}, "minItems": 5, "maxItems": 5})
        );
    }

    #[test]
    fn a_schema_without_a_ranking_stays() {
        let schema = json!({"properties": {"text": {"type": "string"}}});
        assert_eq!(specialised(&schema, 20, 5), schema);
    }
}
