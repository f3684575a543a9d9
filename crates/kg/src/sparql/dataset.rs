//! Which graphs a query sees when it names none.

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

    /// Data lives in named graphs; a query without FROM means all of them but the personal ones.
    pub(super) fn set_default_graphs(
        &self,
        dataset: &mut QueryDataset,
        all_graphs: bool,
    ) -> Result<(), KgError> {
        if !dataset.is_default_dataset() {
            return Ok(());
        }
        let personal = if all_graphs {
            Vec::new()
        } else {
            self.personal_graphs()?
        };
        if personal.is_empty() {
            dataset.set_default_graph_as_union();
            return Ok(());
        }
        let mut graphs = vec![GraphName::DefaultGraph];
        for graph in self.store.named_graphs() {
            let graph = graph?;
            let is_personal = matches!(&graph, NamedOrBlankNode::NamedNode(node) if personal.iter().any(|name| name == node.as_str()));
            if !is_personal {
                graphs.push(graph.into());
            }
        }
        dataset.set_default_graph(graphs);
        Ok(())
    }
}
