"""Personalized PageRank of small graphs by NetworkX and igraph, for tests/suite/golden.rs.

    pip install networkx==3.6.1 igraph==1.0.0 scipy
    python crates/graph/tests/golden/pagerank.py > crates/graph/tests/golden/pagerank.json

Scores of both must agree within 1e-9. igraph's prpack spreads the mass of nodes without edges over
all nodes, NetworkX returns it to the restart vector as we do: so igraph only sees graphs without
such nodes.
"""

import json
import random
import sys

import igraph
import networkx as nx

RESTART = 0.3


def networkx_scores(nodes, edges, seeds):
    graph = nx.Graph()
    graph.add_nodes_from(range(nodes))
    for a, b, weight in edges:
        before = graph.get_edge_data(a, b, {"weight": 0.0})["weight"]
        graph.add_edge(a, b, weight=before + weight)
    scores = nx.pagerank(
        graph, alpha=1 - RESTART, personalization=seeds, dangling=seeds, tol=1e-15, max_iter=1000
    )
    return [scores[node] for node in range(nodes)]


def igraph_scores(nodes, edges, seeds):
    graph = igraph.Graph(n=nodes, edges=[(a, b) for a, b, _ in edges], directed=False)
    reset = [seeds.get(node, 0.0) for node in range(nodes)]
    return graph.personalized_pagerank(
        damping=1 - RESTART, reset=reset, weights=[weight for _, _, weight in edges]
    )


def case(name, nodes, edges, seeds):
    ours = networkx_scores(nodes, edges, seeds)
    isolated = set(range(nodes)) - {end for a, b, _ in edges for end in (a, b)}
    if not isolated:
        theirs = igraph_scores(nodes, edges, seeds)
        worst = max(abs(a - b) for a, b in zip(ours, theirs))
        if worst > 1e-9:
            sys.exit(f"{name}: NetworkX and igraph differ by {worst}")
    return {
        "name": name,
        "nodes": nodes,
        "edges": edges,
        "seeds": sorted(seeds.items()),
        "checked_with_igraph": not isolated,
        "scores": ours,
    }


def main():
    rng = random.Random(7)
    karate = [(a, b, 1.0) for a, b in nx.karate_club_graph().edges()]
    tree = [(child, (child - 1) // 3, 0.25 + child % 3) for child in range(1, 40)]
    hub = [(0, ray, 1.0 + ray % 2) for ray in range(1, 60)] + [(1, 2, 5.0), (3, 4, 0.2)]
    preferential = [
        (a, b, rng.choice([0.2, 0.4, 1.0])) for a, b in nx.barabasi_albert_graph(200, 3, seed=5).edges()
    ]
    cases = [
        case("karate club", 34, karate, {0: 1.0, 33: 1.0}),
        case("tree with weights", 40, tree, {5: 2.0, 17: 1.0, 38: 1.0}),
        case("hub", 60, hub, {7: 1.0}),
        case("preferential attachment", 200, preferential, {3: 1.0, 50: 0.5, 120: 0.25, 199: 0.25}),
        case("two parts and isolated seeds", 12, [(0, 1, 1.0), (1, 2, 2.0), (4, 5, 1.0)], {0: 1.0, 4: 0.5, 9: 1.5}),
    ]
    json.dump(cases, sys.stdout, indent=1)
    print()


main()
