"""Figures that alerts and the dashboard speak of: whether they can be asked for, and whether a server gives them."""

import json
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "api"))
from server import Server  # noqa: E402

# Every figure of a server, as Prometheus keeps it.
GIVEN = {
    "cookshelf_build_info", "cookshelf_requests_total", "cookshelf_request_seconds", "cookshelf_downloads_total",
    "cookshelf_download_bytes_total", "cookshelf_denied_total", "cookshelf_blob_memory_bytes",
    "cookshelf_blobs_in_memory", "cookshelf_endpoints_served", "cookshelf_manifest_expires_seconds",
    "cookshelf_cooks_total", "cookshelf_cook_seconds", "cookshelf_cooks_waiting", "cookshelf_cooks_running",
    "cookshelf_model_age_seconds", "cookshelf_model_age_intervals", "cookshelf_database_up",
    "cookshelf_store_errors_total", "cookshelf_live_rows_total", "cookshelf_spans_total",
    "process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds", "process_start_time_seconds",
}


def named(text: str) -> set[str]:
    """Figures that a text speaks of; parts of a histogram as the histogram."""
    found = set(re.findall(r"\b(?:cookshelf|process)_[a-z_]+\b", text))
    return {re.sub(r"_(bucket|count|sum)$", "", name) if name not in GIVEN else name for name in found}


def dashboard(deploy: Path, promtool: Path) -> list[str]:
    board = json.loads((deploy / "grafana/cookshelf.json").read_text())
    found, rules = [], []
    numbers = [panel["id"] for panel in board["panels"]]
    if len(numbers) != len(set(numbers)):
        found.append("two panels have one number")
    for panel in board["panels"]:
        for target in panel.get("targets", ()):
            # What Grafana puts in before it asks.
            asked = target["expr"].replace("$__rate_interval", "5m")
            rules.append({"record": f"panel:{panel['id']}:{target['refId'].lower()}", "expr": asked})
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "panels.yaml"
        file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
        ran = subprocess.run([promtool, "check", "rules", file], capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            found.append(ran.stdout + ran.stderr)
    spoken_of = named(json.dumps(board))
    found += [f"no server gives {name}" for name in sorted(spoken_of - GIVEN)]
    return found + [f"nothing shows {name}" for name in sorted(GIVEN - spoken_of)]


def served(deploy: Path, program: Path, folder: Path) -> list[str]:
    """What the alerts want and a server that runs does not give."""
    wanted = named((deploy / "prometheus/alerts.yaml").read_text())
    found = [f"no server gives {name}" for name in sorted(wanted - GIVEN)]
    server = Server(program, folder)
    try:
        server.put_back()
        lines = {"authorization": f"Bearer {server.key}"}
        with urllib.request.urlopen(urllib.request.Request(f"{server.url}/metrics", headers=lines)) as answer:
            text = answer.read().decode()
    except urllib.error.HTTPError as error:
        return [*found, f"/metrics answers {error.code}"]
    finally:
        server.stop()
    families = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
    given = {name for name in GIVEN if name in families or name.removesuffix("_total") in families}
    return found + [f"/metrics does not give {name}" for name in sorted(GIVEN - given)]
