"""How the templates are filled in: everything escaped, nothing undefined passed over."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from web import wording


def render(template: str, **facts: object) -> str:
    """Give the text of a template of the package."""
    return _environment().get_template(template).render(**facts)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "about": wording.about,
        "count_name": wording.count_name,
        "grouped": wording.grouped,
        "severity_tone": wording.severity_tone,
        "size": wording.size,
        "span": wording.span,
        "stamp": wording.stamp,
        "tone": wording.tone_of,
        "verdict": wording.verdict_of,
    }
    environment.globals |= {
        "KINDS": wording.KINDS,
        "SIGNS": wording.SIGNS,
        "brief": wording.brief,
        "count_value": wording.count_value,
        "relative": wording.relative,
        "took": wording.took,
    }
    return environment
