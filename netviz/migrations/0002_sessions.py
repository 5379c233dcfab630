"""Questions remember their picks and the connections before them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("netviz", "0001_workspaces")]

    operations = [
        migrations.AddField("question", "picks", models.JSONField(default=list)),
        migrations.AddField("question", "after", models.JSONField(default=list)),
    ]
