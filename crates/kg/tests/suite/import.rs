//! Tables and JSON through mappings: what each term does.

use std::io::Write;

use crate::import_support::Sandbox;
use flate2::Compression;
use flate2::write::GzEncoder;
use fs_err as fs;

const BOOKS: &str = "id,title,year,genres,author\n\
    1,Dune,1965,sf|epic,10\n\
    2,\"Solaris, a novel\",1961,sf,11\n\
    3,Untitled,,,\n";
const AUTHORS: &str = "id,name,lang\n10,Frank Herbert,en\n11,Stanisław Lem,pl\n";

const BOOK_MAP: &str = "
<#Book> rml:logicalSource [ rml:source \"books.csv\" ; rml:referenceFormulation ql:CSV ] ;
    rr:subjectMap [ rr:template \"http://example.org/book/{id}\" ; rr:class ex:Book ] ;
    rr:predicateObjectMap
        [ rr:predicate ex:title ; rr:objectMap [ rml:reference \"title\" ] ] ,
        [ rr:predicate ex:year ; rr:objectMap [ rml:reference \"year\" ; rr:datatype xsd:integer ] ] ,
        [ rr:predicate ex:genre ;
          rr:objectMap [ rr:template \"http://example.org/genre/{genres}\" ; tm:separator \"|\" ] ] ,
        [ rr:predicate ex:writer ;
          rr:objectMap [ rr:parentTriplesMap <#Author> ;
                         rr:joinCondition [ rr:child \"author\" ; rr:parent \"id\" ] ] ] .
<#Author> rml:logicalSource [ rml:source \"authors.csv\" ] ;
    rr:subjectMap [ rr:template \"http://example.org/author/{id}\" ] ;
    rr:predicateObjectMap [ rr:predicate ex:name ;
        rr:objectMap [ rml:reference \"name\" ; rml:languageMap [ rml:reference \"lang\" ] ] ] .
";

#[test]
fn a_table_becomes_triples_and_empty_cells_become_none() {
    let sandbox = Sandbox::new(&[("books.csv", BOOKS), ("authors.csv", AUTHORS)]);
    let report = sandbox.import(BOOK_MAP);
    assert_eq!(
        sandbox.about("ex:book/"),
        [
            "ex:book/1 a ex:Book ex:default",
            "ex:book/1 ex:genre ex:genre/epic ex:default",
            "ex:book/1 ex:genre ex:genre/sf ex:default",
            "ex:book/1 ex:title \"Dune\" ex:default",
            "ex:book/1 ex:writer ex:author/10 ex:default",
            "ex:book/1 ex:year \"1965\"^^xsd:integer ex:default",
            "ex:book/2 a ex:Book ex:default",
            "ex:book/2 ex:genre ex:genre/sf ex:default",
            "ex:book/2 ex:title \"Solaris, a novel\" ex:default",
            "ex:book/2 ex:writer ex:author/11 ex:default",
            "ex:book/2 ex:year \"1961\"^^xsd:integer ex:default",
            "ex:book/3 a ex:Book ex:default",
            "ex:book/3 ex:title \"Untitled\" ex:default",
        ]
    );
    assert_eq!(
        sandbox.about("ex:author/11"),
        ["ex:author/11 ex:name \"Stanisław Lem\"@pl ex:default"]
    );
    assert_eq!((report.rows, report.triples), (5, 15));
    assert_eq!(report.predicates["http://example.org/genre"], 3);
    assert_eq!(report.graphs["http://example.org/default"], 15);
    assert_eq!(report.examples.len(), 3);
    assert_eq!(report.held, 2, "the authors, and nothing of the books");
    assert_eq!(report.remarks, Vec::<String>::new());
}

#[test]
fn a_rehearsal_counts_the_same_and_stores_nothing() {
    let sandbox = Sandbox::new(&[("books.csv", BOOKS), ("authors.csv", AUTHORS)]);
    let mapping = sandbox.mapping(BOOK_MAP).expect("valid");
    let rehearsed = mapping
        .rehearse(None, &sandbox.options)
        .expect("the files are fine");
    assert_eq!(sandbox.quads(), Vec::<String>::new());
    assert_eq!(rehearsed, sandbox.import(BOOK_MAP));
}

#[test]
fn the_new_names_of_rml_mean_the_same() {
    let new = BOOK_MAP.replace("rr:", "rml:").replace("ql:CSV", "rml:CSV");
    let new = format!("@prefix rml: <http://w3id.org/rml/> .\n{new}");
    let (classic, other) = (
        Sandbox::new(&[("books.csv", BOOKS), ("authors.csv", AUTHORS)]),
        Sandbox::new(&[("books.csv", BOOKS), ("authors.csv", AUTHORS)]),
    );
    classic.import(BOOK_MAP);
    other.import(&new);
    assert_eq!(classic.quads(), other.quads());
}

#[test]
fn files_are_found_compressed_by_pattern_and_by_name() {
    let map = |source: &str| {
        format!(
            "<#M> rml:logicalSource [ rml:source \"{source}\" ] ;
                rr:subjectMap [ rr:template \"http://example.org/{{id}}\" ; rr:class ex:Thing ] ."
        )
    };
    let mut sandbox = Sandbox::new(&[
        ("part-1.tsv", "id\tx\n1\t\"a\n"),
        ("part-2.tsv", "id\tx\n2\tb\"\n"),
        ("other.tsv", "id\tx\n3\tc\n"),
    ]);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(b"id\tx\n4\td\n").expect("memory");
    let packed = gzip.finish().expect("memory");
    fs::write(sandbox.folder.path().join("packed.tsv.gz"), packed).expect("writable");
    assert_eq!(sandbox.import(&map("part-*.tsv")).rows, 2);
    assert_eq!(sandbox.import(&map("packed.tsv")).rows, 1);
    let elsewhere = sandbox.folder.path().join("other.tsv");
    sandbox.options.files = [("missing".to_owned(), elsewhere)].into();
    assert_eq!(sandbox.import(&map("missing.tsv")).rows, 1);
    let ids: Vec<String> = (1..=4)
        .map(|id| format!("ex:{id} a ex:Thing ex:default"))
        .collect();
    assert_eq!(sandbox.quads(), ids);
}

#[test]
fn tables_may_lack_a_header_and_have_their_own_signs() {
    let sandbox = Sandbox::new(&[("plain.txt", "1;'a;b';NULL\n2;c;d\n")]);
    sandbox.import(
        "<#M> rml:logicalSource [ rml:source [ csvw:url \"plain.txt\" ; csvw:null \"NULL\" ;
                csvw:dialect [ csvw:delimiter \";\" ; csvw:quoteChar \"'\" ; csvw:header false ] ;
                csvw:tableSchema [ csvw:column ( [ csvw:name \"id\" ] [ csvw:name \"x\" ] [ csvw:name \"y\" ] ) ] ] ] ;
            rr:subjectMap [ rr:template \"http://example.org/{id}\" ] ;
            rr:predicateObjectMap [ rr:predicate ex:p ;
                rr:objectMap [ rml:reference \"x\" ] , [ rml:reference \"y\" ] ] .",
    );
    assert_eq!(
        sandbox.quads(),
        [
            "ex:1 ex:p \"a;b\" ex:default",
            "ex:2 ex:p \"c\" ex:default",
            "ex:2 ex:p \"d\" ex:default"
        ]
    );
}

const TALKS: &str = r#"
{"id": 7, "felt": {"dune": {"liked": 1}}, "turns": [{"who": "ann", "text": "see #dune", "items": ["dune", "solaris"]}, {"who": "bob", "text": null, "items": []}]}
{"id": 8, "felt": [], "turns": [{"who": "bob", "text": "", "items": ["dune"], "score": 4.5, "done": true}]}
"#;

const TALK_MAP: &str = "
<#Turn> rml:logicalSource [ rml:source \"talks.jsonl\" ; rml:iterator \"$.turns[*]\" ] ;
    rr:subjectMap [ rr:template \"http://example.org/{^.id}/{position()}\" ] ;
    rr:predicateObjectMap
        [ rr:predicate ex:who ; rr:objectMap [ rml:reference \"who\" ] ] ,
        [ rr:predicate ex:score ; rr:objectMap [ rml:reference \"score\" ] ] ,
        [ rr:predicate ex:done ; rr:objectMap [ rml:reference \"$.done\" ] ] ,
        [ rr:predicate ex:text ; rr:objectMap [ rml:reference \"text\" ;
            tm:replace [ tm:pattern \"#(\\\\w+)\" ; tm:with [ rr:template \"the book {.} of {^^.id}\" ] ] ] ] .
<#Item> rml:logicalSource [ rml:source \"talks.jsonl\" ; rml:iterator \"$.turns[*].items[*]\" ] ;
    rr:subjectMap [ rr:template \"http://example.org/{^^.id}/{^.position()}/{position()}\" ] ;
    rr:predicateObjectMap
        [ rr:predicate ex:item ; rr:objectMap [ rr:template \"http://example.org/{.}\" ] ] ,
        [ rr:predicate ex:liked ; rr:objectMap [ rml:reference \"^^.felt[.].liked\" ] ] ,
        [ rr:predicate ex:by ; rr:objectMap [ rml:reference \"^.who\" ] ] .
";

#[test]
fn json_lines_are_walked_down_and_looked_up_from() {
    let sandbox = Sandbox::new(&[("talks.jsonl", TALKS)]);
    sandbox.import(TALK_MAP);
    assert_eq!(
        sandbox.quads(),
        [
            "ex:7/1 ex:text \"see the book dune of 7\" ex:default",
            "ex:7/1 ex:who \"ann\" ex:default",
            "ex:7/1/1 ex:by \"ann\" ex:default",
            "ex:7/1/1 ex:item ex:dune ex:default",
            "ex:7/1/1 ex:liked \"1\"^^xsd:integer ex:default",
            "ex:7/1/2 ex:by \"ann\" ex:default",
            "ex:7/1/2 ex:item ex:solaris ex:default",
            "ex:7/2 ex:who \"bob\" ex:default",
            "ex:8/1 ex:done \"true\"^^xsd:boolean ex:default",
            "ex:8/1 ex:score \"4.5\"^^xsd:double ex:default",
            "ex:8/1 ex:who \"bob\" ex:default",
            "ex:8/1/1 ex:by \"bob\" ex:default",
            "ex:8/1/1 ex:item ex:dune ex:default",
        ]
    );
}

#[test]
fn a_document_reads_like_its_lines() {
    let lines: Vec<&str> = TALKS.trim().lines().collect();
    let document = format!("{{\"meta\": {{}}, \"talks\": [{}]}}", lines.join(","));
    let map = TALK_MAP
        .replace("talks.jsonl", "talks.json")
        .replace("$.turns", "$.talks[*].turns");
    let (by_line, whole) = (
        Sandbox::new(&[("talks.jsonl", TALKS)]),
        Sandbox::new(&[("talks.json", &document)]),
    );
    by_line.import(TALK_MAP);
    let report = whole.import(&map);
    assert_eq!(by_line.quads(), whole.quads());
    assert_eq!(report.rows, 2, "an element at a time");
    // With a look at what is above, the document is one row.
    let above = map.replace("{^^.id}/{^.position()}", "{^^^.meta}{^^.id}/{^.position()}");
    let report = Sandbox::new(&[("talks.json", &document.replace("{}", "\"x\""))]).import(&above);
    assert_eq!(report.rows, 1);
}

#[test]
fn members_of_an_object_are_rows_with_keys() {
    let sandbox = Sandbox::new(&[("names.json", r#"{"names": {"a": "Ann", "b": "Bob"}}"#)]);
    sandbox.import(
        "<#M> rml:logicalSource [ rml:source \"names.json\" ; rml:iterator \"$.names[*]\" ] ;
            rr:subjectMap [ rr:template \"http://example.org/{key()}\" ] ;
            rr:predicateObjectMap [ rr:predicate ex:name ; rr:objectMap [ rml:reference \".\" ] ] .",
    );
    assert_eq!(
        sandbox.quads(),
        [
            "ex:a ex:name \"Ann\" ex:default",
            "ex:b ex:name \"Bob\" ex:default"
        ]
    );
}

#[test]
fn parts_of_cells_become_rows() {
    let sandbox = Sandbox::new(&[(
        "t.tsv",
        "id\tlist\tdict\n1\tx; y ;\t{'k': 1, \"it's\": [2]}\n2\t\tNone\n",
    )]);
    sandbox.import(
        "<#List> rml:logicalSource [ rml:source \"t.tsv\" ; tm:each [ rml:reference \"list\" ; tm:separator \";\" ] ] ;
            rr:subjectMap [ rr:template \"http://example.org/{^.id}/l{position()}\" ] ;
            rr:predicateObjectMap [ rr:predicate ex:is ; rr:objectMap [ rml:reference \".\" ] ] .
        <#Dict> rml:logicalSource [ rml:source \"t.tsv\" ;
                tm:each [ rml:reference \"dict\" ; tm:decode tm:PythonDict ] ] ;
            rr:subjectMap [ rr:template \"http://example.org/{^.id}/d{position()}\" ] ;
            rr:predicateObjectMap [ rr:predicate ex:is ; rr:objectMap [ rml:reference \".\" ] ] .",
    );
    assert_eq!(
        sandbox.quads(),
        [
            "ex:1/d1 ex:is \"k\" ex:default",
            "ex:1/d2 ex:is \"it's\" ex:default",
            "ex:1/l1 ex:is \"x\" ex:default",
            "ex:1/l2 ex:is \"y\" ex:default"
        ]
    );
}

const CHOSEN: &str = "
<> a tm:Mapping ; tm:parameter [ tm:name \"split\" ] , [ tm:name \"ids\" ] , [ tm:name \"without\" ] ,
    [ tm:name \"set\" ; tm:default \"all\" ] .
<#M> rml:logicalSource [ rml:source \"t.csv\" ;
        tm:when [ rml:reference \"split\" ; tm:equals \"{$split}\" ] , [ rml:reference \"id\" ; tm:listedIn \"{$ids}\" ] ;
        tm:unless [ rml:reference \"id\" ; tm:listedIn \"{$without}\" ] ] ;
    rr:subjectMap [ rr:template \"http://example.org/{id}\" ;
        rr:graphMap [ rr:template \"http://example.org/{$set}/{split}\" ] ] ;
    rr:predicateObjectMap [ rr:predicate ex:of ; rr:objectMap [ rr:constant \"{$set}!\" ] ] .";
const SPLITS: &str = "id,split\na,train\nb,valid\nc,test\nd,train\n";

#[test]
fn parameters_choose_rows_and_name_graphs() {
    let chosen = |set: &[(&str, &str)]| {
        let mut sandbox = Sandbox::new(&[("t.csv", SPLITS), ("ids.txt", "a\tkept\nc\n\n")]);
        for (name, value) in set {
            let value = match *name {
                "ids" | "without" => sandbox.folder.path().join(value).display().to_string(),
                _ => (*value).to_owned(),
            };
            sandbox = sandbox.set(name, &value);
        }
        sandbox.import(CHOSEN);
        let quads = sandbox.quads();
        let name = |quad: &String| quad.replace(" ex:of ", "@").replace("ex:", "");
        quads.iter().map(name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        chosen(&[]),
        "a@\"all!\" all/train b@\"all!\" all/valid c@\"all!\" all/test d@\"all!\" all/train"
    );
    assert_eq!(
        chosen(&[("split", "train, valid"), ("set", "mine")]),
        "a@\"mine!\" mine/train b@\"mine!\" mine/valid d@\"mine!\" mine/train"
    );
    assert_eq!(
        chosen(&[("ids", "ids.txt")]),
        "a@\"all!\" all/train c@\"all!\" all/test"
    );
    assert_eq!(
        chosen(&[("split", "train"), ("without", "ids.txt")]),
        "d@\"all!\" all/train"
    );
}

#[test]
fn values_are_translated_and_alternatives_asked() {
    let sandbox = Sandbox::new(&[("t.csv", "id,kind,a,b\n1,cat,x,\n2,dog,,Y\n3,dog,,\n")]);
    sandbox.import(
        "<#M> rml:logicalSource [ rml:source \"t.csv\" ] ;
            rr:subjectMap [ rr:template \"http://example.org/{id}\" ] ;
            rr:predicateObjectMap
                [ rr:predicateMap [ rml:reference \"kind\" ;
                    tm:translate [ tm:from \"cat\" ; tm:to ex:purrs ] , [ tm:from \"dog\" , \"wolf\" ; tm:to ex:barks ] ] ;
                  rr:objectMap [ rml:reference \"a\" ;
                    tm:otherwise [ rml:reference \"b\" ; tm:case tm:Lower ; tm:otherwise [ rr:constant true ] ] ] ] ,
                [ tm:when [ rml:reference \"a\" ; tm:exists true ] ; rr:predicate ex:has ; rr:object ex:a ] ,
                [ tm:unless [ rml:reference \"b\" ; tm:matches \"^Y$\" ] ; rr:predicate ex:lacks ; rr:object ex:y ] ,
                [ tm:when [ rml:reference \"id\" ; tm:equals [ rr:constant \"3\" ] ] ; rr:predicate ex:is ; rr:object 3 ] .",
    );
    assert_eq!(
        sandbox.quads(),
        [
            "ex:1 ex:has ex:a ex:default",
            "ex:1 ex:lacks ex:y ex:default",
            "ex:1 ex:purrs \"x\" ex:default",
            "ex:2 ex:barks \"y\" ex:default",
            "ex:3 ex:barks \"true\"^^xsd:boolean ex:default",
            "ex:3 ex:is \"3\"^^xsd:integer ex:default",
            "ex:3 ex:lacks ex:y ex:default",
        ]
    );
}

#[test]
fn what_the_graph_knows_is_found_by_name_and_year() {
    let sandbox = Sandbox::new(&[
        (
            "old.csv",
            "id,name,year\n1,The Ring,2002\n2,Ring,1998\n3,Amélie,2001\n",
        ),
        (
            "new.csv",
            "id,title\n10,\"Ring, The (2002)\"\n11,amelie\n12,Ring\n13,Nothing (1990)\n",
        ),
    ]);
    sandbox.import(
        "<#M> rml:logicalSource [ rml:source \"old.csv\" ] ;
            rr:subjectMap [ rr:template \"http://example.org/{id}\" ; rr:class ex:Film ] ;
            rr:predicateObjectMap [ rr:predicate ex:name ; rr:objectMap [ rml:reference \"name\" ] ] ,
                [ rr:predicate ex:year ; rr:objectMap [ rml:reference \"year\" ; rr:datatype xsd:gYear ] ] .",
    );
    let report = sandbox.import(
        "<#M> rml:logicalSource [ rml:source \"new.csv\" ] ;
            rr:subjectMap [ rml:reference \"title\" ;
                tm:lookup [ tm:class ex:Film ; tm:property ex:name ; tm:year ex:year ] ;
                tm:otherwise [ rr:template \"http://example.org/new/{id}\" ] ] ;
            rr:predicateObjectMap [ rr:predicate ex:seen ; rr:objectMap [ rml:reference \"id\" ] ] .",
    );
    let mut seen = sandbox.quads();
    seen.retain(|quad| quad.contains("ex:seen"));
    assert_eq!(
        seen,
        [
            "ex:1 ex:seen \"10\" ex:default",
            // Exactly so called, there is one.
            "ex:2 ex:seen \"12\" ex:default",
            "ex:3 ex:seen \"11\" ex:default",
            "ex:new/13 ex:seen \"13\" ex:default"
        ]
    );
    assert_eq!(report.remarks.len(), 1, "{:?}", report.remarks);
    assert!(
        report.remarks[0].starts_with("1 of 4 keys found no <http://example.org/Film>"),
        "{:?}",
        report.remarks
    );
}

#[test]
fn joins_of_a_row_with_itself_and_over_two_columns() {
    let sandbox = Sandbox::new(&[
        ("a.csv", "x,y,name\n1,1,one\n1,2,two\n"),
        ("b.csv", "x,y\n1,2\n9,9\n"),
    ]);
    let report = sandbox.import(
        "<#A> rml:logicalSource [ rml:source \"a.csv\" ] ;
            rr:subjectMap [ rr:template \"http://example.org/{name}\" ] ;
            rr:predicateObjectMap [ rr:predicate ex:place ; rr:objectMap [ rr:parentTriplesMap <#Place> ] ] .
        <#Place> rml:logicalSource [ rml:source \"a.csv\" ] ;
            rr:subjectMap [ rr:template \"x{x}y{y}\" ; rr:termType rr:BlankNode ; rr:class ex:Place ] .
        <#B> rml:logicalSource [ rml:source \"b.csv\" ] ;
            rr:subjectMap [ rr:parentTriplesMap <#A> ;
                rr:joinCondition [ rr:child \"x\" ; rr:parent \"x\" ] , [ rr:child \"y\" ; rr:parent \"y\" ] ;
                rr:class ex:Found ] .",
    );
    let quads = sandbox.quads();
    assert!(
        quads.contains(&"ex:two a ex:Found ex:default".to_owned()),
        "{quads:?}"
    );
    assert!(!quads.contains(&"ex:one a ex:Found ex:default".to_owned()));
    let places = |quad: &&String| quad.starts_with("_:") && quad.ends_with("a ex:Place ex:default");
    assert_eq!(quads.iter().filter(places).count(), 2);
    assert!(
        report.remarks[0].starts_with("1 of 2 keys found no rows of <#A>"),
        "{:?}",
        report.remarks
    );
}

#[test]
fn replacing_empties_the_graphs_that_are_written_and_no_others() {
    let mut sandbox = Sandbox::new(&[("t.csv", SPLITS)]);
    sandbox.import(CHOSEN);
    let file = sandbox.folder.path().join("t.csv");
    fs::write(&file, "id,split\nz,train\n").expect("writable");
    sandbox.options.replace = true;
    sandbox.import(CHOSEN);
    assert_eq!(
        sandbox.quads(),
        [
            "ex:b ex:of \"all!\" ex:all/valid",
            "ex:c ex:of \"all!\" ex:all/test",
            "ex:z ex:of \"all!\" ex:all/train"
        ]
    );
    fs::write(&file, "id,split\ny,valid\nx,\u{0}\nw\n").expect("writable");
    assert!(sandbox.error(CHOSEN).contains("t.csv:4"));
}

#[test]
fn replacing_keeps_what_is_said_again() {
    let map = "<#M> rml:logicalSource [ rml:source \"n.csv\" ] ;
        rr:subjectMap [ rr:template \"http://example.org/{id}\" ] ;
        rr:predicateObjectMap [ rr:predicate ex:n ;
            rr:objectMap [ rml:reference \"n\" ; rr:datatype xsd:decimal ] ] .";
    let mut sandbox = Sandbox::new(&[("n.csv", "id,n\na,1.0\nb,02.50\nc,3\n")]);
    sandbox.options.replace = true;
    sandbox.import(map);
    let first = sandbox.quads();
    assert_eq!(first.len(), 3);
    sandbox.import(map);
    assert_eq!(sandbox.quads(), first, "the same numbers");
    let file = sandbox.folder.path().join("n.csv");
    fs::write(file, "id,n\na,1\nd,4\n").expect("writable");
    sandbox.import(map);
    let ids: Vec<String> = sandbox
        .quads()
        .iter()
        .map(|quad| quad[..4].to_owned())
        .collect();
    assert_eq!(ids, ["ex:a", "ex:d"]);
}

#[test]
fn repeated_users_are_said_once() {
    let sandbox = Sandbox::new(&[("r.csv", "user,item\n1,a\n1,b\n2,a\n1,c\n")]);
    let report = sandbox.import(
        "<#User> rml:logicalSource [ rml:source \"r.csv\" ] ;
            rr:subjectMap [ rr:template \"http://example.org/{user}\" ; rr:class ex:User ] .
        <#Rating> rml:logicalSource [ rml:source \"r.csv\" ] ;
            rr:subjectMap [ rr:template \"http://example.org/{user}\" ] ;
            rr:predicateObjectMap [ rr:predicate ex:likes ; rr:objectMap [ rml:reference \"item\" ] ] .",
    );
    // Neighbours only: what is not held cannot be compared.
    assert_eq!(report.triples, 3 + 4);
    assert_eq!(sandbox.quads().len(), 2 + 4);
}
