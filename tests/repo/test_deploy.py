"""What is shipped for running Cuttings fits the program: settings, commands, metrics, limits."""

import json
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from core.settings import PREFIX, Settings
from tests.repo.shipped import DEPLOY, SHIPPED, passes, tool
from tests.repo.test_docs import misfits
from tests.repo.tree import PACKAGES, ROOT, shown

UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if service.get("image") == "cuttings"}
LONG_LIVED = ("daemon", "worker")
DEFAULTS = Settings.model_construct()
EXPOSURE = 20
"""Tenths of systemd's exposure score (0 best, 100 worst) that a unit may have; `UNSAFE` begins at 70."""


def unit(path: Path) -> dict[str, list[str]]:
    """Give a unit's lines by name, sections thrown together: no name stands in two of them."""
    found: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        if line and line[0] not in "#[":
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def steps(path: Path) -> list[tuple[str, str]]:
    """Give a Dockerfile's instructions."""
    text = re.sub(r"^#.*\n", "", path.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    parted = (line.partition(" ") for line in text.splitlines() if line.strip())
    return [(name, " ".join(rest.split())) for name, _, rest in parted]


STEPS = steps(DEPLOY / "Dockerfile")
FINAL = STEPS[max(number for number, (name, _) in enumerate(STEPS) if name == "FROM") :]


def one(name: str) -> str:
    """Give the one instruction of that name in the image's last stage."""
    [value] = [value for step, value in FINAL if step == name]
    return value


def seconds(text: str) -> int:
    match = re.fullmatch(r"(\d+)(s|min|m|h|)", text)
    return int(match[1]) * {"s": 1, "": 1, "min": 60, "m": 60, "h": 3600}[match[2]]


def size(text: str) -> int:
    return int(text[:-1]) * {"M": 2**20, "G": 2**30}[text[-1].upper()]


@pytest.fixture(scope="module")
def copies(tmp_path_factory) -> Path:
    """A folder with the units as they would be installed, but for the program, which is not."""
    folder = tmp_path_factory.mktemp("units")
    for path in UNITS:
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", path.read_text(), flags=re.MULTILINE)
        (folder / path.name.replace("@.", "@1.")).write_text(text)
    return folder


@pytest.mark.parametrize("path", UNITS, ids=shown)
def test_systemd_takes_the_unit(path, copies):
    passes(tool("systemd-analyze"), "verify", "--man=no", copies / path.name.replace("@.", "@1."))


@pytest.mark.parametrize("path", UNITS, ids=shown)
def test_the_unit_exposes_little(path, copies):
    tool("systemd-analyze")
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager"]
    passes(*command, copies / path.name.replace("@.", "@1."))


@pytest.mark.parametrize("path", UNITS, ids=shown)
def test_the_unit_leaves_time_and_room(path):
    lines = unit(path)
    # The daemon asks for 30 seconds beyond the grace for its own end.
    assert seconds(lines["TimeoutStopSec"][0]) > DEFAULTS.stop_grace + 30
    assert lines["KillMode"] == ["mixed"]  # the crawls are the program's to end
    assert lines["OOMPolicy"] == ["continue"]  # one crawl that is killed is not the end of all
    crawls = DEFAULTS.parallel_crawls * DEFAULTS.crawl_memory_bytes
    assert size(lines["MemoryMax"][0]) > crawls
    assert seconds(lines["RestartSec"][0]) * int(lines["StartLimitBurst"][0]) < seconds(
        lines["StartLimitIntervalSec"][0]
    )  # otherwise it would try for ever
    assert f"{PREFIX}HOME={lines['ReadWritePaths'][0]}" in lines["Environment"]
    assert lines["ReadWritePaths"] == [f"/var/lib/{lines['StateDirectory'][0]}"]


def test_the_watchdog_waits_for_several_beats():
    from scheduler.daemon import TICK

    lines = unit(DEPLOY / "systemd" / "cuttings.service")
    assert lines["Type"] == ["notify"]
    assert seconds(lines["WatchdogSec"][0]) >= 4 * TICK
    assert lines["ExecReload"] == ["/bin/kill -HUP $MAINPID"]


def test_commands_run_as_the_service_does(tmp_path):
    """The script is run with its places and its user moved: settings, folder and arguments arrive."""
    script = (DEPLOY / "systemd" / "cuttings").read_text()
    lines = unit(DEPLOY / "systemd" / "cuttings.service")
    program = lines["ExecStart"][0].split()[0]
    etc = lines["WorkingDirectory"][0]
    runuser = f"runuser --user {lines['User'][0]} -- "
    assert all(text in script for text in (program, etc, runuser, lines["ReadWritePaths"][0]))
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "cuttings.env").write_text("CUTTINGS_WEB_HOSTS='[\"a.example.org\"]'\n")
    show = tmp_path / "show"
    show.write_text('#!/bin/sh\npwd; echo "$CUTTINGS_HOME $CUTTINGS_WEB_HOSTS"; printf "<%s>" "$@"\n')
    show.chmod(0o755)
    moved = script.replace(etc, str(tmp_path / "etc")).replace(program, str(show)).replace(runuser, "")
    result = subprocess.run(
        ["sh", "-s", "db", "two words"], input=moved, capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines() == [
        str(tmp_path / "etc"),
        '/var/lib/cuttings ["a.example.org"]',
        "<db><two words>",
    ]


def test_the_image_is_not_root_and_writes_its_home_alone():
    home = one("VOLUME")
    assert f"{PREFIX}HOME={home}" in one("ENV")
    assert one("WORKDIR") == home
    user, _, group = one("USER").partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert any(name == "RUN" and f"--uid {user} " in value and home in value for name, value in FINAL)
    assert one("STOPSIGNAL") == "SIGTERM"


def test_the_image_is_built_from_the_lock_and_pinned_bases():
    bases = [value.split()[0] for name, value in STEPS if name == "FROM"]
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.1[1-9]-slim-\w+", bases[0])
    installs = [value for name, value in STEPS if name == "RUN" and " install " in value and "pip" in value]
    assert "--require-hashes --requirement requirements.lock" in installs[0]
    assert "--no-deps --no-build-isolation" in installs[1]
    assert len(installs) == 2


def test_the_image_is_made_of_every_package_and_nothing_private():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert lines[lines.index("*") :][0] == "*"
    kept = {line[1:] for line in lines if line.startswith("!")}
    assert kept == {*PACKAGES, "pyproject.toml", "requirements.lock", "README.md", "LICENSE"}
    assert all((ROOT / name).exists() for name in kept)


def test_hadolint_finds_nothing():
    passes(tool("hadolint"), DEPLOY / "Dockerfile")


def test_compose_takes_the_file(tmp_path):
    docker = tool("docker")
    if subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker has no compose here: its own check of the file was not made")
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    filled = re.sub(r"=$", "=invented", (DEPLOY / "compose.env").read_text(), flags=re.MULTILINE)
    (tmp_path / "deploy" / ".env").write_text(filled)
    passes(docker, "compose", "--file", tmp_path / "deploy" / "compose.yaml", "config", "--quiet")


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_container_is_closed_in(name):
    service = OURS[name]
    assert service["read_only"] is True
    assert service["init"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert f"archive:{one('VOLUME')}" in service["volumes"]
    assert seconds(service["stop_grace_period"]) > DEFAULTS.stop_grace + 30
    assert "${POSTGRES_PASSWORD:?" in service["environment"]["CUTTINGS_DATABASE_URL"]
    assert service["environment"]["CUTTINGS_EXECUTOR"] == "procrastinate"


def test_what_compose_needs_is_asked_for():
    """A worker without the key, or a database without a password, would only fail later."""
    needed = set(re.findall(r"\$\{(\w+):\?", (DEPLOY / "compose.yaml").read_text()))
    assert needed == {"POSTGRES_PASSWORD", "CUTTINGS_PSEUDONYM_KEY"}
    empty = re.findall(r"^(\w+)=$", (DEPLOY / "compose.env").read_text(), flags=re.MULTILINE)
    assert needed <= set(empty)


def test_the_containers_begin_in_order():
    assert set(OURS) == {"migrate", *LONG_LIVED}
    assert COMPOSE["services"]["postgres"]["healthcheck"]["test"]
    assert OURS["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert OURS["migrate"]["restart"] == "no"
    for name in LONG_LIVED:
        assert OURS[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert OURS[name]["restart"] == "unless-stopped"
    assert OURS["worker"]["deploy"]["replicas"] == 2
    assert size(OURS["worker"]["mem_limit"]) > DEFAULTS.parallel_crawls * DEFAULTS.crawl_memory_bytes


def test_only_the_status_page_is_published_and_only_to_this_machine():
    published = {
        name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service
    }
    assert published == {"daemon": [f"127.0.0.1:{DEFAULTS.web_port}:{DEFAULTS.web_port}"]}
    assert f"{PREFIX}WEB_HOST=0.0.0.0" in one("ENV")  # inside; nothing reaches it otherwise
    assert one("EXPOSE") == str(DEFAULTS.web_port)
    assert COMPOSE["services"]["postgres"]["networks"] == ["database"]
    assert COMPOSE["networks"]["database"] == {"internal": True}
    listens = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yaml").read_text())
    targets = listens["scrape_configs"][0]["static_configs"][0]["targets"]
    assert targets == [f"{DEFAULTS.web_host}:{DEFAULTS.web_port}"]


def commands() -> list[list[str]]:
    """Give every command of the program that a unit, the image or the compose file runs."""
    found = [unit(path)["ExecStart"][0].split()[1:] for path in UNITS]
    found += [service["command"] for service in OURS.values()]
    found.append(json.loads(one("CMD")))
    check = json.loads(one("HEALTHCHECK").partition("CMD ")[2])
    assert [check[0]] == json.loads(one("ENTRYPOINT")) == ["cuttings"]
    text = "\n".join(path.read_text() for path in SHIPPED)
    found += [shlex.split(words)[1:] for words in re.findall(r"`(cuttings [^`]+)`", text)]
    return [*found, check[1:]]


def test_every_command_that_is_run_exists():
    assert not {" ".join(words): wrong for words in commands() if (wrong := misfits(["cuttings", *words]))}


def test_every_setting_that_is_named_exists():
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    named = {
        (shown(path), name)
        for path in SHIPPED
        for name in re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", path.read_text())
    }
    assert len(named) > 10
    assert not [where for where in named if where[1] not in known]


def test_the_services_settings_are_valid(tmp_path, monkeypatch):
    """As shipped, and with every line that is commented out put in."""
    text = (DEPLOY / "systemd" / "settings.toml").read_text()
    assert tomllib.loads(text) == {"contact": ""}
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cuttings.toml").write_text(re.sub(r"^# (?=[a-z_]+ = )", "", text, flags=re.MULTILINE))
    settings = Settings()
    assert settings.executor == "procrastinate"
    assert settings.web_hosts == ["cuttings.example.org"]


def private(text: str) -> list[str]:
    """Give what no shipped file may hold: addresses that are not for examples, and secrets."""
    text = re.sub(r"\$\{\w+[^}]*\}", "FILLED_IN", text)
    hosts = re.findall(r"\w+://(?:[^\s/@]*@)?([\w.-]*)", text)
    secrets = re.findall(r"://[^\s/@:]*:(?!FILLED_IN@)[^\s/@]+@", text)
    secrets += re.findall(r"(?im)^[# ]*\w*(?:password|secret|token|_key)\w*\s*[:=]\s*(\S+)$", text)
    foreign = [host for host in hosts if host not in {"", "alerts.example.org", "postgres", "localhost"}]
    return foreign + [value for value in secrets if value not in {'""', "FILLED_IN"}]


@pytest.mark.parametrize("path", SHIPPED, ids=shown)
def test_no_foreign_address_and_no_secret(path):
    assert not private(path.read_text())


@pytest.mark.parametrize(
    "line",
    [
        "image: https://registry.example.net/cuttings",
        "POSTGRES_PASSWORD=hunter2",
        '# pseudonym_key = "00ff"',
        "url: postgresql+psycopg://cuttings:hunter2@postgres/cuttings",
    ],
)
def test_the_search_for_addresses_and_secrets_can_fail(line):
    assert private(line)


def test_the_document_names_every_file():
    text = (ROOT / "docs" / "deploy.md").read_text()
    named = [name for name in map(shown, SHIPPED) if name != "deploy/.gitignore"]
    assert not [name for name in named if f"`{name}`" not in text]
