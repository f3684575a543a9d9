//! From what was said and retrieved to the lines of a prompt.

use std::collections::BTreeMap;

use tastegraph_dialogue::{Conversation, Rule, Speaker, Stance, Understanding};
use tastegraph_graph::{NodeId, NodeKind, Snapshot};
use tastegraph_retrieval::{Catalogue, Retrieved, Retriever, SimilarNode};

use crate::{CandidateLine, Case, DialogueLine, Material, UserLine, clean, clean_name};

/// Values named for one relation of a node: enough to know it by, short enough to list fifty.
const VALUES_PER_RELATION: usize = 5;
/// Relations listed for a candidate. Of a node that was named all are.
const CANDIDATE_RELATIONS: usize = 6;
/// Characters of a conversation's opening that stand for it.
const OPENING: usize = 160;
/// Entities implied by the reasoner that are described beside those named.
const EXPANDED_DESCRIBED: usize = 5;
/// Items listed of what somebody else liked.
const LIKED: usize = 8;

impl Material {
    /// Gathers and cleans what was said and what was retrieved.
    #[must_use]
    pub fn gather(
        item_name: &str,
        conversation: &Conversation,
        understanding: &Understanding,
        source: &Retriever,
        found: &Retrieved,
    ) -> Self {
        let view = View {
            snapshot: source.snapshot(),
            catalogue: source.catalogue(),
        };
        Self {
            item_name: clean(item_name),
            preferences: view.preferences(understanding),
            facts: view.facts(understanding, found),
            cases: found
                .similar_conversations
                .iter()
                .filter_map(|similar| view.case(similar))
                .collect(),
            users: found
                .similar_users
                .iter()
                .filter_map(|similar| view.user(similar))
                .collect(),
            candidates: found
                .candidates
                .iter()
                .map(|candidate| view.line(candidate.node))
                .collect(),
            dialogue: conversation
                .turns
                .iter()
                .map(|turn| DialogueLine {
                    speaker: match turn.speaker {
                        Speaker::Seeker => "seeker".to_owned(),
                        Speaker::Recommender => "recommender".to_owned(),
                    },
                    text: clean(&turn.text),
                })
                .collect(),
            item: None,
            facet: None,
        }
    }
}

impl Material {
    /// What the graph tells of one item or entity, one relation a line: "genre: crime, thriller".
    #[must_use]
    pub fn attributes_of(source: &Retriever, node: NodeId) -> Vec<String> {
        let view = View {
            snapshot: source.snapshot(),
            catalogue: source.catalogue(),
        };
        view.attributes(node)
    }
}

/// A rule in words: "runtime at most 130", "language French", "no horror".
#[must_use]
pub fn describe(rule: &Rule, snapshot: &Snapshot) -> String {
    match rule {
        Rule::Range { filter, min, max } => match (min, max) {
            (Some(min), Some(max)) if min.total_cmp(max).is_eq() => format!("{filter} {min}"),
            (Some(min), Some(max)) => format!("{filter} from {min} to {max}"),
            (Some(min), None) => format!("{filter} at least {min}"),
            (None, Some(max)) => format!("{filter} at most {max}"),
            (None, None) => format!("any {filter}"),
        },
        Rule::Outside { filter, min, max } => format!("{filter} not from {min} to {max}"),
        Rule::Require(entity) => {
            let entity = NodeId(*entity);
            format!("{} {}", snapshot.class(entity), snapshot.label(entity))
        }
        Rule::Forbid(entity) => format!("no {}", snapshot.label(NodeId(*entity))),
    }
}

/// The graph, read for lines of text.
#[derive(Clone, Copy)]
struct View<'a> {
    snapshot: &'a Snapshot,
    catalogue: &'a Catalogue,
}

impl View<'_> {
    fn title(self, node: NodeId) -> String {
        clean_name(&self.catalogue.title(self.snapshot, node))
    }

    fn preferences(self, understanding: &Understanding) -> Vec<String> {
        let stated = understanding
            .mentions
            .iter()
            .filter(|mention| mention.stance != Stance::Withdrawn);
        let mentions = stated.map(|mention| {
            let stance = match mention.stance {
                Stance::Liked => "likes",
                Stance::AskedFor => "asks for",
                Stance::Neutral => "mentions",
                Stance::Disliked => "dislikes",
                Stance::Rejected => "turned down",
                Stance::Withdrawn => "took back",
            };
            let seen = if mention.seen { ", has seen it" } else { "" };
            let title = self.title(NodeId(mention.entity));
            format!("{stance} {title}{seen} (turn {})", mention.turn + 1)
        });
        let conditions = understanding.constraints.iter().map(|constraint| {
            let rule = clean(&describe(&constraint.rule, self.snapshot));
            format!("condition: {rule} (turn {})", constraint.turn + 1)
        });
        mentions.chain(conditions).collect()
    }

    fn facts(self, understanding: &Understanding, retrieved: &Retrieved) -> Vec<String> {
        let mut nodes: Vec<NodeId> = understanding
            .mentions
            .iter()
            .map(|mention| NodeId(mention.entity))
            .collect();
        let implied = retrieved.expansion.entities.iter().take(EXPANDED_DESCRIBED);
        nodes.extend(implied.map(|&(node, _)| node));
        let mut seen = std::collections::BTreeSet::new();
        nodes.retain(|node| seen.insert(*node));
        nodes
            .into_iter()
            .map(|node| (self.title(node), self.attributes(node)))
            .filter(|(_, attributes)| !attributes.is_empty())
            .map(|(title, attributes)| format!("{title}: {}", attributes.join("; ")))
            .collect()
    }

    fn case(self, similar: &SimilarNode) -> Option<Case> {
        let opening = clean(self.catalogue.texts(similar.node).first()?);
        let said = match opening.char_indices().nth(OPENING) {
            Some((end, _)) => format!("{}…", &opening[..end]),
            None => opening,
        };
        let liked = self.liked(similar);
        (!liked.is_empty()).then_some(Case { said, liked })
    }

    fn user(self, similar: &SimilarNode) -> Option<UserLine> {
        let shared = similar.shared.iter().map(|&(node, _)| self.title(node));
        let liked = self.liked(similar);
        (!liked.is_empty()).then(|| UserLine {
            shared: shared.collect(),
            liked,
        })
    }

    fn liked(self, similar: &SimilarNode) -> Vec<String> {
        let liked = similar.liked.iter().take(LIKED);
        liked.map(|&item| self.title(item)).collect()
    }

    fn line(self, item: NodeId) -> CandidateLine {
        let numbers = self
            .catalogue
            .values(item)
            // The qualifier already stands in the title.
            .filter(|(_, value)| !self.title(item).contains(&format!("({value})")))
            .map(|(name, value)| format!("{name} {value}"));
        CandidateLine {
            title: self.title(item),
            facts: self
                .attributes(item)
                .into_iter()
                .take(CANDIDATE_RELATIONS)
                .chain(numbers.map(|text| clean(&text)))
                .collect(),
        }
    }

    /// "genre: crime, thriller", "directed by: Michael Mann", … in the order of the profile.
    fn attributes(self, node: NodeId) -> Vec<String> {
        let mut by_relation: BTreeMap<_, Vec<NodeId>> = BTreeMap::new();
        for neighbor in self.snapshot.neighbors(node) {
            if matches!(
                self.snapshot.kind(neighbor.node),
                NodeKind::Item | NodeKind::Entity
            ) {
                let name = &self.snapshot.relation(neighbor.relation).name;
                let place = self.catalogue.relation_place(name);
                let values = by_relation
                    .entry((place, neighbor.relation, neighbor.outgoing))
                    .or_default();
                if values.len() < VALUES_PER_RELATION {
                    values.push(neighbor.node);
                }
            }
        }
        by_relation
            .into_iter()
            .map(|((_, relation, outgoing), values)| {
                let relation = self.snapshot.relation(relation);
                let name = if outgoing {
                    &relation.label
                } else {
                    &relation.inverse_label
                };
                let values: Vec<String> =
                    values.into_iter().map(|value| self.title(value)).collect();
                format!("{}: {}", clean(name), values.join(", "))
            })
            .collect()
    }
}
