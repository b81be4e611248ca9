"""Where the bytes of an archive lie: texts, full text, evidence and the rest."""

from collections import Counter

from sqlalchemy import Connection, Engine, text

from db.models import Base
from db.search_tables import INDEXES

PARTS = {
    "texts": ("document",),
    "versions": ("article", "article_url", "article_version", "article_text", "article_change"),
    "comments": ("comment", "comment_version", "comment_list", "commenter"),
    "evidence": ("url", "payload", "capture", "fetch_attempt", "extraction", "warc_file", "sighting", "run"),
    "copies": ("shingle", "story_text", "similar_pair", "story", "story_member"),
}
"""Tables by part; their indexes are parts of their own."""

_SQLITE = """
SELECT d.name, m.tbl_name AS of_table, m.type = 'index' AS is_index, d.size
FROM (SELECT name, sum(pgsize) AS size FROM dbstat GROUP BY name) d
LEFT JOIN sqlite_master m ON m.name = d.name
"""
_POSTGRESQL = """
SELECT c.relname AS name, c.relname AS of_table, false AS is_index, pg_table_size(c.oid) AS size
FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT i.relname, t.relname, true, pg_relation_size(i.oid)
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relnamespace = 'public'::regnamespace
"""


def parts(engine: Engine) -> dict[str, int]:
    """Give the bytes of each part, the largest first; indexes stand beside their tables' parts."""
    of_table = {table: part for part, tables in PARTS.items() for table in tables}
    sizes: Counter[str] = Counter()
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        for row in connection.execute(text(_SQLITE if is_sqlite else _POSTGRESQL)):
            part = of_table.get(row.of_table, "other")
            if row.name.startswith(tuple(INDEXES)) or row.name.endswith("_search"):
                part = "full text"
            elif row.is_index:
                part = f"{part}: indexes"
            sizes[part] += int(row.size)
        if not is_sqlite:
            stems = _stems(connection)
            sizes["full text"] += sum(stems.values())
            for table, size in stems.items():
                sizes[of_table[table]] -= size
    return dict(sizes.most_common())


def rows(engine: Engine) -> dict[str, int]:
    """Give how many rows the larger tables have."""
    with engine.connect() as connection:
        return {
            one.name: int(connection.scalar(text(f"SELECT count(*) FROM {one.name}")) or 0)
            for one in Base.metadata.sorted_tables
            if any(one.name in tables for tables in PARTS.values())
        }


def _stems(connection: Connection) -> dict[str, int]:
    """Give the bytes of PostgreSQL's columns of stems, which lie in the tables of the texts."""
    return {
        table: int(connection.scalar(text(f"SELECT sum(pg_column_size(search)) FROM {table}")) or 0)
        for table in INDEXES.values()
    }
