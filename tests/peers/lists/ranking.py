"""From scores to lists: groups of items with equal score, best first.

Every item takes part. A peer that says nothing of an item (a score of zero where zero means that no
neighbour is known) leaves it to popularity, as a storefront's fallback does.
"""

import numpy as np


def groups(scores, known, popularity, places):
    """Groups of equal items that fill `places`; the last group is whole, so that it can share its places.

    `scores` of one case, minus infinity for what may not be shown; `known` tells which items the peer has an
    opinion of.
    """
    found = top(np.where(known, scores, -np.inf), places)
    filled = sum(len(group) for group in found)
    if filled < places:
        rest = np.where(known | np.isneginf(scores), -np.inf, popularity)
        found += top(rest, places - filled)
    return found


def top(scores, places):
    shown = np.flatnonzero(scores > -np.inf)
    if len(shown) > places:
        least = np.partition(scores[shown], len(shown) - places)[len(shown) - places]
        shown = shown[scores[shown] >= least]
    shown = shown[np.argsort(-scores[shown], kind="stable")]
    values = scores[shown]
    cuts = np.flatnonzero(values[1:] != values[:-1]) + 1
    return [group for group in np.split(shown, cuts) if len(group)]


def lists(model, contexts, popularity, mask, repeats, places, batch=256):
    """The groups of every context (arrays of item numbers, oldest first)."""
    for at in range(0, len(contexts), batch):
        part = contexts[at:at + batch]
        scores = np.asarray(model.scores(part), dtype=np.float64)
        known = scores > 0 if model.zero_is_silence else np.ones(scores.shape, bool)
        scores[:, ~mask] = -np.inf
        for row, context in enumerate(part):
            if not repeats:
                scores[row, context] = -np.inf
            yield groups(scores[row], known[row] & ~np.isneginf(scores[row]), popularity, places)


def ndcg(found, targets, places):
    """For choosing settings only; the published figures are made by one scorer for all."""
    place, gain = 0, 0.0
    for group in found:
        mean = place + (len(group) + 1) / 2
        if mean <= places:
            gain += len(np.intersect1d(group, targets)) / np.log2(1 + mean)
        place += len(group)
    return gain / (1 / np.log2(np.arange(2, min(places, len(targets)) + 2))).sum()
