"""Time travel for any PostgreSQL session: functions that come and go with the views.

``SELECT cuttings_as_of('2026-03-01')`` takes the session to the end of that day (UTC),
``SELECT cuttings_as_of('2026-03-01', believed_at => '2026-04-01T12:00Z')`` to what the archive
believed of it then, ``SELECT cuttings_now()`` back; ``articles_as_of(instant)`` gives the rows of one
view without any session. Temporary views do it, so the role needs SELECT on the tables and TEMPORARY
on the database; the views go with the session, or with the transaction when it is rolled back.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from db.time_travel.asof_tables import Cut, shadows

_NAMES = (
    "cuttings_as_of(text, text)",
    "cuttings_as_of(timestamptz, timestamptz)",
    "cuttings_now()",
    "cuttings_instant(text)",
    "articles_as_of(timestamptz)",
)
_MAIN = "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = to_regclass('article')"

_INSTANT = """\
CREATE FUNCTION cuttings_instant(wanted text) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $cuttings$
BEGIN
    IF wanted ~ '^\\d{4}-\\d\\d-\\d\\d$' THEN
        RETURN ((wanted::date + 1)::timestamp AT TIME ZONE 'UTC') - interval '1 microsecond';
    ELSIF wanted IS NULL OR wanted ~ '(Z|[+-]\\d\\d(:?\\d\\d)?)$' THEN
        RETURN wanted::timestamptz;
    END IF;
    RAISE EXCEPTION '% is neither a day nor an instant with its zone', quote_literal(wanted)
        USING HINT = 'Write it as 2026-03-01 (the end of that day, UTC) or 2026-03-01T12:00Z.';
END $cuttings$"""

_NOW = """\
CREATE FUNCTION cuttings_now() RETURNS text
LANGUAGE plpgsql SET client_min_messages = warning AS $cuttings$
DECLARE
    shadow text;
BEGIN
    FOREACH shadow IN ARRAY ARRAY[{names}] LOOP
        EXECUTE format('DROP VIEW IF EXISTS pg_temp.%I CASCADE', shadow);
    END LOOP;
    RETURN 'now';
END $cuttings$"""

_AS_OF = """\
CREATE FUNCTION cuttings_as_of(as_of timestamptz, believed_at timestamptz DEFAULT NULL) RETURNS text
LANGUAGE plpgsql SET client_min_messages = warning AS $cuttings$
DECLARE
    shadow text;
    at timestamptz := coalesce(as_of, 'infinity');
BEGIN
    PERFORM {main}.cuttings_now();
    IF as_of IS NULL AND believed_at IS NULL THEN
        RETURN 'now';
    END IF;
    FOREACH shadow IN ARRAY CASE WHEN believed_at IS NULL THEN ARRAY[{today}] ELSE ARRAY[{then}] END LOOP
        shadow := replace(shadow, ':at', quote_literal(at) || '::timestamptz');
        shadow := replace(shadow, ':seen', quote_literal(least(at, believed_at)) || '::timestamptz');
        EXECUTE replace(shadow, ':believed', coalesce(quote_literal(believed_at), '') || '::timestamptz');
    END LOOP;
    RETURN concat_ws(', ', 'as of ' || as_of, 'as believed at ' || believed_at);
END $cuttings$"""

_AS_OF_TEXT = """\
CREATE FUNCTION cuttings_as_of(as_of text, believed_at text DEFAULT NULL) RETURNS text
LANGUAGE sql AS $cuttings$
    SELECT {main}.cuttings_as_of({main}.cuttings_instant(as_of), {main}.cuttings_instant(believed_at))
$cuttings$"""

_ARTICLES = """\
CREATE FUNCTION articles_as_of(as_of timestamptz) RETURNS SETOF articles
LANGUAGE sql STABLE AS $cuttings$
WITH {tables}
{articles}
$cuttings$"""


def create(connection: Connection, views: Sequence[tuple[str, str]]) -> None:
    """Make the functions over ``views``, each a name and its CREATE VIEW; the views must be there."""
    main = str(connection.exec_driver_sql(_MAIN).scalar_one())
    today = Cut(main=main, at=":at", believed=None, seen=":seen")
    then = Cut(main=main, at=":at", believed=":believed", seen=":seen")
    temporary = [statement.replace("CREATE VIEW", "CREATE TEMP VIEW", 1) for _, statement in views]
    names = [name for name, _ in [*shadows(then), *views]]
    once = Cut(main=main, at="as_of", believed=None, seen="as_of")
    articles = dict(views)["articles"].split(" AS\n", 1)[1]
    for function in (
        _INSTANT,
        _NOW.format(names=_literals(names[::-1])),
        _AS_OF.format(
            main=main,
            today=_literals([*_temporary(today), *temporary]),
            then=_literals([*_temporary(then), *temporary]),
        ),
        _AS_OF_TEXT.format(main=main),
        _ARTICLES.format(
            tables=",\n".join(f"{name} AS NOT MATERIALIZED ({query})" for name, query in shadows(once)),
            articles=articles,
        ),
    ):
        connection.exec_driver_sql(function.replace("%", "%%"))


def drop(connection: Connection) -> None:
    """Drop those of the functions that are there."""
    for name in _NAMES:
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name}")


def _temporary(cut: Cut) -> list[str]:
    return [f"CREATE TEMP VIEW {name} AS {query}" for name, query in shadows(cut)]


def _literals(texts: Sequence[str]) -> str:
    """Give texts as the elements of an array, dollar-quoted: they hold quotes of their own."""
    return ",\n".join(f"$q${text}$q$" for text in texts)
