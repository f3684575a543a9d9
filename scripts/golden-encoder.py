#!/usr/bin/env python3
"""Writes what the tests of the sentence encoder compare with. Needs numpy.

    scripts/golden-encoder.py            a tiny BERT model with random weights, and its vectors
    scripts/golden-encoder.py MODEL      also the vectors of the model in the folder MODEL

The reference is written out here in float64, independent of any deep-learning library.
"""

import json
import math
import struct
import sys
import unicodedata
from pathlib import Path

import numpy as np

FIXTURES = Path(__file__).resolve().parent.parent / "crates/text/tests/fixtures"

TINY = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "position_embedding_type": "absolute",
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_attention_heads": 4,
    "num_hidden_layers": 2,
    "max_position_embeddings": 24,
    "type_vocab_size": 2,
    "layer_norm_eps": 1e-12,
}
WORDS = "the a film movie with of and like no not more than i you me we heist robot love war space comedy long short".split()
PIECES = ["##" + piece for piece in "s ed er ing ly y ie ies".split()]
LETTERS = list("abcdefghijklmnopqrstuvwxyz0123456789.,!?'")
VOCABULARY = list(dict.fromkeys(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + WORDS + LETTERS + PIECES + ["##" + letter for letter in LETTERS[:36]]))
TINY_TEXTS = [
    "a film",
    "The movies like robots and space, no war!",
    "I loved it",
    "not more than a short comedy with you and me",
    "a",
    "",
    "wars wars wars wars wars wars wars wars wars wars wars wars wars wars in space, and a long, long heist",
    "é 電 love",
]
TEXTS = [
    "A film about bank robbers who plan one last heist.",
    "heist movie",
    "I loved the robot, but the ending was far too sad for my kids",
    "Something funny, not too long, please!",
    "What would you recommend to somebody who liked Solaris (1972)?",
    "no",
    "Ein Film über die Liebe in Zeiten des Krieges",
    "A quiet village, a locked room, and a detective who never sleeps: the story of a crime that nobody wanted to "
    "solve, told backwards, from the verdict to the first lie, with a cast of liars, lovers and one honest thief.",
]


def tokens(text, vocabulary):
    """WordPiece as BERT models in lower case use it."""
    text = unicodedata.normalize("NFD", text.lower())
    text = "".join(c for c in text if unicodedata.category(c) != "Mn")
    words, word = [], ""
    for c in text:
        punctuation = unicodedata.category(c).startswith("P") or (c.isascii() and not c.isalnum() and not c.isspace())
        if c.isspace() or punctuation or "\u4e00" <= c <= "\u9fff":
            words += [word] if word else []
            words += [] if c.isspace() else [c]
            word = ""
        else:
            word += c
    words += [word] if word else []
    ids = []
    for word in words:
        start, pieces = 0, []
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in vocabulary:
                    pieces.append(vocabulary[piece])
                    break
            else:
                pieces = [vocabulary["[UNK]"]]
                break
            start = end
        ids += pieces
    return ids


def layer_norm(x, weights, name, epsilon):
    x = x - x.mean(-1, keepdims=True)
    x = x / np.sqrt((x * x).mean(-1, keepdims=True) + epsilon)
    return x * weights[name + ".weight"] + weights[name + ".bias"]


def forward(ids, weights, config):
    heads, epsilon = config["num_attention_heads"], config["layer_norm_eps"]
    linear = lambda x, name: x @ weights[name + ".weight"].T + weights[name + ".bias"]
    x = weights["embeddings.word_embeddings.weight"][ids]
    x = x + weights["embeddings.position_embeddings.weight"][: len(ids)]
    x = x + weights["embeddings.token_type_embeddings.weight"][0]
    x = layer_norm(x, weights, "embeddings.LayerNorm", epsilon)
    split = lambda x: x.reshape(len(ids), heads, -1).transpose(1, 0, 2)
    erf = np.vectorize(math.erf)
    for layer in range(config["num_hidden_layers"]):
        name = f"encoder.layer.{layer}."
        query, key, value = (split(linear(x, f"{name}attention.self.{part}")) for part in ("query", "key", "value"))
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        seen = scores / scores.sum(-1, keepdims=True) @ value
        seen = seen.transpose(1, 0, 2).reshape(len(ids), -1)
        x = layer_norm(linear(seen, name + "attention.output.dense") + x, weights, name + "attention.output.LayerNorm", epsilon)
        wide = linear(x, name + "intermediate.dense")
        wide = 0.5 * wide * (1 + erf(wide / math.sqrt(2)))
        x = layer_norm(linear(wide, name + "output.dense") + x, weights, name + "output.LayerNorm", epsilon)
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


def vectors(texts, weights, config, vocabulary, longest):
    cases = []
    for text in texts:
        ids = tokens(text, vocabulary)
        case = {"text": text, "tokens": len(ids) + 2}
        for keep in ("first", "last"):
            kept = ids[: longest - 2] if keep == "first" else ids[-(longest - 2) :]
            kept = [vocabulary["[CLS]"], *kept, vocabulary["[SEP]"]]
            case[keep] = [round(float(value), 6) for value in forward(kept, weights, config)]
            if len(ids) <= longest - 2:
                break
        cases.append(case)
    return cases


def read_safetensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            tensors[name] = np.frombuffer(data[start:end], "<f4").reshape(entry["shape"]).astype(np.float64)
    return tensors


def write_safetensors(path, tensors):
    header, body = {}, b""
    for name, tensor in tensors.items():
        bytes_ = tensor.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + len(bytes_)]}
        body += bytes_
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    path.write_bytes(struct.pack("<Q", len(head)) + head + body)


def tiny_weights(config):
    random = np.random.default_rng(7)
    d, wide = config["hidden_size"], config["intermediate_size"]
    draw = lambda *shape: (random.standard_normal(shape) * 0.3).astype(np.float32).astype(np.float64)
    tensors = {
        "embeddings.word_embeddings.weight": draw(config["vocab_size"], d),
        "embeddings.position_embeddings.weight": draw(config["max_position_embeddings"], d),
        "embeddings.token_type_embeddings.weight": draw(config["type_vocab_size"], d),
    }
    shapes = {"embeddings.LayerNorm": None}
    for layer in range(config["num_hidden_layers"]):
        name = f"encoder.layer.{layer}."
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            shapes[name + part] = (d, d)
        shapes[name + "attention.output.LayerNorm"] = None
        shapes[name + "intermediate.dense"] = (wide, d)
        shapes[name + "output.dense"] = (d, wide)
        shapes[name + "output.LayerNorm"] = None
    for name, shape in shapes.items():
        tensors[name + ".weight"] = draw(*shape) if shape else 1 + draw(d)
        tensors[name + ".bias"] = draw(shape[0] if shape else d)
    return tensors


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False) + "\n", encoding="utf-8")


def tiny():
    folder = FIXTURES / "tiny-bert"
    vocabulary = {piece: id for id, piece in enumerate(VOCABULARY)}
    config = TINY | {"vocab_size": len(vocabulary)}
    special = {piece: {"id": piece, "ids": [vocabulary[piece]], "tokens": [piece]} for piece in ("[CLS]", "[SEP]")}
    around = lambda sequence: [
        {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
        {"Sequence": {"id": sequence, "type_id": 0}},
        {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
    ]
    write_json(folder / "config.json", config)
    write_json(folder / "1_Pooling/config.json", {"pooling_mode_mean_tokens": True})
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": 16})
    write_json(
        folder / "tokenizer.json",
        {
            "version": "1.0",
            "truncation": {"direction": "Right", "max_length": 8, "strategy": "LongestFirst", "stride": 0},
            "padding": None,
            "added_tokens": [
                {"id": vocabulary[piece], "content": piece, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
                for piece in VOCABULARY[:5]
            ],
            "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": {
                "type": "TemplateProcessing",
                "single": around("A"),
                "pair": around("A") + around("B")[1:],
                "special_tokens": special,
            },
            "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
            "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocabulary},
        },
    )
    weights = tiny_weights(config)
    write_safetensors(folder / "model.safetensors", weights)
    write_json(folder / "golden.json", vectors(TINY_TEXTS, weights, config, vocabulary, 16))


def real(model):
    config = json.loads((model / "config.json").read_text())
    pieces = json.loads((model / "tokenizer.json").read_text())["model"]["vocab"]
    weights = read_safetensors(model / "model.safetensors")
    write_json(FIXTURES / "minilm-golden.json", vectors(TEXTS, weights, config, pieces, 24))


if __name__ == "__main__":
    tiny()
    if len(sys.argv) > 1:
        real(Path(sys.argv[1]))
