"""The same message passing in PyTorch, for benches/benches/reasoner.rs.

Called with a folder that holds facts, parameters and shape.json; prints one line of JSON. Messages are gathered,
multiplied, and added to their targets with `index_add_`, as is usual on the CPU.
"""

import json
import sys
import time
from pathlib import Path

import numpy
import torch
import torch.nn.functional as F


class Network:
    def __init__(self, folder, shape):
        self.nodes, self.d, relations = shape["nodes"], shape["dimension"], 2 * shape["relations"]
        facts = torch.from_numpy(numpy.fromfile(folder / "facts.u32", dtype="<u4").astype("int64").reshape(-1, 3))
        head, relation, tail = facts.unbind(1)
        self.source = torch.cat([head, tail])
        self.target = torch.cat([tail, head])
        self.relation = torch.cat([relation, relation + shape["relations"]])
        # By target, so that additions walk through memory in order.
        order = torch.argsort(self.target, stable=True)
        self.source, self.target, self.relation = self.source[order], self.target[order], self.relation[order]
        self.values = torch.from_numpy(numpy.fromfile(folder / "parameters.f32", dtype="<f4"))
        d, self.at = self.d, 0
        self.query = self.take(relations + 1, d)
        part = lambda: (self.take(relations * d, d), self.take(relations, d), self.take(2 * d, d)) + tuple(
            self.take(d) for _ in range(3)
        )
        self.layers = [part() for _ in range(shape["layers"])]
        self.hidden, self.hidden_bias, self.output, self.output_bias = (
            self.take(2 * d, d), self.take(d), self.take(d), self.take(1),
        )

    def take(self, *shape):
        size = int(numpy.prod(shape))
        self.at += size
        return self.values[self.at - size : self.at].view(*shape)

    @torch.inference_mode()
    def scores(self, seeds):
        q = self.query[-1]
        boundary = torch.zeros(self.nodes, self.d)
        boundary[seeds] = q
        reached = torch.zeros(self.nodes, dtype=torch.bool)
        reached[seeds] = True
        x = boundary
        for relation, relation_bias, linear, bias, gain, shift in self.layers:
            w = (relation @ q).view(-1, self.d) + relation_bias
            messages = x[self.source] * w[self.relation]
            arrived = boundary.clone().index_add_(0, self.target, messages)
            reached = reached | torch.zeros(self.nodes).index_add_(0, self.target, reached[self.source].float()).bool()
            z = torch.cat([x, arrived], 1) @ linear + bias
            z = F.relu(F.layer_norm(z, (self.d,), gain, shift, 1e-5))
            x = x + z * reached.unsqueeze(1)
        pairs = torch.cat([x, q.expand(self.nodes, -1)], 1)
        return F.relu(pairs @ self.hidden + self.hidden_bias) @ self.output + self.output_bias


def main():
    folder = Path(sys.argv[1])
    shape = json.loads((folder / "shape.json").read_text())
    torch.set_num_threads(shape["threads"])
    network = Network(folder, shape)
    network.scores(shape["seeds"][0])
    milliseconds, scores = [], []
    for seeds in shape["seeds"]:
        start = time.perf_counter()
        found = network.scores(seeds)
        torch.topk(found, 20)
        milliseconds.append((time.perf_counter() - start) * 1e3)
        scores.append([round(score, 5) for score in found.tolist()])
    print(json.dumps({"milliseconds": milliseconds, "scores": scores}))


if __name__ == "__main__":
    main()
