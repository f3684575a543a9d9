"""The same sentences with the same model in PyTorch, for benches/benches/encoder.rs.

Called with the folder of the model, the number of threads and a file of texts, a JSON array; prints one line of JSON.
The model is written with PyTorch's fused functions, without the overhead of a library above it.
"""

import json
import statistics
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer

ROUNDS = 25


class Encoder:
    def __init__(self, folder):
        self.config = json.loads((folder / "config.json").read_text())
        self.weights = load_file(folder / "model.safetensors")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"])

    def linear(self, x, name):
        return F.linear(x, self.weights[name + ".weight"], self.weights[name + ".bias"])

    def norm(self, x, name):
        return F.layer_norm(
            x, x.shape[-1:], self.weights[name + ".weight"], self.weights[name + ".bias"], self.config["layer_norm_eps"]
        )

    @torch.inference_mode()
    def encode(self, text):
        ids = torch.tensor([self.tokenizer.encode(text).ids])
        n, t = ids.shape
        x = self.weights["embeddings.word_embeddings.weight"][ids]
        x = x + self.weights["embeddings.position_embeddings.weight"][:t]
        x = x + self.weights["embeddings.token_type_embeddings.weight"][0]
        x = self.norm(x, "embeddings.LayerNorm")
        split = lambda x: x.view(n, t, self.config["num_attention_heads"], -1).transpose(1, 2)
        for layer in range(self.config["num_hidden_layers"]):
            name = f"encoder.layer.{layer}."
            query, key, value = (split(self.linear(x, f"{name}attention.self.{part}")) for part in ("query", "key", "value"))
            seen = F.scaled_dot_product_attention(query, key, value).transpose(1, 2).reshape(x.shape)
            x = self.norm(self.linear(seen, name + "attention.output.dense") + x, name + "attention.output.LayerNorm")
            wide = F.gelu(self.linear(x, name + "intermediate.dense"))
            x = self.norm(self.linear(wide, name + "output.dense") + x, name + "output.LayerNorm")
        return F.normalize(x.mean(1), dim=1)[0].tolist()


def main():
    torch.set_num_threads(int(sys.argv[2]))
    encoder = Encoder(Path(sys.argv[1]))
    results = []
    for text in json.loads(Path(sys.argv[3]).read_text()):
        vector = encoder.encode(text)
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            encoder.encode(text)
            times.append(time.perf_counter() - start)
        results.append({"ms": statistics.median(times) * 1e3, "vector": vector})
    print(json.dumps({"version": torch.__version__, "results": results}))


main()
