"""From scores to lists: groups of items with equal score, best first.

Every item takes part. A peer that says nothing of an item (a score of zero where zero means that no
neighbour is known) leaves it to popularity, as a storefront's fallback does.
"""

import numpy as np
import scipy.sparse as sp


class Fallback:
    """Items by popularity, those that may be shown at all."""

    def __init__(self, popularity, mask):
        allowed = np.flatnonzero(mask)
        self.order = allowed[np.argsort(-popularity[allowed], kind="stable")]
        self.values = popularity[self.order]

    def groups(self, taken, places):
        """The most popular items that are not taken, in whole groups."""
        reach = places
        while True:
            free = np.flatnonzero(~taken[self.order[:reach]])
            if len(free) >= places or reach >= len(self.order):
                break
            reach *= 4
        if not len(free):
            return []
        least = self.values[free[min(places, len(free)) - 1]]
        end = np.searchsorted(-self.values, -least, side="right")
        free = np.flatnonzero(~taken[self.order[:end]])
        return equal(self.order[free], self.values[free])


def equal(items, values):
    """Cuts items in falling order where their values differ."""
    cuts = np.flatnonzero(values[1:] != values[:-1]) + 1
    return [group for group in np.split(items, cuts) if len(group)]


def top(items, values, places):
    """The best groups that fill `places`; the last is whole, so that it can share its places."""
    if len(items) > places:
        least = np.partition(values, len(values) - places)[len(values) - places]
        best = values >= least
        items, values = items[best], values[best]
    order = np.argsort(-values, kind="stable")
    return equal(items[order], values[order])


def opinions(model, scores, row):
    """The items of one case that the peer scored, and their scores."""
    if sp.issparse(scores):
        inside = slice(scores.indptr[row], scores.indptr[row + 1])
        items, values = scores.indices[inside], scores.data[inside]
    else:
        items, values = np.arange(scores.shape[1]), scores[row]
    if model.zero_is_silence:
        said = values > 0
        items, values = items[said], values[said]
    return items, values


def lists(model, contexts, popularity, mask, repeats, places, batch=256):
    """The groups of every context (arrays of item numbers, oldest first)."""
    fallback, taken = Fallback(popularity, mask), np.zeros(len(mask), bool)
    for at in range(0, len(contexts), batch):
        part = contexts[at:at + batch]
        scores = model.scores(part)
        for row, context in enumerate(part):
            hidden = np.zeros(0, np.int64) if repeats else np.asarray(context, np.int64)
            items, values = opinions(model, scores, row)
            taken[hidden] = True
            shown = mask[items] & ~taken[items]
            items, values = items[shown], values[shown]
            found = top(items, values, places)
            if len(items) < places:
                taken[items] = True
                found += fallback.groups(taken, places - len(items))
            taken[items] = taken[hidden] = False
            yield found


def ndcg(found, targets, places):
    """For choosing settings only; the published figures are made by one scorer for all."""
    place, gain = 0, 0.0
    for group in found:
        mean = place + (len(group) + 1) / 2
        if mean <= places:
            gain += len(np.intersect1d(group, targets)) / np.log2(1 + mean)
        place += len(group)
    return gain / (1 / np.log2(np.arange(2, min(places, len(targets)) + 2))).sum()
