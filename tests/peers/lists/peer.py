"""Trains one peer on a contract folder and writes its lists for a file of cases; prints what that took as JSON.

    peer.py PEER --root FOLDER --cases FILE --list KIND --out FILE [--places N] [--repeats show|hide]
            [--where column=value …] [--pace full|quick]

The clock and the peak of memory stop when training ends: reading comes before the clock, settings are chosen
on a cut of the data in a process of their own. A line of OUT is a case: its name, then groups of items
of equal score, best first, with tabs between groups and spaces inside.
"""

import argparse
import importlib
import importlib.metadata
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass

import numpy as np

import contract
import likeness
import ranking
import rows
import sessions

# Seconds that the choice of settings may take; what was found until then counts.
BUDGET = 120
# Questions that settings are compared by.
QUESTIONS = 2000


@dataclass
class Peer:
    about: str
    package: str
    basis: str  # rows, sessions, shop
    settings: list
    fit: object
    prepare: object = None
    dense: bool = False
    modules: tuple = ()  # loaded before the clock


def grid(**values):
    found = [{}]
    for name, options in values.items():
        found = [{**one, name: option} for one in found for option in options]
    return found


KEPT = grid(K=[100, 20, 50, 200, 500])
ALS = [{"confidence": c, "ridge": r} for c, r in [(4.3, 30), (4.3, 10), (4.3, 80), (11, 30), (11, 80), (4.3, 3), (40, 80)]]
EASE = (2, 1, 4, 0.5, 8)
SKNN = [{"nearest": n, "sample": m, "step": s, "rarity": r}
        for n, m in [(500, 2500), (1000, 5000)] for s in (0.7, 0.5, 0.85) for r in (1, 0)]
PEERS = {
    "popular": Peer("popularity", "numpy", "rows", [{}], rows.popularity),
    "cosine": Peer("item-kNN, cosine", "implicit", "rows", KEPT, rows.cosine,
                   modules=("implicit.nearest_neighbours",)),
    "bm25": Peer("item-kNN, BM25", "implicit", "rows", KEPT, rows.bm25, modules=("implicit.nearest_neighbours",)),
    "als64": Peer("ALS, 64 factors", "implicit", "rows", [{"factors": 64, "sweeps": 15, **s} for s in ALS], rows.als,
                  modules=("implicit.cpu.als", "threadpoolctl")),
    "als128": Peer("ALS, 128 factors", "implicit", "rows", [{"factors": 128, "sweeps": 15, **s} for s in ALS], rows.als,
                  modules=("implicit.cpu.als", "threadpoolctl")),
    "ease": Peer("EASE, dense", "numpy", "rows", grid(ridge=EASE, scaling=[0]), rows.ease, dense=True),
    # Not a published method: rows weigh less the longer they are, as ours do, but nothing is cut or rounded.
    "ease-scaled": Peer("EASE, dense, long rows scaled down", "numpy", "rows",
                        grid(scaling=[0.35, 0.2, 0.5], ridge=EASE), rows.ease, dense=True),
    "rectools": Peer("EASE, dense", "RecTools", "rows", [{"ridge": r} for r in (500, 150, 1500, 50, 5000)],
                     rows.rectools_ease, lambda of: (rows.rectools_dataset(of), of.shape[1]), dense=True,
                     modules=("rectools.models", "rectools.dataset")),
    "sknn": Peer("VS-kNN", "numpy", "sessions", SKNN, lambda of, s: sessions.Nearest(of.sessions, of.items, s)),
    "followed": Peer("what followed the last item", "scipy", "sessions", [{}],
                     lambda of, _: sessions.Followed(of.sessions, of.items)),
    "tfidf-char": Peer("TF-IDF, characters", "scikit-learn", "shop", [{"analyzer": "char_wb", "n": 4}], likeness.tfidf,
                       modules=("sklearn.feature_extraction.text",)),
    "tfidf-word": Peer("TF-IDF, words", "scikit-learn", "shop", [{"analyzer": "word", "n": 1}], likeness.tfidf,
                       modules=("sklearn.feature_extraction.text",)),
    "hog": Peer("HOG", "scikit-image", "shop", [{"colour": 0}], likeness.look,
                modules=("skimage.feature", "PIL.Image")),
    "hog-colour": Peer("HOG and colour histogram", "scikit-image", "shop", [{"colour": 0.3}], likeness.look,
                       modules=("skimage.feature", "PIL.Image")),
}


@dataclass
class Sessions:
    sessions: list
    items: int


def split(numbers, items):
    """Items of every shopper or basket."""
    order = np.argsort(numbers, kind="stable")
    cuts = np.flatnonzero(numbers[order][1:] != numbers[order][:-1]) + 1
    return np.split(items[order], cuts)


def learned(peer, shop, kind):
    """What the peer learns from: a list of arrays of items, or the shop itself."""
    if peer.basis == "shop":
        return None
    if peer.basis == "sessions" or kind == "next":
        return sessions.of(shop)
    return split(shop.basket if kind == "together" else shop.shopper, shop.item)


def form(peer, shop, lists):
    """The same as the peer wants to have it; still before the clock."""
    if peer.basis == "shop":
        return shop
    if peer.basis == "sessions":
        return Sessions(lists, len(shop.ids))
    matrix = rows.matrix(lists, (len(lists), len(shop.ids)))
    return peer.prepare(matrix) if peer.prepare else matrix


def inner_cut(lists, kind):
    """Part of what is known, and questions about the rest."""
    chance = np.random.default_rng(7)
    if kind == "next":
        held = max(1, len(lists) // 20)
        asked = [(one[:at], one[at:at + 1]) for one in lists[-held:] for at in range(1, len(one))]
        return lists[:-held], [asked[at] for at in chance.permutation(len(asked))[:QUESTIONS]]
    left, asked = list(lists), []
    fit = [at for at, one in enumerate(lists) if len(set(one)) >= (2 if kind == "together" else 5)]
    for at in chance.permutation(fit)[:QUESTIONS]:
        items = chance.permutation(np.unique(lists[at]))
        hidden = 1 if kind == "together" else max(1, len(items) // 5)
        left[at] = items[hidden:]
        asked.append((items[hidden:], items[:hidden]))
    return left, asked


def choose(peer, shop, args):
    """The settings that do best on a cut of the data."""
    lists = learned(peer, shop, args.list)
    if args.pace == "quick" or len(peer.settings) == 1:
        return {"settings": peer.settings[0], "tried": 1}
    started = time.perf_counter()
    left, asked = inner_cut(lists, args.list)
    popularity = np.bincount(shop.item, minlength=len(shop.ids)).astype(float)
    mask = np.ones(len(shop.ids), bool)
    ready, best, tried = form(peer, shop, left), None, 0
    for settings in peer.settings:
        if time.perf_counter() - started > BUDGET:
            break
        found = ranking.lists(peer.fit(ready, settings), [context for context, _ in asked], popularity, mask,
                              args.repeats == "show", args.places)
        score = np.mean([ranking.ndcg(one, targets, args.places) for one, (_, targets) in zip(found, asked)])
        tried += 1
        if best is None or score > best[0]:
            best = (score, settings)
    return {"settings": best[1], "tried": tried}


def chosen_elsewhere(argv):
    """Chooses in a process of its own, so that its memory does not count."""
    child = subprocess.run([sys.executable, __file__, *argv, "--choose"], check=True, stdout=subprocess.PIPE)
    return json.loads(child.stdout)


def answer(model, shop, popularity, args):
    """Writes the lists of all cases."""
    asked = list(contract.cases(args.cases))
    contexts = [np.array([shop.place[i] for i in context if i in shop.place], np.int64) for _, context, _ in asked]
    found = ranking.lists(model, contexts, popularity, contract.allowed(shop, args.where), args.repeats == "show",
                          args.places)
    with open(args.out, "w", encoding="utf-8") as file:
        for (name, *_), groups in zip(asked, found):
            file.write("\t".join([name, *(" ".join(shop.ids[i] for i in group) for group in groups)]) + "\n")


def arguments(argv):
    parser = argparse.ArgumentParser()
    parser.add_argument("peer", choices=PEERS)
    for name in ("--root", "--cases", "--list", "--out"):
        parser.add_argument(name, required=True)
    parser.add_argument("--places", type=int, default=20)
    parser.add_argument("--repeats", choices=["show", "hide"], default="hide")
    parser.add_argument("--where", action="append", default=[])
    parser.add_argument("--pace", choices=["full", "quick"], default="full")
    parser.add_argument("--choose", action="store_true")
    return parser.parse_args(argv)


def main(argv):
    args = arguments(argv)
    peer = PEERS[args.peer]
    shop = contract.read(args.root)
    about = {"who": peer.about, "package": peer.package, "version": importlib.metadata.version(peer.package)}
    if peer.dense and len(shop.ids) > rows.DENSE:
        why = f"{len(shop.ids):,} items: a dense matrix is made for {rows.DENSE:,} at most"
        print(json.dumps({**about, "skipped": why}))
        return
    if args.choose:
        print(json.dumps(choose(peer, shop, args)))
        return
    chosen = chosen_elsewhere(argv) if len(peer.settings) > 1 else {"settings": peer.settings[0], "tried": 1}
    ready = form(peer, shop, learned(peer, shop, args.list))
    for name in peer.modules:
        importlib.import_module(name)
    started = time.perf_counter()
    model = peer.fit(ready, chosen["settings"])
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    popularity = np.bincount(shop.item, minlength=len(shop.ids)).astype(float)
    answer(model, shop, popularity, args)
    shown = ", ".join(f"{name} {value}" for name, value in chosen["settings"].items())
    print(json.dumps({**about, "shown": shown, "tried": chosen["tried"], "seconds": seconds, "peakMemoryBytes": peak,
                      "modelBytes": int(model.bytes), "items": len(shop.ids)}))


if __name__ == "__main__":
    main(sys.argv[1:])
