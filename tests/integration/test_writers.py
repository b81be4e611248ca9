"""Processes that write the history of one outlet: each sees whole what the one before it did."""

import threading
import time

from sqlalchemy import text

from db.store import Store
from tests.integration.desk import KEY, Desk

WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
TAKING_TURNS = 60.0  # seconds the second one may take to come to the point where it waits


def test_a_backfill_and_a_crawl_of_one_outlet_take_turns_in_writing(engine):
    desk = Desk(engine)
    other = Store(engine, outlet=desk.outlet, run_id=desk.run_id, pseudonym_key=KEY)
    entered = threading.Event()

    def second() -> None:
        with other.maintaining():
            entered.set()

    thread = threading.Thread(target=second)
    with desk.store.maintaining():
        thread.start()
        if engine.dialect.name == "postgresql":  # SQLite's second writer waits where nobody can see it
            deadline = time.monotonic() + TAKING_TURNS
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
                while not looking.execute(WAITING).scalar_one() and not entered.is_set():
                    assert time.monotonic() < deadline
                    time.sleep(0.01)
        assert not entered.is_set(), "it must not read what the first is about to change"
    thread.join(TAKING_TURNS)
    assert entered.is_set()
