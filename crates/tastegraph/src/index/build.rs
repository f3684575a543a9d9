//! From the projection of a store to the parts of an index.

use tastegraph_dialogue::{FilterKind, FilterPhrase, FilterSpec, Vocabulary};
use tastegraph_graph::{NodeId, NodeKind, Snapshot, SnapshotBuilder};
use tastegraph_kg::{
    FilterKind as ProfileFilterKind, FilterRule, KnowledgeGraph, Matching as ProfileMatching,
    Profile, ProjectedKind, ProjectedNode, Projection,
};
use tastegraph_retrieval::{Catalogue, NodeDetails, entity_token};
use tastegraph_text::{Bm25, Bm25Builder, LexiconEntry, Matching, tokenize};

use super::Index;
use crate::EngineError;

/// Projects the store and builds every part.
pub(crate) fn assemble(graph: &KnowledgeGraph, profile: &Profile) -> Result<Index, EngineError> {
    let projection = graph.project(profile)?;
    let snapshot = snapshot(&projection)?;
    // The snapshot orders nodes as the projection does, but only it may say so.
    let ids: Vec<NodeId> = projection
        .nodes
        .iter()
        .filter_map(|node| snapshot.find(&node.iri))
        .collect();
    let nodes = || ids.iter().copied().zip(&projection.nodes);
    Ok(Index {
        lexicon: lexicon(nodes(), &snapshot),
        words: words(nodes(), &snapshot),
        catalogue: catalogue(nodes(), profile),
        vocabulary: Vocabulary {
            filters: profile.filters.iter().map(filter).collect(),
            hard: nodes()
                .filter(|(_, node)| node.strict)
                .map(|(id, _)| id.0)
                .collect(),
        },
        item_name: profile.item_name.clone(),
        snapshot,
    })
}

fn snapshot(projection: &Projection) -> Result<Snapshot, EngineError> {
    let mut builder = SnapshotBuilder::new();
    let relations: Vec<_> = projection
        .relations
        .iter()
        .map(|relation| {
            builder.relation(
                &relation.iri,
                &relation.name,
                &relation.inverse_name,
                relation.weight,
                relation.walk,
            )
        })
        .collect();
    let nodes: Vec<_> = projection
        .nodes
        .iter()
        .map(|node| builder.node(&node.iri, kind(node.kind), &node.label, &node.class))
        .collect();
    for edge in &projection.edges {
        builder.edge(
            nodes[edge.from as usize],
            relations[edge.relation as usize],
            nodes[edge.to as usize],
            edge.polarity,
        );
    }
    Ok(builder.build()?)
}

fn kind(kind: ProjectedKind) -> NodeKind {
    match kind {
        ProjectedKind::Item => NodeKind::Item,
        ProjectedKind::Entity => NodeKind::Entity,
        ProjectedKind::Conversation => NodeKind::Conversation,
        ProjectedKind::User => NodeKind::User,
    }
}

/// Names of items and entities; what is joined to more is meant more often.
fn lexicon<'a>(
    nodes: impl Iterator<Item = (NodeId, &'a ProjectedNode)>,
    snapshot: &Snapshot,
) -> Vec<LexiconEntry> {
    let mut entries = Vec::new();
    for (id, node) in nodes {
        if !matches!(node.kind, ProjectedKind::Item | ProjectedKind::Entity) {
            continue;
        }
        let names = std::iter::once((&node.label, true))
            .chain(node.aliases.iter().map(|alias| (alias, false)));
        entries.extend(names.map(|(surface, preferred)| LexiconEntry {
            surface: surface.clone(),
            entity: id.0,
            matching: match node.matching {
                ProfileMatching::Title => Matching::Title,
                ProfileMatching::Name => Matching::Name,
                ProfileMatching::Phrase => Matching::Phrase,
                ProfileMatching::Term => Matching::Term,
            },
            preferred,
            prior: snapshot.degree(id) as f32,
            qualifier: node.qualifier,
        }));
    }
    entries
}

/// Conversations by their words and by what they name.
fn words<'a>(
    nodes: impl Iterator<Item = (NodeId, &'a ProjectedNode)>,
    snapshot: &Snapshot,
) -> Bm25 {
    let mut builder = Bm25Builder::new();
    for (id, node) in nodes {
        if node.kind != ProjectedKind::Conversation {
            continue;
        }
        let named = snapshot
            .neighbors(id)
            .map(|neighbor| entity_token(snapshot.iri(neighbor.node)));
        let tokens = node
            .texts
            .iter()
            .flat_map(|text| tokenize(text))
            .chain(named);
        builder.add(id.0, tokens);
    }
    builder.build()
}

fn catalogue<'a>(
    nodes: impl Iterator<Item = (NodeId, &'a ProjectedNode)>,
    profile: &Profile,
) -> Catalogue {
    let filters = profile
        .filters
        .iter()
        .map(|filter| filter.name.clone())
        .collect();
    let relations = profile
        .edges
        .iter()
        .map(|edge| edge.property.clone())
        .collect();
    let mut catalogue = Catalogue::new(filters).with_relation_order(relations);
    for (id, node) in nodes {
        let details = NodeDetails {
            qualifier: node.qualifier,
            values: node.values.clone(),
            texts: node.texts.clone(),
        };
        if details != NodeDetails::default() {
            catalogue.insert(id, details);
        }
    }
    catalogue
}

fn filter(rule: &FilterRule) -> FilterSpec {
    FilterSpec {
        name: rule.name.clone(),
        label: rule.name.clone(),
        kind: match rule.kind {
            ProfileFilterKind::Year => FilterKind::Year,
            ProfileFilterKind::Minutes => FilterKind::Minutes,
            ProfileFilterKind::Number => FilterKind::Number,
        },
        phrases: rule
            .phrases
            .iter()
            .map(|phrase| FilterPhrase {
                text: phrase.text.clone(),
                min: phrase.minimum,
                max: phrase.maximum,
            })
            .collect(),
    }
}
