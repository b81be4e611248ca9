"""The check of references: every row that another one names is there."""

from collections.abc import Iterator

from sqlalchemy import Engine, text

from db.checks.check import RESTORE, Breaks, Check, Found, Scope, reading
from db.models import Base


def checks() -> Iterator[Check]:
    """Give the check of references."""
    yield Check(
        name="references",
        holds="every row that another row names is there",
        remedy=RESTORE,
        find=_dangling,
        of_outlet=False,
    )


def _dangling(engine: Engine, scope: Scope) -> Found:
    """Look behind each foreign key of the models: databases can be told not to."""
    breaks = Breaks(scope.most)
    queries = list(_queries())
    for done, (table, column, query) in enumerate(queries, start=1):
        with reading(engine) as connection:
            for row in connection.execution_options(yield_per=500).execute(text(query)):
                breaks.add(table=table, row=row.number, column=column, names=row.named)
        scope.told(done, len(queries))
    return breaks.found()


def _queries() -> Iterator[tuple[str, str, str]]:
    for table in Base.metadata.sorted_tables:
        number = table.primary_key.columns[0].name
        for key in table.foreign_keys:
            parent, column = key.column.table.name, key.parent.name
            query = (
                f"SELECT c.{number} AS number, c.{column} AS named FROM {table.name} c "  # noqa: S608 - our own names
                f"WHERE c.{column} IS NOT NULL "
                f"AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE p.{key.column.name} = c.{column})"
            )
            yield table.name, column, query
