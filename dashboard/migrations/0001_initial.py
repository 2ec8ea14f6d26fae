import django.db.models.deletion
from django.db import migrations, models

import dashboard.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Cluster",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(default=dashboard.models.new_slug, max_length=32, unique=True)),
                ("title", models.CharField(max_length=253)),
                (
                    "kind",
                    models.CharField(
                        choices=[("simulated", "Simulated"), ("live", "Live"), ("recorded", "Recorded")],
                        default="simulated",
                        max_length=10,
                    ),
                ),
                ("manifest", models.TextField(blank=True)),
                ("lesson", models.CharField(blank=True, max_length=100)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("used", models.DateTimeField(auto_now_add=True, db_index=True)),
                ("request_key", models.CharField(max_length=64, unique=True)),
                ("seed", models.BigIntegerField(default=0)),
                ("start", models.DateTimeField()),
                ("namespace", models.CharField(default="default", max_length=63)),
                ("hostdir", models.CharField(default="/node/host/default", max_length=200)),
                ("release", models.CharField(max_length=20)),
                ("missing_images", models.JSONField(default=list)),
                ("clock_ms", models.BigIntegerField(default=0)),
                ("clock_at", models.FloatField(default=0.0)),
                ("playing", models.BooleanField(default=False)),
                ("speed", models.PositiveIntegerField(default=1)),
                ("target_ms", models.BigIntegerField(default=86400000)),
                ("stopped", models.CharField(blank=True, max_length=20)),
                ("failure", models.TextField(blank=True)),
                ("last_number", models.PositiveIntegerField(default=0)),
                ("lease_owner", models.CharField(blank=True, max_length=64)),
                ("lease_until", models.FloatField(default=0.0)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("playing", True)), fields=["playing"], name="cluster_playing")
                ],
            },
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=20)),
                ("data", models.JSONField(default=dict)),
                (
                    "cluster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="requests", to="dashboard.cluster"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ActionRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at_ms", models.BigIntegerField()),
                ("number", models.PositiveIntegerField(blank=True, null=True)),
                ("verb", models.CharField(max_length=20)),
                ("data", models.JSONField(default=dict)),
                (
                    "cluster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="actions", to="dashboard.cluster"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("cluster", "number"), name="one_action_per_entry")],
            },
        ),
        migrations.CreateModel(
            name="HistoryEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("at_ms", models.BigIntegerField()),
                ("cause", models.PositiveIntegerField()),
                ("type", models.CharField(max_length=1)),
                ("kind", models.CharField(max_length=40)),
                ("pod", models.CharField(max_length=320)),
                ("container", models.CharField(max_length=63)),
                ("verb", models.CharField(max_length=20)),
                ("fields", models.TextField()),
                ("payload", models.TextField()),
                (
                    "cluster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="history", to="dashboard.cluster"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("cluster", "number"), name="entries_are_numbered")],
            },
        ),
    ]
