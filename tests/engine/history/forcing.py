"""What an administrator of the database can do to the rows, by force."""

from sqlalchemy import text

from engine.rehearsal import Rehearsal


def force(told: Rehearsal, *statements: str, **values: object) -> None:
    """Carry the statements out, foreign keys or no."""
    database = told.installation.database
    with database.engine.connect() as connection:
        if database.kind == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        else:
            connection.execute(text("SET session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement), values)
        connection.commit()
        if database.kind == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        else:
            connection.execute(text("SET session_replication_role = origin"))
