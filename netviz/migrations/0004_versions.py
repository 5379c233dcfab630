"""Workspaces keep what they were, and drafts are held for a while."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("netviz", "0003_originals"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.CharField(db_index=True, max_length=64)),
                ("key", models.CharField(max_length=64, unique=True)),
                ("snapshot", models.CharField(max_length=64)),
                ("bundle", models.BinaryField()),
                ("size", models.PositiveBigIntegerField()),
                ("made", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name="workspace",
            name="version",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("parent", models.PositiveIntegerField(default=0)),
                ("made_by", models.CharField(max_length=16)),
                ("snapshot", models.CharField(max_length=64)),
                ("bundle", models.BinaryField()),
                ("files", models.JSONField(default=list)),
                ("size", models.PositiveBigIntegerField()),
                ("made", models.DateTimeField()),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="netviz.workspace"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("workspace", "number"), name="one_version_per_number")],
            },
        ),
    ]
