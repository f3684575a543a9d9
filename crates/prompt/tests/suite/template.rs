//! Templates that are wrong, and what is said of them.

use tastegraph_prompt::{
    Material, PROMPTS_FOLDER, PromptError, RenderOptions, Template, Templates, check,
};

const FRONT: &str = "+++
name = \"t\"
version = \"2\"
purpose = \"test\"
token_budget = 100
output_schema = '{}'
+++
";

fn file(system: &str, user: &str) -> String {
    format!("{FRONT}=== system ===\n{system}\n=== user ===\n{user}\n")
}

fn render(system: &str, user: &str) -> Result<tastegraph_prompt::Prompt, PromptError> {
    Template::parse(&file(system, user))?.render(&Material::default(), &RenderOptions::default())
}

#[test]
fn a_template_of_ones_own() {
    let prompt = render(
        "Schema {{ output_schema }}.",
        "{{ candidates | length }} things",
    )
    .expect("valid");
    assert_eq!(
        (prompt.template.as_str(), prompt.version.as_str()),
        ("t", "2")
    );
    assert_eq!(
        (prompt.system.as_str(), prompt.user.as_str()),
        ("Schema {}.", "0 things")
    );
    assert_eq!(prompt.token_budget, 100);
}

#[test]
fn a_missing_part_is_named() {
    for (file, missing) in [
        (String::new(), "begin with a line +++"),
        ("name = \"t\"".to_owned(), "begin with a line +++"),
        ("+++\nname = \"t\"\n".to_owned(), "end with a line +++"),
        (format!("{FRONT}You recommend"), "=== system ==="),
        (
            format!("{FRONT}=== system ===\nYou recommend"),
            "=== user ===",
        ),
    ] {
        let error = Template::parse(&file).expect_err(missing);
        assert!(matches!(error, PromptError::Shape(_)), "{error}");
        assert!(error.to_string().contains(missing), "{error}");
    }
}

#[test]
fn front_matter_must_be_complete_and_known() {
    for field in [
        "name",
        "version",
        "purpose",
        "token_budget",
        "output_schema",
    ] {
        let file = file("s", "u");
        let others: Vec<_> = file
            .lines()
            .filter(|line| !line.starts_with(field))
            .collect();
        let error = Template::parse(&others.join("\n")).expect_err(field);
        assert!(matches!(error, PromptError::FrontMatter(_)), "{error}");
        assert!(error.to_string().contains(&format!("`{field}`")), "{error}");
    }
    for (line, word) in [
        ("temperature = 1", "temperature"),
        ("token_budget = \"many\"", "token_budget"),
        ("name = ", "name ="),
    ] {
        let file = file("s", "u").replacen("name = \"t\"", &format!("name = \"t\"\n{line}"), 1);
        let error = Template::parse(&file).expect_err(line);
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[test]
fn a_malformed_body_is_refused_when_it_is_read() {
    let error = Template::parse(&file("fine", "{% for x in facts %}")).expect_err("no end");
    assert!(matches!(error, PromptError::Body(_)));
    let text = error.to_string();
    assert!(text.contains("user") && text.contains('1'), "{text}");
}

#[test]
fn an_unknown_variable_is_refused_with_its_place() {
    for (system, user, part) in [
        ("{{ films }}", "u", "system:1"),
        ("s", "a\n{{ films }}", "user:2"),
    ] {
        let error = render(system, user).expect_err("undefined");
        assert!(matches!(error, PromptError::Body(_)));
        let text = error.to_string();
        assert!(text.contains("undefined") && text.contains(part), "{text}");
    }
    // A misspelt field of a candidate must not render as nothing either.
    let material = Material {
        candidates: vec![tastegraph_prompt::CandidateLine::default()],
        ..Material::default()
    };
    let template = Template::parse(&file("s", "{{ candidates[0].titel }}")).expect("well-formed");
    assert!(
        template
            .render(&material, &RenderOptions::default())
            .is_err()
    );
}

#[test]
fn instructions_cannot_name_what_others_wrote() {
    for name in ["candidates", "dialogue", "preferences", "cases", "item"] {
        let error = render(&format!("{{{{ {name} }}}}"), "u").expect_err(name);
        assert!(error.to_string().contains("undefined"), "{error}");
    }
}

#[test]
fn a_schema_must_be_one() {
    for schema in ["[]", "{", "nothing"] {
        let file = file("s", "u").replace("'{}'", &format!("'{schema}'"));
        let error = Template::parse(&file).expect_err(schema);
        assert!(matches!(error, PromptError::Schema(_)), "{error}");
    }
}

#[test]
fn a_check_finds_what_parsing_does_not() {
    for (user, part) in [
        ("<data>{{ films }}</data>", "undefined"),
        ("{{ preferences }}<data></data>", "outside of <data>"),
        (
            "<data></data>{{ dialogue[0].text if dialogue }}",
            "outside of <data>",
        ),
        (&*"word ".repeat(200), "token_budget is 100"),
    ] {
        let template = Template::parse(&file("s", user)).expect("well-formed");
        let problems = check(&template).join("\n");
        assert!(problems.contains(part), "{problems}");
    }
    let sound = file(
        "s",
        "<data>{% for line in preferences %}{{ line }}{% endfor %}</data>",
    );
    assert!(check(&Template::parse(&sound).expect("well-formed")).is_empty());
}

#[test]
fn a_graph_has_templates_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let prompts = folder.path().join(PROMPTS_FOLDER);
    std::fs::create_dir(&prompts).expect("writable");
    let own = file("Mine.", "<data></data>").replace("\"t\"", "\"recommend\"");
    std::fs::write(prompts.join("mine.jinja"), &own).expect("writable");
    std::fs::write(prompts.join("notes.txt"), "no template").expect("writable");
    let templates = Templates::of_graph(folder.path()).expect("sound");
    let recommend = templates.get("recommend").expect("there");
    assert_eq!(recommend.version(), "2");
    assert_ne!(
        recommend.hash(),
        Template::recommend().expect("valid").hash()
    );
    let error = templates.get("recomend").expect_err("a slip").to_string();
    assert!(
        error.contains("recommend-small") && error.contains("hint:"),
        "{error}"
    );

    std::fs::write(prompts.join("bad.jinja"), "nothing").expect("writable");
    let error = Templates::of_graph(folder.path())
        .expect_err("malformed")
        .to_string();
    assert!(
        error.contains("bad.jinja") && error.contains("hint:"),
        "{error}"
    );
}

#[test]
fn text_is_not_taken_for_a_template() {
    let material = Material {
        preferences: vec!["{{ output_schema }} & \"<b>\"".to_owned()],
        ..Material::default()
    };
    let prompt = Template::parse(&file("s", "{{ preferences[0] }}"))
        .expect("valid")
        .render(&material, &RenderOptions::default())
        .expect("renders");
    assert_eq!(prompt.user, "{{ output_schema }} & \"<b>\"");
}
