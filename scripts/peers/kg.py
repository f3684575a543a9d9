"""Loads the same files and asks the same queries through tastegraph and through pyoxigraph.

usage: kg.py BINARY [--data DIR] [--statements N]

BINARY is our side, benches/benches/kg.rs as built. DIR is a folder with `tmdkg/entities.tsv.gz` and
`tmdkg/triples.tsv.gz`; without it the films of this repository take their place. The generated graph
has N statements (5,000,000). Each side runs in processes of its own, turn by turn; times are taken
inside: a load from the open store to the flush, a query from its text to the bytes of the answer.
"""

import argparse
import csv
import gzip
import json
import math
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

MV = "https://w3id.org/tastegraph/movies#"
ID = "https://example.org/bench/"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
GRAPH = "https://example.org/graph/bench"
LOADS = 3
ROUNDS = 15
ROOT = pathlib.Path(__file__).resolve().parents[2]


def literal(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def tmdkg(folder, path):
    """TMDKG as N-Triples: type and label of every entity, and its relations."""
    kinds = {"movie": "Film", "person": "Person", "genre": "Genre"}
    relations = {
        "crew_directing": "directing",
        "crew_writing": "writing",
        "production_company": "company",
    }
    with open(path, "w", encoding="utf-8") as out:
        with gzip.open(folder / "entities.tsv.gz", "rt", encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
                kind = kinds.get(row["type"], row["type"].capitalize())
                subject = f"<{ID}{row['id']}>"
                out.write(f"{subject} {RDF_TYPE} <{MV}{kind}> .\n")
                out.write(f"{subject} {LABEL} {literal(row['label'])} .\n")
        with gzip.open(folder / "triples.tsv.gz", "rt", encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
                relation = relations.get(row["relation"], row["relation"])
                out.write(f"<{ID}{row['head']}> <{MV}{relation}> <{ID}{row['tail']}> .\n")


def bundled(path):
    """The films of this repository."""
    import pyoxigraph

    store = pyoxigraph.Store()
    for file in sorted((ROOT / "kg").rglob("*.ttl")):
        store.load(path=str(file), format=pyoxigraph.RdfFormat.TURTLE)
    store.dump(
        output=str(path),
        format=pyoxigraph.RdfFormat.N_TRIPLES,
        from_graph=pyoxigraph.DefaultGraph(),
    )


def generated(path, statements):
    """Films with people, genres and keywords; a few of each are in very many films."""
    chance = random.Random(20260101)
    people, keywords = 120_000, 20_000

    def popular(count):
        return int(count ** chance.random()) - 1

    written = 0
    with open(path, "w", encoding="utf-8") as out:

        def say(subject, predicate, value):
            nonlocal written
            out.write(f"<{ID}{subject}> {predicate} {value} .\n")
            written += 1

        for kind, name, count in (
            ("Genre", "genre", 30),
            ("Keyword", "keyword", keywords),
            ("Person", "person", people),
        ):
            for number in range(count):
                say(f"{name}{number}", RDF_TYPE, f"<{MV}{kind}>")
                say(f"{name}{number}", LABEL, literal(f"{name} {number}"))
        film = 0
        while written < statements:
            subject = f"film{film}"
            say(subject, RDF_TYPE, f"<{MV}Film>")
            say(subject, LABEL, literal(f"film {film} of love" if film % 97 == 0 else f"film {film}"))
            integer = "<http://www.w3.org/2001/XMLSchema#integer>"
            say(subject, f"<{MV}year>", f'"{1930 + film % 95}"^^{integer}')
            for relation, name, count, times in (
                ("genre", "genre", 30, 2),
                ("cast", "person", people, 5),
                ("directing", "person", people, 1),
                ("keyword", "keyword", keywords, 3),
            ):
                for value in {popular(count) for _ in range(times)}:
                    say(subject, f"<{MV}{relation}>", f"<{ID}{name}{value}>")
            film += 1


def queries(store):
    """Ten typical queries, about things that this graph has."""
    ask = lambda text: next(iter(store.query(PREFIXES + text, use_default_graph_as_union=True)))
    busiest = ask("SELECT ?p { ?f mv:directing ?p } GROUP BY ?p ORDER BY DESC(COUNT(*)) ?p LIMIT 1 OFFSET 20")
    person = busiest["p"].value
    film = ask(f"SELECT ?f {{ ?f mv:directing <{person}> ; mv:cast ?c }} ORDER BY ?f LIMIT 1")["f"].value
    label = ask(f"SELECT ?l {{ <{film}> rdfs:label ?l }} LIMIT 1")["l"]
    genre = ask(f"SELECT ?g {{ <{film}> mv:genre ?g }} ORDER BY ?g LIMIT 1")["g"].value
    return {
        "by label": f"SELECT ?f {{ ?f rdfs:label {label} }}",
        "all of one film": f"SELECT ?p ?o {{ <{film}> ?p ?o }}",
        "films of a director": f"SELECT ?f ?l {{ ?f mv:directing <{person}> ; rdfs:label ?l }} ORDER BY ?l",
        "shared cast": f"SELECT ?o (COUNT(?c) AS ?n) {{ <{film}> mv:cast ?c . ?o mv:cast ?c FILTER(?o != <{film}>) }} GROUP BY ?o ORDER BY DESC(?n) ?o LIMIT 20",
        "in their own films": f"SELECT DISTINCT ?d {{ ?f mv:genre <{genre}> ; mv:directing ?d ; mv:cast ?d }} ORDER BY ?d LIMIT 50",
        "films per genre": "SELECT ?g (COUNT(?f) AS ?n) { ?f mv:genre ?g } GROUP BY ?g ORDER BY DESC(?n) ?g",
        "optional": f"SELECT ?f ?k {{ ?f mv:directing <{person}> OPTIONAL {{ ?f mv:keyword ?k }} }} ORDER BY ?f ?k",
        "words in labels": "SELECT ?f ?l { ?f a mv:Film ; rdfs:label ?l FILTER(CONTAINS(LCASE(?l), \"love\")) } ORDER BY ?l ?f LIMIT 50",
        "construct": f"CONSTRUCT {{ <{film}> ?p ?o . ?o rdfs:label ?l }} WHERE {{ <{film}> ?p ?o OPTIONAL {{ ?o rdfs:label ?l }} }}",
        "without": f"SELECT ?f {{ ?f mv:genre <{genre}> FILTER NOT EXISTS {{ ?f mv:keyword ?k }} }} ORDER BY ?f LIMIT 100",
    }


PREFIXES = f"PREFIX mv: <{MV}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "


def peer(arguments):
    """The other side, in a process of its own."""
    import pyoxigraph

    if arguments[0] == "load":
        _, file, folder, graph = arguments
        store = pyoxigraph.Store(folder)
        start = time.perf_counter()
        store.bulk_load(
            path=file,
            format=pyoxigraph.RdfFormat.N_TRIPLES,
            to_graph=pyoxigraph.NamedNode(graph),
        )
        store.flush()
        print(json.dumps({"seconds": time.perf_counter() - start}))
        return
    _, folder, file, rounds = arguments
    store = pyoxigraph.Store(folder)
    measured = {}
    for name, sparql in json.loads(pathlib.Path(file).read_text()).items():
        times = []
        for turn in range(int(rounds) + 1):
            start = time.perf_counter()
            answer = store.query(sparql, use_default_graph_as_union=True)
            if isinstance(answer, pyoxigraph.QueryTriples):
                data = answer.serialize(format=pyoxigraph.RdfFormat.N_TRIPLES)
            else:
                data = answer.serialize(format=pyoxigraph.QueryResultsFormat.JSON)
            if turn:
                times.append((time.perf_counter() - start) * 1e3)
        measured[name] = {"ms": times, "bytes": len(data)}
    print(json.dumps(measured))


def run(side, *arguments):
    done = subprocess.run([*side, *map(str, arguments)], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def compare(name, file, place, ours, theirs):
    """Prints the table of one graph; returns the ratio of loading and those of the queries."""
    seconds = {"ours": [], "theirs": []}
    folders = {side: place / f"{name}-{side}" for side in seconds}
    for turn in range(LOADS):
        # Whoever comes second may find the file in memory: turn by turn, the other begins.
        sides = [("ours", ours), ("theirs", theirs)]
        for side, command in sides if turn % 2 == 0 else reversed(sides):
            shutil.rmtree(folders[side], ignore_errors=True)
            seconds[side].append(run(command, "load", file, folders[side], GRAPH)["seconds"])
    statements = sum(1 for _ in open(file, "rb"))
    mine, other = (min(seconds[side]) for side in ("ours", "theirs"))
    print(f"\n{name}: {statements:,} statements")
    print(f"{'':24}{'tastegraph':>14}{'pyoxigraph':>14}{'ratio':>8}")
    print(f"{'load, statements/s':24}{statements / mine:>14,.0f}{statements / other:>14,.0f}{other / mine:>8.2f}")

    import pyoxigraph

    store = pyoxigraph.Store.read_only(str(folders["theirs"]))
    asked = {name: PREFIXES + text for name, text in queries(store).items()}
    del store
    text = place / f"{name}.json"
    text.write_text(json.dumps(asked))
    measured = {side: [] for side in seconds}
    for _ in range(2):
        measured["ours"].append(run(ours, "query", folders["ours"], text, ROUNDS))
        measured["theirs"].append(run(theirs, "query", folders["theirs"], text, ROUNDS))
    ratios = {}
    for query in asked:
        mine, other = (
            statistics.median(ms for part in measured[side] for ms in part[query]["ms"])
            for side in ("ours", "theirs")
        )
        sizes = {part[query]["bytes"] for side in measured.values() for part in side}
        if len(sizes) != 1 and query != "construct":
            sys.exit(f"error: the answers to {query!r} differ in size: {sizes}")
        ratios[query] = other / mine
        print(f"{query + ', ms':24}{mine:>14.3f}{other:>14.3f}{other / mine:>8.2f}")
    load = min(seconds["theirs"]) / min(seconds["ours"])
    for folder in folders.values():
        shutil.rmtree(folder)
    return load, ratios


def main():
    if sys.argv[1] == "--peer":
        return peer(sys.argv[2:])
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--data", type=pathlib.Path)
    parser.add_argument("--statements", type=int, default=5_000_000)
    arguments = parser.parse_args()
    ours = [arguments.binary]
    theirs = [sys.executable, __file__, "--peer"]
    result = {}
    every = []
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        files = {}
        if arguments.data:
            files["tmdkg"] = place / "tmdkg.nt"
            tmdkg(arguments.data / "tmdkg", files["tmdkg"])
        else:
            files["bundled"] = place / "bundled.nt"
            bundled(files["bundled"])
        files["generated"] = place / "generated.nt"
        generated(files["generated"], arguments.statements)
        for name, file in files.items():
            load, ratios = compare(name, file, place, ours, theirs)
            result[f"load_{name}"] = load
            result[f"query_{name}"] = mean(ratios.values())
            every.extend(ratios.values())
            file.unlink()
    result["load"] = min(value for key, value in result.items() if key.startswith("load_"))
    result["query"] = mean(every)
    result["query_worst"] = min(every)
    print("\nratios above 1: tastegraph is faster; query is the geometric mean")
    print("RESULT", *(f"{key}={value:.3f}" for key, value in result.items()))


def mean(ratios):
    logs = [math.log(ratio) for ratio in ratios]
    return math.exp(sum(logs) / len(logs))


if __name__ == "__main__":
    main()
