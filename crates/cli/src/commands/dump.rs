//! `tastegraph dump`.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use tastegraph::kg::{KnowledgeGraph, OutputFormat};

use super::query::machine;
use crate::arguments::DumpArguments;
use crate::{Outcome, output};

pub(crate) fn run(folder: &Path, arguments: &DumpArguments) -> anyhow::Result<Outcome> {
    let format = format(arguments)?;
    let graph = KnowledgeGraph::open(folder)?;
    let write = |out: &mut dyn Write| match &arguments.from {
        Some(from) => graph.dump_graph(from, format, out),
        None => graph.dump(format, out),
    };
    let Some(path) = &arguments.output else {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        write(&mut out)?;
        out.flush()?;
        return Ok(Outcome::Done);
    };
    // Under another name until it is whole.
    let unfinished = path.with_extension("unfinished");
    let file = std::io::BufWriter::new(fs_err::File::create(&unfinished)?);
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut out = GzEncoder::new(file, Compression::default());
        write(&mut out)?;
        out.finish()?.into_inner()?.sync_all()?;
    } else {
        let mut out = file;
        write(&mut out)?;
        out.into_inner()?.sync_all()?;
    }
    fs_err::rename(&unfinished, path)?;
    output::note(&format!("wrote {}", path.display()));
    Ok(Outcome::Done)
}

fn format(arguments: &DumpArguments) -> anyhow::Result<OutputFormat> {
    if let Some(format) = arguments.format {
        return machine(format).context("a dump is for programs: choose trig or nquads");
    }
    let Some(path) = &arguments.output else {
        return Ok(if arguments.from.is_some() {
            OutputFormat::NTriples
        } else {
            OutputFormat::NQuads
        });
    };
    let name = path.to_string_lossy();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    Ok(match name.rsplit('.').next() {
        Some("trig") => OutputFormat::TriG,
        Some("nq") => OutputFormat::NQuads,
        Some("ttl") => OutputFormat::Turtle,
        Some("nt") => OutputFormat::NTriples,
        Some("rdf") => OutputFormat::RdfXml,
        Some("jsonld") => OutputFormat::JsonLd,
        _ => bail!(
            "{}: the name does not tell a format\nhint: end it in .trig or .nq, or say --format",
            path.display()
        ),
    })
}
