//! After any change the next answer is that of a graph which has never been anything else.

use serde_json::Value;

use crate::support::{Graph, redacted, repository, tastegraph};

const REQUESTS: [&str; 4] = [
    "I loved Harbour of Thieves",
    "a thriller with Tom Okafor",
    "something about a harbour at night, like Night Ferry",
    "no horror please",
];

/// Answers to all requests, and what `explain` says of the first item of each.
fn answers(graph: &Graph) -> Vec<(Value, String)> {
    let answer = |request: &&str| {
        let answer = graph.recommend(request, &[]).exits(0).json();
        let first = answer["items"][0]["iri"].as_str().expect("an item");
        let explained = graph.run(&["explain", request, first]).exits(0);
        (redacted(answer.clone()), explained.stdout)
    };
    REQUESTS.iter().map(answer).collect()
}

/// A graph that was loaded from what another holds, with the same sentence encoder.
fn rebuilt(graph: &Graph) -> Graph {
    let dumped = graph.run(&["dump"]).exits(0).stdout;
    let fresh = Graph::none();
    tastegraph(
        &fresh.folder(),
        &["load", "--no-index", "--format", "nq", "-"],
        &dumped,
    )
    .exits(0);
    fresh.run(&["index", "--encoder", &encoder()]).exits(0);
    fresh
}

fn encoder() -> String {
    let model = repository().join("crates/text/tests/fixtures/tiny-bert");
    model.to_string_lossy().into_owned()
}

#[test]
fn each_change_gives_the_answers_of_a_rebuild() {
    let graph = Graph::cinema();
    graph.run(&["index", "--encoder", &encoder()]).exits(0);
    let talk = graph.file(
        "talk.trig",
        r#"@prefix ex: <https://example.org/cinema/> .
           @prefix ix: <https://w3id.org/tastegraph/interactions#> .
           @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
           <https://w3id.org/tastegraph/graph/talk-9> {
               ex:talk-9 a ix:Conversation ; rdfs:label "Talk 9" .
               ex:talk-9-1 a ix:Turn ; ix:inConversation ex:talk-9 ; ix:index 1 ; ix:speaker "seeker" ;
                   ix:text "A harbour at night, like Night Ferry. I liked The Quiet Vault." .
               ex:talk-9-a a ix:Mention ; ix:inConversation ex:talk-9 ; ix:entity ex:night-ferry ; ix:sentiment 1 .
               ex:talk-9-b a ix:Mention ; ix:inConversation ex:talk-9 ; ix:entity ex:the-quiet-vault ; ix:sentiment 1 .
           }"#,
    );
    let steps: [&[&str]; 5] = [
        &["load", &talk],
        &["forget", "--user", "https://example.org/cinema/ana"],
        &[
            "update",
            "PREFIX mv: <https://w3id.org/tastegraph/movies#> PREFIX ex: <https://example.org/cinema/> \
             DELETE { GRAPH ?g { ex:cellar-song mv:cast ex:tom-okafor } } \
             INSERT { GRAPH ?g { ex:sunday-orchard mv:cast ex:tom-okafor } } \
             WHERE { GRAPH ?g { ex:cellar-song mv:cast ex:tom-okafor } }",
        ],
        &[
            "update",
            "WITH <https://w3id.org/tastegraph/graph/data> DELETE { ?film rdfs:label 'Night Ferry' } \
             INSERT { ?film rdfs:label 'Morning Ferry' } WHERE { ?film rdfs:label 'Night Ferry' }",
        ],
        &[
            "forget",
            "--conversation",
            "https://example.org/cinema/talk-9",
        ],
    ];
    let mut before = answers(&graph);
    for step in steps {
        graph.run(step).exits(0);
        let after = answers(&graph);
        assert_ne!(after, before, "{step:?} changes no answer");
        assert_eq!(after, answers(&rebuilt(&graph)), "after {step:?}");
        before = after;
    }
}
