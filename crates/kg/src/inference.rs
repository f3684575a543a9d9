//! What follows from the data and its ontologies, into a named graph of its own.

use std::collections::{HashMap, HashSet};

use oxigraph::model::vocab::rdf;
use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, Quad, Term, Triple};
use serde::Serialize;

use crate::{KgError, KnowledgeGraph};

const RDFS: &str = "http://www.w3.org/2000/01/rdf-schema#";
const OWL_THING: NamedNodeRef<'static> =
    NamedNodeRef::new_unchecked("http://www.w3.org/2002/07/owl#Thing");

/// Which entailments are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entailment {
    /// RDFS: sub-classes, sub-properties, domains and ranges (rules rdfs2, 3, 5, 7, 9 and 11 of the
    /// RDF 1.1 Semantics, section 9.2.1).
    Rdfs,
    /// OWL 2 RL, with the feature `reasoning` (W3C OWL 2 Profiles, section 4.3).
    OwlRl,
}

/// What an inference gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct InferenceReport {
    /// Triples that the conclusions were drawn from.
    pub asserted: usize,
    /// New triples, now in the named graph.
    pub inferred: usize,
}

impl KnowledgeGraph {
    /// Draws conclusions from everything but people ([`Self::personal_graphs`]) and the graph `into`,
    /// and puts what is new into `into`, in place of what it held.
    ///
    /// That everything is an `owl:Thing` is left out: it would join all things through one.
    ///
    /// # Errors
    /// [`KgError::Iri`]; [`KgError::Inference`] if this build cannot; [`KgError::Storage`].
    pub fn infer(&self, entailment: Entailment, into: &str) -> Result<InferenceReport, KgError> {
        let into = NamedNode::new(into).map_err(|error| KgError::Iri {
            iri: into.to_owned(),
            message: error.to_string(),
        })?;
        let personal = self.personal_graphs()?;
        let target = GraphName::from(into.clone());
        let mut asserted: HashSet<Triple> = HashSet::new();
        for quad in &self.store {
            let quad = quad?;
            let is_personal = matches!(&quad.graph_name, GraphName::NamedNode(node) if personal.iter().any(|name| name == node.as_str()));
            if !is_personal && quad.graph_name != target {
                asserted.insert(quad.into());
            }
        }
        let count = asserted.len();
        let entailed = match entailment {
            Entailment::Rdfs => rdfs(&asserted),
            Entailment::OwlRl => owl_rl(&asserted)?,
        };
        let new: Vec<Quad> = entailed
            .into_iter()
            .filter(|triple| triple.object != Term::from(OWL_THING) && !asserted.contains(triple))
            .map(|triple| triple.in_graph(target.clone()))
            .collect();
        let mut transaction = self.store.start_transaction()?;
        transaction.clear_graph(&target)?;
        transaction.extend(new.iter().map(Quad::as_ref));
        let write = self.begin_write()?;
        transaction.commit()?;
        write.finish()?;
        Ok(InferenceReport {
            asserted: count,
            inferred: new.len(),
        })
    }
}

/// Pairs of a transitive relation, such as sub-class and super-class.
struct Hierarchy(HashMap<String, Vec<NamedNode>>);

impl Hierarchy {
    fn new(triples: &HashSet<Triple>, property: &str) -> Self {
        let mut direct: HashMap<String, Vec<NamedNode>> = HashMap::new();
        for triple in triples {
            if triple.predicate.as_str() == property
                && let Term::NamedNode(above) = &triple.object
            {
                direct
                    .entry(triple.subject.to_string())
                    .or_default()
                    .push(above.clone());
            }
        }
        Self(direct)
    }

    /// All that stands above, directly or not; cycles end.
    fn above(&self, key: &str) -> Vec<NamedNode> {
        let mut found: Vec<NamedNode> = Vec::new();
        let mut open = vec![key.to_owned()];
        while let Some(key) = open.pop() {
            for above in self.0.get(&key).into_iter().flatten() {
                if !found.contains(above) {
                    found.push(above.clone());
                    open.push(above.to_string());
                }
            }
        }
        found
    }
}

/// One pass is enough: hierarchies are closed first, then properties, then domains and ranges, then
/// classes, and none of the later steps feeds an earlier one for ontologies that do not redefine RDFS.
fn rdfs(asserted: &HashSet<Triple>) -> HashSet<Triple> {
    let property = |name: &str| format!("{RDFS}{name}");
    let sub_property = property("subPropertyOf");
    let sub_class = property("subClassOf");
    let properties = Hierarchy::new(asserted, &sub_property);
    let classes = Hierarchy::new(asserted, &sub_class);
    let domains = Hierarchy::new(asserted, &property("domain"));
    let ranges = Hierarchy::new(asserted, &property("range"));
    let mut all: HashSet<Triple> = HashSet::new();
    let mut types: HashSet<Triple> = HashSet::new();
    for triple in asserted {
        let key = triple.predicate.to_string();
        let mut used = properties.above(&key);
        for above in &used {
            all.insert(Triple::new(
                triple.subject.clone(),
                above.clone(),
                triple.object.clone(),
            ));
        }
        used.push(triple.predicate.clone());
        for used in used {
            let used = used.to_string();
            for class in domains.0.get(&used).into_iter().flatten() {
                types.insert(Triple::new(
                    triple.subject.clone(),
                    rdf::TYPE,
                    class.clone(),
                ));
            }
            let object = match &triple.object {
                Term::NamedNode(node) => Some(node.clone().into()),
                Term::BlankNode(node) => Some(node.clone().into()),
                Term::Literal(_) | Term::Triple(_) => None,
            };
            if let Some(object) = object {
                let object: oxigraph::model::NamedOrBlankNode = object;
                for class in ranges.0.get(&used).into_iter().flatten() {
                    types.insert(Triple::new(object.clone(), rdf::TYPE, class.clone()));
                }
            }
        }
        if triple.predicate.as_str() == sub_class || triple.predicate.as_str() == sub_property {
            let hierarchy = if triple.predicate.as_str() == sub_class {
                &classes
            } else {
                &properties
            };
            for above in hierarchy.above(&triple.subject.to_string()) {
                all.insert(Triple::new(
                    triple.subject.clone(),
                    triple.predicate.clone(),
                    above,
                ));
            }
        }
        if triple.predicate.as_ref() == rdf::TYPE {
            types.insert(triple.clone());
        }
    }
    for triple in types {
        for above in classes.above(&triple.object.to_string()) {
            all.insert(Triple::new(triple.subject.clone(), rdf::TYPE, above));
        }
        all.insert(triple);
    }
    all
}

#[cfg(feature = "reasoning")]
#[expect(
    clippy::unnecessary_wraps,
    reason = "without the feature it is an error"
)]
fn owl_rl(asserted: &HashSet<Triple>) -> Result<HashSet<Triple>, KgError> {
    let mut reasoner = reasonable::reasoner::Reasoner::new();
    reasoner.load_triples(asserted.iter().cloned().collect());
    reasoner.reason();
    Ok(reasoner.get_triples().into_iter().collect())
}

#[cfg(not(feature = "reasoning"))]
fn owl_rl(_asserted: &HashSet<Triple>) -> Result<HashSet<Triple>, KgError> {
    Err(KgError::Inference(
        "this build draws RDFS conclusions only\nhint: build with the feature `reasoning` for OWL 2 RL".to_owned(),
    ))
}
