"""Peers for `text` and `look`: descriptions of items, and cosine over everything."""

import numpy as np
import scipy.sparse as sp

KEPT = 50


class Near:
    """Items by the cosine of their descriptions; rows have length 1."""

    def __init__(self, vectors, zero_is_silence):
        self.vectors, self.zero_is_silence = vectors, zero_is_silence
        self.bytes = vectors.data.nbytes + (vectors.indices.nbytes + vectors.indptr.nbytes if sp.issparse(vectors) else 0)
        self.table = self.neighbours()

    def neighbours(self, batch=512):
        """The table that a shop would serve: the nearest of every item. It is part of the training."""
        size = self.vectors.shape[0]
        kept = min(KEPT, size - 1)
        table = np.zeros((size, kept), np.int32)
        for at in range(0, size, batch):
            scores = self.of(np.arange(at, min(at + batch, size)))
            table[at:at + len(scores)] = np.argpartition(-scores, kept - 1, axis=1)[:, :kept]
        return table

    def of(self, rows):
        found = self.vectors[rows] @ self.vectors.T
        return found.toarray() if sp.issparse(found) else found

    def scores(self, contexts):
        found = np.zeros((len(contexts), self.vectors.shape[0]), np.float32)
        for row, context in enumerate(contexts):
            if len(context):
                found[row] = self.of(np.asarray(context)).sum(0)
        return found


def tfidf(shop, settings):
    from sklearn.feature_extraction.text import TfidfVectorizer
    sizes = (settings["n"], settings["n"])
    vectorizer = TfidfVectorizer(analyzer=settings["analyzer"], ngram_range=sizes, sublinear_tf=True, dtype=np.float32)
    texts = [shop.texts.get(item, "") for item in range(len(shop.ids))]
    return Near(vectorizer.fit_transform(texts), True)


def unit(vector):
    return vector / (np.linalg.norm(vector) + 1e-6)


def gradients(picture):
    """Histograms of oriented gradients: 8 × 6 cells of 8 pixels, 9 directions, blocks of 3 × 3 cells."""
    from skimage.feature import hog
    grey = np.asarray(picture.convert("L").resize((48, 64)), np.float32) / 255
    return unit(hog(grey, orientations=9, pixels_per_cell=(8, 8), cells_per_block=(3, 3), feature_vector=True))


def colours(picture):
    """Hue, saturation and brightness of what is not white: 12 × 3 × 3 bins."""
    pixels = np.asarray(picture.resize((48, 64)).convert("HSV"), np.float32).reshape(-1, 3) / 256
    front = pixels[(pixels[:, 1] > 0.08) | (pixels[:, 2] < 0.93)]
    counts, _ = np.histogramdd(front if len(front) else pixels, bins=(12, 3, 3), range=((0, 1),) * 3)
    return unit(np.sqrt(counts.ravel()))


def look(shop, settings):
    from PIL import Image
    rows = [None] * len(shop.ids)
    for item, address in shop.pictures.items():
        with Image.open(address.removeprefix("file://")) as file:
            picture = file.convert("RGB")
            parts = [gradients(picture)]
            if settings["colour"]:
                parts.append(settings["colour"] ** 0.5 * colours(picture))
        rows[item] = unit(np.concatenate(parts))
    size = next((len(row) for row in rows if row is not None), 1)
    blank = np.zeros(size, np.float32)
    return Near(np.array([blank if row is None else row for row in rows], np.float32), True)
