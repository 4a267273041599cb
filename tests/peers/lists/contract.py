"""Reads a contract folder for the peers: plain arrays, in the order of the files.

Knows the columns from `model.json`. Drops rows without an item; cleans nothing else.
"""

import csv
import glob
import json
import os
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Shop:
    """What a peer may learn from; items, shoppers and baskets are numbers from 0."""

    ids: list = field(default_factory=list)
    place: dict = field(default_factory=dict)
    item: np.ndarray = None
    shopper: np.ndarray = None
    basket: np.ndarray = None
    time: np.ndarray = None
    texts: dict = field(default_factory=dict)
    pictures: dict = field(default_factory=dict)
    columns: dict = field(default_factory=dict)

    def number(self, name):
        if name not in self.place:
            self.place[name] = len(self.ids)
            self.ids.append(name)
        return self.place[name]


def columns_of(root, entity):
    with open(os.path.join(root, "model.json"), encoding="utf-8-sig") as file:
        model = json.load(file)
    for found in model["entities"]:
        if found["name"] == entity:
            return [attribute["name"] for attribute in found["attributes"]]
    return []


def rows(root, entity):
    """Every row of an entity as a dictionary; its files lie in a folder of its name, or begin with it."""
    names = columns_of(root, entity)
    files = glob.glob(os.path.join(root, entity, "*.csv")) + glob.glob(os.path.join(root, entity + "*.csv"))
    for path in sorted(files):
        with open(path, newline="", encoding="utf-8-sig") as file:
            for cells in csv.reader(file):
                yield dict(zip(names, cells))


def read(root):
    """The whole folder."""
    shop = Shop()
    for row in rows(root, "Reco_ItemsAndVariants"):
        if row.get("ItemId") and not row.get("ItemVariantId"):
            item = shop.number(row["ItemId"])
            shop.texts[item] = " ".join(part for part in (row.get("Title"), row.get("Description")) if part)
    read_interactions(root, shop)
    for row in rows(root, "Reco_ItemAndVariantImages"):
        first = shop.place.get(row.get("ItemId"))
        if first is not None and (first not in shop.pictures or row.get("IsPrimaryImage", "").lower() == "true"):
            shop.pictures[first] = row["ImageFullUrl"]
    for row in rows(root, "Reco_ItemAndVariantFilters"):
        shop.columns.setdefault(row["FilterName"], {}).setdefault(row["FilterValue"], []).append(row["ItemId"])
    for row in rows(root, "Reco_ItemCategories"):
        shop.columns.setdefault("category", {}).setdefault(row["Category"], []).append(row["ItemId"])
    return shop


def read_interactions(root, shop):
    shoppers, baskets = {}, {}
    item, shopper, basket, time = [], [], [], []
    for row in rows(root, "Reco_Interactions"):
        if not row.get("ItemId") or row.get("IsPositive", "").lower() == "false":
            continue
        group, user = row.get("InteractionGroupingId") or "", row.get("UserId") or ""
        item.append(shop.number(row["ItemId"]))
        # Whoever is not named is a shopper for the time of one basket.
        shopper.append(shoppers.setdefault(("u", user) if user else ("g", group), len(shoppers)))
        basket.append(baskets.setdefault(group or user, len(baskets)))
        time.append(row.get("TimeStamp") or "")
    shop.item, shop.shopper, shop.basket = (np.array(x, np.int64) for x in (item, shopper, basket))
    # Moments are written so that they sort as text; files without moments stay in their order.
    shop.time = np.array(time)


def allowed(shop, conditions):
    """Which items fulfil all of `column=value`."""
    mask = np.ones(len(shop.ids), bool)
    for condition in conditions:
        column, _, value = condition.partition("=")
        holds = np.zeros(len(shop.ids), bool)
        for name in shop.columns.get(column, {}).get(value, []):
            if name in shop.place:
                holds[shop.place[name]] = True
        mask &= holds
    return mask


def cases(path):
    """Name, context and targets of every case, as ids."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            yield row["case"], row["context"].split(), row["targets"].split()
