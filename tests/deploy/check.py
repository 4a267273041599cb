"""Tries what operators deploy, as far as one machine can without a cluster or a container.

Each check is one function that gives what is wrong. Programs that own a format judge it: hadolint the Dockerfile,
Docker Compose its file, nginx the proxy's settings, Helm the chart and Kubernetes' own schemas what it renders,
systemd the unit, promtool the alerts with their tests. Every setting that is named anywhere goes through the program's
own `check-config`. Nothing is built or started as a container.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import figures
import helm_python as helm
import kubernetes_validate
import yaml

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
BIN = Path(sys.executable).parent
KUBERNETES = "1.33"
# What systemd says of the unit at most: 0 is locked up, 10 is open.
EXPOSURE = 2.0
PASSWORDS = {
    "POSTGRES_PASSWORD": "p", "STORE_PASSWORD": "s", "COOKSHELF_SECRET": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
}


def ran(*command: str | Path, **settings: str) -> tuple[int, str]:
    """How a program ended, and all that it said."""
    done = subprocess.run(
        command, env=dict(os.environ, **settings), capture_output=True, text=True, check=False, timeout=300
    )
    return done.returncode, done.stdout + done.stderr


def said(*command: str | Path, **settings: str) -> list[str]:
    """What a program has against something."""
    code, text = ran(*command, **settings)
    return [] if code == 0 else [text.strip() or f"{command[0]} ended with {code}"]


class Settings:
    """A server's folder, to try settings on."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program, self.home = program, folder / "home"
        code, text = ran(program, "init", self.home, "--folder", folder, "--no-key")
        if code != 0:
            raise SystemExit(f"init: {text}")

    def wrong(self, environment: dict[str, str]) -> list[str]:
        """What the program has against these variables."""
        ours = {name: value for name, value in environment.items() if name.startswith(("COOKSHELF_SERVER_", "OTEL_"))}
        if not ours:
            return ["no setting of the server is made here"]
        storage = [name for name in environment if name.startswith("COOKSHELF_STORAGE_")]
        known = (DEPLOY.parent / "server/src/storage/credentials.rs").read_text()
        unknown = [name for name in storage if f'"{name.split("_", 3)[3].lower()}"' not in known]
        return said(self.program, "check-config", self.home, **ours) + [f"no storage has {name}" for name in unknown]


def dockerfile(_: Settings) -> list[str]:
    found = said(BIN / "hadolint", "--no-color", DEPLOY / "Dockerfile")
    text = (DEPLOY / "Dockerfile").read_text()
    last = text[text.rindex("\nFROM ") :]
    for wanted in ("USER 10001:10001", "HEALTHCHECK"):
        if wanted not in last:
            found.append(f"the image has no `{wanted}`")
    channel = re.search(r'channel = "([\d.]+)"', (DEPLOY.parent / "rust-toolchain.toml").read_text()).group(1)
    if f"RUSTUP_TOOLCHAIN={channel}" not in text or f"rust:{channel.rsplit('.', 1)[0]}-" not in text:
        found.append(f"it builds with another compiler than rust-toolchain.toml, which says {channel}")
    return found


def compose(settings: Settings) -> list[str]:
    file = DEPLOY / "compose/compose.yaml"
    command = [BIN / "docker-compose", "-f", file, "--profile", "once", "config", "--format", "json"]
    code, text = ran(*command, **PASSWORDS)
    if code != 0:
        return [text]
    found = []
    services = json.loads(text)["services"]
    ours = {name: service for name, service in services.items() if "cookshelf" in service["image"].split(":")[0]}
    if set(ours) != {"one", "two", "first-key"}:
        found.append(f"services of the program are {sorted(ours)}")
    for name, service in ours.items():
        found += settings.wrong(service["environment"])
        if not service.get("read_only") or service.get("cap_drop") != ["ALL"] or service.get("user") != "10001:10001":
            found.append(f"{name} could do more than it needs")
    for name, service in services.items():
        if name not in ours and not re.search(r":.*\d", service["image"]):
            found.append(f"{name} has an image without a version")
    if ran(*command)[0] == 0:
        found.append("it goes without passwords")
    return found


def proxy(_: Settings) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        text = (DEPLOY / "compose/proxy.conf").read_text()
        text = re.sub(r"server (one|two):8788", "server 127.0.0.1:8788", text)
        text = text.replace("listen 80;", "listen 127.0.0.1:18080;").replace("/var/cache/nginx", folder)
        whole = Path(folder) / "nginx.conf"
        places = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        whole.write_text(f"pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; {places} {text} }}")
        nginx = next((path for path in ("/usr/sbin/nginx", "/usr/bin/nginx") if Path(path).exists()), "nginx")
        return said(nginx, "-t", "-q", "-c", whole)


def chart(settings: Settings) -> list[str]:
    folder = str(DEPLOY / "helm/cookshelf")
    lint = helm.lint(folder)
    found = [str(error) for error in lint["errors"]]
    found += [str(message) for message in lint["messages"] if message["error"] != "icon is recommended"]
    everything = {
        "replicas": 3, "ingress": {"enabled": True, "className": "nginx", "tlsSecret": "tls", "host": "x.shop.example"},
        "monitoring": {"enabled": True}, "networkPolicy": {"enabled": True, "from": [{"podSelector": {}}]},
        "settings": {"trusted_proxies": ["10.0.0.0/8", "192.168.0.1"], "hosts": ["store.shop.example"], "traces": "http://collector:4318"},
        "podAnnotations": {"a": "b"}, "nodeSelector": {"disk": "ssd"}, "tolerations": [{"operator": "Exists"}],
    }
    with helm.Chart.load(folder) as loaded:
        for name, values in {"plain": {}, "one": {"replicas": 1, "storageSecret": ""}, "everything": everything}.items():
            found += [f"{name}: {fault}" for fault in rendered(loaded, values, settings)]
        for values in ({"replicas": 0}, {"artifacts": "/srv"}, {"settings": {"database": "x"}}, {"replica": 2}):
            try:
                loaded.validate_schema(loaded.merge_values(values))
                found.append(f"it takes {values}")
            except helm.HelmError:
                pass
    return found


def rendered(loaded: helm.Chart, values: dict, settings: Settings) -> list[str]:
    """What is wrong with what the chart makes of these values."""
    found = []
    kinds = set()
    for path, text in loaded.render(values, name="shelf", namespace="shops").items():
        for thing in yaml.safe_load_all(text) if path.endswith(".yaml") else ():
            if not thing:
                continue
            kinds.add(thing["kind"])
            if thing["kind"] == "ServiceMonitor":
                continue  # A resource of the Prometheus operator: Kubernetes has no schema for it.
            try:
                kubernetes_validate.validate(thing, KUBERNETES, strict=True)
            except kubernetes_validate.ValidationError as error:
                found.append(f"{path}: {error.message}")
            if thing["kind"] == "Deployment":
                for container in thing["spec"]["template"]["spec"]["containers"]:
                    given = {line["name"]: line.get("value", "postgres://a@b/c") for line in container["env"]}
                    found += settings.wrong(given)
    wanted = {"Deployment", "Service", "ServiceAccount"}
    if values.get("monitoring"):
        wanted |= {"Ingress", "ServiceMonitor", "NetworkPolicy", "PodDisruptionBudget"}
    return found + [f"no {kind} is made" for kind in sorted(wanted - kinds)]


def unit(settings: Settings) -> list[str]:
    text = (DEPLOY / "systemd/cookshelf.service").read_text()
    with tempfile.TemporaryDirectory() as folder:
        # The program lies elsewhere here; all else is as it is installed.
        place = Path(folder) / "cookshelf.service"
        place.write_text(text.replace("/usr/bin/cookshelf", str(settings.program)))
        code, said_of_it = ran("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", place)
        found = [said_of_it] if code != 0 or said_of_it.strip() else []
        code, table = ran("systemd-analyze", "security", "--offline=yes", "--no-pager", place)
        exposure = re.search(r"Overall exposure level for .*: ([\d.]+)", table)
        if not exposure or float(exposure.group(1)) > EXPOSURE:
            found.append(table)
    return found


def alerts(_: Settings, promtool: Path = Path("promtool")) -> list[str]:
    rules = DEPLOY / "prometheus/alerts.yaml"
    found = said(promtool, "check", "rules", rules)
    found += said(promtool, "test", "rules", DEPLOY / "prometheus/alerts.test.yaml")
    tests = yaml.safe_load((DEPLOY / "prometheus/alerts.test.yaml").read_text())["tests"]
    speak = {case["alertname"] for test in tests for case in test["alert_rule_test"] if case["exp_alerts"]}
    silent = {case["alertname"] for test in tests for case in test["alert_rule_test"] if not case["exp_alerts"]}
    names = {rule["alert"] for group in yaml.safe_load(rules.read_text())["groups"] for rule in group["rules"]}
    found += [f"no test makes {name} speak" for name in sorted(names - speak)]
    return found + [f"no test keeps {name} quiet" for name in sorted(names - silent)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--promtool", type=Path, required=True)
    arguments = parser.parse_args()
    program, promtool = arguments.program.resolve(), arguments.promtool.resolve()
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="cookshelf-deploy-") as folder:
        settings = Settings(program, Path(folder))
        checks = {
            "Dockerfile": dockerfile, "compose file": compose, "proxy": proxy, "Helm chart": chart,
            "systemd unit": unit,
            "alerts": lambda settings: alerts(settings, promtool),
            "dashboard": lambda _: figures.dashboard(DEPLOY, promtool),
            "names of figures": lambda _: figures.served(DEPLOY, program, Path(folder)),
        }
        for name, check in checks.items():
            faults = check(settings)
            print(f"{'FAIL' if faults else 'ok  '} {name}")
            for fault in faults:
                print("    " + fault.replace("\n", "\n    "))
            passed, failed = passed + (not faults), failed + bool(faults)
    print(f"# pass {passed}\n# fail {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
