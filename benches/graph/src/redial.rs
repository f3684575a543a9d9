//! Conversations about films and a graph of films, from files outside of the repository.

use std::collections::HashMap;
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::GzDecoder;
use serde_json::Value;
use tastegraph_graph::{NodeKind, Snapshot, SnapshotBuilder};

/// Strength of a triple of the film graph, where a mention is 1.
const TRIPLE: f32 = 0.2;

/// An undirected edge with its weight, smaller end first.
pub type Weighted = (u32, u32, f32);

/// Builds the graph of the training conversations of `redial/dialogs.jsonl.gz` with what they
/// mention, and of the triples of `tmdkg` in the same folder.
///
/// # Errors
/// A file that is missing or not in its format.
pub fn redial(folder: &Path) -> Result<Snapshot, Box<dyn Error + Send + Sync>> {
    let mut builder = SnapshotBuilder::new();
    let mut films: HashMap<String, String> = HashMap::new();
    let mut kinds: HashMap<String, NodeKind> = HashMap::new();
    for line in lines(&folder.join("tmdkg/entities.tsv.gz"))?.skip(1) {
        let line = line?;
        let fields: Vec<&str> = line.split('\t').collect();
        let [id, class, label, redial, ..] = fields[..] else {
            return Err(format!("tmdkg/entities.tsv.gz: {line}").into());
        };
        let iri = format!("tmdkg:{id}");
        let kind = if class == "movie" {
            NodeKind::Item
        } else {
            NodeKind::Entity
        };
        builder.node(&iri, kind, label, class);
        for film in redial.split('|').filter(|film| !film.is_empty()) {
            films.insert(format!("redial:{film}"), iri.clone());
        }
        kinds.insert(iri, kind);
    }
    add_triples(&mut builder, &kinds, folder)?;
    let mentions = builder.relation("mentions", "mentions", "mentioned in", 1.0, true);
    for line in lines(&folder.join("redial/dialogs.jsonl.gz"))? {
        let dialog: Value = serde_json::from_str(&line?)?;
        if dialog["split"] != "train" {
            continue;
        }
        let id = dialog["id"].as_str().ok_or("a conversation without id")?;
        let conversation = builder.node(id, NodeKind::Conversation, id, "conversation");
        for turn in dialog["turns"].as_array().into_iter().flatten() {
            for list in ["entities", "items_mentioned", "items_recommended"] {
                for named in turn[list].as_array().into_iter().flatten() {
                    let named = named.as_str().ok_or("a mention that is no name")?;
                    let iri = films.get(named).map_or(named, String::as_str);
                    let kind = kinds.get(iri).copied().unwrap_or(NodeKind::Item);
                    let node = builder.node(iri, kind, "", "");
                    builder.edge(conversation, mentions, node, 0);
                }
            }
        }
    }
    Ok(builder.build()?)
}

fn add_triples(
    builder: &mut SnapshotBuilder,
    kinds: &HashMap<String, NodeKind>,
    folder: &Path,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    for line in lines(&folder.join("tmdkg/triples.tsv.gz"))?.skip(1) {
        let line = line?;
        let fields: Vec<&str> = line.split('\t').collect();
        let [head, relation, tail] = fields[..] else {
            return Err(format!("tmdkg/triples.tsv.gz: {line}").into());
        };
        let relation = builder.relation(relation, relation, relation, TRIPLE, true);
        let [head, tail] = [head, tail].map(|id| {
            let iri = format!("tmdkg:{id}");
            let kind = kinds.get(&iri).copied().unwrap_or(NodeKind::Entity);
            builder.node(&iri, kind, "", "")
        });
        builder.edge(head, relation, tail, 0);
    }
    Ok(())
}

fn lines(
    path: &Path,
) -> Result<impl Iterator<Item = std::io::Result<String>> + use<>, Box<dyn Error + Send + Sync>> {
    let file = fs_err::File::open(path)?;
    Ok(BufReader::new(GzDecoder::new(file)).lines())
}
