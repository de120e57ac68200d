"""The box's tables. The drops' table is written by hand: its order on disk must say nothing about time."""

import django.db.models.deletion
from django.db import migrations, models

# The slot, a keyed hash, is the only order that rows have: SQLite keeps no row number, PostgreSQL neither compresses nor
# moves a sealed record inline with others (STORAGE EXTERNAL), so that all rows look alike.
SQLITE = """
CREATE TABLE ballotbox_drop (
    box_id varchar(64) NOT NULL REFERENCES ballotbox_sealedbox (box_hash) DEFERRABLE INITIALLY DEFERRED,
    slot blob NOT NULL,
    blob blob NOT NULL,
    PRIMARY KEY (box_id, slot)
) WITHOUT ROWID
"""
POSTGRESQL = """
CREATE TABLE ballotbox_drop (
    box_id varchar(64) NOT NULL REFERENCES ballotbox_sealedbox (box_hash) DEFERRABLE INITIALLY DEFERRED,
    slot bytea NOT NULL,
    blob bytea NOT NULL,
    PRIMARY KEY (box_id, slot)
);
ALTER TABLE ballotbox_drop ALTER COLUMN blob SET STORAGE EXTERNAL
"""


def make_drops(apps, schema_editor):
    """Create the table in the dialect of this database."""
    for statement in (POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE).split(";"):
        schema_editor.execute(statement)


def remove_drops(apps, schema_editor):
    """Drop the table."""
    schema_editor.execute("DROP TABLE ballotbox_drop")


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SealedBox",
            fields=[
                ("box_hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("manifest", models.BinaryField()),
                ("slate", models.BinaryField(default=b"")),
                ("keyset", models.BinaryField(default=b"")),
                (
                    "state",
                    models.CharField(
                        choices=[(code, code) for code in ("sealed", "open", "closing", "closed", "destroyed")],
                        default="sealed",
                        max_length=10,
                    ),
                ),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Drop",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "box_id", "slot", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("slot", models.BinaryField(max_length=32)),
                        ("blob", models.BinaryField()),
                        (
                            "box",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drops",
                                to="ballotbox.sealedbox",
                            ),
                        ),
                    ],
                ),
            ],
            database_operations=[migrations.RunPython(make_drops, remove_drops)],
        ),
    ]
