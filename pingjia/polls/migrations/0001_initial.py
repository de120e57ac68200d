import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Box",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField()),
                ("kind", models.CharField(choices=[("ballot", "测评票箱"), ("opinion", "意见箱")], max_length=8)),
                ("title", models.CharField(max_length=120)),
                ("box_hash", models.CharField(max_length=64, unique=True)),
                ("returned", models.PositiveIntegerField(null=True, verbose_name="收回")),
                ("invalid", models.PositiveIntegerField(null=True, verbose_name="无效")),
                ("issued", models.PositiveIntegerField(null=True, verbose_name="发出")),
                ("paper", models.PositiveIntegerField(null=True, verbose_name="改用纸质票")),
            ],
            options={
                "ordering": ["poll_id", "order"],
            },
        ),
        migrations.CreateModel(
            name="GradeSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(unique=True)),
                ("title", models.CharField(max_length=80, verbose_name="等次名称")),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="PublicObject",
            fields=[
                ("hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("set_id", models.CharField(max_length=64, unique=True)),
                ("tier", models.CharField(max_length=8)),
                ("returned", models.PositiveIntegerField()),
                ("invalid", models.PositiveIntegerField()),
                ("valid", models.PositiveIntegerField()),
                ("issued", models.PositiveIntegerField()),
                ("result", models.BinaryField(null=True)),
                ("boxes", models.ManyToManyField(related_name="openings", to="polls.box")),
            ],
        ),
        migrations.CreateModel(
            name="Poll",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("poll_id", models.CharField(max_length=32, unique=True)),
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                ("year", models.PositiveSmallIntegerField(verbose_name="评家年度")),
                (
                    "medium",
                    models.CharField(
                        choices=[("electronic", "电子票箱"), ("paper", "纸质票，人工计票")],
                        default="electronic",
                        max_length=12,
                        verbose_name="形式",
                    ),
                ),
                (
                    "electorate",
                    models.CharField(
                        choices=[("members", "会员大会（全体会员）"), ("delegates", "会员代表大会（会员代表）")],
                        default="members",
                        max_length=12,
                        verbose_name="参评范围",
                    ),
                ),
                ("practice", models.BooleanField(default=False, verbose_name="演练")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "准备中"),
                            ("rolled", "名册已冻结"),
                            ("sealed", "已封箱待开始"),
                            ("open", "正在投票"),
                            ("closed", "已停止投票，待开箱"),
                            ("counted", "已计票"),
                            ("declared", "已宣布，异议期内"),
                            ("challenged", "有异议，复核中"),
                            ("final", "结果已定"),
                            ("void", "已作废"),
                            ("unopened", "未能开箱"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("opens_at", models.DateTimeField(verbose_name="投票开始")),
                ("closes_at", models.DateTimeField(verbose_name="最早结束")),
                ("revote", models.BooleanField(default=True, verbose_name="允许改票")),
                ("with_opinions", models.BooleanField(default=True, verbose_name="设意见箱")),
                ("formula", models.CharField(default="fav-valid", max_length=16, verbose_name="认同率算法")),
                ("threshold_num", models.PositiveSmallIntegerField(default=4)),
                ("threshold_den", models.PositiveSmallIntegerField(default=5)),
                ("pool", models.CharField(blank=True, default="", max_length=40, verbose_name="合并计票组")),
                ("scrutineers_needed", models.PositiveSmallIntegerField(default=2, verbose_name="开箱所需监票人数")),
                ("objection_days", models.PositiveSmallIntegerField(default=7, verbose_name="异议期（天）")),
                ("poll_hash", models.CharField(blank=True, default="", max_length=64)),
                ("slate_hash", models.CharField(blank=True, default="", max_length=64)),
                ("keyset_hash", models.CharField(blank=True, default="", max_length=64)),
                ("declared_at", models.DateTimeField(blank=True, null=True)),
                ("secrets_destroyed_at", models.DateTimeField(blank=True, null=True)),
                ("void_reason", models.TextField(blank=True, default="", verbose_name="作废原因")),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        help_text="the poll whose scrutineers and keys this one shares, where several units are counted as one pool",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followers",
                        to="polls.poll",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="polls.poll",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="polls", to="units.unit"
                    ),
                ),
            ],
            options={
                "ordering": ["-year", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="OpinionReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "written",
                    models.PositiveIntegerField(help_text="number of non-empty texts; None below the limit", null=True),
                ),
                ("enough", models.BooleanField()),
                ("signature", models.BinaryField()),
                (
                    "poll",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="opinion_reading", to="polls.poll"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hash", models.CharField(max_length=64)),
                ("text", models.TextField()),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="opinions", to="polls.poll"
                    ),
                ),
            ],
            options={
                "ordering": ["hash"],
            },
        ),
        migrations.CreateModel(
            name="HandCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("roll_size", models.PositiveIntegerField(verbose_name="应到")),
                ("invited", models.PositiveIntegerField(verbose_name="发出")),
                ("returned", models.PositiveIntegerField(verbose_name="收回")),
                ("invalid", models.PositiveIntegerField(verbose_name="无效")),
                ("entered_by", models.CharField(max_length=150)),
                ("confirmed_by", models.CharField(blank=True, default="", max_length=150)),
                (
                    "poll",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="hand_count", to="polls.poll"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Challenge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="问题代码")),
                ("reason", models.TextField(verbose_name="说明")),
                ("raised_by", models.CharField(max_length=150)),
                ("raised_at", models.DateTimeField()),
                ("finding", models.TextField(blank=True, default="", verbose_name="复核结论")),
                ("upheld", models.BooleanField(null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="challenges", to="polls.poll"
                    ),
                ),
            ],
            options={
                "ordering": ["raised_at"],
            },
        ),
        migrations.AddField(
            model_name="box",
            name="poll",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="boxes", to="polls.poll"),
        ),
        migrations.CreateModel(
            name="PressureReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="情况")),
                ("signed", models.CharField(blank=True, max_length=80, verbose_name="署名（可不填）")),
                ("on_day", models.DateField()),
                ("answer", models.TextField(blank=True, default="", verbose_name="处理情况")),
                ("answered_by", models.CharField(blank=True, default="", max_length=150)),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pressure_reports", to="polls.poll"
                    ),
                ),
            ],
            options={
                "ordering": ["-on_day", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="RollEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=80)),
                ("branch", models.CharField(blank=True, max_length=200)),
                ("category", models.CharField(max_length=12)),
                ("salt", models.BinaryField(max_length=16, null=True)),
                ("leaf", models.CharField(max_length=64)),
                (
                    "medium",
                    models.CharField(
                        choices=[("open", "未领票"), ("drawn", "已领票"), ("paper", "改用纸质票")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("paper_asked_by", models.CharField(blank=True, default="", max_length=150)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="roll_entries", to="people.member"
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="roll", to="polls.poll"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "roll entries",
                "ordering": ["poll_id", "no"],
            },
        ),
        migrations.CreateModel(
            name="Scrutineer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=80, verbose_name="监票人")),
                ("invitation_hash", models.CharField(max_length=64)),
                ("key", models.CharField(blank=True, default="", max_length=64)),
                ("exchange", models.CharField(blank=True, default="", max_length=64)),
                ("sealed_share", models.BinaryField(null=True)),
                ("acceptance", models.BinaryField(null=True)),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.member",
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scrutineers", to="polls.poll"
                    ),
                ),
            ],
            options={
                "ordering": ["poll_id", "position"],
            },
        ),
        migrations.CreateModel(
            name="ResultSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("result", models.BinaryField()),
                ("signature", models.BinaryField()),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="signatures", to="polls.opening"
                    ),
                ),
                (
                    "scrutineer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="polls.scrutineer"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Partial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "recipient",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="0: public; else the position it is sealed to"
                    ),
                ),
                ("content", models.BinaryField()),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="partials", to="polls.opening"
                    ),
                ),
                (
                    "scrutineer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="partials", to="polls.scrutineer"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OpinionShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.BinaryField()),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="opinion_shares", to="polls.box"
                    ),
                ),
                (
                    "scrutineer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opinion_shares",
                        to="polls.scrutineer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Slip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_hash", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("out", "已发出"), ("drawn", "已领票"), ("surplus", "多余，已销毁")],
                        default="out",
                        max_length=10,
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="slip",
                        to="polls.rollentry",
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="slips", to="polls.poll"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Issuance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("blinded", models.BinaryField()),
                ("answer", models.BinaryField(null=True)),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="issuances", to="polls.poll"
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issuance",
                        to="polls.rollentry",
                    ),
                ),
                (
                    "slip",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issuance",
                        to="polls.slip",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Steward",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="召集人")),
                ("invitation_hash", models.CharField(max_length=64)),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stewards", to="polls.poll"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stewardships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=20)),
                ("title", models.CharField(max_length=120, verbose_name="评议内容")),
                ("grade_set", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="polls.gradeset")),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="subjects", to="polls.poll"
                    ),
                ),
            ],
            options={
                "ordering": ["poll_id", "order"],
            },
        ),
        migrations.CreateModel(
            name="SubjectResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=20)),
                ("favourable", models.PositiveIntegerField(null=True)),
                ("unfavourable", models.PositiveIntegerField(null=True)),
                ("blank", models.PositiveIntegerField(null=True)),
                ("reached", models.BooleanField(help_text="threshold reached; None: no result", null=True)),
                (
                    "hand_count",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subject_results",
                        to="polls.handcount",
                    ),
                ),
                (
                    "opening",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subject_results",
                        to="polls.opening",
                    ),
                ),
            ],
            options={
                "ordering": ["order"],
            },
        ),
        migrations.CreateModel(
            name="GradeCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=8)),
                ("count", models.PositiveIntegerField()),
                (
                    "subject_result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grade_counts",
                        to="polls.subjectresult",
                    ),
                ),
            ],
            options={
                "ordering": ["order"],
            },
        ),
        migrations.CreateModel(
            name="Grade",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=8)),
                ("label", models.CharField(max_length=40, verbose_name="等次")),
                ("favourable", models.BooleanField(verbose_name="计入认同")),
                (
                    "grade_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grades", to="polls.gradeset"
                    ),
                ),
            ],
            options={
                "ordering": ["grade_set_id", "order"],
                "constraints": [models.UniqueConstraint(fields=("grade_set", "code"), name="grade_code_once_in_a_set")],
            },
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(("threshold_den__gt", 0), ("threshold_num__lte", models.F("threshold_den"))),
                name="poll_threshold_is_a_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_at__gt", models.F("opens_at"))), name="poll_closes_after_opening"
            ),
        ),
        migrations.AddConstraint(
            model_name="rollentry",
            constraint=models.UniqueConstraint(fields=("poll", "member"), name="member_once_on_a_roll"),
        ),
        migrations.AddConstraint(
            model_name="scrutineer",
            constraint=models.UniqueConstraint(fields=("poll", "position"), name="scrutineer_position_once"),
        ),
        migrations.AddConstraint(
            model_name="resultsignature",
            constraint=models.UniqueConstraint(fields=("opening", "scrutineer"), name="result_signed_once"),
        ),
        migrations.AddConstraint(
            model_name="partial",
            constraint=models.UniqueConstraint(
                fields=("opening", "scrutineer", "recipient"), name="partial_once_per_recipient"
            ),
        ),
        migrations.AddConstraint(
            model_name="opinionshare",
            constraint=models.UniqueConstraint(fields=("scrutineer", "box"), name="opinion_share_once"),
        ),
        migrations.AddIndex(
            model_name="slip",
            index=models.Index(fields=["poll", "state"], name="polls_slip_poll_id_bbdc51_idx"),
        ),
        migrations.AddConstraint(
            model_name="slip",
            constraint=models.UniqueConstraint(fields=("poll", "code_hash"), name="slip_code_once_in_a_poll"),
        ),
        migrations.AddConstraint(
            model_name="issuance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("entry__isnull", False), ("slip__isnull", True)),
                    models.Q(("entry__isnull", True), ("slip__isnull", False)),
                    _connector="OR",
                ),
                name="issuance_to_exactly_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.UniqueConstraint(fields=("poll", "code"), name="subject_code_once_in_a_poll"),
        ),
    ]
