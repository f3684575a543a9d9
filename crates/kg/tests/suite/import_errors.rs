//! What people are told when a mapping or a source is wrong; nothing is stored then.

use insta::assert_snapshot;

use crate::import_support::Sandbox;

const ROWS: &str = "id,title,year\n1,Dune,1965\n2,Solaris,19x1\n";

fn books(map: &str) -> String {
    Sandbox::new(&[("books.csv", ROWS)]).error(map)
}

/// Compares the messages with those in `snapshots/`.
fn golden(name: &str, messages: &[String]) {
    assert_snapshot!(format!("import_errors_{name}"), messages.join("\n\n"));
}

/// A mapping of `books.csv` with one predicate-object map.
fn with(property: &str) -> String {
    books(&format!(
        "<#Book>
    rml:logicalSource [ rml:source \"books.csv\" ] ;
    rr:subjectMap [ rr:template \"http://example.org/{{id}}\" ; rr:class ex:Book ] ;
    rr:predicateObjectMap [ rr:predicate ex:p ;
        {property} ] ."
    ))
}

#[test]
fn values_that_do_not_fit() {
    let messages = [
        with("rr:objectMap [ rml:reference \"year\" ; rr:datatype xsd:integer ]"),
        with("rr:objectMap [ rml:reference \"title\" ; rr:termType rr:IRI ]"),
        with(
            "rr:objectMap [ rml:reference \"title\" ; tm:translate [ tm:from \"Dune\" ; tm:to ex:dune ] , [ tm:from \"Solari\" ; tm:to ex:solaris ] ]",
        ),
        with("rr:objectMap [ rml:reference \"title\" ; tm:decode tm:PythonDict ]"),
        with("rr:objectMap [ rml:reference \"titel\" ]"),
    ];
    golden("values", &messages);
}

#[test]
fn names_that_nobody_knows() {
    let messages = [
        with("rr:objectMap [ rml:refrence \"year\" ]"),
        with("rr:objectMap [ rml:reference \"year\" ; tm:seperator \"|\" ]"),
        with("rr:objectMap [ rml:reference \"year\" ; rr:class ex:Year ]"),
        with("rr:objectMap [ rml:reference \"year\" ; rr:termType rr:Iri ]"),
        with("rr:objectMap [ a rr:ObjectsMap ; rml:reference \"year\" ]"),
        with(
            "rr:objectMap [ rr:parentTriplesMap <#Bok> ; rr:joinCondition [ rr:child \"id\" ; rr:parent \"id\" ] ]",
        ),
        with("rr:objectMap [ rr:template \"http://example.org/{$part}\" ]"),
    ];
    golden("names", &messages);
}

#[test]
fn things_that_are_missing_or_too_many() {
    let messages = [
        with("rr:objectMap [ ]"),
        with("rr:objectMap [ rml:reference \"id\" ; rr:template \"{id}\" ]"),
        with("rr:objectMap [ rr:template \"http://example.org/{id\" ]"),
        with("rr:objectMap [ rml:reference \"^.id\" ]"),
        with("rr:objectMap [ rr:parentTriplesMap <#Book> ; rr:joinCondition [ ] ]"),
        with("rr:objectMap <#a> ] . <#a> rml:reference \"year\" ; tm:otherwise <#a> . <#b> rr:object ["),
        books(
            "<#A> rml:logicalSource [ rml:source \"books.csv\" ] ;
    rr:subjectMap [ rr:parentTriplesMap <#A> ; rr:class ex:A ] .",
        ),
        books(
            "<#A> rml:logicalSource [ rml:source \"books.csv\" ; tm:when [ rml:reference \"id\" ; tm:equals \"1\" ; tm:exists true ] ] ;
    rr:subjectMap [ rr:template \"http://example.org/{id}\" ; rr:class ex:A ] .",
        ),
        with("rr:objectMap [ rml:reference \"id\" ; tm:pattern \"(\" ]"),
        books("<#A> rr:subjectMap [ rr:template \"x\" ] ."),
        books("<#A> rml:logicalSource [ rml:source \"books.csv\" ] ."),
        books(
            "<#A> rml:logicalSource [ rml:source \"books.csv\" ] ; rr:subject ex:a .
<#B> rr:predicate ex:p ; rr:object ex:o .",
        ),
        books(
            "<#A> rml:logicalSource [ rml:source \"no.csv\" ] ; rr:subjectMap [ rr:template \"http://example.org/{id}\" ; rr:class ex:A ] .",
        ),
        books(
            "<#A> rml:logicalSource [ rml:source \"books.csv\" ; tm:when [ rml:reference \"year\" ; tm:equals \"1900\" ] ] ; rr:subjectMap [ rr:template \"http://example.org/{id}\" ; rr:class ex:A ] .",
        ),
        books("<#A> rml:logicalSource [ rml:source \"books.csv\" "),
    ];
    golden("missing", &messages);
}

#[test]
fn parameters_that_are_unknown_or_unset() {
    let map = "<> a tm:Mapping ; tm:parameter [ tm:name \"split\" ] .
<#A> rml:logicalSource [ rml:source \"books.csv\" ] ;
    rr:subjectMap [ rr:template \"http://example.org/{$split}/{id}\" ; rr:class ex:A ] .";
    let sandbox = Sandbox::new(&[("books.csv", ROWS)]).set("spilt", "train");
    golden("parameters", &[books(map), sandbox.error(map)]);
}

#[test]
fn sources_that_are_damaged() {
    let source = |name: &str, text: &str| {
        Sandbox::new(&[(name, text)]).error(&format!(
            "<#A> rml:logicalSource [ rml:source \"{name}\" ] ;
                rr:subjectMap [ rr:template \"http://example.org/{{id}}\" ; rr:class ex:A ] ."
        ))
    };
    let messages = [
        source("a.csv", "id,x\n1,2\n3\n"),
        source("a.csv", ""),
        source("a.csv", "id,id\n1,2\n"),
        source("a.jsonl", "{\"id\": 1}\n\n{\"id\": 2,}\n"),
        source("a.jsonl", "{\"id\": {\"a\": 1}}\n"),
        source("a.json", "{\"id\": 1} x"),
        source("a.json", "{\"ident\": 1}"),
        source("a.csv.gz", "no gzip"),
    ];
    golden("sources", &messages);
}

#[test]
fn a_table_in_another_encoding() {
    let sandbox = Sandbox::new(&[]);
    let latin = b"id,name\n1,plain\n2,Am\xe9lie\n";
    fs_err::write(sandbox.folder.path().join("a.csv"), latin).expect("writable");
    let map = "<#A> rml:logicalSource [ rml:source \"a.csv\" ] ;
        rr:subjectMap [ rr:template \"http://example.org/{id}\" ; rr:class ex:A ] .";
    golden("encoding", &[sandbox.error(map)]);
}
