"""Guard the change log by triggers, and begin its chain: rows are only ever added."""

from django.db import migrations

from portfolio.appendonly import guard, unguard
from portfolio.chain import GENESIS

TABLES = ["projects_change"]


def begin(apps, schema_editor):
    """The head of an empty chain: the row that writers lock."""
    apps.get_model("projects", "LedgerHead").objects.get_or_create(id=1, defaults={"seq": 0, "hash": GENESIS})


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: guard(schema_editor, TABLES),
            lambda apps, schema_editor: unguard(schema_editor, TABLES),
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
