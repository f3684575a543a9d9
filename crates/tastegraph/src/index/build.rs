//! From the projection of a store to the parts of an index.

use std::time::Instant;

use tastegraph_dialogue::{FilterKind, FilterPhrase, FilterSpec, Vocabulary};
use tastegraph_graph::{NodeId, NodeKind, Snapshot, SnapshotBuilder};
use tastegraph_kg::{
    FilterKind as ProfileFilterKind, FilterRule, KnowledgeGraph, Matching as ProfileMatching,
    Profile, ProjectedKind, ProjectedNode, Projection,
};
use tastegraph_retrieval::{Catalogue, Meanings, NodeDetails, entity_token};
use tastegraph_text::{Bm25, Bm25Builder, LexiconEntry, Matching, tokenize};

use super::aliases::{Alias, by_iri};
use super::vectors::{self, Texts};
use super::{Index, IndexTimes};
use crate::EngineError;

/// An index, and the texts that an encoder would read.
pub(super) struct Assembled {
    pub(super) index: Index,
    pub(super) conversation_texts: Texts,
    pub(super) item_texts: Texts,
    pub(super) times: IndexTimes,
}

/// Projects the store and builds every part but the vectors.
pub(crate) fn assemble(
    graph: &KnowledgeGraph,
    profile: &Profile,
    aliases: &[Alias],
) -> Result<Assembled, EngineError> {
    let mut times = IndexTimes::default();
    let clock = Instant::now();
    let projection = graph.project(profile)?;
    times.project = clock.elapsed();
    let clock = Instant::now();
    let snapshot = snapshot(&projection, &mut times)?;
    times.snapshot = clock.elapsed();
    let clock = Instant::now();
    // The snapshot orders nodes as the projection does, but only it may say so.
    let ids: Vec<NodeId> = projection
        .nodes
        .iter()
        .filter_map(|node| snapshot.find(&node.iri))
        .collect();
    let nodes = || ids.iter().copied().zip(&projection.nodes);
    let catalogue = catalogue(nodes(), profile);
    let conversation_texts = vectors::of_conversations(nodes());
    let item_texts = vectors::of_items(nodes(), &snapshot, &catalogue);
    let (words, (lexicon, item_words)) = rayon::join(
        || words(nodes(), &snapshot),
        || {
            let lexicon = lexicon(nodes(), &snapshot, aliases);
            (lexicon, item_words(nodes(), &snapshot, aliases))
        },
    );
    let index = Index {
        lexicon: lexicon?,
        words,
        item_words,
        catalogue,
        vocabulary: Vocabulary {
            filters: profile.filters.iter().map(filter).collect(),
            hard: nodes()
                .filter(|(_, node)| node.strict)
                .map(|(id, node)| (id.0, node.class.clone()))
                .collect(),
            relations: profile.edges.iter().map(|edge| edge.name.clone()).collect(),
        },
        item_name: profile.item_name.clone(),
        snapshot,
        meanings: Meanings::default(),
        encoder: None,
    };
    times.words = clock.elapsed();
    Ok(Assembled {
        index,
        conversation_texts,
        item_texts,
        times,
    })
}

fn snapshot(projection: &Projection, times: &mut IndexTimes) -> Result<Snapshot, EngineError> {
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
    let (snapshot, parts) = builder.build_timed()?;
    times.snapshot_parts = parts;
    Ok(snapshot)
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
    aliases: &[Alias],
) -> Result<Vec<LexiconEntry>, EngineError> {
    let mut entries = Vec::new();
    let own = by_iri(aliases);
    let mut known = 0;
    for (id, node) in nodes {
        if !matches!(node.kind, ProjectedKind::Item | ProjectedKind::Entity) {
            continue;
        }
        let own = own.get(node.iri.as_str()).map_or(&[][..], Vec::as_slice);
        known += own.len();
        let names = std::iter::once((node.label.as_str(), true))
            .chain(node.aliases.iter().map(|alias| (alias.as_str(), false)))
            .chain(own.iter().map(|alias| (alias.text.as_str(), false)));
        entries.extend(names.map(|(surface, preferred)| LexiconEntry {
            surface: surface.to_owned(),
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
    if known < aliases.len() {
        let named = |alias: &&Alias| {
            let node = snapshot.find(&alias.iri).map(|node| snapshot.kind(node));
            matches!(node, Some(NodeKind::Item | NodeKind::Entity))
        };
        let unknown = aliases.iter().find(|alias| !named(alias));
        if let Some(Alias { iri, line, .. }) = unknown {
            return Err(EngineError::AliasOfNothing {
                line: *line,
                iri: iri.clone(),
            });
        }
    }
    Ok(entries)
}

/// Items by the words of their names, of what they are joined to, and of their texts.
fn item_words<'a>(
    nodes: impl Iterator<Item = (NodeId, &'a ProjectedNode)>,
    snapshot: &Snapshot,
    aliases: &[Alias],
) -> Bm25 {
    let own = by_iri(aliases);
    let mut builder = Bm25Builder::new();
    for (id, node) in nodes.filter(|(_, node)| node.kind == ProjectedKind::Item) {
        let own = own.get(node.iri.as_str()).map_or(&[][..], Vec::as_slice);
        let names = std::iter::once(node.label.as_str())
            .chain(node.aliases.iter().map(String::as_str))
            .chain(own.iter().map(|alias| alias.text.as_str()));
        let facts = snapshot
            .neighbors(id)
            .filter(|neighbor| snapshot.kind(neighbor.node) == NodeKind::Entity)
            .map(|neighbor| snapshot.label(neighbor.node));
        let texts = node.texts.iter().map(String::as_str);
        builder.add(id.0, names.chain(facts).chain(texts).flat_map(tokenize));
    }
    builder.build()
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
