"""An open backfill that the daemon carries on, with its real child, to its end."""

from newsstand.archives import Archives, serve
from tests.integration.keeper import Keeper, eventually

NIGHT = "backfill:townclerk"


def test_the_daemon_carries_an_open_backfill_on_to_its_end(tmp_path):
    with serve(Archives()) as archives:
        keeper = Keeper(
            tmp_path / "home",
            f"sqlite:///{tmp_path / 'home' / 'cuttings.db'}",
            {"townclerk": "http://127.0.0.1:9"},
            CUTTINGS_WAYBACK_URL=archives.address("wayback"),
            CUTTINGS_WAYBACK_QUERIES_PER_MINUTE="100000",
            CUTTINGS_WAYBACK_DELAY="0",
        )
        begun = keeper.command("backfill", "townclerk", "--from", "wayback", "--limit", "2")
        assert begun.returncode == 0, begun.stderr
        paused = keeper.command("schedule", "pause", "townclerk", "recheck:townclerk")
        assert paused.returncode == 0, paused.stderr
        with keeper.daemon() as process:
            asked = keeper.command("schedule", "run-now", NIGHT)
            assert asked.returncode == 0, asked.stderr
            eventually(
                lambda: [run for run in keeper.runs()[1:] if run["ended_at"]], "the slice to come to its end"
            )
            assert keeper.command("schedule", "run-now", NIGHT).returncode == 1, "nothing is left to do"
            assert keeper.end(process) == 0
        assert [(run["kind"], run["verdict"]) for run in keeper.runs()] == [("backfill", "ok")] * 2
        assert keeper.rows("SELECT ended_by FROM backfill") == [{"ended_by": "done"}]
        assert keeper.rows("SELECT count(*) AS n FROM memento WHERE state = 'chosen'") == [{"n": 0}]
        fetched = keeper.rows("SELECT run_id FROM memento WHERE state = 'fetched' GROUP BY run_id")
        assert len(fetched) == 2, "both fetched some, and neither what the other had"
        assert not keeper.left_over()
