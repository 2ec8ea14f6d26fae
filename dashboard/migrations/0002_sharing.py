from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import dashboard.models


def secrets_of_their_own(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Clusters that are there already stay open: their makers were told that the address lets one act."""
    clusters = apps.get_model("dashboard", "Cluster").objects
    for pk in clusters.values_list("pk", flat=True):
        clusters.filter(pk=pk).update(code=dashboard.models.new_code(), key=dashboard.models.new_slug(), open=True)


class Migration(migrations.Migration):
    dependencies = [("dashboard", "0001_initial")]

    operations = [
        migrations.AddField("cluster", "open", models.BooleanField(default=False)),
        migrations.AddField("cluster", "lead", models.JSONField(default=dict)),
        migrations.AddField("cluster", "code", models.CharField(max_length=16, default="")),
        migrations.AddField("cluster", "key", models.CharField(max_length=32, default="")),
        migrations.RunPython(secrets_of_their_own, migrations.RunPython.noop),
        migrations.AlterField(
            "cluster", "code", models.CharField(max_length=16, unique=True, default=dashboard.models.new_code)
        ),
        migrations.AlterField(
            "cluster", "key", models.CharField(max_length=32, unique=True, default=dashboard.models.new_slug)
        ),
    ]
