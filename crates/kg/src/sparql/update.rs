//! SPARQL Update: in one transaction, offline, with a rehearsal.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use oxigraph::sparql::{CancellationToken, SparqlEvaluator};
use spargebra::{GraphUpdateOperation, Update};

use super::guard::refuse_monsters;
use super::{GRACE, QuerySyntax, evaluator, parser};
use crate::{KgError, KnowledgeGraph};

/// Bounds of an update.
#[derive(Debug, Clone, Default)]
pub struct UpdateOptions {
    /// Stop after this long; nothing is changed then.
    pub timeout: Option<Duration>,
    /// Find out what would change, and change nothing.
    pub dry_run: bool,
}

/// What an update did, or would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct UpdateReport {
    /// Quads in the store before.
    pub before: usize,
    /// Quads in the store after.
    pub after: usize,
}

/// Who decides what becomes of an update: the thread that is about to commit it, or the caller whose
/// time ran out. The first to say so has it.
#[derive(Clone, Default)]
struct Fate(Arc<AtomicU8>);

impl Fate {
    const OPEN: u8 = 0;
    const COMMITTED: u8 = 1;
    const ABANDONED: u8 = 2;

    fn claim(&self, fate: u8) -> bool {
        self.0
            .compare_exchange(Self::OPEN, fate, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok()
    }
}

impl KnowledgeGraph {
    /// Runs a SPARQL update, all its operations or none.
    ///
    /// As SPARQL has it, an operation that names no graph (`WITH`, `GRAPH`, `USING`) works on the
    /// unnamed default graph. `LOAD` and `SERVICE` are refused: no update reaches the network.
    ///
    /// # Errors
    /// [`KgError::Query`] with position if the update is malformed, [`KgError::Timeout`],
    /// [`KgError::Evaluation`]; the store is then as it was.
    pub fn update(&self, sparql: &str, options: &UpdateOptions) -> Result<UpdateReport, KgError> {
        refuse_monsters(sparql)?;
        let token = CancellationToken::new();
        let fate = Fate::default();
        let change = Change {
            graph: self.handle(),
            sparql: sparql.to_owned(),
            dry_run: options.dry_run,
            evaluator: evaluator().with_cancellation_token(token.clone()),
            fate: fate.clone(),
        };
        let waiting = self.workers.run(move || change.apply())?;
        let waited = match options.timeout {
            None => waiting.recv().map_err(|error| error.to_string()),
            Some(timeout) => match waiting.recv_timeout(timeout) {
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    token.cancel();
                    if fate.claim(Fate::ABANDONED) {
                        let _ = waiting.recv_timeout(GRACE);
                        return Err(KgError::Timeout {
                            seconds: timeout.as_secs_f64(),
                        });
                    }
                    // Too late to stop it: it is being committed.
                    waiting.recv().map_err(|error| error.to_string())
                }
                answer => answer.map_err(|error| error.to_string()),
            },
        };
        waited.map_err(KgError::Evaluation)?
    }
}

struct Change {
    graph: KnowledgeGraph,
    sparql: String,
    dry_run: bool,
    evaluator: SparqlEvaluator,
    fate: Fate,
}

impl Change {
    fn apply(self) -> Result<UpdateReport, KgError> {
        let update = parser(&self.graph.view()?.prefixes)?
            .parse_update(&self.sparql)
            .map_err(|error| KgError::Query(QuerySyntax::new(&self.sparql, &error.to_string())))?;
        refuse_load(&update)?;
        let failed =
            |error: oxigraph::sparql::UpdateEvaluationError| KgError::Evaluation(error.to_string());
        let mut transaction = self.graph.store.start_transaction()?;
        let before = transaction.len()?;
        self.evaluator
            .for_update(update)
            .on_transaction(&mut transaction)
            .execute()
            .map_err(failed)?;
        let after = transaction.len()?;
        if !self.dry_run && self.fate.claim(Fate::COMMITTED) {
            let write = self.graph.begin_write()?;
            transaction.commit()?;
            write.finish()?;
        }
        Ok(UpdateReport { before, after })
    }
}

fn refuse_load(update: &Update) -> Result<(), KgError> {
    let loads = |operation: &GraphUpdateOperation| match operation {
        GraphUpdateOperation::Load { source, .. } => Some(source.clone()),
        _ => None,
    };
    match update.operations.iter().find_map(loads) {
        Some(source) => Err(KgError::Evaluation(format!(
            "LOAD {source} is not allowed: updates do not reach the network\nhint: fetch the file yourself and give it to `tastegraph load`"
        ))),
        None => Ok(()),
    }
}
