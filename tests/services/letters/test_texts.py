"""The gmina's own words in letters: safe variables, nothing carried out, versions, and what no text can leave out."""

import pytest

from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.letters.actions import remind, reset_text, write_text
from services.notices.actions import surroundings, write_message
from services.notices.catalogue import EDITABLE
from services.notices.models import LetterText, Message
from services.notices.queries import text_versions
from services.notices.texts import preview, program_text
from tests.services.letters.conftest import WEEK_BEFORE

pytestmark = pytest.mark.django_db

BODY = "Witamy w portalu {portal} gminy {gmina}."


def write(
    kind: str = "account_active", subject: str = "Witamy", body: str = BODY, version: int = 0, **who
) -> LetterText:
    return write_text(kind=kind, subject=subject, body=body, version=version, **who)


def letter(**context: object) -> Message:
    context = {"portal": "Portal <próbny>"} | context
    return write_message(kind="account_active", recipient="a@b.example", context=context)


def test_a_letter_goes_out_in_the_words_of_the_gmina_with_the_signature_below(filip):
    write(actor=filip)
    message = letter()
    assert message.subject == "Witamy"
    assert message.body.startswith("Witamy w portalu Portal <próbny> gminy ")
    assert "\n--\nPortal <próbny>" in message.body
    assert "Tę wiadomość wysłał program" in message.body


@pytest.mark.parametrize(
    "hostile",
    [
        "{% load x %}{portal}",
        "{{ portal }}",
        "{portal.__class__}",
        "{0}",
        "{portal!r}",
        "{",
        "}{",
        "{haslo}",
        "{}",
    ],
)
def test_only_the_variables_of_the_kind_mean_anything(filip, hostile):
    with pytest.raises(InvalidInput) as refused:
        write(body=hostile, actor=filip)
    assert refused.value.code in ("letter_text.variable", "letter_text.brace")
    assert not LetterText.objects.exists()
    assert letter().subject == "Twoje konto jest aktywne"


def test_an_unknown_variable_is_refused_with_the_list_of_the_known_ones(filip):
    with pytest.raises(InvalidInput) as refused:
        write(body="{pesel}", actor=filip)
    assert refused.value.params["name"] == "pesel"
    assert refused.value.params["known"] == "{portal}, {adres_portalu}, {gmina}"


def test_what_a_value_contains_is_not_looked_at_again(filip):
    write(actor=filip)
    assert "{gmina} {{ 1 }}" in letter(portal="{gmina} {{ 1 }}").body


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"subject": " "}, "letter_text.empty"),
        ({"body": "\n"}, "letter_text.empty"),
        ({"subject": "a\nBcc: b@c.example"}, "letter_text.subject"),
        ({"subject": "a" * 151}, "letter_text.long"),
        ({"body": "a" * 5001}, "letter_text.long"),
        ({"kind": "registration_rejected", "body": "Nie."}, "letter_text.required"),
    ],
)
def test_a_text_that_could_not_be_a_letter_is_refused(filip, changes, code):
    with pytest.raises(InvalidInput, match=code.replace(".", r"\.")):
        write(**changes, actor=filip)
    assert not LetterText.objects.exists()


def test_a_kind_that_is_not_for_the_gmina_to_word_is_refused(filip):
    with pytest.raises(NotFound, match=r"letter_text\.unknown"):
        write(kind="password_reset", actor=filip)


def test_versions_stay_with_who_and_when_and_the_programs_text_comes_back(filip):
    write(actor=filip)
    write(body="Drugi tekst.", version=1, actor=filip)
    assert letter().body.startswith("Drugi tekst.")
    reset_text(kind="account_active", version=2, actor=filip)
    assert letter().subject == "Twoje konto jest aktywne"
    rows = list(text_versions("account_active"))
    assert [(row.version, row.body, row.written_by) for row in rows] == [
        (3, "", filip.ref),
        (2, "Drugi tekst.", filip.ref),
        (1, BODY, filip.ref),
    ]
    assert all(row.written_at for row in rows)
    actions = AuditEntry.objects.filter(action__startswith="letter_text.").order_by("id")
    assert list(actions.values_list("action", flat=True)) == [
        "letter_text.written",
        "letter_text.written",
        "letter_text.reset",
    ]


def test_two_administrators_do_not_overwrite_each_other(filip):
    write(actor=filip)
    for late in (0, 2):
        with pytest.raises(Conflict, match=r"letter_text\.stale"):
            write(body="Inny.", version=late, actor=filip)
    assert letter().body.startswith("Witamy")


@pytest.mark.parametrize("name", ["daria", "edyta", "anna"])
def test_only_the_administrator_words_letters(actor_of, name):
    for act in (
        lambda who: write(actor=who),
        lambda who: reset_text(kind="account_active", version=0, actor=who),
    ):
        with pytest.raises(Refused):
            act(actor_of(name))
    assert not LetterText.objects.exists()


@pytest.mark.parametrize("kind", EDITABLE)
def test_the_programs_text_is_a_text_that_the_gmina_could_use(in_borki, kind):
    subject, body = program_text(kind, surroundings())
    for name in EDITABLE[kind].required:
        assert f"{{{name}}}" in body
    shown = preview(kind, subject, body, surroundings())
    assert "2999" not in "".join(shown)
    assert "{" not in "".join(shown)


@pytest.mark.parametrize("kind", EDITABLE)
def test_the_programs_text_may_be_saved_as_it_is_and_changes_no_letter(filip, kind):
    subject, body = program_text(kind, surroundings())
    before = preview(kind, subject, body, surroundings())
    write(kind=kind, subject=subject, body=body, actor=filip)
    assert preview(kind, subject, body, surroundings()) == before


@pytest.mark.covers("S77")
def test_no_text_takes_the_legal_note_and_the_way_out_from_a_reminder(filip, wished, due):
    write(kind="due_reminder", subject="Termin {termin}", body="{lista}\n{link}", actor=filip)
    remind(WEEK_BEFORE)
    message = Message.objects.get(kind="due_reminder")
    assert message.subject == "Termin 15 września 2026"
    assert "Nie jest wezwaniem do zapłaty" in message.body
    assert "/zgody/rezygnacja/" in message.body
