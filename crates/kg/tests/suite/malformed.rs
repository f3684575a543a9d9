//! Files that are broken in every way that files are: each is an error that says what is wrong, and
//! none leaves a trace in the store.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use fs_err as fs;
use tastegraph_kg::{KnowledgeGraph, OutputFormat};

use crate::support::into_graph;

/// What the store holds before, and has to hold after.
const GOOD: &str = "<http://e.org/a> <http://e.org/p> <http://e.org/b> , \"né\" , 7 .";
/// Good lines before the fault, so that a loader has begun to write when it comes to it.
const LINES: usize = 3_000;
const S_P: &str = "<http://e.org/s> <http://e.org/p>";

/// A broken file: its name, its bytes, and what its error has to say.
struct Broken {
    name: &'static str,
    content: Vec<u8>,
    says: &'static str,
}

fn broken(name: &'static str, content: impl Into<Vec<u8>>, says: &'static str) -> Broken {
    Broken {
        name,
        content: content.into(),
        says,
    }
}

fn good_lines() -> String {
    (0..LINES)
        .map(|n| format!("<http://e.org/{n}> <http://e.org/p> \"{n}\" .\n"))
        .collect()
}

fn after_good_lines(rest: &str) -> Vec<u8> {
    format!("{}{rest}", good_lines()).into_bytes()
}

fn compressed(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).expect("memory can be written");
    encoder.finish().expect("memory can be written")
}

fn turtle() -> Vec<Broken> {
    let line = "x.ttl:3001:";
    vec![
        broken("x.ttl", after_good_lines(&format!("{S_P} 1\n")), "x.ttl:"),
        broken("x.ttl", after_good_lines("no:s <http://e.org/p> 1 ."), "no"),
        broken(
            "x.ttl",
            after_good_lines(&format!("{S_P} \"open .\n")),
            line,
        ),
        broken(
            "x.ttl",
            after_good_lines("<http://e.org/a b> <http://e.org/p> 1 ."),
            line,
        ),
        broken(
            "x.ttl",
            after_good_lines("<relative> <http://e.org/p> 1 ."),
            line,
        ),
        broken(
            "x.ttl",
            after_good_lines(&format!("{S_P} \"\\uD800\" .")),
            line,
        ),
        broken("x.ttl", after_good_lines(&format!("{S_P} \"\\q\" .")), line),
        broken(
            "x.ttl",
            after_good_lines(&format!("{S_P} \"x\"@12 .")),
            line,
        ),
        broken(
            "x.ttl",
            after_good_lines("@prefix e <http://e.org/> ."),
            line,
        ),
        broken(
            "x.ttl",
            after_good_lines("\"literal\" <http://e.org/p> 1 ."),
            line,
        ),
        broken(
            "x.ttl",
            after_good_lines(&format!("{S_P} [ <http://e.org/q> 1 .")),
            line,
        ),
        broken(
            "x.ttl",
            after_good_lines(&format!("{S_P} {}", "( ".repeat(100_000))),
            "x.ttl:",
        ),
        broken(
            "x.ttl",
            [&after_good_lines(S_P)[..], b" \"\xff\xfe\" ."].concat(),
            line,
        ),
        broken("x.ttl", utf_16(&format!("{S_P} 1 .")), "x.ttl:1:"),
        broken(
            "x.ttl",
            after_good_lines(&format!("{S_P} \"{}\" .", "x".repeat(100 << 20))),
            "x.ttl",
        ),
    ]
}

fn utf_16(text: &str) -> Vec<u8> {
    let marked = format!("\u{feff}{text}");
    marked.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn lines_and_datasets() -> Vec<Broken> {
    vec![
        broken(
            "x.nt",
            after_good_lines("<http://e.org/s> \"p\" 1 ."),
            "x.nt:3001:",
        ),
        broken(
            "x.nt",
            after_good_lines(&format!("{S_P} \"\\u12\" .")),
            "x.nt:3001:",
        ),
        broken(
            "x.nt",
            after_good_lines(&format!("{S_P} <http://e.org/o>")),
            "x.nt:",
        ),
        broken(
            "x.nq",
            after_good_lines(&format!("{S_P} <a:o> <a:g> <a:h> .")),
            "x.nq:3001:",
        ),
        broken(
            "x.nq",
            after_good_lines(&format!("{S_P} <a:o> \"g\" .")),
            "x.nq:3001:",
        ),
        broken(
            "x.trig",
            after_good_lines(&format!("<a:g> {{ {S_P} 1 .")),
            "x.trig:",
        ),
        broken(
            "x.trig",
            after_good_lines(&format!("\"g\" {{ {S_P} 1 }}")),
            "x.trig:3001:",
        ),
    ]
}

fn rdf_xml(body: &str) -> String {
    format!(
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:e=\"http://e.org/\">\n\
         <rdf:Description rdf:about=\"http://e.org/x\"><e:p>fine</e:p></rdf:Description>\n{body}</rdf:RDF>"
    )
}

fn with_entities(entities: &str, reference: &str) -> String {
    let body = format!(
        "<rdf:Description rdf:about=\"http://e.org/y\"><e:p>{reference}</e:p></rdf:Description>"
    );
    format!("<!DOCTYPE rdf:RDF [{entities}]>\n{}", rdf_xml(&body))
}

fn xml() -> Vec<Broken> {
    let laughs: String = (1..12)
        .map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10)))
        .collect();
    let external = "<!ENTITY x SYSTEM \"file:///etc/hostname\">";
    vec![
        broken(
            "x.rdf",
            with_entities(&format!("<!ENTITY l0 \"lol\">{laughs}"), "&l11;"),
            "stands for more than",
        ),
        broken(
            "x.rdf",
            with_entities(&format!("<!ENTITY a \"{}\">", "a".repeat(100_000)), "&a;"),
            "stands for more than",
        ),
        broken("x.rdf", with_entities(external, "&x;"), "x.rdf: "),
        broken(
            "x.rdf",
            rdf_xml("<e:T rdf:about=\"http://e.org/z\"><e:p>&none;</e:p></e:T>"),
            "x.rdf: ",
        ),
        broken("x.rdf", rdf_xml("<rdf:Description>"), "x.rdf: "),
        broken(
            "x.rdf",
            rdf_xml("<rdf:Description rdf:about=\"a b\"><e:p>1</e:p></rdf:Description>"),
            "x.rdf: ",
        ),
        broken("x.rdf", rdf_xml("<e:T rdf:ID=\"1 2\"/>"), "x.rdf: "),
        broken("x.owl", "this is not XML at all", "x.owl: "),
    ]
}

fn json() -> Vec<Broken> {
    vec![
        broken(
            "x.jsonld",
            r#"[{"@id": "http://e.org/a", "http://e.org/p": 1}, {"@id": "http"#,
            "x.jsonld",
        ),
        broken(
            "x.jsonld",
            r#"{"@context": "https://example.org/context", "@id": "http://e.org/a", "p": 1}"#,
            "context",
        ),
        broken(
            "x.jsonld",
            r#"{"@context": {"@id": "http://e.org/p"}, "@id": "http://e.org/a"}"#,
            "x.jsonld",
        ),
        broken("x.jsonld", "[".repeat(100_000), "x.jsonld"),
        broken("x.jsonld", "{'@id': 'http://e.org/a'}", "x.jsonld:1:"),
    ]
}

fn archives() -> Vec<Broken> {
    let whole = compressed(&after_good_lines(""));
    let mut wrong_sum = whole.clone();
    let sum = wrong_sum.len() - 8;
    wrong_sum[sum] ^= 0xff;
    vec![
        broken("x.nt.gz", &whole[..whole.len() / 2], "x.nt.gz"),
        broken("x.nt.gz", wrong_sum, "x.nt.gz"),
        broken("x.ttl.gz", "not compressed", "x.ttl.gz"),
        broken("x.ttl.gz", compressed(b"also <not turtle"), "x.ttl.gz:1:"),
        broken("x.csv", "a,b", "not a known RDF file"),
    ]
}

fn dump(graph: &KnowledgeGraph) -> Vec<u8> {
    let mut bytes = Vec::new();
    graph
        .dump(OutputFormat::NQuads, &mut bytes)
        .expect("memory can be written");
    bytes
}

fn assert_refused(graph: &KnowledgeGraph, file: &Path, case: &Broken, before: &[u8]) {
    for replace in [false, true] {
        let loaded = if replace {
            graph.replace_with_files(&[file], &into_graph("in"))
        } else {
            graph.load_file(file, &into_graph("in"))
        };
        let start = String::from_utf8_lossy(&case.content[case.content.len().saturating_sub(60)..])
            .into_owned();
        let Err(error) = loaded else {
            panic!("{} was taken: …{start}", case.name);
        };
        let text = error.to_string();
        assert!(
            text.contains(case.says),
            "{:?} not in {text}\n…{start}",
            case.says
        );
        assert!(text.contains(case.name), "the file is not named: {text}");
        assert!(
            text.len() < 2_000,
            "an error is read by people: {}",
            &text[..200]
        );
        assert_eq!(dump(graph), before, "{} left a trace: …{start}", case.name);
    }
}

#[test]
fn every_broken_file_is_explained_and_leaves_no_trace() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let graph = KnowledgeGraph::open_or_create(folder.path().join("graph")).expect("new");
    graph
        .load_str(GOOD, "good.ttl", &into_graph("in"))
        .expect("valid");
    let before = dump(&graph);
    let generation = KnowledgeGraph::generation_of(folder.path().join("graph")).expect("a graph");
    let cases: Vec<Broken> = [turtle(), lines_and_datasets(), xml(), json(), archives()]
        .into_iter()
        .flatten()
        .collect();
    assert!(cases.len() >= 40, "{}", cases.len());
    for case in &cases {
        let file = folder.path().join(case.name);
        fs::write(&file, &case.content).expect("writable");
        assert_refused(&graph, &file, case, &before);
    }
    // Nothing was written, so an index that was good still is.
    assert_eq!(
        KnowledgeGraph::generation_of(folder.path().join("graph")).expect("a graph"),
        generation
    );
}
