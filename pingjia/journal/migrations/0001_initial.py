from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=150)),
                ("verb", models.CharField(max_length=60)),
                ("about", models.CharField(max_length=120)),
                ("unit", models.CharField(blank=True, max_length=40)),
                ("facts", models.JSONField(default=dict)),
                ("chain", models.CharField(max_length=64, unique=True)),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(fields=["unit", "-at"], name="journal_lin_unit_dc6b98_idx"),
                    models.Index(fields=["about"], name="journal_lin_about_26c475_idx"),
                ],
            },
        ),
    ]
