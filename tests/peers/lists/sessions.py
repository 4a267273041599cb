"""Peers for `next`: vector session kNN as a reference, and what followed the last item most often."""

import numpy as np
import scipy.sparse as sp


def of(shop):
    """Items of every basket, oldest first; baskets by the moment of their last event."""
    order = np.lexsort((np.arange(len(shop.item)), shop.time, shop.basket))
    baskets, items = shop.basket[order], shop.item[order]
    cuts = np.flatnonzero(baskets[1:] != baskets[:-1]) + 1
    last = np.concatenate([cuts - 1, [len(items) - 1]]) if len(items) else []
    when = shop.time[order][last]
    sessions = np.split(items, cuts)
    return [sessions[at] for at in np.argsort(when, kind="stable")]


class Nearest:
    """VS-kNN (Ludewig and Jannach): sessions that share recent items vote for what they hold.

    The items of the context weigh by place; of the sessions with one of them, the most recent `sample` are
    looked at and the `nearest` by sum of weights vote, the more the nearer their youngest shared item is to the
    end of the context; rare items count more.
    """

    zero_is_silence = True

    def __init__(self, sessions, items, settings):
        lengths = np.array([len(session) for session in sessions])
        self.items, self.settings = items, settings
        flat = np.concatenate(sessions)
        pointers = np.concatenate([[0], np.cumsum(lengths)])
        holds = sp.csr_matrix((np.ones(len(flat), np.float32), flat, pointers), shape=(len(sessions), items))
        holds.sum_duplicates()
        holds.data[:] = 1
        self.holds, self.held = holds, holds.T.tocsr()
        self.held.sort_indices()
        often = np.maximum(np.diff(self.held.indptr), 1)
        self.rarity = (np.log(len(sessions) / often) ** settings["rarity"]).astype(np.float32)
        self.bytes = sum(m.indices.nbytes + m.indptr.nbytes for m in (self.holds, self.held))

    def scores(self, contexts):
        votes = [self.votes(np.asarray(context, np.int64)) for context in contexts]
        pointers = np.concatenate([[0], np.cumsum([len(sessions) for sessions, _ in votes])])
        sessions, weights = (np.concatenate(part) for part in zip(*votes))
        votes = sp.csr_matrix((weights.astype(np.float32), sessions, pointers), shape=(len(contexts), self.holds.shape[0]))
        scores = (votes @ self.holds).tocsr()
        scores.data *= self.rarity[scores.indices]
        return scores

    def votes(self, context):
        """The sessions that have a say for a context, and how much of it."""
        recent, seen = [], set()
        for back, item in enumerate(context[::-1]):
            if item not in seen:
                seen.add(item)
                recent.append((back, item))
        found, weights, nearness = [], [], []
        step, sample = self.settings["step"], self.settings["sample"]
        for back, item in recent:
            of_item = self.held.indices[self.held.indptr[item]:self.held.indptr[item + 1]][-sample:]
            found.append(of_item)
            weights.append(np.full(len(of_item), step ** back, np.float32))
            nearness.append(np.full(len(of_item), back, np.float32))
        if not found or not sum(map(len, found)):
            return np.zeros(0, np.int64), np.zeros(0)
        sessions, where = np.unique(np.concatenate(found), return_inverse=True)
        likeness = np.bincount(where, np.concatenate(weights))
        youngest = np.full(len(sessions), np.inf)
        np.minimum.at(youngest, where, np.concatenate(nearness))
        if len(sessions) > sample:
            sessions, likeness, youngest = sessions[-sample:], likeness[-sample:], youngest[-sample:]
        if len(sessions) > self.settings["nearest"]:
            # Of equally near sessions the most recent ones.
            chosen = np.argsort(-likeness[::-1], kind="stable")[:self.settings["nearest"]]
            chosen = len(sessions) - 1 - chosen
            sessions, likeness, youngest = sessions[chosen], likeness[chosen], youngest[chosen]
        return sessions, likeness * np.maximum(1 - 0.1 * youngest, 0)


class Followed:
    """How often an item followed the last one, directly."""

    zero_is_silence = True

    def __init__(self, sessions, items):
        first = np.concatenate([session[:-1] for session in sessions])
        second = np.concatenate([session[1:] for session in sessions])
        self.counts = sp.csr_matrix((np.ones(len(first), np.float32), (first, second)), shape=(items, items))
        self.bytes = self.counts.data.nbytes + self.counts.indices.nbytes + self.counts.indptr.nbytes

    def scores(self, contexts):
        last = [context[-1:] for context in contexts]
        pointers = np.concatenate([[0], np.cumsum([len(one) for one in last])])
        chosen = np.concatenate(last).astype(np.int64)
        shape = (len(contexts), self.counts.shape[0])
        return (sp.csr_matrix((np.ones(len(chosen), np.float32), chosen, pointers), shape=shape) @ self.counts).tocsr()
