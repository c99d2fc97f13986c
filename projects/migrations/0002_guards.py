"""Guard the change log by triggers: rows are only ever added."""

from django.db import migrations

from portfolio.appendonly import guard, unguard

TABLES = ["projects_change"]


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: guard(schema_editor, TABLES),
            lambda apps, schema_editor: unguard(schema_editor, TABLES),
        )
    ]
