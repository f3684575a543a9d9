//! Sources are read as they go, and nothing in them is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;

use crate::import_support::Sandbox;

#[test]
fn main_sources_are_read_as_they_go() {
    // A fault at the very end: whoever held the whole file would never have got so far.
    const ROWS: u64 = 20_000;
    let rows = |row: &dyn Fn(u64) -> String| (0..ROWS).map(row).collect::<String>();
    let table = format!("id\n{}\"x,y,z\"z,1\n", rows(&|id| format!("{id}\n")));
    let lines = format!("{}{{\"id\": \n", rows(&|id| format!("{{\"id\": {id}}}\n")));
    let elements: Vec<String> = (0..ROWS).map(|id| format!("{{\"id\": {id}}}")).collect();
    let document = format!("{{\"all\": [{}, {{]}}", elements.join(","));
    for (file, text, iterator) in [
        ("t.csv", table, ""),
        ("t.jsonl", lines, ""),
        ("t.json", document, "; rml:iterator \"$.all[*]\""),
    ] {
        let mut sandbox = Sandbox::new(&[(file, &text)]);
        let seen = Arc::new(AtomicU64::new(0));
        let last = Arc::clone(&seen);
        sandbox.options.progress = Some(Arc::new(move |rows, triples| {
            assert_eq!(triples, rows - 1, "a triple a row");
            last.store(rows, Ordering::Relaxed);
        }));
        let message = sandbox.error(&format!(
            "<#M> rml:logicalSource [ rml:source \"{file}\" {iterator} ] ;
                rr:subjectMap [ rr:template \"http://example.org/{{id}}\" ; rr:class ex:Thing ] ."
        ));
        assert!(message.starts_with(file), "{message}");
        let read = seen.load(Ordering::Relaxed);
        assert!(read > ROWS - 1000, "{file}: {read} rows before the fault");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any cells, written by any CSV writer, come out as they went in.
    #[test]
    fn cells_survive_a_round_trip(cells in prop::collection::vec("\\PC{1,12}", 1..8)) {
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(["id", "value"]).expect("memory");
        for (id, cell) in cells.iter().enumerate() {
            csv.write_record([&id.to_string(), cell]).expect("memory");
        }
        let text = String::from_utf8(csv.into_inner().expect("memory")).expect("UTF-8");
        let lines: String = cells
            .iter()
            .enumerate()
            .map(|(id, cell)| format!("{}\n", serde_json::json!({"id": id, "value": cell})))
            .collect();
        let map = |file: &str| format!(
            "<#M> rml:logicalSource [ rml:source \"{file}\" ] ;
                rr:subjectMap [ rr:template \"http://example.org/{{id}}/{{value}}\" ] ;
                rr:predicateObjectMap [ rr:predicate ex:value ; rr:objectMap [ rml:reference \"value\" ] ] ."
        );
        let sandbox = Sandbox::new(&[("t.csv", &text), ("t.jsonl", &lines)]);
        let mapping = |file| sandbox.mapping(&map(file)).expect("valid");
        let mut options = sandbox.options.clone();
        options.examples = cells.len();
        let table = mapping("t.csv").rehearse(None, &options).expect("any cell is fine");
        let json = mapping("t.jsonl").rehearse(None, &options).expect("any text is fine");
        prop_assert_eq!(&table.examples, &json.examples);
        prop_assert_eq!(table.examples.len(), cells.len());
        for (line, cell) in table.examples.iter().zip(&cells) {
            let value = oxigraph::model::Literal::new_simple_literal(cell).to_string();
            prop_assert!(line.contains(&format!(" {value} ")), "{} in {}", value, line);
        }
    }

    /// Whatever is cut out of a mapping or its source, or put into them, is understood or refused.
    #[test]
    fn damage_is_no_disaster(at in 0_usize..900, length in 0_usize..40, noise in "\\PC{0,4}", in_data: bool) {
        let damaged = |text: &str| {
            let characters: Vec<char> = text.chars().collect();
            let start = at.min(characters.len());
            let end = (start + length).min(characters.len());
            let kept = characters[..start].iter().copied().chain(noise.chars());
            kept.chain(characters[end..].iter().copied()).collect::<String>()
        };
        let (map, data) = if in_data {
            (MAP.to_owned(), damaged(DATA))
        } else {
            (damaged(MAP), DATA.to_owned())
        };
        let sandbox = Sandbox::new(&[("t.jsonl", &data)]);
        match sandbox.try_import(&map) {
            Ok(report) => prop_assert!(report.triples > 0),
            Err(error) => {
                prop_assert!(!error.to_string().is_empty());
                prop_assert_eq!(sandbox.quads(), Vec::<String>::new());
            }
        }
    }
}

#[test]
fn what_is_damaged_there_is_whole_here() {
    let sandbox = Sandbox::new(&[("t.jsonl", DATA)]);
    sandbox.import(MAP);
    assert_eq!(
        sandbox.quads(),
        [
            "ex:7/1/a a ex:Key ex:default",
            "ex:7/1/a ex:liked \"1\"^^xsd:integer ex:default",
            "ex:7/1/a ex:same ex:7/1/a ex:default",
            "ex:7/1/a ex:same ex:7/1/b ex:default",
            "ex:7/1/b a ex:Key ex:default",
            "ex:7/1/b ex:liked ex:seven ex:default",
            "ex:7/1/b ex:same ex:7/1/a ex:default",
            "ex:7/1/b ex:same ex:7/1/b ex:default",
            "ex:8/1/ä%20b a ex:Key ex:default",
            "ex:8/1/ä%20b ex:liked ex:seven ex:default",
            "ex:8/1/ä%20b ex:same ex:8/1/ä%20b ex:default",
        ]
    );
}

/// A little of everything.
const MAP: &str = "
<> a tm:Mapping ; tm:parameter [ tm:name \"p\" ; tm:default \"7\" ] .
<#T> rml:logicalSource [ rml:source \"t.jsonl\" ; rml:iterator \"$.turns[*]\" ;
        tm:each [ rml:reference \"dict\" ; tm:decode tm:PythonDict ] ;
        tm:when [ rml:reference \"^^.id\" ; tm:equals \"{$p}\" , \"8\" ] ] ;
    rr:subjectMap [ rr:template \"http://example.org/{^^.id}/{^.position()}/{.}\" ; rr:class ex:Key ] ;
    rr:predicateObjectMap [ rr:predicate ex:liked ;
        rr:objectMap [ rml:reference \"^^.felt[.].liked\" ; rr:datatype xsd:integer ;
            tm:otherwise [ rr:constant \"{$p}\" ; tm:translate [ tm:from \"7\" ; tm:to ex:seven ] ] ] ] ,
        [ rr:predicate ex:same ; rr:objectMap [ rr:parentTriplesMap <#T> ;
            rr:joinCondition [ rr:child \"^^.id\" ; rr:parent \"^^.id\" ] ] ] .
";
const DATA: &str = r#"{"id": 7, "felt": {"a": {"liked": 1}}, "turns": [{"dict": "{'a': 1, \"b\": [2, {}]}"}, {"dict": "None"}]}
{"id": 8, "felt": [], "turns": [{"dict": "{'ä b': 'x'}", "n": 4.5}]}
"#;
