//! Questions to the store.

use std::sync::mpsc;
use std::time::Duration;

use oxigraph::sparql::CancellationToken;

use super::answer::collect;
use super::guard::refuse_monsters;
use super::{Explanation, GRACE, QueryAnswer, QuerySyntax, evaluator, on_deep_stack, parser};
use crate::{KgError, KnowledgeGraph};

/// Bounds of a query, and what it sees.
#[derive(Debug, Clone, Default)]
pub struct QueryOptions {
    /// Stop after this long.
    pub timeout: Option<Duration>,
    /// Return at most this many rows.
    pub limit: Option<usize>,
    /// Whether a query that names no graph sees users and conversations too.
    pub all_graphs: bool,
}

impl KnowledgeGraph {
    /// Runs a SELECT, ASK, CONSTRUCT or DESCRIBE.
    ///
    /// A query that names no graph sees all named graphs together, but for those that hold users and
    /// conversations ([`Self::personal_graphs`]). The prefixes of [`crate::vocabulary::PREFIXES`] and
    /// those of the profile need no declaration. `SERVICE` is refused: no query reaches the network.
    ///
    /// The evaluator notices a cancellation between scans, so the query runs on a thread of its own:
    /// at the timeout this returns, and the thread ends at its next scan.
    ///
    /// # Errors
    /// [`KgError::Query`] with position if the query is malformed, [`KgError::Timeout`],
    /// [`KgError::Evaluation`].
    pub fn query(&self, sparql: &str, options: &QueryOptions) -> Result<QueryAnswer, KgError> {
        Ok(self.run(sparql, options, false)?.0)
    }

    /// Runs a query and tells how: the plan, with the number of results and the time of each step.
    ///
    /// # Errors
    /// As [`Self::query`].
    pub fn explain(
        &self,
        sparql: &str,
        options: &QueryOptions,
    ) -> Result<(QueryAnswer, Explanation), KgError> {
        let (answer, explanation) = self.run(sparql, options, true)?;
        let explanation = explanation
            .ok_or_else(|| KgError::Evaluation("the evaluator explained nothing".to_owned()))?;
        Ok((answer, explanation))
    }

    fn run(
        &self,
        sparql: &str,
        options: &QueryOptions,
        explain: bool,
    ) -> Result<(QueryAnswer, Option<Explanation>), KgError> {
        refuse_monsters(sparql)?;
        let token = CancellationToken::new();
        let question = Question {
            graph: self.handle(),
            sparql: sparql.to_owned(),
            all_graphs: options.all_graphs,
            limit: options.limit,
            explain,
            token: token.clone(),
        };
        let (done, waiting) = mpsc::channel();
        let thread = on_deep_stack(move || {
            let answer = question.answer();
            // Nobody waits any more after a timeout.
            let _ = done.send(answer);
        })?;
        let answer = match options.timeout {
            None => waiting.recv().map_err(|error| error.to_string()),
            Some(timeout) => match waiting.recv_timeout(timeout) {
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    token.cancel();
                    if waiting.recv_timeout(GRACE).is_ok() {
                        let _ = thread.join();
                    }
                    return Err(KgError::Timeout {
                        seconds: timeout.as_secs_f64(),
                    });
                }
                answer => answer.map_err(|error| error.to_string()),
            },
        };
        // The thread still has to let go of the store; a process that ended meanwhile would take
        // RocksDB's locks away from under it.
        let _ = thread.join();
        answer.map_err(KgError::Evaluation)?
    }
}

/// What the thread needs.
struct Question {
    graph: KnowledgeGraph,
    sparql: String,
    all_graphs: bool,
    limit: Option<usize>,
    explain: bool,
    token: CancellationToken,
}

impl Question {
    fn answer(self) -> Result<(QueryAnswer, Option<Explanation>), KgError> {
        let query = parser(&self.graph.prefixes())?
            .parse_query(&self.sparql)
            .map_err(|error| KgError::Query(QuerySyntax::new(&self.sparql, &error.to_string())))?;
        let mut prepared = evaluator()
            .with_cancellation_token(self.token)
            .for_query(query);
        self.graph
            .set_default_graphs(prepared.dataset_mut(), self.all_graphs)?;
        let bound = prepared.on_store(&self.graph.store);
        let failed =
            |error: oxigraph::sparql::QueryEvaluationError| KgError::Evaluation(error.to_string());
        if !self.explain {
            let answer = bound
                .execute()
                .and_then(|results| collect(results, self.limit));
            return Ok((answer.map_err(failed)?, None));
        }
        let (results, explanation) = bound.compute_statistics().explain();
        let answer = results
            .and_then(|results| collect(results, self.limit))
            .map_err(failed)?;
        let mut json = Vec::new();
        explanation.write_in_json(&mut json)?;
        Ok((answer, Some(Explanation::from_json(&json)?)))
    }
}
