"""What Schemathesis is told beside its settings."""

import os

import schemathesis

NOBODY = "0" * 21


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


@schemathesis.deserializer("application/octet-stream", "text/html")
def as_it_is(_context, response):
    """A file or a page: nothing that a shape could be held against."""
    return [len(response.content)]
