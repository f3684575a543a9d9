//! SHACL Core over the whole data, through the crate `shacl`.
//!
//! The validator wants the data in memory of its own; statements of all named graphs are given to it,
//! the ontologies included, for `sh:class` follows `rdfs:subClassOf`.
//!
//! Constraints in SPARQL are not run: the validator would use an evaluator of its own, which may
//! follow `SERVICE`, and its feature for that is left off. They are a finding, so that nobody takes
//! silence for agreement.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;
use oxigraph::io::{RdfFormat, RdfParser, RdfSerializer};
use oxigraph::model::TripleRef;
use rudof_rdf::rdf_core::RDFFormat;
use rudof_rdf::rdf_impl::ReaderMode;
use shacl::ir::IRSchema;
use shacl::types::Severity as ShaclSeverity;
use shacl::validator::processor::{GraphValidation, ShaclProcessor};
use shacl::validator::report::ValidationResult;
use shacl::validator::{ShaclConfig, ShaclValidationMode};

use super::report::{Severity, VerifyReport};
use crate::{KgError, KnowledgeGraph};

/// What leads from a shape or a component to SPARQL.
const IN_SPARQL: [&str; 4] = [
    "http://www.w3.org/ns/shacl#sparql",
    "http://www.w3.org/ns/shacl#validator",
    "http://www.w3.org/ns/shacl#nodeValidator",
    "http://www.w3.org/ns/shacl#propertyValidator",
];

/// Validates against some files of shapes; the data is read once for all of them.
///
/// # Errors
/// [`KgError::Shapes`] if shapes are malformed or the validator fails.
pub(super) fn run(
    graph: &KnowledgeGraph,
    files: &[PathBuf],
    report: &mut VerifyReport,
) -> Result<(), KgError> {
    let parsed = files
        .iter()
        .map(|file| {
            let text = fs::read_to_string(file)?;
            Ok((file, parse(file, &text)?, sparql_constraints(file, &text)?))
        })
        .collect::<Result<Vec<_>, KgError>>()?;
    let data = tempfile::Builder::new().suffix(".nt").tempfile()?;
    write_triples(graph, BufWriter::new(data.as_file()))?;
    let mut validation = match files.first() {
        Some(first) => GraphValidation::from_path(data.path(), RDFFormat::NTriples, None)
            .map_err(|error| fault(first, &error))?,
        None => return Ok(()),
    };
    for (file, shapes, in_sparql) in parsed {
        report.checks += 1;
        for constraint in in_sparql {
            report.find_with_hint(
                Severity::Warning,
                "sparql-constraints-not-checked",
                "constraints of shapes in SPARQL, which are not checked",
                Some("write them as rules, in files that end in .rq"),
                format!("{}: {constraint}", file.display()),
            );
        }
        let result = validation
            .validate(&shapes, &ShaclValidationMode::Native, &ShaclConfig::new())
            .map_err(|error| fault(file, &error))?;
        let mut violations: Vec<(Severity, String)> = result
            .results()
            .iter()
            .map(|violation| (severity(violation), message(violation)))
            .collect();
        // The validator runs shapes in parallel and reports in no order.
        violations.sort();
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        for (severity, message) in violations {
            report.find(severity, &name, "violations of SHACL shapes", message);
        }
    }
    Ok(())
}

/// What has a constraint in SPARQL in a file of shapes.
fn sparql_constraints(file: &Path, text: &str) -> Result<Vec<String>, KgError> {
    let mut found = Vec::new();
    for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(text) {
        let quad = quad.map_err(|error| fault(file, &error))?;
        if IN_SPARQL.contains(&quad.predicate.as_str()) {
            found.push(quad.subject.to_string());
        }
    }
    found.sort();
    Ok(found)
}

fn parse(file: &Path, text: &str) -> Result<IRSchema, KgError> {
    IRSchema::from_str(text, &RDFFormat::Turtle, None, &ReaderMode::Strict)
        .map_err(|error| fault(file, &error))
}

fn fault(file: &Path, error: &impl ToString) -> KgError {
    KgError::Shapes {
        file: file.display().to_string(),
        message: error.to_string(),
    }
}

fn write_triples(graph: &KnowledgeGraph, writer: impl Write) -> Result<(), KgError> {
    let mut output = RdfSerializer::from_format(RdfFormat::NTriples).for_writer(writer);
    for quad in &graph.store {
        output.serialize_triple(TripleRef::from(quad?.as_ref()))?;
    }
    output.finish()?.flush()?;
    Ok(())
}

fn severity(violation: &ValidationResult) -> Severity {
    match violation.severity() {
        ShaclSeverity::Violation | ShaclSeverity::Generic(_) => Severity::Error,
        ShaclSeverity::Warning => Severity::Warning,
        ShaclSeverity::Info | ShaclSeverity::Debug | ShaclSeverity::Trace => Severity::Info,
    }
}

fn message(violation: &ValidationResult) -> String {
    let mut text = violation.focus_node().to_string();
    if let Some(path) = violation.path() {
        text = format!("{text} {path}");
    }
    if let Some(value) = violation.value() {
        text = format!("{text} {value}");
    }
    let mut said: Vec<&String> = violation.message().messages().values().collect();
    said.sort();
    match said.first() {
        Some(message) => format!("{text}: {message}"),
        None => format!("{text}: {}", violation.constraint_component()),
    }
}
