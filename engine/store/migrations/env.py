"""Alembic's entry: the connection is handed over, its transaction is the caller's."""

from alembic import context

from engine.store.database import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
