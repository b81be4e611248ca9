"""Helper of the tests that break an archive by hand."""

from sqlalchemy import Engine, text


def breaking(engine: Engine, *statements: str) -> None:
    """Do what no crawl does: the guards of the tables are off meanwhile."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            for pragma in ("foreign_keys = OFF", "ignore_check_constraints = ON"):
                connection.connection.execute(f"PRAGMA {pragma}")
            connection.detach()
            guards = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_%'")
            )
            for name in guards.scalars().all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
            # The analysts' views stand on ours.
            statements = tuple(s + " CASCADE" if s.startswith("DROP VIEW") else s for s in statements)
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()
