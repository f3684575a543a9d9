//! Questions to the store.

use std::sync::mpsc;
use std::time::Duration;

use oxigraph::sparql::CancellationToken;

use super::answer::collect;
use super::guard::refuse_monsters;
use super::{Explanation, GRACE, QueryAnswer, QuerySyntax, evaluator, parser};
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
    /// The evaluator notices a cancellation at the next statement that it reads. A query with a timeout
    /// runs on another thread, so that at the timeout this returns even if no statement is read for long.
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
        let nesting = refuse_monsters(sparql)?;
        let token = CancellationToken::new();
        let question = Question {
            graph: self.handle(),
            sparql: sparql.to_owned(),
            all_graphs: options.all_graphs,
            limit: options.limit,
            explain,
            token: token.clone(),
        };
        if options.timeout.is_none() && nesting.is_small() {
            return question.answer();
        }
        let waiting = self.workers.run(move || question.answer())?;
        let answer = match options.timeout {
            None => waiting.recv().map_err(|error| error.to_string()),
            Some(timeout) => match waiting.recv_timeout(timeout) {
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    token.cancel();
                    let _ = waiting.recv_timeout(GRACE);
                    return Err(KgError::Timeout {
                        seconds: timeout.as_secs_f64(),
                    });
                }
                answer => answer.map_err(|error| error.to_string()),
            },
        };
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
        let view = self.graph.view()?;
        let query = parser(&view.prefixes)?
            .parse_query(&self.sparql)
            .map_err(|error| KgError::Query(QuerySyntax::new(&self.sparql, &error.to_string())))?;
        let mut prepared = evaluator()
            .with_cancellation_token(self.token)
            .for_query(query);
        view.set_default_graphs(prepared.dataset_mut(), self.all_graphs);
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

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::LoadOptions;

    /// A query that is stopped does not only stop to be waited for.
    #[test]
    fn the_work_itself_ends_at_the_timeout() {
        let graph = KnowledgeGraph::in_memory().expect("memory suffices");
        let data: String = (0..2_000)
            .map(|n| format!("<http://e.org/{n}> <http://e.org/p> {n} .\n"))
            .collect();
        graph
            .load_str(&data, "x.ttl", &LoadOptions::default())
            .expect("valid");
        let options = QueryOptions {
            timeout: Some(Duration::from_millis(50)),
            ..QueryOptions::default()
        };
        for order in ["", "ORDER BY ?a", "GROUP BY ?a"] {
            let endless = format!(
                "SELECT ?a {{ ?a ?p ?b . ?c ?q ?d . ?e ?r ?f FILTER(?b + ?d + ?f < 0) }} {order}"
            );
            let error = graph.query(&endless, &options).expect_err("it takes hours");
            assert!(matches!(error, KgError::Timeout { .. }), "{error}");
            let clock = Instant::now();
            while graph.workers.idle() == 0 {
                assert!(
                    clock.elapsed() < Duration::from_secs(30),
                    "it still runs: {endless}"
                );
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
}
