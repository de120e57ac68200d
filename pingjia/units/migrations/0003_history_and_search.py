import django.db.models.deletion
from django.db import migrations, models

from pingjia.core.letters import letters


def fill(apps, schema_editor):
    """Give the units that already stand their letters and counts (from the deepest up)."""
    Unit = apps.get_model("units", "Unit")
    below, children = {}, {}
    for pk, parent in Unit.objects.order_by("-depth").values_list("pk", "parent_id"):
        if parent:
            below[parent] = below.get(parent, 0) + 1 + below.get(pk, 0)
            children[parent] = children.get(parent, 0) + 1
    for unit in Unit.objects.iterator(chunk_size=2000):
        unit.letters, unit.initials = letters(unit.name)
        unit.below_count, unit.children_count = below.get(unit.pk, 0), children.get(unit.pk, 0)
        unit.save(update_fields=["letters", "initials", "below_count", "children_count"])


class Migration(migrations.Migration):
    dependencies = [
        ("units", "0002_unit_code_whatever_case"),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("founded", "建会"),
                            ("renamed", "更改登记"),
                            ("moved", "改隶"),
                            ("split", "分设"),
                            ("merged", "合并"),
                            ("dissolved", "单位撤销"),
                        ],
                        max_length=12,
                    ),
                ),
                ("on", models.DateField()),
                ("before", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "ordering": ["-on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Firm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="单位名称")),
                ("credit_code", models.CharField(max_length=18, verbose_name="统一社会信用代码")),
                ("joined", models.DateField(verbose_name="加入日期")),
                ("left", models.DateField(blank=True, null=True, verbose_name="最后一天")),
            ],
            options={
                "ordering": ["unit_id", "joined", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Past",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("federation", "总工会"),
                            ("industrial", "产业工会"),
                            ("system", "系统工会"),
                            ("unions", "工会联合会"),
                            ("grassroots", "基层工会"),
                            ("joint", "联合基层工会"),
                            ("branch", "分会"),
                            ("group", "工会小组"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "不适用"),
                            ("nation", "全国"),
                            ("province", "省级"),
                            ("city", "市级"),
                            ("county", "区县级"),
                            ("town", "乡镇街道"),
                            ("village", "村社区"),
                        ],
                        default="",
                        max_length=12,
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
                    ),
                ),
                ("path", models.CharField(db_index=True, max_length=400)),
                ("depth", models.PositiveSmallIntegerField()),
                ("since", models.DateField(null=True)),
                ("until", models.DateField()),
            ],
            options={
                "ordering": ["unit_id", "until"],
            },
        ),
        migrations.AddField(
            model_name="unit",
            name="below_count",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unit",
            name="children_count",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="unit",
            name="credit_code",
            field=models.CharField(blank=True, default="", max_length=18, verbose_name="统一社会信用代码"),
        ),
        migrations.AddField(
            model_name="unit",
            name="initials",
            field=models.CharField(blank=True, db_index=True, default="", max_length=40),
        ),
        migrations.AddField(
            model_name="unit",
            name="letters",
            field=models.CharField(blank=True, db_index=True, default="", max_length=120),
        ),
        migrations.AddField(
            model_name="unit",
            name="level",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "不适用"),
                    ("nation", "全国"),
                    ("province", "省级"),
                    ("city", "市级"),
                    ("county", "区县级"),
                    ("town", "乡镇街道"),
                    ("village", "村社区"),
                ],
                default="",
                max_length=12,
                verbose_name="级别",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="since",
            field=models.DateField(blank=True, null=True, verbose_name="自"),
        ),
        migrations.AddField(
            model_name="unit",
            name="until",
            field=models.DateField(blank=True, null=True, verbose_name="至"),
        ),
        migrations.AlterField(
            model_name="unit",
            name="kind",
            field=models.CharField(
                choices=[
                    ("federation", "总工会"),
                    ("industrial", "产业工会"),
                    ("system", "系统工会"),
                    ("unions", "工会联合会"),
                    ("grassroots", "基层工会"),
                    ("joint", "联合基层工会"),
                    ("branch", "分会"),
                    ("group", "工会小组"),
                ],
                max_length=12,
                verbose_name="类别",
            ),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(fields=["parent", "code"], name="unit_children_by_code"),
        ),
        migrations.AlterField(
            model_name="unit",
            name="name",
            field=models.CharField(db_index=True, max_length=200, verbose_name="名称"),
        ),
        migrations.AddField(
            model_name="change",
            name="other",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="units.unit"
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="units.unit"
            ),
        ),
        migrations.AddField(
            model_name="firm",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="firms", to="units.unit"),
        ),
        migrations.AddField(
            model_name="past",
            name="parent",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="units.unit"
            ),
        ),
        migrations.AddField(
            model_name="past",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="past", to="units.unit"),
        ),
        migrations.AddConstraint(
            model_name="firm",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left__isnull", True)),
                fields=("unit", "credit_code"),
                name="firm_once_in_a_joint_union",
            ),
        ),
        migrations.AddConstraint(
            model_name="past",
            constraint=models.UniqueConstraint(fields=("unit", "until"), name="past_once_a_day"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
