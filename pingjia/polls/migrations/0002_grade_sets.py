"""The scales that votes of this kind are known to use. An operator may add more; the words of these stay."""

from django.db import migrations

SETS = {
    "three": (
        "满意、基本满意、不满意",
        [("s", "满意", True), ("b", "基本满意", True), ("d", "不满意", False)],
    ),
    "four": (
        "非常满意、满意、基本满意、不满意",
        [("v", "非常满意", True), ("s", "满意", True), ("b", "基本满意", True), ("d", "不满意", False)],
    ),
    "five": (
        "非常满意、满意、基本满意、不满意、非常不满意",
        [
            ("v", "非常满意", True),
            ("s", "满意", True),
            ("b", "基本满意", True),
            ("d", "不满意", False),
            ("w", "非常不满意", False),
        ],
    ),
    "strength": (
        "强、较强、一般、弱",
        [("q", "强", True), ("j", "较强", True), ("y", "一般", False), ("r", "弱", False)],
    ),
    "quality": (
        "好、较好、一般、差",
        [("h", "好", True), ("j", "较好", True), ("y", "一般", False), ("c", "差", False)],
    ),
    "agree": (
        "同意、不同意",
        [("t", "同意", True), ("f", "不同意", False)],
    ),
}


def seed(apps, schema_editor):
    """Write every scale with its grades in the order printed."""
    grade_set, grade = apps.get_model("polls", "GradeSet"), apps.get_model("polls", "Grade")
    for code, (title, grades) in SETS.items():
        row, _ = grade_set.objects.get_or_create(code=code, defaults={"title": title})
        for order, (letter, label, favourable) in enumerate(grades, start=1):
            grade.objects.get_or_create(
                grade_set=row, code=letter, defaults={"order": order, "label": label, "favourable": favourable}
            )


class Migration(migrations.Migration):
    dependencies = [("polls", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
