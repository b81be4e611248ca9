"""Names of months in the languages whose pages are read: English and its European neighbours."""

import re

_NAMES = (
    "january jan januar jänner januari janvier janv enero ene gennaio gen janeiro stycznia leden ledna",
    "february feb februar febr feber februari février févr fevrier febrero febbraio fevereiro fev lutego",
    "march mar märz maerz mär mrz maart mrt mars marzo março marco marca března",
    "april apr avril avr abril abr aprile kwietnia dubna",
    "may mai mei maj mayo maggio mag maio maja května",
    "june jun juni juin junio giugno giu junho czerwca června",
    "july jul juli juillet juil julio luglio lug julho lipca července",
    "august aug augustus augusti août aout agosto ago sierpnia srpna",
    "september sept sep septembre septiembre settembre set setembro września září",
    "october oct oktober okt octobre octubre ottobre ott outubro out października října",
    "november nov novembre noviembre novembro listopada listopadu",
    "december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro grudnia prosince",
)
NUMBERS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
"""The number of each name and short form, in lower case."""

PATTERN = "(?:" + "|".join(sorted(map(re.escape, NUMBERS), key=lambda name: (-len(name), name))) + ")"
"""Any of the names, longest first; for patterns that ignore case."""

WEEKDAY = (
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|mo|di|mi|do|fr|sa|so"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
    r"|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica"
    r"|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)"
)
"""A day of the week in those languages."""
