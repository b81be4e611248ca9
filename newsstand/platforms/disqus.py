"""A stand-in for Disqus' public listing of a thread's comments: keyed, paged by cursors."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from urllib.parse import parse_qs, urlsplit

from newsstand.answer import Answer
from newsstand.platforms import parts
from newsstand.platforms.stories import STORIES, Story
from newsstand.server import Request

LISTING = "/api/3.0/threads/listPosts.json"
KEY = "an-invented-key"
FORUM = "dispensary"


class DisqusListing:
    """Lists the comments of the stories whose threads are asked for by ``<number> <address>``.

    It gives ``most`` at once, whatever is asked for, and refuses who has no key.
    """

    def __init__(self, stories: tuple[Story, ...] = STORIES, *, most: int = 2) -> None:
        self.stories = stories
        self._most = most
        self.origin = ""

    def at(self, origin: str) -> None:
        """Stand at an origin."""
        self.origin = origin

    def answer(self, request: Request) -> Answer:
        """Give robots.txt, or a page of the listing."""
        target = urlsplit(request.target)
        if target.path == "/robots.txt":
            return parts.robots("/admin/")
        if target.path != LISTING:
            return _told(404, {"code": 1, "response": "No such endpoint."})
        asked = {name: values[-1] for name, values in parse_qs(target.query).items()}
        if asked.get("api_key") != KEY:
            return _told(400, {"code": 5, "response": "Invalid API key"})
        return self._page(asked)

    def _page(self, asked: Mapping[str, str]) -> Answer:
        number = asked.get("thread:ident", "").partition(" ")[0]
        story = next((one for one in self.stories if str(one.number) == number), None)
        if story is None or asked.get("forum") != FORUM:
            return _told(400, {"code": 2, "response": "Invalid argument, 'thread'"})
        remarks = sorted(story.remarks, key=lambda one: one.posted, reverse=asked.get("order") != "asc")
        begin = int(asked.get("cursor", "0:0").split(":")[1])
        end = begin + min(self._most, int(asked.get("limit", 25)))
        rows = [
            {
                "id": str(one.number),
                "parent": one.parent,
                "forum": FORUM,
                "author": {"name": one.author, "isAnonymous": True},
                "createdAt": one.posted.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
                "message": parts.texts(one.paragraphs),
                "isDeleted": False,
                "isSpam": False,
            }
            for one in remarks[begin:end]
        ]
        more = end < len(remarks)
        cursor = {"hasNext": more, "next": f"1:{end}:0", "hasPrev": begin > 0, "more": more}
        return _told(200, {"cursor": cursor, "code": 0, "response": rows})


def _told(status: int, told: Mapping[str, object]) -> Answer:
    return replace(parts.document(json.dumps(told), kind=parts.JSON, status=status), last_modified=None)
