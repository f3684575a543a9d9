//! Whether the data is what its ontology and the engine expect.
//!
//! Three sources of checks: the rules beside an ontology (SPARQL; a row is a violation), the
//! projection profile against the data, and SHACL shapes (feature `shacl`).

mod coverage;
mod duplicates;
mod items;
mod report;
mod rules;
#[cfg(feature = "shacl")]
mod shapes;
mod survey;

use std::path::PathBuf;

pub use report::{Finding, Severity, VerifyReport};

use crate::companion::{RULES, SHAPES, files_with};
use crate::{KgError, KnowledgeGraph, QueryFile};

/// What to check beside the profile.
#[derive(Debug, Clone, Default)]
pub struct VerifyOptions {
    /// Further rules: `.rq` files or folders of them.
    pub rules: Vec<PathBuf>,
    /// Further SHACL shapes: Turtle files or folders of them.
    pub shapes: Vec<PathBuf>,
    /// How many examples to keep of each finding.
    pub examples: usize,
}

impl KnowledgeGraph {
    /// Runs all checks: the rules and shapes that came with the ontologies, those given, and the
    /// profile against the data.
    ///
    /// # Errors
    /// [`KgError::Rule`] if a rule is incomplete or malformed, naming file and line;
    /// [`KgError::Shapes`]; [`KgError::Storage`]. A missing profile is a finding, not an error.
    pub fn verify(&self, options: &VerifyOptions) -> Result<VerifyReport, KgError> {
        let mut report = VerifyReport::new(options.examples);
        for file in self.files(RULES, &options.rules, "rq")? {
            rules::run(self, &QueryFile::read(file)?, &mut report)?;
        }
        match self.profile() {
            Ok(profile) => {
                let survey = survey::Survey::new(self, &profile)?;
                coverage::check(&profile, &survey, &mut report);
                items::check(&survey, &mut report);
                duplicates::check(&survey, &mut report);
            }
            Err(KgError::Profile(message)) => {
                report.find(
                    Severity::Error,
                    "profile",
                    "the projection profile",
                    message,
                );
            }
            Err(other) => return Err(other),
        }
        let shapes = self.files(SHAPES, &options.shapes, "ttl")?;
        if !shapes.is_empty() {
            self.check_shapes(&shapes, &mut report)?;
        }
        report.finish();
        Ok(report)
    }

    fn files(
        &self,
        kind: &str,
        given: &[PathBuf],
        extension: &str,
    ) -> Result<Vec<PathBuf>, KgError> {
        let mut files = self.kept(kind, &[extension])?;
        for path in given {
            files.extend(if path.is_dir() {
                files_with(path, &[extension])?
            } else {
                vec![path.clone()]
            });
        }
        Ok(files)
    }

    #[cfg(feature = "shacl")]
    fn check_shapes(&self, files: &[PathBuf], report: &mut VerifyReport) -> Result<(), KgError> {
        shapes::run(self, files, report)
    }

    #[cfg(not(feature = "shacl"))]
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "the same call in every build"
    )]
    fn check_shapes(&self, files: &[PathBuf], report: &mut VerifyReport) -> Result<(), KgError> {
        for file in files {
            report.find(
                Severity::Warning,
                "shapes-not-checked",
                "SHACL shapes that this build cannot check (build with the feature `shacl`)",
                file.display().to_string(),
            );
        }
        Ok(())
    }
}
