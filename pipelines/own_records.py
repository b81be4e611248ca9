"""Which record of our files tells of an answer: the place the store names, or one beside it."""

from collections import OrderedDict
from datetime import datetime
from pathlib import Path

from core.urls import address_key
from db.record_places import RecordPlace
from pipelines import warc_files
from pipelines.members import Member, Members
from pipelines.payload import Damage, DamagedCaptureError

RUNS = 4  # runs whose revisits are remembered: some 300 bytes for each of at most 100,000
_ANSWERS = frozenset({"response", "revisit"})

_Where = tuple[str, int]


class OwnRecords:
    """Finds the record of each answer of an outlet.

    Where one crawl met the same bytes twice, the store names the record that holds them: the second
    answer has a revisit record, whose place nobody noted. The files of that run are looked through for
    it, once.
    """

    def __init__(self, members: Members, home: Path, outlet: str) -> None:
        self._members = members
        self._names = tuple(warc_files.names(home, outlet))
        self._revisits: OrderedDict[int, dict[tuple[str, datetime], _Where]] = OrderedDict()

    def answer(self, place: RecordPlace) -> Member:
        """Give the response or revisit record of an answer; DamagedCaptureError where there is none."""
        named = self._members.at(place.warc_file, place.offset)
        key = (address_key(place.url), place.captured_at)
        if named.kind in _ANSWERS and _key(named) == key:
            return named
        if where := self._revisits_of(place.run_id).get(key):
            return self._members.at(*where)
        said = f"no record of its own in the files of run {place.run_id}"
        raise DamagedCaptureError(Damage.NO_RECORD, place.warc_file, said)

    def request(self, answer: Member) -> Member | None:
        """Give the request record that was written with an answer, None where none was kept."""
        follows = self._members.after(answer)
        if follows is None or follows.kind != "request":
            return None
        belongs = follows.field("WARC-Concurrent-To") == answer.field("WARC-Record-ID")
        return follows if belongs else None

    def _revisits_of(self, run_id: int) -> dict[tuple[str, datetime], _Where]:
        if run_id not in self._revisits:
            self._revisits[run_id] = {
                key: (member.warc_file, member.offset)
                for name in self._names
                if f"-run{run_id}-" in name
                for member in self._members.every(name)
                if member.kind == "revisit" and (key := _key(member)) is not None
            }
        self._revisits.move_to_end(run_id)
        if len(self._revisits) > RUNS:
            self._revisits.popitem(last=False)
        return self._revisits[run_id]


def _key(member: Member) -> tuple[str, datetime] | None:
    try:
        captured_at = datetime.fromisoformat(member.field("WARC-Date"))
    except ValueError:
        return None
    return address_key(member.field("WARC-Target-URI")), captured_at
