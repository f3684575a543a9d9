"""Golden values of the metrics, from pytrec_eval and ir_measures.

    pip install pytrec_eval-terrier ir_measures
    python metrics.py > metrics.json

Ranks are turned into runs the way the evaluator writes them: one query an instance, one relevant item,
distinct scores. Each line of the output is a rank and its metrics.
"""

import json

import ir_measures
import pytrec_eval
from ir_measures import RR, Success, nDCG

RANKS = [1, 2, 3, 5, 6, 10, 11, 20, 21, 50, 51, 100, 101, 400]
DEPTH = 500

qrels, run = {}, {}
for rank in RANKS:
    query = f"r{rank}"
    qrels[query] = {"target": 1}
    items = [f"d{place}" for place in range(1, DEPTH)]
    items.insert(rank - 1, "target")
    run[query] = {item: float(DEPTH - place) for place, item in enumerate(items)}

cuts = [1, 5, 10, 20, 50, 100]
evaluator = pytrec_eval.RelevanceEvaluator(
    qrels, {"success." + ",".join(map(str, cuts)), "ndcg_cut.10"}
)
trec = evaluator.evaluate(run)
measures = [Success @ k for k in cuts] + [RR @ 10, nDCG @ 10]
other = {}
for value in ir_measures.iter_calc(measures, qrels, run):
    other.setdefault(value.query_id, {})[str(value.measure)] = value.value

golden = []
for rank in RANKS:
    query = f"r{rank}"
    row = {"rank": rank}
    for k in cuts:
        row[f"hr@{k}"] = trec[query][f"success_{k}"]
        assert row[f"hr@{k}"] == other[query][f"Success@{k}"]
    row["mrr@10"] = other[query]["RR@10"]
    row["ndcg@10"] = trec[query]["ndcg_cut_10"]
    assert abs(row["ndcg@10"] - other[query]["nDCG@10"]) < 1e-12
    golden.append(row)
print(json.dumps(golden, indent=1))
