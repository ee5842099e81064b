"""The crest: a plain drawing is taken and cleaned, anything active or from outside is refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from frontend.desk.crest import MAX_BYTES, CrestError, checked_svg
from tenants.configuration.models import Office
from tests.frontend.reading import error_beside

PAGE = "/urzad/ustawienia/urzad/herb/"
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10"'
)
PLAIN = f'{HEAD}><path d="M0 0h10v10H0z" fill="#008000"/></svg>'

ACTIVE = {
    "a script": f"{HEAD}><script>alert(1)</script></svg>",
    "an event handler": f'{HEAD} onload="alert(1)"></svg>',
    "an event handler in capitals": f'{HEAD} ONLOAD="alert(1)"></svg>',
    "a link": f'{HEAD}><a xlink:href="javascript:alert(1)"><path d="M0 0"/></a></svg>',
    "a foreign page": f"{HEAD}><foreignObject><p>x</p></foreignObject></svg>",
    "an image from outside": f'{HEAD}><image href="https://zly.example/a.png"/></svg>',
    "a reference to another file": f'{HEAD}><use xlink:href="https://zly.example/a.svg#x"/></svg>',
    "a fill from outside": f'{HEAD}><path d="M0 0" fill="url(https://zly.example/a.svg#x)"/></svg>',
    "a style from outside": f"{HEAD}><style>@import 'https://zly.example/a.css';</style></svg>",
    "an animated address": f'{HEAD}><animate attributeName="href" values="javascript:alert(1)"/></svg>',
    "an escaped style": f"{HEAD}><style>a{{b:\\75rl(x)}}</style></svg>",
    "an entity": f'<!DOCTYPE svg [<!ENTITY a "aaaa">]>{HEAD}><text>&a;</text></svg>',
    "an outer entity": f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>{HEAD}><text>&a;</text></svg>',
    "a web page": "<html><body/></html>",
    "no XML at all": "GIF89a",
    "broken XML": f"{HEAD}><path></svg>",
}


def test_a_plain_drawing_is_kept():
    kept = checked_svg(PLAIN.encode())
    assert 'd="M0 0h10v10H0z"' in kept
    assert 'xmlns="http://www.w3.org/2000/svg"' in kept


@pytest.mark.parametrize("content", ACTIVE.values(), ids=ACTIVE.keys())
def test_anything_but_a_passive_drawing_is_refused(content):
    with pytest.raises(CrestError):
        checked_svg(content.encode())


def test_notes_of_a_drawing_program_are_left_out():
    source = (
        '<?xml version="1.0"?><?xml-stylesheet href="https://zly.example/a.css"?>'
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
        f'{HEAD} xmlns:ink="http://www.inkscape.org/" ink:version="1"><metadata><x/></metadata><ink:view/>'
        '<!-- a --><g><use xlink:href="#b"/><path id="b" d="M1 1" fill="url(#c)"/></g></svg>'
    )
    kept = checked_svg(source.encode())
    for gone in ("stylesheet", "DOCTYPE", "inkscape", "metadata", "<!--"):
        assert gone not in kept
    assert 'href="#b"' in kept
    assert 'fill="url(#c)"' in kept


def test_the_crests_of_the_presets_pass_their_own_check(in_borki):
    assert checked_svg(Office.objects.get().crest_svg.encode())


def test_a_file_that_is_too_big_is_refused():
    with pytest.raises(CrestError, match="200 kB"):
        checked_svg(b" " * (MAX_BYTES + 1))


@pytest.mark.django_db
def test_a_good_file_becomes_the_crest_of_the_portal(desk):
    client = desk("filip")
    row = Office.objects.get()
    client.post(PAGE, {"crest": SimpleUploadedFile("herb.svg", PLAIN.encode()), "version": row.version})
    assert "M0 0h10v10H0z" in Office.objects.get().crest_svg
    assert "M0 0h10v10H0z" in desk(None).get("/herb.svg").content.decode()


@pytest.mark.django_db
def test_a_bad_file_is_refused_beside_the_field_and_the_crest_stays(desk):
    before = Office.objects.get()
    wrong = SimpleUploadedFile("herb.svg", ACTIVE["a script"].encode())
    page = desk("filip").post(PAGE, {"crest": wrong, "version": before.version})
    assert page.status_code == 422
    assert "script" in error_beside(page, "crest")
    assert Office.objects.get().crest_svg == before.crest_svg


@pytest.mark.django_db
def test_the_crest_can_be_taken_away(desk):
    row = Office.objects.get()
    desk("filip").post(PAGE, {"remove": "on", "version": row.version})
    assert Office.objects.get().crest_svg == ""


@pytest.mark.django_db
def test_neither_file_nor_removal_is_refused(desk):
    before = Office.objects.get()
    page = desk("filip").post(PAGE, {"version": before.version})
    assert error_beside(page, "crest")
    assert Office.objects.get().version == before.version
