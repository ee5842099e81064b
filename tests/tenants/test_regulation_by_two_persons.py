"""A regulation is written by one, approved by another and published for good (D100-D105); PostgreSQL keeps the promises."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.actors import system
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from tenants.configuration.actions_regulation import (
    approve_regulation,
    discard_regulation,
    draft_regulation,
    publish_regulation,
    withdraw_approval,
)
from tenants.configuration.models import RegulationVersion
from tenants.configuration.queries import regulation_digest
from tests.factories.regulations import act, complete_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def edyta(in_borki, person):
    return person("edyta").actor


@pytest.fixture
def filip(in_borki, person):
    return person("filip").actor


def drafted(actor, *, text=None, **changes) -> RegulationVersion:
    return draft_regulation(text=text or complete_text(), act=act(**changes), number=None, actor=actor)


def approved(author, second, **changes) -> RegulationVersion:
    row = drafted(author, **changes)
    return approve_regulation(number=row.number, digest=regulation_digest(row), actor=second)


def stored(number: int = 2) -> RegulationVersion:
    return RegulationVersion.objects.get(number=number)


def acts() -> list[str]:
    return list(AuditEntry.objects.filter(actor_kind="staff").order_by("id").values_list("action", flat=True))


@pytest.mark.covers("D102", "D103", "D105")
def test_one_writes_another_one_approves_then_it_is_published(edyta, filip):
    row = approved(edyta, filip)
    assert (row.state, row.authors, row.approved_by) == ("approved", [edyta.ref], filip.ref)
    published = publish_regulation(number=2, actor=filip)
    assert (published.state, published.bip_url) == ("published", "https://bip.borki.example/99")
    assert published.published_at is not None
    assert acts() == ["regulation.drafted", "regulation.approved", "regulation.published"]


@pytest.mark.covers("D103")
def test_who_wrote_in_a_draft_does_not_approve_it(filip, edyta):
    row = drafted(filip)
    with pytest.raises(Refused, match=r"regulation\.same_person"):
        approve_regulation(number=2, digest=regulation_digest(row), actor=filip)
    assert (stored().state, stored().approved_by) == ("draft", "")
    draft_regulation(text=complete_text(), act=act(act_number="100"), number=2, actor=edyta)
    with pytest.raises(Refused, match=r"regulation\.same_person"):
        approve_regulation(number=2, digest=regulation_digest(stored()), actor=filip)
    assert stored().authors == [filip.ref, edyta.ref]
    assert acts() == ["regulation.drafted", "regulation.drafted"]


@pytest.mark.covers("D103")
def test_a_draft_that_nobody_approved_is_not_published(edyta, filip):
    drafted(edyta)
    with pytest.raises(Refused, match=r"regulation\.needs_second_person"):
        publish_regulation(number=2, actor=filip)
    assert (stored().state, stored().published_at) == ("draft", None)
    assert acts() == ["regulation.drafted"]


def test_the_second_person_agrees_to_what_was_shown_and_nothing_else(edyta, filip):
    shown = regulation_digest(drafted(edyta))
    draft_regulation(text=complete_text(), act=act(act_number="100"), number=2, actor=edyta)
    with pytest.raises(Conflict, match=r"setting\.stale"):
        approve_regulation(number=2, digest=shown, actor=filip)
    assert stored().state == "draft"


def test_a_draft_that_somebody_has_rewritten_meanwhile_is_not_overwritten(edyta, filip):
    """S35: the one who was later is told, and what the first one wrote stays."""
    seen = regulation_digest(drafted(edyta))
    for number in ("100", "101"):
        change = {"text": complete_text(), "act": act(act_number=number), "number": 2, "seen": seen}
        if number == "100":
            draft_regulation(**change, actor=edyta)
        else:
            with pytest.raises(Conflict, match=r"setting\.stale"):
                draft_regulation(**change, actor=filip)
    assert (stored().act_number, stored().authors) == ("100", [edyta.ref])


def test_a_change_of_the_draft_takes_the_approval_away(edyta, filip):
    approved(edyta, filip)
    draft_regulation(text=complete_text(), act=act(act_number="100"), number=2, actor=edyta)
    row = stored()
    assert (row.state, row.approved_by, row.approved_at) == ("draft", "", None)
    assert (
        AuditEntry.objects.filter(action="regulation.drafted").order_by("id").last().details["approval_lost"]
        is True
    )
    with pytest.raises(Refused, match=r"regulation\.needs_second_person"):
        publish_regulation(number=2, actor=filip)
    assert stored().state == "draft"


def test_an_approval_can_be_taken_back_and_given_again(edyta, filip):
    approved(edyta, filip)
    withdraw_approval(number=2, actor=filip)
    withdraw_approval(number=2, actor=filip)
    assert stored().state == "draft"
    approve_regulation(number=2, digest=regulation_digest(stored()), actor=filip)
    approve_regulation(number=2, digest="the second click", actor=filip)
    assert stored().state == "approved"
    assert acts() == [
        "regulation.drafted", "regulation.approved", "regulation.approval_withdrawn", "regulation.approved",
    ]  # fmt: skip


@pytest.mark.covers("D100")
def test_nothing_comes_into_force_before_it_is_published(edyta, filip):
    approved(edyta, filip, effective_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(InvalidInput, match=r"regulation\.effective_before"):
        publish_regulation(number=2, actor=filip)
    assert stored().state == "approved"


@pytest.mark.covers("D105")
def test_without_its_place_in_the_bip_nothing_is_published(edyta, filip):
    approved(edyta, filip, bip_url="")
    with pytest.raises(InvalidInput, match=r"regulation\.bip"):
        publish_regulation(number=2, actor=filip)
    assert stored().state == "approved"


def test_what_the_review_found_must_be_confirmed_and_is_kept_in_the_log(edyta, filip):
    text = complete_text().replace(
        "Mieszkaniec nie może dostarczać treści o charakterze bezprawnym, ", "Nie wolno "
    )
    approved(edyta, filip, text=text)
    for confirmed in ((), {"technical"}):
        with pytest.raises(Conflict, match=r"regulation\.findings"):
            publish_regulation(number=2, confirmed=confirmed, actor=filip)
        assert stored().state == "approved"
    publish_regulation(number=2, confirmed={"unlawful_content"}, actor=filip)
    assert stored().state == "published"
    assert AuditEntry.objects.get(action="regulation.published", actor_kind="staff").details["findings"] == [
        "unlawful_content"
    ]


@pytest.mark.covers("D103")
def test_postgresql_lets_nobody_change_or_delete_a_published_version(in_borki):
    before = stored(1)
    for change in (
        lambda: RegulationVersion.objects.filter(number=1).update(act_number="po cichu"),
        lambda: RegulationVersion.objects.filter(number=1).update(state="draft", published_at=None),
        lambda: RegulationVersion.objects.filter(number=1).update(content={}),
        lambda: RegulationVersion.objects.filter(number=1)._raw_delete("default"),
    ):
        with (
            pytest.raises(IntegrityError, match="a published regulation never changes"),
            transaction.atomic(),
        ):
            change()
    after = stored(1)
    assert (after.act_number, after.state, after.content) == (before.act_number, "published", before.content)


def test_postgresql_lets_no_author_be_the_second_person(edyta, filip):
    drafted(edyta)
    rows = RegulationVersion.objects.filter(number=2)
    with pytest.raises(IntegrityError, match="of which one is an author"), transaction.atomic():
        rows.update(state="approved", approved_by=edyta.ref, approved_at=timezone.now())
    with pytest.raises(IntegrityError, match="regulation_two_persons"), transaction.atomic():
        rows.update(state="published", published_at=timezone.now())
    assert stored().state == "draft"


@pytest.mark.parametrize("late", [withdraw_approval, discard_regulation])
def test_a_published_version_is_beyond_every_act(late, edyta, filip):
    with pytest.raises(Conflict, match=r"regulation\.published"):
        late(number=1, actor=filip)
    with pytest.raises(NotFound, match=r"regulation\.unknown"):
        late(number=77, actor=filip)
    assert stored(1).state == "published"


def test_a_draft_that_nobody_needs_can_go_and_the_log_remembers_it(edyta):
    drafted(edyta)
    discard_regulation(number=2, actor=edyta)
    assert RegulationVersion.objects.count() == 1
    assert acts() == ["regulation.drafted", "regulation.discarded"]


def test_the_program_brings_in_what_was_in_force_before_the_portal(in_borki):
    long_ago = timezone.localdate() - timedelta(days=2000)
    row = drafted(system("presets"), effective_on=long_ago, bip_url="")
    publish_regulation(number=row.number, actor=system("presets"))
    assert (stored().state, stored().authors, stored().approved_by) == ("published", [], "")
