"""The alert rules and the dashboard ask for what the daemon gives, in words Prometheus takes."""

import json
import re
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from core.clock import now
from db import schema
from db.engine import open_engine
from scheduler.status import OutletStatus, Status
from tests.repo.shipped import DEPLOY, passes, tool
from web.metrics import Metrics

RULES = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())["groups"]
DASHBOARD = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text())


def page(folder: Path, *, paused: bool = False) -> str:
    """Give what the daemon answers to Prometheus, with one outlet."""
    engine = open_engine(f"sqlite:///{folder / 'cuttings.db'}")
    schema.ensure(engine)
    outlet = OutletStatus(
        key="townclerk",
        title="Town Clerk",
        last_run=None,
        last_success_at=now(),
        next_slot_at=None,
        interval_seconds=3600.0,
        failures=0,
        articles=0,
        paused_at=now() if paused else None,
    )
    status = Status(at=now(), version="0", database="", outlets=(outlet,), runs=(), problems=(), processes=())
    metrics = Metrics(engine, software_version="0", tick=now)
    text = metrics.text(lambda: status).decode()
    engine.dispose()
    return text


def series(text: str) -> set[str]:
    """Give the name of every series of a page."""
    names = set()
    for family in text_string_to_metric_families(text):
        endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
        names |= {family.name + ending for ending in endings.get(family.type, ("",))}
    return names


@pytest.mark.parametrize("paused", [False, True])
def test_a_paused_outlet_is_told_so_that_nobody_is_warned_of_it(tmp_path, paused):
    line = f'cuttings_outlet_paused{{outlet="townclerk"}} {float(paused)}'
    assert line in page(tmp_path, paused=paused).splitlines()


def expressions() -> dict[str, str]:
    """Give every expression of the rules and of the dashboard, with where it stands."""
    found = {rule["alert"]: rule["expr"] for group in RULES for rule in group["rules"]}
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            found[f"{panel['title']} {target['refId']}"] = target["expr"]
    for variable in DASHBOARD["templating"]["list"]:
        if variable["type"] == "query":
            found[variable["name"]] = variable["definition"]
    return found


def test_every_metric_that_is_asked_for_is_given(tmp_path):
    given = series(page(tmp_path))
    asked = {
        where: set(re.findall(r"\b(?:cuttings|process)_\w+", text)) for where, text in expressions().items()
    }
    assert all(names or where == "CuttingsAway" for where, names in asked.items())
    assert not {where: names - given for where, names in asked.items() if names - given}


def test_prometheus_takes_the_rules_and_they_do_what_they_should():
    promtool = tool("promtool")
    folder = DEPLOY / "prometheus"
    passes(promtool, "check", "config", folder / "prometheus.yaml")
    passes(promtool, "test", "rules", folder / "alerts_test.yaml")


def test_prometheus_can_read_what_the_dashboard_asks(tmp_path):
    promtool = tool("promtool")
    asked = [
        text.replace("$__interval", "5m").replace("$outlet", ".*")
        for text in expressions().values()
        if not text.startswith("label_values")
    ]
    rules = [{"record": f"asked:{number}", "expr": text} for number, text in enumerate(asked)]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": rules}]}))
    passes(promtool, "check", "rules", tmp_path / "rules.yaml")


def test_every_rule_is_tried_and_says_what_to_do():
    tried = yaml.safe_load((DEPLOY / "prometheus" / "alerts_test.yaml").read_text())["tests"]
    fired = {case["alertname"] for test in tried for case in test["alert_rule_test"] if "exp_alerts" in case}
    quiet = {case["alertname"] for case in tried[0]["alert_rule_test"]}
    rules = [rule for group in RULES for rule in group["rules"]]
    assert {rule["alert"] for rule in rules} == fired == quiet
    for rule in rules:
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert set(rule["annotations"]) == {"summary", "description"}


def test_the_dashboard_asks_for_its_source_and_its_panels_lie_side_by_side():
    names = {variable["name"]: variable["type"] for variable in DASHBOARD["templating"]["list"]}
    assert names == {"datasource": "datasource", "outlet": "query"}
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels) == len({panel["title"] for panel in panels})
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        assert {target["datasource"]["uid"] for target in panel["targets"]} == {"${datasource}"}
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells
