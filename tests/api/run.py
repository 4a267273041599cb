"""Asks a real server thousands of questions that Schemathesis makes up from the server's own description.

Makes a server in a temporary folder, with an account that has a cooked shop and a spare one, and asks until the wanted number of
cases is reached: the first round goes through every limit of every parameter, the others follow links and chance.
Between rounds both are put back. Ends with the counts of routes; a case that fails is a failure, and so is a
fault in the server's log, an audit that does not fit together, or a route that only ever said that nothing is there.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
STACK = """
[[account]]
name = "demo"

[[account.modeling]]
name = "shop"
source = "shop/root"
least_minutes_between = 0
most_per_day = 1440

[[account.endpoint]]
name = "web"
modelings = ["shop"]
recommend = "public"

[[account]]
name = "spare"

[[account.modeling]]
name = "shop"
source = "shop/root"
least_minutes_between = 0

[[account.endpoint]]
name = "web"
modelings = ["shop"]
recommend = "public"
"""
# Statuses of a server that broke, beside what Schemathesis checks itself.
FAULTS = re.compile(r"panicked|^fault:", re.MULTILINE)
# Cases of one route in a round of chance.
EACH = 40


class Server:
    """The program as an operator runs it, and its first key."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program, self.folder = program, folder
        self.log: list[str] = []
        self.done("demo-data", "shop", "--items", "120", "--shoppers", "300")
        self.key = self.done("init", "data", "--folder", ".").strip()
        surroundings = dict(os.environ, COOKSHELF_SERVER_REQUESTS_PER_SECOND="1000000")
        command = [program, "serve", "--data", "data", "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(
            command, cwd=folder, env=surroundings, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        self.url = self._address()
        threading.Thread(target=self._read, daemon=True).start()

    def _address(self) -> str:
        for line in self.process.stderr:
            self.log.append(line)
            found = re.search(r"http://[0-9.:]+", line)
            if found:
                return found.group()
        raise SystemExit("the server did not start:\n" + "".join(self.log))

    def _read(self) -> None:
        for line in self.process.stderr:
            self.log.append(line)

    def done(self, *words: str) -> str:
        """A command of the program, which has to go well."""
        surroundings = dict(os.environ)
        if words[0] not in ("demo-data", "init"):
            surroundings |= {"COOKSHELF_URL": self.url, "COOKSHELF_KEY": self.key}
        ran = subprocess.run(
            [self.program, *words], cwd=self.folder, env=surroundings, capture_output=True, text=True, check=False
        )
        if ran.returncode != 0:
            raise SystemExit(f"{' '.join(words)}: {ran.stderr}")
        return ran.stdout

    def get(self, path: str, body: dict | None = None) -> dict:
        """What a route answers; a body is posted."""
        lines = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, lines)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def known(server: Server) -> dict[str, list[str]]:
    """Things that are there, for a part of all questions."""
    modeling = "/v1/accounts/demo/modelings/shop"
    cooks = [cook["id"] for cook in server.get(f"{modeling}/cooks")["items"]]
    models = [model["id"] for model in server.get(f"{modeling}/models")["items"]]
    wish = {"label": "to be revoked", "grants": [{"role": "reader", "on": "demo"}]}
    keys = [server.get("/v1/accounts/demo/keys", wish)["key"]["id"] for _ in range(5)]
    items = [item["id"] for item in server.get("/ir/demo/web/reco/v1.0/popular?count=5")["items"]]
    return {
        "account": ["demo", "spare"], "modeling": ["shop"], "endpoint": ["web"],
        "cook": cooks[:3], "model": models[:3], "item": items, "key": keys,
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


def put_back(server: Server) -> None:
    """Both accounts as they were, each with a model."""
    server.done("apply", "-f", "stack.toml")
    for account in ("demo", "spare"):
        modeling = f"/v1/accounts/{account}/modelings/shop"
        until = time.monotonic() + 120
        while not server.get(f"{modeling}/models")["items"]:
            under_way = any(cook["endedMs"] is None for cook in server.get(f"{modeling}/cooks?limit=5")["items"])
            if not under_way:
                server.done("cooks", "start", f"{account}/shop", "--wait")
            elif time.monotonic() > until:
                raise SystemExit(f"the cook of {account} does not end")
            else:
                time.sleep(0.2)


def own_key(server: Server) -> str:
    """The id of the key that asks: it must not be revoked on the way."""
    return server.get("/v1/keys")["items"][-1]["id"]


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
    surroundings = dict(os.environ, SCHEMATHESIS_HOOKS="hooks", COOKSHELF_OWN_KEY=key, PYTHONPATH=str(HERE))
    surroundings["PYTHONDONTWRITEBYTECODE"] = "1"
    subprocess.run(command, cwd=server.folder, env=surroundings, check=False)
    return json.loads(report.read_text())


def wrong(report: dict) -> list[str]:
    """What a round says against the server."""
    found = [f"{failure.get('title', failure)}" for failure in report["failures"]]
    return found + [f"could not ask: {error}" for error in report["errors"]]


def never(report: dict) -> set[str]:
    """Routes that never did in a round what they are for."""
    return set(report["warnings"].get("missing_test_data") or [])


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
            (server.folder / "stack.toml").write_text(STACK)
            put_back(server)
            key = own_key(server)
            while cases < arguments.cases or at < 2:
                phases = "examples,coverage,stateful" if at == 0 else "fuzzing,stateful"
                report = ask(server, arguments, at, phases, key)
                failures += wrong(report)
                unseen = never(report) if unseen is None else unseen & never(report)
                cases += report["test_cases"]["generated"]
                routes = report["operations"]["tested"]
                at += 1
                put_back(server)
            if server.get("/v1/audit/verification")["chain"] != "whole":
                failures.append("the audit does not fit together")
            if server.process.poll() is not None:
                failures.append("the server ended")
        finally:
            server.process.terminate()
            server.process.wait(timeout=60)
        failures += [f"only ever told that nothing is there: {route}" for route in sorted(unseen or ())]
        failures += [f"in the server's log: {line.strip()}" for line in server.log if FAULTS.search(line)]
    for failure in failures:
        print(f"FAIL {failure}")
    print(f"{cases} cases of {routes} routes in {at} rounds, seed {arguments.seed}")
    print(f"# pass {max(routes - len(failures), 0)}\n# fail {len(failures)}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
