"""Copies remember what they were copied from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("netviz", "0002_sessions")]

    operations = [
        migrations.AddField("workspace", "original", models.CharField(max_length=64, blank=True, default="")),
    ]
