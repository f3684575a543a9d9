//! A small graph of things that go together.

use tastegraph_graph::{NodeId, NodeKind, Snapshot, SnapshotBuilder};
use tastegraph_reasoner::{NbfNetConfig, PretrainConfig};

/// Sixty films in six series, each series with two people of its own who made and played them, and
/// one genre for every second series; with conversations and users if they are wanted.
pub(crate) fn series(talk: bool) -> Snapshot {
    let mut builder = SnapshotBuilder::new();
    let made = builder.relation("ex:madeBy", "made by", "made", 1.0, true);
    let played = builder.relation("ex:playedBy", "played by", "played in", 1.0, true);
    let genre = builder.relation("ex:genre", "genre", "genre of", 1.0, true);
    let mentions = builder.relation("ex:mentions", "mentions", "mentioned in", 1.0, true);
    let rated = builder.relation("ex:rated", "rated", "rated by", 1.0, true);
    let genres: Vec<_> = (0..2)
        .map(|i| {
            builder.node(
                &format!("ex:genre{i}"),
                NodeKind::Entity,
                &format!("Genre {i}"),
                "genre",
            )
        })
        .collect();
    let mut films = Vec::new();
    for s in 0..6 {
        let mut person = |role: &str| {
            let (iri, label) = (format!("ex:{role}{s}"), format!("{role} {s}"));
            builder.node(&iri, NodeKind::Entity, &label, "person")
        };
        let (maker, star) = (person("maker"), person("player"));
        for part in 0..10 {
            let (iri, label) = (
                format!("ex:film{s}-{part}"),
                format!("Film {s}, part {part}"),
            );
            let film = builder.node(&iri, NodeKind::Item, &label, "film");
            builder.edge(film, made, maker, 0);
            builder.edge(film, played, star, 0);
            builder.edge(film, genre, genres[s % 2], 0);
            films.push(film);
        }
    }
    if talk {
        for c in 0..30 {
            let (iri, label) = (format!("ex:talk{c}"), format!("Talk {c}"));
            let talk = builder.node(&iri, NodeKind::Conversation, &label, "conversation");
            let user = builder.node(
                &format!("ex:user{c}"),
                NodeKind::User,
                &format!("User {c}"),
                "user",
            );
            for at in 0..5 {
                builder.edge(talk, mentions, films[(c * 7 + at * 11) % films.len()], 1);
                builder.edge(user, rated, films[(c * 5 + at * 13) % films.len()], 1);
            }
        }
    }
    builder.build().expect("a valid graph")
}

pub(crate) fn find(snapshot: &Snapshot, iri: &str) -> NodeId {
    snapshot.find(iri).expect("is in the graph")
}

/// Few steps of a small network.
pub(crate) fn short(steps: usize) -> PretrainConfig {
    PretrainConfig {
        network: NbfNetConfig {
            dimension: 16,
            layers: 3,
        },
        steps,
        batch: 16,
        wrong_answers: 8,
        validation: 9,
        test: 9,
        validate_every: 10,
        ..PretrainConfig::default()
    }
}
