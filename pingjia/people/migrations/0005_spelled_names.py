from django.db import migrations, models

from pingjia.core.letters import letters


def spell(apps, schema_editor):
    """Spell the names of the members that already stand, a few thousand at a time."""
    Member = apps.get_model("people", "Member")
    part = []
    for member in Member.objects.only("pk", "name").iterator(chunk_size=2000):
        member.letters, member.initials = letters(member.name)
        part.append(member)
        if len(part) == 2000:
            Member.objects.bulk_update(part, ["letters", "initials"], batch_size=500)
            part = []
    Member.objects.bulk_update(part, ["letters", "initials"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("people", "0004_roster_columns")]

    operations = [
        migrations.AddField(
            model_name="member",
            name="initials",
            field=models.CharField(blank=True, db_index=True, default="", max_length=40),
        ),
        migrations.AddField(
            model_name="member",
            name="letters",
            field=models.CharField(blank=True, db_index=True, default="", max_length=120),
        ),
        migrations.AlterField(
            model_name="member",
            name="name",
            field=models.CharField(db_index=True, max_length=80, verbose_name="姓名"),
        ),
        migrations.RunPython(spell, migrations.RunPython.noop, elidable=True),
    ]
