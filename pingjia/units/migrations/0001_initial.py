import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="编号")),
                ("name", models.CharField(max_length=200, verbose_name="名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("federation", "总工会"),
                            ("industrial", "产业（系统）工会"),
                            ("grassroots", "基层工会"),
                            ("joint", "联合基层工会"),
                            ("branch", "分会"),
                            ("group", "工会小组"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                (
                    "nature",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "不适用"),
                            ("institution", "事业单位"),
                            ("state", "国有企业"),
                            ("private", "非公有制企业"),
                            ("organ", "机关"),
                            ("other", "其他"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="单位性质",
                    ),
                ),
                ("path", models.CharField(db_index=True, max_length=400)),
                ("depth", models.PositiveSmallIntegerField()),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="units.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["path"],
            },
        ),
        migrations.CreateModel(
            name="FurtherSuperior",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "superior",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="further_units", to="units.unit"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="further_superiors", to="units.unit"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("path__endswith", "/")), name="unit_path_ends_with_slash"
            ),
        ),
        migrations.AddConstraint(
            model_name="furthersuperior",
            constraint=models.UniqueConstraint(fields=("unit", "superior"), name="further_superior_once"),
        ),
    ]
