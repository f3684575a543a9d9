//! The names that a mapping may use: R2RML, RML (classic and new), a little of CSVW, and our own.

/// Namespace of the mapping vocabulary (`ontologies/mapping`).
pub(super) const TM: &str = "https://w3id.org/tastegraph/mapping#";
const RR: &str = "http://www.w3.org/ns/r2rml#";
const RML_CLASSIC: &str = "http://semweb.mmlab.be/ns/rml#";
const RML: &str = "http://w3id.org/rml/";
const QL: &str = "http://semweb.mmlab.be/ns/ql#";
const CSVW: &str = "http://www.w3.org/ns/csvw#";

/// Names of R2RML; the new RML has taken all of them over.
const R2RML_NAMES: &[&str] = &[
    "BlankNode",
    "GraphMap",
    "IRI",
    "Join",
    "Literal",
    "ObjectMap",
    "PredicateMap",
    "PredicateObjectMap",
    "RefObjectMap",
    "SubjectMap",
    "TermMap",
    "TriplesMap",
    "child",
    "class",
    "constant",
    "datatype",
    "defaultGraph",
    "graph",
    "graphMap",
    "joinCondition",
    "language",
    "object",
    "objectMap",
    "parent",
    "parentTriplesMap",
    "predicate",
    "predicateMap",
    "predicateObjectMap",
    "subject",
    "subjectMap",
    "template",
    "termType",
];

/// Names that RML adds to R2RML.
const RML_NAMES: &[&str] = &[
    "LanguageMap",
    "LogicalSource",
    "RelativePathSource",
    "Source",
    "childMap",
    "compression",
    "encoding",
    "gzip",
    "iterator",
    "languageMap",
    "logicalSource",
    "none",
    "null",
    "parentMap",
    "path",
    "reference",
    "referenceFormulation",
    "source",
    "UTF-8",
];

/// Reference formulations.
const QL_NAMES: &[&str] = &["CSV", "JSONPath"];

const CSVW_NAMES: &[&str] = &[
    "Dialect",
    "Schema",
    "Table",
    "column",
    "delimiter",
    "dialect",
    "header",
    "name",
    "null",
    "quoteChar",
    "tableSchema",
    "url",
];

const TM_NAMES: &[&str] = &[
    "Lower",
    "Mapping",
    "Parameter",
    "PythonDict",
    "case",
    "class",
    "decode",
    "default",
    "each",
    "equals",
    "exists",
    "from",
    "listedIn",
    "lookup",
    "matches",
    "name",
    "optional",
    "otherwise",
    "parameter",
    "pattern",
    "property",
    "replace",
    "separator",
    "to",
    "translate",
    "unless",
    "when",
    "with",
    "year",
];

/// What an IRI is to a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// A name that we know, under which the variants of RML are one: `template`, `tm:when`, `csvw:url`.
    Known(String),
    /// In a namespace of mappings, but no such name; as it would be written.
    Misspelt(String),
    /// Of no concern to a mapping, such as `rdfs:comment`.
    Foreign,
}

/// Reads an IRI.
pub(super) fn name(iri: &str) -> Name {
    let namespaces: [(&str, &str, &str, &[&[&str]]); 6] = [
        (TM, "tm:", "tm:", &[TM_NAMES]),
        (CSVW, "csvw:", "csvw:", &[CSVW_NAMES]),
        (RR, "rr:", "", &[R2RML_NAMES]),
        (RML_CLASSIC, "rml:", "", &[RML_NAMES]),
        (QL, "ql:", "", &[QL_NAMES]),
        (RML, "rml:", "", &[R2RML_NAMES, RML_NAMES, QL_NAMES]),
    ];
    for (namespace, written, prefix, lists) in namespaces {
        if let Some(local) = iri.strip_prefix(namespace) {
            return if lists.iter().any(|list| list.contains(&local)) {
                Name::Known(format!("{prefix}{local}"))
            } else {
                Name::Misspelt(format!("{written}{local}"))
            };
        }
    }
    Name::Foreign
}

/// How a known name is usually written: `template` as `rr:template`.
pub(super) fn written(known: &str) -> String {
    let prefix = if known.contains(':') {
        ""
    } else if R2RML_NAMES.contains(&known) {
        "rr:"
    } else if QL_NAMES.contains(&known) {
        "ql:"
    } else {
        "rml:"
    };
    format!("{prefix}{known}")
}

/// The candidate nearest to what was written, if one is near enough to have been meant.
pub(super) fn nearest<'a>(
    wrong: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // A third of the letters wrong is a typing error; more is another word.
    let limit = (wrong.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(wrong, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The line `hint: did you mean …?`, or what there is instead.
pub(super) fn did_you_mean<'a>(
    wrong: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> String {
    if let Some(candidate) = nearest(wrong, candidates.clone()) {
        return format!("\nhint: did you mean {candidate}?");
    }
    let list: Vec<&str> = candidates.into_iter().collect();
    if list.is_empty() {
        String::new()
    } else {
        format!("\nhint: possible here: {}", list.join(", "))
    }
}

/// Edit distance with swaps of neighbours (optimal string alignment), letters taken without case.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    // The first row and column are distances from nothing.
    let start = |i: usize| (0..=b.len()).map(|j| if i == 0 { j } else { i }).collect();
    let mut rows: Vec<Vec<usize>> = (0..=a.len()).map(start).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1)
                .min(rows[i][j - 1] + 1)
                .min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generations_of_rml_are_one() {
        let known = |local: &str| Name::Known(local.to_owned());
        assert_eq!(
            name("http://www.w3.org/ns/r2rml#template"),
            known("template")
        );
        assert_eq!(name("http://w3id.org/rml/template"), known("template"));
        assert_eq!(
            name("http://semweb.mmlab.be/ns/rml#reference"),
            known("reference")
        );
        assert_eq!(
            name("http://www.w3.org/ns/r2rml#reference"),
            Name::Misspelt("rr:reference".to_owned()),
            "R2RML itself has no such name"
        );
        assert_eq!(name("http://purl.org/dc/terms/title"), Name::Foreign);
    }

    #[test]
    fn our_names_are_those_of_the_ontology() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../ontologies/mapping/ontology.ttl"
        );
        let turtle = fs_err::read_to_string(path).expect("part of the repository");
        let parser = oxigraph::io::RdfParser::from_format(oxigraph::io::RdfFormat::Turtle);
        let mut declared: Vec<String> = parser
            .for_slice(turtle.as_bytes())
            .filter_map(|quad| match quad.expect("valid").subject {
                oxigraph::model::NamedOrBlankNode::NamedNode(node) => {
                    node.as_str().strip_prefix(TM).map(str::to_owned)
                }
                oxigraph::model::NamedOrBlankNode::BlankNode(_) => None,
            })
            .collect();
        declared.sort();
        declared.dedup();
        assert_eq!(declared, TM_NAMES);
    }

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let names = ["rr:template", "rml:reference"];
        assert_eq!(nearest("rr:tempalte", names), Some("rr:template"));
        assert_eq!(nearest("rml:refrence", names), Some("rml:reference"));
        assert_eq!(nearest("xyz", names), None);
    }
}
