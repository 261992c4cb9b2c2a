"""The right to see the report on disclosure control, and the group of those who have it."""

from django.db import migrations, models


GROUP = "Datenschutz"


def make_group(apps, schema_editor):
    types, permissions = apps.get_model("contenttypes", "ContentType"), apps.get_model("auth", "Permission")
    kind, _ = types.objects.get_or_create(app_label="gemeinsinn_desk", model="disclosure")
    right, _ = permissions.objects.get_or_create(
        content_type=kind, codename="view_disclosure", defaults={"name": "Can see the report on disclosure control"}
    )
    entry = permissions.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    group.permissions.add(entry, right)


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        migrations.CreateModel(
            name="Disclosure",
            fields=[("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))],
            options={
                "verbose_name": "disclosure control",
                "permissions": (("view_disclosure", "Can see the report on disclosure control"),),
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.RunPython(make_group, migrations.RunPython.noop),
    ]
