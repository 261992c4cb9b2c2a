"""Groups and the workflow that the admin comes with, named in German as the rest of it."""

from django.db import migrations


GROUPS = {"Editors": "Redaktion", "Moderators": "Freigabe"}
WORKFLOW, NAME = "Moderators approval", "Freigabe vor Veröffentlichung"


def name_in_german(apps, schema_editor):
    for model, names in ((("auth", "Group"), GROUPS), (("wagtailcore", "Workflow"), {WORKFLOW: NAME})):
        for old, new in names.items():
            apps.get_model(*model).objects.filter(name=old).update(name=new)
    apps.get_model("wagtailcore", "Task").objects.filter(name=WORKFLOW).update(name=NAME)


class Migration(migrations.Migration):
    dependencies = [
        ("gemeinsinn_editorial", "0002_first_pages"),
        ("wagtailcore", "0048_add_default_workflows"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailimages", "0023_add_choose_permissions"),
        ("wagtaildocs", "0002_initial_data"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(name_in_german, migrations.RunPython.noop)]
