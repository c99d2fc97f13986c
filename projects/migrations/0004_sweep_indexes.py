"""Indexes by which a sweep finds open milestones of any day, and the plan in force without reading whole plans."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0003_published_facts")]

    operations = [
        migrations.AddIndex(
            model_name="milestone",
            index=models.Index(
                condition=models.Q(("actual_on__isnull", False)), fields=["actual_on"], name="milestone_by_actual"
            ),
        ),
        migrations.AddIndex(
            model_name="planrevision",
            index=models.Index(
                condition=models.Q(("known_from__isnull", False), ("known_to__isnull", True)),
                fields=["year", "project"],
                include=("amount", "approved_on", "revision"),
                name="plan_current_amounts",
            ),
        ),
    ]
