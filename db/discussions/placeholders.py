"""What outlets print in the place of a comment that they took down."""

import re

_WHO = (
    r"(?:(?:a|an|the|our|its|their|your|site)\s)*(?:moderators?|moderation(?:\steam)?|administrators?|admins?"
    r"|authors?|users?|editors?|editorial\s(?:staff|team)|staff|commenter|poster|webmaster|site|system)"
)
_DONE = r"(?:removed|deleted|hidden|withdrawn|taken\sdown)"
_WHY = (
    r"(?:,?\s(?:(?:because|as|due\sto|in\s(?:line|accordance)|under|after|following|since)\b"
    r"|for\s(?:violating|breaching|breaking|not\s|being|containing|legal|moderation|review|abus|spam)).{0,160})?"
)
_TAKEN_DOWN = re.compile(
    rf"[\[(<]\s?(?:(?:this\s)?(?:comment|reply|post|message|content)\s)?(?:(?:was|has\sbeen)\s)?{_DONE}"
    rf"(?:\sby\s{_WHO})?\s?[\])>]"
    rf"|(?:this\s|the\s)?comment\s(?:(?:was|has\sbeen)\s)?{_DONE}(?:\sby\s{_WHO})?{_WHY}"
    rf"|(?:this\s|the\s)?(?:reply|post|message|content)\s(?:(?:was|has\sbeen)\s)?{_DONE}\sby\s{_WHO}{_WHY}"
    r"|dieser\s(?:kommentar|beitrag)\swurde\s(?:von\s.{1,60}\s)?(?:gelöscht|entfernt)"
    r"|ce\scommentaire\sa\sété\s(?:supprimé|retiré)(?:\spar\s.{1,60})?",
    re.IGNORECASE,
)
_LONGEST = 220  # characters; what is longer is somebody's text


def is_placeholder(body: str) -> bool:
    """Say whether the text of a comment says no more than that the comment was taken down.

    It must say so by itself and to its end: readers write of removals too.
    """
    return len(body) <= _LONGEST and _TAKEN_DOWN.fullmatch(body.strip(" \n.!*_-")) is not None
