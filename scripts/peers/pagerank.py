"""Personalized PageRank by scipy, igraph and scikit-network, for benches/graph/benches/pagerank.rs.

Reads one folder with edges.bin (pairs of u32), weights.bin (f32), and queries.json; writes
peers.json with the milliseconds of each query and its scores' best nodes. One thread each.
"""

import json
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import igraph
import numpy as np
import scipy.sparse as sp
from sknetwork.ranking import PageRank

folder = sys.argv[1]
with open(f"{folder}/queries.json") as file:
    request = json.load(file)
nodes, restart, tolerance = request["nodes"], request["restart"], request["tolerance"]
edges = np.fromfile(f"{folder}/edges.bin", dtype=np.uint32).reshape(-1, 2)
weights = np.fromfile(f"{folder}/weights.bin", dtype=np.float32).astype(np.float64)
candidates = np.array(request["candidates"])
queries = [[(node, weight) for node, weight in query] for query in request["queries"]]

ends = (np.r_[edges[:, 0], edges[:, 1]], np.r_[edges[:, 1], edges[:, 0]])
adjacency = sp.coo_matrix((np.r_[weights, weights], ends), shape=(nodes, nodes)).tocsr()
adjacency.sort_indices()
degrees = np.asarray(adjacency.sum(axis=1)).ravel()
inverse = np.divide(1.0, degrees, out=np.zeros(nodes), where=degrees > 0)
# Indices of 32 bits, as ours are.
assert adjacency.indices.dtype == np.int32


def restart_vector(query):
    p = np.zeros(nodes)
    for node, weight in query:
        p[node] += weight
    return p / p.sum()


def power(matrix, dtype):
    """r <- a*p + (1-a)*A*D^-1*r, until it changes by less than the tolerance in all."""

    def run(query):
        p = restart_vector(query).astype(dtype)
        base = (restart * p).astype(dtype)
        r, iterations = p, 0
        while True:
            following = matrix @ r
            following *= dtype(1 - restart)
            following += base
            iterations += 1
            change = np.abs(following - r).sum()
            r = following
            if change < tolerance or iterations == 200:
                return r, iterations

    return run


def gradient(query):
    """The iteration that we use, conjugate gradients on D - (1-a)*W, with scipy's product."""
    b = restart * restart_vector(query)
    x, residual = np.zeros(nodes), b.copy()
    direction = residual * inverse
    energy, iterations = residual @ direction, 0
    while np.abs(residual).sum() > 0.8 * tolerance:
        image = degrees * direction - (1 - restart) * (adjacency @ direction)
        alpha = energy / (direction @ image)
        x += alpha * direction
        residual -= alpha * image
        scaled = residual * inverse
        following = residual @ scaled
        direction *= following / energy
        direction += scaled
        energy = following
        iterations += 1
    return degrees * x, iterations


def measure(run, rounds):
    times, best, iterations = [], [], 0
    for number, query in enumerate(queries[:rounds]):
        if number == 0:
            run(query)
        clock = time.perf_counter()
        scores, iterations = run(query)
        times.append(1000 * (time.perf_counter() - clock))
        scores = np.asarray(scores)[candidates]
        best.append(candidates[np.argsort(-scores, kind="stable")[:50]].tolist())
    return {"ms": sorted(times)[len(times) // 2], "best": best, "iterations": int(iterations)}


results = {}
large = len(edges) > 2_000_000
transition = (adjacency @ sp.diags(inverse)).tocsr()
results["scipy"] = measure(power(transition, np.float64), len(queries))
results["scipy f32"] = measure(power(transition.astype(np.float32), np.float32), len(queries))
results["scipy, our iteration"] = measure(gradient, len(queries))
if "order" in request:
    order = np.array(request["order"])
    inside = np.argsort(order)
    ordered = transition[order][:, order].tocsr()
    ordered.sort_indices()
    run = power(ordered, np.float64)

    def in_order(query):
        scores, iterations = run([(inside[node], weight) for node, weight in query])
        return scores[inside], iterations

    results["scipy, our order"] = measure(in_order, len(queries))
del transition

ranking = PageRank(damping_factor=1 - restart, solver="piteration", n_iter=200, tol=tolerance)
results["scikit-network"] = measure(
    lambda query: (ranking.fit_predict(adjacency, weights=dict(query)), 0), 1 if large else len(queries)
)

graph = igraph.Graph(n=nodes, edges=edges, directed=False)


graph.es["weight"] = weights


def prpack(query):
    reset = restart_vector(query).tolist()
    return graph.personalized_pagerank(damping=1 - restart, reset=reset, weights="weight"), 0


results["igraph"] = measure(prpack, 1 if large else 9)

with open(f"{folder}/peers.json", "w") as file:
    json.dump(results, file)
