"""Reads and groups the interactions of a contract folder with Polars, and prints how long it took.

The same work as the program's: every column split, times, numbers and truth values parsed, then distinct
shoppers with their items, and baskets, counted.
"""

import glob
import json
import resource
import sys
import time

import polars as pl

NAMES = [
    "InteractionGroupingId", "ItemId", "ItemVariantId", "UserId", "InteractionType", "TimeStamp",
    "Text", "Number", "Channel", "Catalog", "Strength", "IsPositive",
]

files = sorted(glob.glob(sys.argv[1] + "/Reco_Interactions*.csv") + glob.glob(sys.argv[1] + "/Reco_Interactions/*.csv"))
started = time.perf_counter()
schema = {name: pl.String for name in NAMES} | {"Strength": pl.Float64}
rows = (
    pl.scan_csv(files, has_header=False, schema=schema)
    .with_columns(
        pl.col("TimeStamp").str.to_datetime("%Y-%m-%dT%H:%M:%S%.3fZ", time_zone="UTC"),
        pl.col("IsPositive") == "True",
    )
    .select("InteractionGroupingId", "ItemId", "UserId", "TimeStamp", "Strength", "IsPositive")
    .collect()
)
read = time.perf_counter()
pairs = rows.group_by("UserId", "ItemId").agg(pl.len(), pl.col("Strength").max())
baskets = rows.group_by("InteractionGroupingId").len()
ended = time.perf_counter()
print(json.dumps({
    "version": pl.__version__,
    "rows": rows.height,
    "pairs": pairs.height,
    "baskets": baskets.height,
    "readSeconds": read - started,
    "seconds": ended - started,
    "peakMemoryBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
