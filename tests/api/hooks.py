"""What Schemathesis is told beside its settings."""

import itertools
import json
import os
import re

import schemathesis

from server import LOOSE

NOBODY = "0" * 21
NAME = re.compile(r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")
PLACE = re.compile(r"^(\*|[a-z0-9-]+(/(modelings|endpoints)/[a-z0-9-]+)?)$")
NEXT = itertools.cycle(LOOSE)
# Counts that are parts of another one.
PARTS = {"failed": "lists", "empty": "lists", "filled": "lists", "chosen": "lists", "shared": "compared"}


@schemathesis.hook
def before_call(_context, case, _kwargs):
    """What all later questions need stays: the key that asks, and the shop with its endpoint. Their twins may go."""
    parts = case.path_parameters or {}
    if parts.get("key") == os.environ["COOKSHELF_OWN_KEY"]:
        parts["key"] = NOBODY
    about = case.operation.path.rsplit("/", 1)[-1]
    writes = case.method.upper() in ("PUT", "DELETE") and about in ("{account}", "{modeling}", "{endpoint}")
    if writes and parts.get("account") == "demo":
        parts["account"] = "spare"
    if writes and case.method.upper() == "DELETE" and parts.get("modeling") == "shop":
        parts["modeling"] = next(NEXT)
    possible(case, parts)


def possible(case, parts):
    """What no shape can say: names in a body that fit their form are those of things that are there."""
    body = case.body if isinstance(case.body, dict) else {}
    grants, modelings = body.get("grants"), body.get("modelings")
    if "account" in parts and isinstance(grants, list):
        for grant in grants:
            if isinstance(grant, dict) and PLACE.match(str(grant.get("on"))):
                grant["on"] = parts["account"]
    if isinstance(modelings, list) and modelings and all(NAME.match(str(name)) for name in modelings):
        body["modelings"] = ["shop"]
    counts = body.get("counts")
    if isinstance(body.get("model"), str) and isinstance(counts, dict):
        body["model"] = os.environ["COOKSHELF_OFFERED"]
        if all(isinstance(count, int) for count in counts.values()):
            body["counts"] = {name: min(count, counts.get(PARTS.get(name, name), 0)) for name, count in counts.items()}


@schemathesis.serializer("application/x-ndjson")
def as_lines(_context, value):
    """One line of JSON."""
    return value if isinstance(value, bytes) else json.dumps(value).encode() + b"\n"


@schemathesis.deserializer("application/octet-stream", "application/openmetrics-text", "image/svg+xml", "text/css", "text/html", "text/javascript")
def as_it_is(_context, response):
    """A file, a page or figures: nothing that a shape could be held against."""
    return [len(response.content)]
