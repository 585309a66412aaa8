"""${message}"""

import sqlalchemy as sa
from alembic import op

from teams_app.store.columns import Id, Json, Seconds

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
