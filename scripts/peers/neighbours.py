"""The same searches with hnswlib and with numpy, for benches/benches/neighbours.rs.

Called with a folder of vectors.f32, queries.f32, truth.u32 and shape.json; prints one line of JSON. One thread
searches. All queries are given in one call, so that nothing of Python is timed.
"""

import json
import sys
import time
from pathlib import Path

import hnswlib
import numpy as np

BREADTHS = [10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384]
ROUNDS = 3


def best_ms(search, count):
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        result = search()
        times.append(time.perf_counter() - start)
    return min(times) * 1e3 / count, result


def graph(folder, shape, vectors, queries, truth):
    index = hnswlib.Index(space="ip", dim=shape["dimensions"])
    # Kept beside the vectors it was built from.
    saved = folder / f"hnswlib-{shape['connections']}-{shape['construction_breadth']}.bin"
    start = time.perf_counter()
    if saved.exists():
        index.load_index(str(saved), max_elements=len(vectors))
    else:
        index.init_index(len(vectors), M=shape["connections"], ef_construction=shape["construction_breadth"], random_seed=1)
        index.add_items(vectors, np.arange(len(vectors)), num_threads=1)
        index.save_index(str(saved))
    seconds = time.perf_counter() - start
    index.set_num_threads(1)
    top = truth.shape[1]
    points = []
    for breadth in BREADTHS:
        index.set_ef(max(breadth, top))
        ms, (rows, _) = best_ms(lambda: index.knn_query(queries, k=top, num_threads=1), len(queries))
        found = sum(len(set(a) & set(b)) for a, b in zip(rows.tolist(), truth.tolist()))
        points.append({"breadth": breadth, "recall": found / truth.size, "ms": ms})
    return {"seconds": seconds, "points": points}


def scan(vectors, queries, top):
    def search():
        for query in queries:
            similarity = vectors @ query
            best = np.argpartition(similarity, -top)[-top:]
            best[np.argsort(-similarity[best])]

    return best_ms(search, len(queries))[0]


def main():
    folder = Path(sys.argv[1])
    shape = json.loads((folder / "shape.json").read_text())
    read = lambda name, kind: np.fromfile(folder / name, kind)
    vectors = read("vectors.f32", "<f4").reshape(-1, shape["dimensions"])
    queries = read("queries.f32", "<f4").reshape(-1, shape["dimensions"])
    truth = read("truth.u32", "<u4").reshape(len(queries), -1)
    result = {"graph": graph(folder, shape, vectors, queries, truth)}
    result["scan_ms"] = scan(np.ascontiguousarray(vectors[: shape["scan_rows"]]), queries, truth.shape[1])
    print(json.dumps(result))


main()
