//! The shipped template, letter by letter.

use tastegraph_prompt::{
    CandidateLine, Case, DialogueLine, Material, RenderOptions, Template, approximate_tokens,
};

fn small() -> Material {
    let candidate = |title: &str, facts: &[&str]| CandidateLine {
        title: title.to_owned(),
        facts: facts.iter().map(ToString::to_string).collect(),
    };
    let turn = |speaker: &str, text: &str| DialogueLine {
        speaker: speaker.to_owned(),
        text: text.to_owned(),
    };
    Material {
        item_name: "film".to_owned(),
        preferences: vec![
            "likes Heat (1995) (turn 1)".to_owned(),
            "condition: runtime at most 130 (turn 1)".to_owned(),
        ],
        facts: vec!["Heat (1995): genre: crime; keyword: heist".to_owned()],
        cases: vec![Case {
            said: "A good robbery?".to_owned(),
            liked: vec!["Heat (1995)".to_owned(), "The Town (2010)".to_owned()],
        }],
        candidates: vec![
            candidate("The Town (2010)", &["genre: crime", "runtime 125"]),
            candidate("Ronin (1998)", &[]),
            candidate("Serpico (1973)", &["genre: crime"]),
        ],
        dialogue: vec![
            turn("seeker", "I loved Heat, but nothing too long"),
            turn("recommender", "Let me think."),
        ],
        ..Material::default()
    }
}

#[test]
fn the_material_of_a_prompt() {
    let prompt = Template::recommend()
        .expect("the shipped template is valid")
        .render(&small(), &RenderOptions::default())
        .expect("it names nothing unknown");
    insta::assert_snapshot!(prompt.user, @r#"
    <data>
    ## Preferences
    - likes Heat (1995) (turn 1)
    - condition: runtime at most 130 (turn 1)

    ## Facts about what was named
    - Heat (1995): genre: crime; keyword: heist

    ## Similar conversations
    - "A good robbery?" → liked: Heat (1995), The Town (2010)

    ## Candidates
    1. Serpico (1973) — genre: crime
    2. The Town (2010) — genre: crime; runtime 125
    3. Ronin (1998)

    ## Dialogue
    seeker: I loved Heat, but nothing too long
    recommender: Let me think.
    </data>
    Rank the candidates.
    "#);
    assert_eq!(
        (prompt.template.as_str(), prompt.version.as_str()),
        ("recommend", "2")
    );
    assert!(prompt.cut.is_empty());
    assert_eq!(
        prompt.tokens,
        approximate_tokens(&prompt.system) + approximate_tokens(&prompt.user)
    );
}

#[test]
fn nothing_known_is_said_to_be_nothing() {
    let material = Material {
        item_name: "album".to_owned(),
        ..Material::default()
    };
    let prompt = Template::recommend()
        .expect("valid")
        .render(&material, &RenderOptions::default())
        .expect("it names nothing unknown");
    insta::assert_snapshot!(prompt.user, @r#"
    <data>
    ## Preferences
    - nothing is known yet

    ## Candidates

    ## Dialogue
    </data>
    Rank the candidates.
    "#);
}

#[test]
fn the_instructions_hold_the_schema_and_no_data() {
    let options = RenderOptions {
        wanted: 2,
        ..RenderOptions::default()
    };
    let prompt = Template::recommend()
        .expect("valid")
        .render(&small(), &options)
        .expect("it names nothing unknown");
    let start = prompt.system.find("{\n").expect("a schema");
    let end = prompt.system.rfind("\n}").expect("a schema");
    let schema: serde_json::Value =
        serde_json::from_str(&prompt.system[start..end + 2]).expect("the schema is JSON");
    assert_eq!(schema["required"][2], "ranking");
    assert!(
        prompt.system.starts_with("You recommend films."),
        "{}",
        prompt.system
    );
    assert!(
        prompt.system.contains("best first, 2 of them"),
        "{}",
        prompt.system
    );
    for word in ["Heat", "Town", "Ronin", "robbery", "crime"] {
        assert!(
            !prompt.system.contains(word),
            "{word} in: {}",
            prompt.system
        );
    }
}

#[test]
fn no_more_is_wanted_than_there_is() {
    let prompt = Template::recommend()
        .expect("valid")
        .render(&small(), &RenderOptions::default())
        .expect("it names nothing unknown");
    assert!(
        prompt.system.contains("best first, 3 of them"),
        "{}",
        prompt.system
    );
}
