"""Create the full-text indexes of articles and of comments, kept in step by the database itself."""

# ruff: noqa: S608 - names of our own tables only

from alembic import op

from db import views

revision = "20261122_1310"
down_revision = "20261122_1300"
branch_labels = None
depends_on = None

# Spelled out here, not imported: a migration means tomorrow what it means today.
INDEXES = {
    "article_search": ("document", ("title", "standfirst", "body")),
    "comment_search": ("comment_version", ("body",)),
}
TOKENIZE = "porter unicode61 remove_diacritics 2"

# The parser of PostgreSQL sees numbers with signs, addresses, hosts and compound words where FTS5 sees
# letters and what parts them; so all that parts words is made a space before, and accents are dropped.
SEPARATORS = (
    r"[^0-9A-Za-z\u00AA\u00B5\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02C1\u0300-\u1FFF\u2071\u207F"
    r"\u2090-\u209C\u2126\u212A-\u212B\u2C00-\u2DFF\u3005-\u3007\u3031-\u3035\u303B-\u303C"
    r"\u3040-\uD7FF\uF900-\uFDFF\uFE70-\uFEFC\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A\uFF66-\uFFDC"
    r"\U00010000-\U0001CFFF\U0001D400-\U0001DFFF\U0001E000-\U0001EFFF\U00020000-\U0003FFFF]+"
)
MARKS = r"[\u0300-\u036F]+"
# Two rules that Porter added later: FTS5 follows them, PostgreSQL's stemmer does not.
LATER = r"([aeiouy][b-df-hj-np-tv-z]\w*)(log|bl)(y|ies)\M"
# A tsvector holds at most a megabyte of words, and the longest text must not stop a crawl.
LONGEST = {"title": 5_000, "standfirst": 20_000, "body": 200_000}
WEIGHTS = {"title": "A", "standfirst": "B", "body": "C"}
GAP = "''' '':1'::tsvector"  # a word no query has: no phrase runs from one text into the next
KINDS = "asciiword, word, numword, int, uint, float, sfloat, version, hword, hword_part, hword_asciipart"

COMMENT = "Stems of the words, with their places, kept by the database."


def upgrade() -> None:
    """Make them, of what is there too."""
    views.drop(op.get_bind())
    if op.get_bind().dialect.name == "postgresql":
        create_postgresql()
    else:
        create_sqlite()
    views.create(op.get_bind(), revision)


def downgrade() -> None:
    """Drop them."""
    views.drop(op.get_bind())
    if op.get_bind().dialect.name == "postgresql":
        drop_postgresql()
    else:
        drop_sqlite()
    views.create(op.get_bind(), down_revision)


def create_sqlite() -> None:
    """Create the tables of FTS5, which keep no copy of the texts, and the triggers that fill them."""
    for name, (table, columns) in INDEXES.items():
        listed = ", ".join(columns)
        new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("new", "old"))
        add = f"INSERT INTO {name}(rowid, {listed}) VALUES (new.id, {new});"
        remove = f"INSERT INTO {name}({name}, rowid, {listed}) VALUES ('delete', old.id, {old});"
        run(
            f"CREATE VIRTUAL TABLE {name} USING fts5({listed}, content='{table}', content_rowid='id', "
            f"tokenize='{TOKENIZE}')"
        )
        run(f"INSERT INTO {name}({name}) VALUES ('rebuild')")
        for action, when, done in (
            ("insert", "INSERT", add),
            ("delete", "DELETE", remove),
            ("update", f"UPDATE OF id, {listed}", f"{remove} {add}"),
        ):
            run(f"CREATE TRIGGER {table}_search_{action} AFTER {when} ON {table} BEGIN {done} END")


def drop_sqlite() -> None:
    """Drop the triggers and the tables."""
    for name, (table, _) in INDEXES.items():
        for action in ("insert", "delete", "update"):
            run(f"DROP TRIGGER {table}_search_{action}")
        run(f"DROP TABLE {name}")


def create_postgresql() -> None:
    """Create the column of stems, its index, and a view of the same name as SQLite's table."""
    run("CREATE TEXT SEARCH DICTIONARY cuttings_porter (TEMPLATE = snowball, Language = porter)")
    run("CREATE TEXT SEARCH CONFIGURATION cuttings (PARSER = default)")
    run(f"ALTER TEXT SEARCH CONFIGURATION cuttings ADD MAPPING FOR {KINDS} WITH cuttings_porter")
    # What websearch_to_tsquery() takes, read as the texts are; its body is bound now, to these names.
    asked = rf"regexp_replace({unmarked('words')}, '(\w)[-_./''\u2019](?=\w)', '\1 ', 'g')"
    run(
        "CREATE FUNCTION search_query(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT "
        f"RETURN websearch_to_tsquery('cuttings'::regconfig, {stemmable(asked)})"
    )
    for name, (table, columns) in INDEXES.items():
        run(f"ALTER TABLE {table} ADD COLUMN search tsvector GENERATED ALWAYS AS ({stems(columns)}) STORED")
        run(f"CREATE INDEX ix_{table}_search ON {table} USING gin (search)")
        run(f"CREATE VIEW {name} AS SELECT id AS rowid, {', '.join(columns)}, search FROM {table}")
        run(f"COMMENT ON COLUMN {table}.search IS '{COMMENT}'")


def stems(columns: tuple[str, ...]) -> str:
    """Give the expression of the stems of some columns."""
    parts = []
    for column in columns:
        text = unmarked(f"left(coalesce({column}, ''), {LONGEST[column]})")
        plain = stemmable(f"regexp_replace({text}, '{SEPARATORS}', ' ', 'g')")
        parts.append(f"setweight(to_tsvector('cuttings'::regconfig, {plain}), '{WEIGHTS[column]}')")
    return f" || {GAP} || ".join(parts)


def unmarked(text: str) -> str:
    """Give the expression of a text without accents."""
    return f"regexp_replace(normalize({text}, NFD), '{MARKS}', '', 'g')"


def stemmable(text: str) -> str:
    """Give the expression of a text whose words PostgreSQL stems as FTS5 does."""
    return rf"regexp_replace({text}, '{LATER}', '\1\2e', 'gi')"


def drop_postgresql() -> None:
    """Drop the views, the columns with their indexes, and the configuration."""
    for name, (table, _) in INDEXES.items():
        run(f"DROP VIEW {name}")
        run(f"ALTER TABLE {table} DROP COLUMN search")
    run("DROP FUNCTION search_query(text)")
    run("DROP TEXT SEARCH CONFIGURATION cuttings")
    run("DROP TEXT SEARCH DICTIONARY cuttings_porter")


def run(statement: str) -> None:
    """Run a statement as it stands: its colons and quotes are SQL's."""
    op.get_bind().exec_driver_sql(statement)
