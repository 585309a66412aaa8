"""The tables of whom the bot cannot reach, and of what she was told instead."""

import sqlalchemy as sa

from teams_app.store.columns import Seconds, metadata

#: Whose chat is closed to the bot, since when, and how she was last told instead.
unreached = sa.Table(
    "unreached",
    metadata,
    sa.Column("object_id", sa.Text, primary_key=True),
    sa.Column("since", Seconds, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("way", sa.Text, nullable=False),
)

#: Each card that was told otherwise: by which way, and how far that has come.
told_otherwise = sa.Table(
    "told_otherwise",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("object_id", sa.Text, nullable=False, index=True),
    sa.Column("way", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("intended_at", Seconds, nullable=False),
    sa.Column("done_at", Seconds),
)
