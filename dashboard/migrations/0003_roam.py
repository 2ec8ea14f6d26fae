from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dashboard", "0002_sharing")]

    operations = [migrations.AddField("cluster", "roam", models.BooleanField(default=True))]
