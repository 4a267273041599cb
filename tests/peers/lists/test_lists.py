"""Tests of what the peers share: reading a contract folder, and making lists of scores."""

import json
import os
import tempfile
import unittest

import numpy as np
import scipy.sparse as sp

import contract
import peer
import ranking
import rows
import sessions


class Given:
    """Scores as they are."""

    def __init__(self, scores, zero_is_silence):
        self.given, self.zero_is_silence = scores, zero_is_silence

    def scores(self, contexts):
        return self.given[:len(contexts)]


def groups(scores, *, silence=False, popularity=None, places=3, mask=None, context=(), repeats=False):
    """The list of one case, the same whether its scores come dense or sparse."""
    size = len(scores)
    mask = np.ones(size, bool) if mask is None else np.array(mask, bool)
    popularity = np.zeros(size) if popularity is None else np.array(popularity, float)
    dense = Given(np.array([scores], float), silence)
    shapes = [dense, Given(sp.csr_matrix(dense.given), silence)] if silence else [dense]
    found = [next(ranking.lists(model, [np.array(context, int)], popularity, mask, repeats, places)) for model in shapes]
    found = [[sorted(group.tolist()) for group in one] for one in found]
    assert all(one == found[0] for one in found), found
    return found[0]


class Ranking(unittest.TestCase):
    def test_the_last_group_is_whole(self):
        self.assertEqual(groups([5, 1, 3, 1, 1, 0]), [[0], [2], [1, 3, 4]])

    def test_silence_is_filled_with_popularity(self):
        found = groups([0, 2, 0, 0, 0], silence=True, popularity=[1, 9, 4, 9, 1], mask=[1, 1, 1, 0, 1])
        self.assertEqual(found, [[1], [2], [0, 4]])
        found = groups([0] * 6, silence=True, popularity=[1, 2, 3, 4, 5, 6], context=[5, 3], places=2)
        self.assertEqual(found, [[4], [2]])

    def test_what_was_seen_and_what_is_filtered_is_not_shown(self):
        scores, mask = [4, 3, 2, 1], [1, 1, 0, 1]
        self.assertEqual(groups(scores, mask=mask, context=[0]), [[1], [3]])
        self.assertEqual(groups(scores, mask=mask, context=[0], repeats=True), [[0], [1], [3]])
        self.assertEqual(groups(scores, mask=mask, context=[0], silence=True), [[1], [3]])

    def test_one_case_leaves_no_trace_in_the_next(self):
        model = Given(np.array([[1., 0, 0], [0, 0, 0]]), True)
        asked = [np.array([1]), np.array([], int)]
        found = ranking.lists(model, asked, np.array([1., 3, 2]), np.ones(3, bool), False, 3)
        self.assertEqual([[group.tolist() for group in one] for one in found], [[[0], [2]], [[1], [2], [0]]])

    def test_a_gain_is_shared_by_equal_items(self):
        found = [np.array([4, 5]), np.array([6])]
        self.assertAlmostEqual(ranking.ndcg(found, np.array([4]), 3), 1 / np.log2(2.5))
        self.assertAlmostEqual(ranking.ndcg(found, np.array([4, 5, 6]), 3), (2 / np.log2(2.5) + .5) / (1.5 + 1 / np.log2(3)))


class Contract(unittest.TestCase):
    def test_a_folder_is_read_by_the_columns_of_its_model(self):
        with tempfile.TemporaryDirectory() as root:
            entity = lambda name, *columns: {"name": name, "attributes": [{"name": column} for column in columns]}
            write(root, "model.json", json.dumps({"entities": [
                entity("Reco_Interactions", "UserId", "ItemId", "InteractionGroupingId", "TimeStamp", "IsPositive"),
                entity("Reco_ItemAndVariantFilters", "ItemId", "FilterName", "FilterValue"),
                entity("Reco_ItemsAndVariants", "ItemId", "ItemVariantId", "Title", "Description"),
            ]}))
            write(root, "Reco_ItemsAndVariants/a.csv", "x,,Red shoe,\ny,,Hat,\"wool, grey\"\ny,v1,Hat small,\n")
            write(root, "Reco_Interactions/1.csv", "u,x,g,2,\nu,y,g,1,\nw,y,,3,False\n")
            write(root, "Reco_Interactions/2.csv", ",z,h,4,True\n")
            write(root, "Reco_ItemAndVariantFilters/a.csv", "x,side,left\nnobody,side,left\n")
            shop = contract.read(root)
        self.assertEqual(shop.ids, ["x", "y", "z"])
        self.assertEqual(shop.texts, {0: "Red shoe", 1: "Hat wool, grey"})
        self.assertEqual((shop.item.tolist(), shop.shopper.tolist(), shop.basket.tolist()), ([0, 1, 2], [0, 0, 1], [0, 0, 1]))
        self.assertEqual(contract.allowed(shop, ["side=left"]).tolist(), [True, False, False])
        self.assertEqual(contract.allowed(shop, []).all(), True)
        self.assertEqual([one.tolist() for one in sessions.of(shop)], [[1, 0], [2]])


class Peers(unittest.TestCase):
    """Three shoppers: 0 1, 0 1 2, 2."""

    LISTS = [np.array([0, 1]), np.array([0, 1, 2]), np.array([2])]

    def test_ease_is_the_regression_of_each_item_on_the_others(self):
        of = rows.matrix(self.LISTS, (3, 3))
        weights = rows.ease(of, {"ridge": 1, "scaling": 0}).similarity
        dense = of.toarray()
        for item in range(3):
            others = [other for other in range(3) if other != item]
            left = dense[:, others]
            # Two of three each: the mean diagonal is 2.
            fitted = np.linalg.solve(left.T @ left + 2 * np.eye(2), left.T @ dense[:, item])
            np.testing.assert_allclose(weights[others, item], fitted, rtol=1e-5)
        np.testing.assert_array_equal(np.diag(weights), 0)

    def test_rectools_learns_the_same_regression(self):
        of = rows.matrix(self.LISTS, (3, 4))
        found = rows.rectools_ease((rows.rectools_dataset(of), 4), {"ridge": 2}).similarity
        expected = rows.ease(of[:, :3].tocsr(), {"ridge": 1, "scaling": 0}).similarity
        np.testing.assert_allclose(found[:3, :3], expected, rtol=1e-4)

    def test_sessions_vote_for_what_they_hold(self):
        lists = [np.array([0, 1]), np.array([0, 2]), np.array([1, 2]), np.array([3, 3])]
        settings = {"nearest": 9, "sample": 9, "step": 0.5, "rarity": 0}
        model = sessions.Nearest(lists, 4, settings)
        # 0 is one step back: its sessions weigh 0.5, and 1.5 where 1 is too; 1 - 0.1 × steps of the youngest.
        both, old, young = 1.5, 0.5 * 0.9, 1.0
        np.testing.assert_allclose(model.scores([np.array([0, 1])]).toarray()[0], [both + old, both + young, old + young, 0], rtol=1e-6)
        self.assertEqual(sessions.Followed(lists, 4).scores([np.array([1, 0]), np.array([])]).toarray().tolist(), [[0, 1, 1, 0], [0] * 4])

    def test_the_inner_cut_hides_what_it_asks(self):
        lists = [np.arange(10) for _ in range(40)]
        left, asked = peer.inner_cut(lists, "picks")
        self.assertEqual([len(one) for one in left], [8] * 40)
        for context, targets in asked:
            self.assertEqual(sorted([*context, *targets]), list(range(10)))
        left, asked = peer.inner_cut(lists, "next")
        self.assertEqual((len(left), len(asked)), (38, 18))


def write(root, path, text):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    unittest.main()
