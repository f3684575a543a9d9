//! A person leaves.

use std::collections::BTreeSet;

use oxigraph::model::{GraphName, NamedNode, NamedOrBlankNode, Quad, Term};

use crate::{KgError, KnowledgeGraph};

impl KnowledgeGraph {
    /// Removes a user or conversation with everything derived from it: statements about it, whatever
    /// belongs to it (ratings, mentions, turns, conversations: what points at it through a property that
    /// the profile names as the start of a link, as the place of an utterance or as `tp:owner`), and the
    /// named graphs that hold nothing else. Returns how many quads went.
    ///
    /// # Errors
    /// [`KgError::Iri`]; [`KgError::Unknown`] if nothing in the store mentions it;
    /// [`KgError::Profile`]; [`KgError::Storage`]. The store is then as it was.
    pub fn forget(&self, person: &str) -> Result<usize, KgError> {
        let person = NamedNode::new(person).map_err(|error| KgError::Iri {
            iri: person.to_owned(),
            message: error.to_string(),
        })?;
        let profile = self.profile()?;
        let owners: BTreeSet<&str> = profile
            .links
            .iter()
            .map(|link| link.from.as_str())
            .chain(profile.utterances.iter().map(|rule| rule.from.as_str()))
            .chain(profile.owners.iter().map(String::as_str))
            .collect();
        let mut transaction = self.store.start_transaction()?;
        // What is to go, and what of it has still to be followed.
        let mut gone: Vec<NamedOrBlankNode> = vec![person.clone().into()];
        let mut seen: BTreeSet<String> = BTreeSet::from([gone[0].to_string()]);
        let mut doomed: Vec<Quad> = Vec::new();
        let mut next = 0;
        while let Some(node) = gone.get(next).cloned() {
            next += 1;
            for quad in transaction.quads_for_pattern(Some(node.as_ref()), None, None, None) {
                let quad = quad?;
                // What hangs on it without a name of its own has no other use.
                if let Term::BlankNode(blank) = &quad.object
                    && seen.insert(blank.to_string())
                {
                    gone.push(blank.clone().into());
                }
                doomed.push(quad);
            }
            let term: Term = node.into();
            for quad in transaction.quads_for_pattern(None, None, Some(term.as_ref()), None) {
                let quad = quad?;
                let belongs = owners.contains(quad.predicate.as_str());
                if belongs && seen.insert(quad.subject.to_string()) {
                    gone.push(quad.subject.clone());
                }
                doomed.push(quad);
            }
        }
        if doomed.is_empty() {
            return Err(KgError::Unknown {
                iri: person.into_string(),
            });
        }
        let before = transaction.len()?;
        let mut graphs: Vec<GraphName> = Vec::new();
        for quad in &doomed {
            transaction.remove(quad);
            if !graphs.contains(&quad.graph_name) {
                graphs.push(quad.graph_name.clone());
            }
        }
        // A graph named after somebody says that there was somebody.
        for graph in graphs {
            let graph = match graph {
                GraphName::NamedNode(node) => NamedOrBlankNode::from(node),
                GraphName::BlankNode(node) => node.into(),
                GraphName::DefaultGraph => continue,
            };
            let rest = transaction
                .quads_for_pattern(None, None, None, Some(graph.as_ref().into()))
                .next()
                .transpose()?;
            if rest.is_none() {
                transaction.remove_named_graph(graph.as_ref())?;
            }
        }
        let removed = before - transaction.len()?;
        let write = self.begin_write()?;
        transaction.commit()?;
        write.finish()?;
        Ok(removed)
    }
}
