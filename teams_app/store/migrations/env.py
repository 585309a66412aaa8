"""Runs migrations on the connection that `schema.migrate` hands over.

The transaction is the caller's, logging is left alone, and there is no offline mode.
"""

from alembic import context

from teams_app.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
