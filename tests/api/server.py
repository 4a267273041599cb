"""A server as an operator runs it, in a folder of its own, with two accounts that each have a cooked shop."""

import json
import os
import re
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

STACK = """
[[account]]
name = "demo"

[[account.modeling]]
name = "shop"
source = "shop/root"
schedule = { every = "30d" }
least_minutes_between = 0
most_per_day = 1440

[[account.endpoint]]
name = "web"
modelings = ["shop"]
recommend = "public"
counts = true

[[account]]
name = "empty"

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
counts = true
"""

# Modelings that no endpoint uses: a shop's own can only go after its endpoint, which chance alone hardly does.
LOOSE = [f"loose-{at}" for at in range(12)]
STACK += "".join(f'[[account.modeling]]\nname = "{name}"\nsource = "shop/root"\n' for name in LOOSE)


class Server:
    """The program as an operator runs it, and its first key."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program, self.folder = program, folder
        self.log: list[str] = []
        (folder / "package/dist").mkdir(parents=True)
        (folder / "package/dist/index.js").write_text("export {};\n")
        self.done("demo-data", "shop", "--items", "120", "--shoppers", "300")
        self.key = self.done("init", "data", "--folder", ".").strip()
        surroundings = dict(os.environ, COOKSHELF_SERVER_REQUESTS_PER_SECOND="1000000")
        command = [program, "serve", "--data", "data", "--package", "package", "--listen", "127.0.0.1:0"]
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

    def put_back(self) -> None:
        """Both accounts as they were, each with a model."""
        (self.folder / "stack.toml").write_text(STACK)
        self.done("apply", "-f", "stack.toml")
        for account in ("demo", "spare"):
            modeling = f"/v1/accounts/{account}/modelings/shop"
            until = time.monotonic() + 120
            while not self.get(f"{modeling}/models")["items"]:
                if not any(cook["endedMs"] is None for cook in self.get(f"{modeling}/cooks?limit=5")["items"]):
                    self.done("cooks", "start", f"{account}/shop", "--wait")
                elif time.monotonic() > until:
                    raise SystemExit(f"the cook of {account} does not end")
                else:
                    time.sleep(0.2)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)
