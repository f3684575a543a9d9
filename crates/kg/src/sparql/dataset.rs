//! Which graphs a query sees when it names none.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use oxigraph::model::{GraphName, NamedNode, NamedOrBlankNode};
use oxigraph::sparql::QueryDataset;

use crate::vocabulary::RDF_TYPE;
use crate::{KgError, KnowledgeGraph};

impl KnowledgeGraph {
    /// The named graphs that hold people: users, conversations, and what belongs to them.
    ///
    /// # Errors
    /// [`KgError::Storage`] if the store fails.
    pub fn personal_graphs(&self) -> Result<Vec<String>, KgError> {
        let Ok(profile) = self.profile() else {
            return Ok(Vec::new());
        };
        let classes: Vec<NamedNode> = profile
            .users
            .iter()
            .chain(&profile.conversations)
            .chain(profile.links.iter().map(|link| &link.class))
            .chain(profile.utterances.iter().map(|utterance| &utterance.class))
            .filter_map(|class| NamedNode::new(class).ok())
            .collect();
        let items: Vec<NamedNode> = profile
            .items
            .iter()
            .filter_map(|class| NamedNode::new(class).ok())
            .collect();
        let mut personal = Vec::new();
        for graph in self.store.named_graphs() {
            let NamedOrBlankNode::NamedNode(graph) = graph? else {
                continue;
            };
            // Who keeps items and people in one graph means to see them together.
            if self.holds_instance(&graph, &classes)? && !self.holds_instance(&graph, &items)? {
                personal.push(graph.into_string());
            }
        }
        Ok(personal)
    }

    fn holds_instance(&self, graph: &NamedNode, classes: &[NamedNode]) -> Result<bool, KgError> {
        for class in classes {
            let mut instances = self.store.quads_for_pattern(
                None,
                Some(RDF_TYPE),
                Some(class.as_ref().into()),
                Some(graph.as_ref().into()),
            );
            if instances.next().transpose()?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What every query needs to know of the graph, read once between two writes.
    pub(super) fn view(&self) -> Result<Arc<View>, KgError> {
        self.views.get(|| {
            Ok(View {
                prefixes: self.read_prefixes(),
                impersonal: self.impersonal_graphs()?,
            })
        })
    }

    /// All graphs but the personal ones; `None` if none is personal.
    fn impersonal_graphs(&self) -> Result<Option<Vec<GraphName>>, KgError> {
        let personal: HashSet<String> = self.personal_graphs()?.into_iter().collect();
        if personal.is_empty() {
            return Ok(None);
        }
        let mut graphs = vec![GraphName::DefaultGraph];
        for graph in self.store.named_graphs() {
            let graph = graph?;
            let is_personal = matches!(&graph, NamedOrBlankNode::NamedNode(node) if personal.contains(node.as_str()));
            if !is_personal {
                graphs.push(graph.into());
            }
        }
        Ok(Some(graphs))
    }
}

/// What queries need to know of the graph beside its quads.
#[derive(Debug)]
pub(crate) struct View {
    /// Prefixes that need no declaration, name and namespace.
    pub(super) prefixes: Vec<(String, String)>,
    /// The graphs that a query sees when it names none; `None` is all of them.
    impersonal: Option<Vec<GraphName>>,
}

impl View {
    /// Data lives in named graphs; a query without FROM means all of them but the personal ones.
    pub(super) fn set_default_graphs(&self, dataset: &mut QueryDataset, all_graphs: bool) {
        if !dataset.is_default_dataset() {
            return;
        }
        match &self.impersonal {
            Some(graphs) if !all_graphs => dataset.set_default_graph(graphs.clone()),
            _ => dataset.set_default_graph_as_union(),
        }
    }
}

/// Keeps a [`View`] from one write to the next.
#[derive(Debug, Default)]
pub(crate) struct Views {
    /// Goes up before and after every write.
    writes: AtomicU64,
    /// The latest view, and the number of writes before it was read.
    latest: Mutex<Option<(u64, Arc<View>)>>,
}

impl Views {
    /// Something is about to be written, or has been.
    pub(crate) fn invalidate(&self) {
        self.writes.fetch_add(1, Ordering::SeqCst);
    }

    fn get(&self, read: impl FnOnce() -> Result<View, KgError>) -> Result<Arc<View>, KgError> {
        // Noted before reading: what is read while somebody writes is not used again.
        let writes = self.writes.load(Ordering::SeqCst);
        // A panic elsewhere leaves a view that is whole all the same.
        let latest = || self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read_after, view)) = &*latest()
            && *read_after == writes
        {
            return Ok(Arc::clone(view));
        }
        let view = Arc::new(read()?);
        *latest() = Some((writes, Arc::clone(&view)));
        Ok(view)
    }
}
