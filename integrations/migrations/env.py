"""Alembic's entry: runs the migrations on the connection that `integrations.store` hands over."""

from alembic import context

from models.records import Record

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Record.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
