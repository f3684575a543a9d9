//! SHACL Core over the whole data, through the crate `shacl`.
//!
//! The validator wants the data in memory of its own; statements of all named graphs are given to it,
//! the ontologies included, for `sh:class` follows `rdfs:subClassOf`.

use std::io::{BufWriter, Write};
use std::path::Path;

use fs_err as fs;
use oxigraph::io::{RdfFormat, RdfSerializer};
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

/// Validates against one file of shapes.
///
/// # Errors
/// [`KgError::Shapes`] if the shapes are malformed or the validator fails.
pub(super) fn run(
    graph: &KnowledgeGraph,
    file: &Path,
    report: &mut VerifyReport,
) -> Result<(), KgError> {
    let fault = |message: String| KgError::Shapes {
        file: file.display().to_string(),
        message,
    };
    let shapes = IRSchema::from_str(
        &fs::read_to_string(file)?,
        &RDFFormat::Turtle,
        None,
        &ReaderMode::Strict,
    )
    .map_err(|error| fault(error.to_string()))?;
    report.checks += 1;
    let data = tempfile::Builder::new().suffix(".nt").tempfile()?;
    write_triples(graph, BufWriter::new(data.as_file()))?;
    let mut validation = GraphValidation::from_path(data.path(), RDFFormat::NTriples, None)
        .map_err(|error| fault(error.to_string()))?;
    let result = validation
        .validate(&shapes, &ShaclValidationMode::Native, &ShaclConfig::new())
        .map_err(|error| fault(error.to_string()))?;
    let mut violations: Vec<(Severity, String)> = result
        .results()
        .iter()
        .map(|violation| (severity(violation), message(violation)))
        .collect();
    // The validator runs shapes in parallel and reports in no order.
    violations.sort();
    let name = file
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    for (severity, message) in violations {
        report.find(severity, &name, "violations of SHACL shapes", message);
    }
    Ok(())
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
