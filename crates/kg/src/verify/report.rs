//! What was found.

use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Probably not meant.
    Warning,
    /// Wrong.
    Error,
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// One kind of fault with the places where it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad.
    pub severity: Severity,
    /// A stable name of the check: that of the rule's file, or of a built-in check.
    pub check: String,
    /// What is wrong.
    pub title: String,
    /// What to do about it, if the check knows.
    pub hint: Option<String>,
    /// How many places.
    pub count: usize,
    /// Messages about the first of them, each naming what it is about.
    pub examples: Vec<String>,
}

/// All findings, worst first, and by name among equals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Rules, profile checks and shapes that were run.
    pub checks: usize,
    /// What was found.
    pub findings: Vec<Finding>,
    #[serde(skip)]
    examples: usize,
}

impl VerifyReport {
    pub(super) fn new(examples: usize) -> Self {
        Self {
            checks: 0,
            findings: Vec::new(),
            examples,
        }
    }

    /// Adds one place to the finding of this check, with the severity the place has.
    pub(super) fn find(
        &mut self,
        severity: Severity,
        check: &str,
        title: &str,
        message: impl Into<String>,
    ) {
        self.find_with_hint(severity, check, title, None, message);
    }

    pub(super) fn find_with_hint(
        &mut self,
        severity: Severity,
        check: &str,
        title: &str,
        hint: Option<&str>,
        message: impl Into<String>,
    ) {
        let known = self
            .findings
            .iter()
            .position(|finding| finding.check == check && finding.severity == severity);
        let finding = if let Some(place) = known {
            &mut self.findings[place]
        } else {
            self.findings.push(Finding {
                severity,
                check: check.to_owned(),
                title: title.to_owned(),
                hint: hint.map(str::to_owned),
                count: 0,
                examples: Vec::new(),
            });
            let last = self.findings.len() - 1;
            &mut self.findings[last]
        };
        finding.count += 1;
        if finding.examples.len() < self.examples {
            finding.examples.push(message.into());
        }
    }

    pub(super) fn finish(&mut self) {
        self.findings.sort_by(|a, b| {
            b.severity
                .cmp(&a.severity)
                .then_with(|| a.check.cmp(&b.check))
        });
    }

    /// The worst severity found.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// How many places have this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .map(|finding| finding.count)
            .sum()
    }
}
