"""Asks a real server thousands of questions that Schemathesis makes up from the server's own description.

Makes a server in a temporary folder, with two accounts that have a cooked shop, and asks until the wanted number of
cases is reached: the first round goes through every limit of every parameter, the others follow links and chance.
Between rounds both are put back. Ends with the counts of routes; a case that fails is a failure, and so is a
fault in the server's log, an audit that does not fit together, or a route that never did what it is for.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from server import Server

HERE = Path(__file__).parent
# What the log says of a server that broke.
FAULTS = re.compile(r"panicked|^\S+Z error ")
# Routes that do what they are for by chance only: a cook of so small a shop ends before it can be stopped.
BY_CHANCE = {"DELETE /v1/accounts/{account}/modelings/{modeling}/cooks/{cook}"}
# Cases of one route in a round of chance.
EACH = 40


def known(server: Server) -> dict[str, list[str]]:
    """Things that are there, for a part of all questions."""
    modeling = "/v1/accounts/demo/modelings/shop"
    cooks = [cook["id"] for cook in server.get(f"{modeling}/cooks")["items"]]
    models = [model["id"] for model in server.get(f"{modeling}/models")["items"]]
    wish = {"label": "to be revoked", "grants": [{"role": "reader", "on": "demo"}]}
    keys = [server.get("/v1/accounts/demo/keys", wish)["key"]["id"] for _ in range(5)]
    items = [item["id"] for item in server.get("/ir/demo/web/reco/v1.0/popular?count=5")["items"]]
    return {
        "account": ["demo", "spare", "empty"], "modeling": ["shop"], "endpoint": ["web"],
        "file": ["index.html", "main.js", "index.js"], "cook": cooks[:3], "model": models[:3], "item": items, "key": keys,
    }


def written(things: dict[str, list[str]]) -> str:
    """The settings of Schemathesis."""
    text = (HERE / "schemathesis.toml").read_text()
    for name, values in things.items():
        text += f"\n[dictionaries.{name}]\nvalues = {json.dumps(values)}\n"
    text += "\n[parameters]\n"
    for name in things:
        text += f'"path.{name}" = {{ dictionary = "{name}", probability = 0.8 }}\n'
    return text


def own_key(server: Server) -> str:
    """The id of the key that asks: it must not be revoked on the way."""
    return server.get("/v1/keys?limit=1000")["items"][-1]["id"]


def offered(server: Server) -> str:
    """The model that both endpoints offer: the same shop makes the same model."""
    return server.get("/v1/accounts/demo/endpoints/web/counts")["items"][0]["model"]


def ask(server: Server, arguments: argparse.Namespace, at: int, phases: str, key: str) -> dict:
    """One round; gives what Schemathesis reports of it."""
    report = server.folder / f"round-{at}.json"
    settings = server.folder / "schemathesis.toml"
    settings.write_text(written(known(server)))
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", settings, "run", f"{server.url}/openapi.json",
        "-H", f"Authorization: Bearer {server.key}", "-H", "Host: demo-web.shop.example", "--phases", phases, "-n", str(EACH),
        "--seed", str(arguments.seed + at), "--no-color", "--report", "json", "--report-json-path", report,
    ]
    surroundings = dict(os.environ, SCHEMATHESIS_HOOKS="hooks", COOKSHELF_OWN_KEY=key, COOKSHELF_OFFERED=offered(server), PYTHONPATH=str(HERE))
    surroundings["PYTHONDONTWRITEBYTECODE"] = "1"
    subprocess.run(command, cwd=server.folder, env=surroundings, check=False)
    return json.loads(report.read_text())


def wrong(report: dict) -> list[str]:
    """What a round says against the server."""
    found = [f"{failure.get('title', failure)}" for failure in report["failures"]]
    return found + [f"could not ask: {error}" for error in report["errors"]]


def never(report: dict) -> set[str]:
    """Routes that never did in a round what they are for."""
    kinds = ("missing_test_data", "validation_mismatch")
    return {route for kind in kinds for route in report["warnings"].get(kind) or []}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    failures: list[str] = []
    cases, at, routes = 0, 0, 0
    unseen: set[str] | None = None
    with tempfile.TemporaryDirectory(prefix="cookshelf-api-") as folder:
        server = Server(arguments.program.resolve(), Path(folder))
        try:
            server.put_back()
            key = own_key(server)
            while cases < arguments.cases or at < 2:
                phases = "examples,coverage,stateful" if at == 0 else "fuzzing,stateful"
                report = ask(server, arguments, at, phases, key)
                failures += wrong(report)
                unseen = never(report) if unseen is None else unseen & never(report)
                cases += report["test_cases"]["generated"]
                routes = report["operations"]["tested"]
                at += 1
                server.put_back()
            if server.get("/v1/audit/verification")["chain"] != "whole":
                failures.append("the audit does not fit together")
            if server.process.poll() is not None:
                failures.append("the server ended")
        finally:
            server.stop()
        failures += [f"no question was ever answered as asked: {route}" for route in sorted((unseen or set()) - BY_CHANCE)]
        failures += [f"in the server's log: {line.strip()}" for line in server.log if FAULTS.search(line)]
    for failure in failures:
        print(f"FAIL {failure}")
    print(f"{cases} cases of {routes} routes in {at} rounds, seed {arguments.seed}")
    print(f"# pass {max(routes - len(failures), 0)}\n# fail {len(failures)}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
