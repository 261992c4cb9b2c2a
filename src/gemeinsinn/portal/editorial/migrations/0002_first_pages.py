"""The first pages of a new instance: imprint, privacy and accessibility below an empty root."""

from django.db import migrations


ROOT_PATH = "00010001"
PAGES = [
    {
        "slug": "impressum",
        "title": "Impressum",
        "title_en": "Imprint",
        "shows_operator": True,
        "body": (
            "<p>Verantwortlich für die Inhalte ist die Stelle, die diesen Sozialatlas betreibt. Quellen und Lizenzen aller "
            "Zahlen stehen auf der Seite „Quellen und Lizenzen“.</p><p>Die Software heißt Gemeinsinn und steht unter der "
            "Open-Source-Lizenz EUPL-1.2.</p>"
        ),
        "body_en": (
            "<p>Responsible for the contents is the body that operates this social atlas. Sources and licences of all "
            "figures stand on the page “Sources and licences”.</p><p>The software is called Gemeinsinn and is published "
            "under the open-source licence EUPL-1.2.</p>"
        ),
        "body_plain": "<p>Hier steht, wer für diese Seiten verantwortlich ist.</p>",
    },
    {
        "slug": "datenschutz",
        "title": "Datenschutz",
        "title_en": "Privacy",
        "shows_operator": True,
        "body": (
            "<p>Wer diese Seiten liest, hinterlässt so wenig wie möglich: Es gibt keine Konten für Leserinnen und Leser, "
            "keine Cookies, keine Reichweitenmessung und keine Inhalte von Dritten.</p><h2>Meine Gemeinde</h2><p>Wer auf der "
            "Seite einer Gemeinde „Als meine Gemeinde merken“ wählt, lässt den Browser auf dem Gerät ihren Namen merken. "
            "Diese Angabe verlässt das Gerät nicht und lässt sich an derselben Stelle wieder löschen.</p><h2>Protokolle</h2><p>Der Webserver kann zur Abwehr von Störungen Adressen und Zeitpunkte von "
            "Aufrufen kurz speichern; Rechtsgrundlage ist Art. 6 Abs. 1 Buchst. e DSGVO. Über Dauer und Umfang gibt die "
            "betreibende Stelle Auskunft.</p><h2>Die Zahlen selbst</h2><p>Veröffentlicht werden nur Statistiken, aus denen "
            "niemand erkennbar ist. Was eine Quelle geheim hält, bleibt geheim.</p><h2>Rechte</h2><p>Sie können Auskunft, "
            "Berichtigung, Löschung und Einschränkung verlangen, der Verarbeitung widersprechen (Art. 21 DSGVO) und sich bei "
            "der Datenschutzaufsicht beschweren.</p>"
        ),
        "body_en": (
            "<p>Readers leave as little as possible: there are no accounts for readers, no cookies, no tracking and no "
            "contents of third parties.</p><h2>My municipality</h2><p>If you choose “Remember as my municipality” on the "
            "page of a municipality, the browser keeps its name on the device. This never leaves the device and can be "
            "deleted in the same place.</p><h2>Logs</h2><p>To ward off disturbances the web server may "
            "keep addresses and times of requests for a short while (Art. 6 (1) (e) GDPR). The operating body tells how "
            "long and how much.</p><h2>The figures themselves</h2><p>Only statistics are published from which nobody can "
            "be recognised. What a source keeps secret stays secret.</p><h2>Rights</h2><p>You may ask for access, "
            "rectification, erasure and restriction, object to the processing (Art. 21 GDPR), and complain to the supervisory "
            "authority.</p>"
        ),
        "body_plain": (
            "<p>Wir sammeln keine Daten über Sie. Es gibt keine Cookies und keine Werbung. Wenn Sie es wollen, merkt sich Ihr "
            "Gerät Ihre Gemeinde.</p>"
        ),
    },
    {
        "slug": "barrierefreiheit",
        "title": "Erklärung zur Barrierefreiheit",
        "title_en": "Accessibility statement",
        "shows_operator": True,
        "body": (
            "<p>Diese Seiten sollen alle Menschen nutzen können. Maßstab sind die Web Content Accessibility Guidelines 2.2, "
            "Stufe AA, und die Barrierefreie-Informationstechnik-Verordnung.</p><h2>Was dafür getan ist</h2><ul><li>Jedes "
            "Bild einer Zahl – Karte, Verlauf, Profil – steht mit denselben Werten auch als Tabelle da.</li><li>Alles "
            "lässt sich mit der Tastatur bedienen und ohne JavaScript lesen.</li><li>Nichts wird allein durch Farbe "
            "gesagt: Jede Bewertung hat Form und Wort.</li><li>Die Seiten gibt es auf Deutsch und auf Englisch. Was eine "
            "Kennzahl bedeutet, steht auch in Einfacher Sprache.</li></ul><h2>Was noch fehlt</h2><ul><li>Die "
            "Befunde, die Tabellen und ihre Beschriftungen gibt es noch nicht in Einfacher Sprache.</li><li>Die Anmerkungen der Quellen liegen nur auf Deutsch "
            "vor.</li><li>Übersetzungen in Deutsche Gebärdensprache und Leichte Sprache gibt es noch nicht.</li></ul>"
            "<h2>Wie geprüft wird</h2><p>Jede Version der Software wird mit axe-core in hellem und dunklem Schema und bei "
            "320 Pixeln Breite geprüft. Eine Prüfung durch Menschen mit Behinderungen ersetzt das nicht.</p><h2>Barriere "
            "melden</h2><p>Bitte sagen Sie der betreibenden Stelle, wo Sie nicht weiterkommen. Hilft das nicht, können Sie "
            "sich an die Ombudsstelle für barrierefreie Informationstechnik Ihres Landes wenden.</p>"
        ),
        "body_en": (
            "<p>These pages are meant to be usable by everyone. The measure are the Web Content Accessibility Guidelines "
            "2.2, level AA.</p><h2>What is done for it</h2><ul><li>Every picture of a figure – map, development, profile – "
            "stands beside a table of the same values.</li><li>Everything can be used by keyboard and read without "
            "JavaScript.</li><li>Nothing is said by colour alone: every judgement has a shape and a word.</li><li>The "
            "pages exist in German and English. What an indicator means is also told in plain German.</li></ul><h2>What is missing</h2><ul><li>Findings, "
            "tables and their labels are not yet in plain German.</li><li>The notes of the "
            "sources are in German only.</li><li>There is no version in German sign language or Leichte Sprache "
            "yet.</li></ul><h2>How it is tested</h2><p>Every version of the software is tested with axe-core in the light "
            "and the dark scheme and at a width of 320 pixels. That does not replace tests by people with disabilities."
            "</p><h2>Report a barrier</h2><p>Please tell the operating body where you cannot get on.</p>"
        ),
        "body_plain": (
            "<p>Alle Menschen sollen diese Seiten lesen und bedienen können. Wenn etwas nicht geht: Bitte sagen Sie uns "
            "Bescheid.</p>"
        ),
    },
]


def create_first_pages(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Locale = apps.get_model("wagtailcore", "Locale")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    TextPage = apps.get_model("gemeinsinn_editorial", "TextPage")
    Page.objects.filter(path__startswith=ROOT_PATH).delete()
    kind, _ = ContentType.objects.get_or_create(model="textpage", app_label="gemeinsinn_editorial")
    locale, _ = Locale.objects.get_or_create(language_code="de")
    root = TextPage.objects.create(
        title="Start", draft_title="Start", slug="start", content_type=kind, path=ROOT_PATH, depth=2,
        numchild=len(PAGES), url_path="/start/", locale=locale,
    )
    for number, page in enumerate(PAGES, start=1):
        TextPage.objects.create(
            **page, draft_title=page["title"], content_type=kind, path=f"{ROOT_PATH}{number:04d}", depth=3, numchild=0,
            url_path=f"/start/{page['slug']}/", locale=locale,
        )
    Page.objects.filter(depth=1).update(numchild=1)
    Site.objects.all().delete()
    Site.objects.create(hostname="localhost", root_page_id=root.pk, is_default_site=True, site_name="")


def remove_first_pages(apps, schema_editor):
    TextPage = apps.get_model("gemeinsinn_editorial", "TextPage")
    TextPage.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("gemeinsinn_editorial", "0001_initial"),
        ("wagtailcore", "0053_locale_model"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(create_first_pages, remove_first_pages)]
