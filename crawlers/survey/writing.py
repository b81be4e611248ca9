"""The outlet module a survey amounts to, written as a person would and formatted as the repository is."""

import re
from collections.abc import Iterable

from crawlers.expectations import Expectations
from crawlers.outlet import Outlet
from crawlers.survey import conclusions, literals
from crawlers.survey.patterns import Derived
from crawlers.survey.platform import layout_class
from crawlers.survey.survey import Survey

_WIDTH = 110  # columns, as in pyproject.toml
_PIECE = 84  # characters of a text that is parted onto several lines
_EXPECTED = ("articles_a_week", "dated", "with_byline", "comments")


def module(survey: Survey) -> str:
    """Give the text of the outlet's module."""
    constants, forms = _forms(survey)
    parts = [f'"""{_docstring(survey)}"""', _imports(survey), *constants, _outlet(survey, forms)]
    return "\n\n".join(parts) + "\n"


def outlet(text: str) -> Outlet:
    """Give the outlet a written module declares."""
    names: dict[str, object] = {}
    exec(compile(text, "<outlet module>", "exec"), names)  # noqa: S102 - the text is made above
    found = names["OUTLET"]
    if not isinstance(found, Outlet):
        raise TypeError(f"OUTLET is a {type(found).__name__}")
    return found


def _docstring(survey: Survey) -> str:
    """Give the module's line."""
    known = survey.recognised.platform.title if survey.recognised else "platform unknown"
    title = literals.docstring(survey.title)
    return f"{title}: {known}; written by a survey of the site, not yet seen crawling."


def _imports(survey: Survey) -> str:
    written = any(form.known_as is None for form in survey.forms)
    lines = ["import re\n"] if written else []
    names = {"Form", "Outlet"} if written else {"Outlet"}
    found = {"crawlers.outlet": names}
    if known := {form.known_as.partition("(")[0] for form in survey.forms if form.known_as}:
        found["crawlers.addresses"] = known
    if survey.parameters:
        found.setdefault("crawlers.addresses", set()).add("with_parameters")
    if _expected(survey.expects):
        found["crawlers.expectations"] = {"Expectations"}
    if survey.family and survey.recognised:
        found[survey.recognised.platform.family] = {layout_class(survey.recognised.platform).__name__}
    lines += [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(found.items())]
    return "\n".join(lines)


def _forms(survey: Survey) -> tuple[list[str], list[str]]:
    """Give the constants the forms are written as, and their names."""
    constants, named = [], []
    for number, form in enumerate(survey.forms, start=1):
        name = "_FORM" if len(survey.forms) == 1 else f"_FORM_{number}"
        constants.append(_form(name, form))
        named.append(name)
    if survey.parameters:
        told = ", ".join(literals.text(name) for name in survey.parameters)
        constants.append(f"_PATH = with_parameters({told})  # what of a query tells articles apart")
    return ["\n".join(constants)] if constants else [], named


def _form(name: str, form: Derived) -> str:
    seen = f"# {literals.comment(form.examples[0])}"[:_WIDTH] if form.examples else "# none seen"
    if form.known_as:
        return f"{seen}\n{name} = {form.known_as}"
    pattern = literals.raw(form.pattern)
    one = f'{name} = Form(name="{form.name}", pattern=re.compile({pattern}, re.IGNORECASE))'
    if len(one) <= _WIDTH:
        return f"{seen}\n{one}"
    middle = f'    name="{form.name}", pattern=re.compile({pattern}, re.IGNORECASE)'
    if len(middle) <= _WIDTH:
        return f"{seen}\n{name} = Form(\n{middle}\n)"
    pieces = "\n".join(f"        {literals.raw(piece)}" for piece in _pieces(form.pattern))
    return (
        f'{seen}\n{name} = Form(\n    name="{form.name}",\n    pattern=re.compile(\n{pieces},\n'
        "        re.IGNORECASE,\n    ),\n)"
    )


def _pieces(pattern: str) -> list[str]:
    """Part a long pattern where no escape, group or class begins or ends."""
    pieces, rest = [], pattern
    while len(rest) > _PIECE:
        at = rest.rfind("|", 0, _PIECE)
        at = at if at > 0 else rest.rfind("/", 1, _PIECE)
        if at <= 0:
            break
        pieces.append(rest[:at])
        rest = rest[at:]
    return [*pieces, rest]


def _outlet(survey: Survey, forms: list[str]) -> str:
    lines = [
        f"key={literals.text(survey.key)},",
        f"title={literals.text(survey.title)},",
        f"home={literals.text(survey.home)},",
        f"hosts=({literals.text(survey.host)},),",
        f"publisher={literals.text(survey.publisher)},",
        f"forms=({', '.join(forms)}{',' if len(forms) == 1 else ''}),",
        *_layouts(survey, forms),
        *_tuple("listings", survey.addresses("listing")),
        *_tuple("feeds", survey.addresses("feed")),
        *_tuple("sitemaps", survey.addresses("sitemap")),
        *_tuple("posts", survey.addresses("posts")),
        *(["path=_PATH,"] if survey.parameters else []),
        f"timezone={literals.text(survey.zone or 'UTC')},",
        "unverified=True,",
        *_expectations(survey.expects),
        *_tuple("caveats", survey.caveats),
    ]
    return "OUTLET = Outlet(\n" + "\n".join(f"    {line}" for line in lines) + "\n)"


def _layouts(survey: Survey, forms: list[str]) -> list[str]:
    """Give the lines of the layouts: the family's with what it takes, none where ``generic`` reads alone."""
    if not survey.family or survey.recognised is None:
        return ["layouts=(),"]
    names = tuple(dict.fromkeys((survey.title, *survey.names)))[:3]
    patterns = ", ".join(f"{name}.pattern" for name in forms)
    facts = {
        "names": f"({', '.join(literals.text(name) for name in names)}{',' if len(names) == 1 else ''})",
        "timezone": literals.text(survey.zone or "UTC"),
        "addresses": f"({patterns}{',' if len(forms) == 1 else ''})",
    }
    if survey.parameters:
        facts["path"] = "_PATH"
    taken = conclusions.layout_arguments(survey.recognised)
    given = [f"{name}={facts[name]}" for name in taken if name in facts]
    call = layout_class(survey.recognised.platform).__name__
    one = f"layouts=({call}({', '.join(given)}),),"
    if len(one) + 4 <= _WIDTH:
        return [one]
    inner = f"    {call}({', '.join(given)}),"
    if len(inner) + 4 <= _WIDTH:
        return ["layouts=(", inner, "),"]
    return ["layouts=(", f"    {call}(", *(f"        {argument}," for argument in given), "    ),", "),"]


def _expected(expects: Expectations) -> list[str]:
    told = ((name, getattr(expects, name)) for name in _EXPECTED)
    return [f"{name}={value}" for name, value in told if value is not None]


def _expectations(expects: Expectations) -> list[str]:
    told = _expected(expects)
    return [f"expects=Expectations({', '.join(told)}),"] if told else []


def _tuple(name: str, values: Iterable[str]) -> list[str]:
    """Give the lines of a tuple of texts: on one line where it fits, else one text on each."""
    written = [literals.text(value) for value in values]
    if not written:
        return []
    one = f"{name}=({', '.join(written)}{',' if len(written) == 1 else ''}),"
    if len(one) + 4 <= _WIDTH:
        return [one]
    lines = [f"{name}=("]
    for value, text in zip(values, written, strict=True):
        if len(text) + 9 <= _WIDTH or " " not in value:
            lines.append(f"    {text}," + ("  # noqa: E501 - an address" if len(text) + 9 > _WIDTH else ""))
        else:
            words = [f"        {literals.text(piece)}" for piece in _lines(value)]
            lines += ["    (", *words, "    ),"]
    return [*lines, "),"]


def _lines(value: str) -> list[str]:
    """Part a sentence into lines, each but the first beginning with its blank."""
    found: list[str] = []
    for word in re.findall(r"\s?\S+", value):
        if found and len(found[-1]) + len(word) <= _PIECE:
            found[-1] += word
        else:
            found.append(word)
    return found
