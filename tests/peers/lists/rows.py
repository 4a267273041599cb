"""Peers that learn from who chose what: popularity, item-kNN, ALS and EASE, for `picks`, `similar` and `together`."""

import numpy as np
import scipy.sparse as sp

# A dense matrix of more items than this does not fit beside its own inverse on a small machine.
DENSE = 15_000
THREADS = 2


def matrix(rows, shape):
    """Distinct items of each row, all of weight 1."""
    lengths = [len(row) for row in rows]
    pointers = np.concatenate([[0], np.cumsum(lengths)])
    indices = np.concatenate(rows) if rows else np.zeros(0, np.int64)
    found = sp.csr_matrix((np.ones(len(indices), np.float32), indices, pointers), shape=shape)
    found.sum_duplicates()
    found.data[:] = 1
    return found


class Summed:
    """Scores of a context are the sum of its items' rows."""

    def __init__(self, similarity, zero_is_silence):
        self.similarity, self.zero_is_silence = similarity, zero_is_silence
        items = similarity.shape[0]
        if sp.issparse(similarity):
            self.bytes = similarity.data.nbytes + similarity.indices.nbytes + similarity.indptr.nbytes
        else:
            self.bytes = similarity.nbytes
        self.items = items

    def scores(self, contexts):
        return matrix(contexts, (len(contexts), self.items)) @ self.similarity


class Popular:
    """Has nothing to say of anybody, so that every place is filled with popular items."""

    zero_is_silence = True

    def __init__(self, counts):
        self.counts, self.bytes = counts, counts.nbytes

    def scores(self, contexts):
        return sp.csr_matrix((len(contexts), len(self.counts)), dtype=np.float32)


def popularity(of, _):
    return Popular(np.asarray(of.sum(0), np.float32).ravel())


def neighbours(make, of, settings):
    model = make(K=settings["K"], num_threads=THREADS)
    model.fit(of, show_progress=False)
    return Summed(model.similarity.tocsr().astype(np.float32), True)


def cosine(of, settings):
    from implicit.nearest_neighbours import CosineRecommender
    return neighbours(CosineRecommender, of, settings)


def bm25(of, settings):
    from implicit.nearest_neighbours import BM25Recommender
    return neighbours(BM25Recommender, of, settings)


class Factors:
    """Implicit's ALS; a context is folded in as a new row, which needs item factors only."""

    zero_is_silence = False

    def __init__(self, model, confidence):
        self.model, self.confidence = model, confidence
        self.bytes = model.item_factors.nbytes

    def scores(self, contexts):
        seen = matrix(contexts, (len(contexts), len(self.model.item_factors))) * self.confidence
        factors = self.model.recalculate_user(np.arange(len(contexts)), seen.tocsr())
        return factors @ self.model.item_factors.T


def als(of, settings):
    from implicit.cpu.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits
    # Implicit has threads of its own and asks for one thread of linear algebra in each.
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=settings["factors"], regularization=settings["ridge"], iterations=settings["sweeps"],
            num_threads=THREADS, random_state=7,
        )
        model.fit(of * np.float32(settings["confidence"]), show_progress=False)
    return Factors(model, np.float32(settings["confidence"]))


def gram(of, scaling):
    lengths = np.maximum(np.asarray(of.sum(1)).ravel(), 1)
    scaled = (sp.diags((lengths ** -scaling).astype(np.float32)) @ of).tocsr()
    return np.ascontiguousarray((scaled.T @ scaled).toarray(), dtype=np.float32)


def ease(of, settings):
    """Closed form of Steck (2019): the inverse of the ridged Gram matrix, its columns by its diagonal."""
    dense = gram(of, settings["scaling"])
    size = len(dense)
    dense[np.diag_indices(size)] += settings["ridge"] * np.trace(dense) / size
    inverse = np.linalg.inv(dense)
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return Summed(weights, False)


def rectools_dataset(of):
    """What RecTools wants to have instead of a matrix; belongs to reading."""
    import pandas as pd
    from rectools import Columns
    from rectools.dataset import Dataset
    pairs = of.tocoo()
    frame = pd.DataFrame({Columns.User: pairs.row, Columns.Item: pairs.col, Columns.Weight: 1.0,
                          Columns.Datetime: pd.Timestamp("2020-01-01")})
    return Dataset.construct(frame)


def rectools_ease(prepared, settings):
    from rectools.models import EASEModel
    dataset, items = prepared
    model = EASEModel(regularization=settings["ridge"])
    model.fit(dataset)
    # RecTools numbers items by first appearance.
    outside = dataset.item_id_map.external_ids.astype(np.int64)
    weights = np.zeros((items, items), np.float32)
    weights[np.ix_(outside, outside)] = model.weight
    return Summed(weights, False)
