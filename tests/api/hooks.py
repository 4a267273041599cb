"""What Schemathesis is told beside its settings."""

import os
import re

import schemathesis

NOBODY = "0" * 21
NAME = re.compile(r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")


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
    possible(case, parts)


def possible(case, parts):
    """What no shape can say: names in a body that fit their form are those of things that are there."""
    body = case.body if isinstance(case.body, dict) else {}
    grants, modelings = body.get("grants"), body.get("modelings")
    if "account" in parts and isinstance(grants, list):
        for grant in grants:
            if isinstance(grant, dict) and NAME.match(str(grant.get("on"))):
                grant["on"] = parts["account"]
    if isinstance(modelings, list) and modelings and all(NAME.match(str(name)) for name in modelings):
        body["modelings"] = ["shop"]


@schemathesis.deserializer("application/octet-stream", "text/html")
def as_it_is(_context, response):
    """A file or a page: nothing that a shape could be held against."""
    return [len(response.content)]
