"""What the office tells everybody is written by one, read by another, then published; nothing published is changed (A1)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.publishing import actions, queries
from services.publishing.domain import EDGES, Kind, State, Step, next_state
from services.publishing.models import Publication
from tests.factories.publishing import publish, values

pytestmark = pytest.mark.django_db


@pytest.fixture
def edyta(in_borki, person):
    return person("edyta").actor


@pytest.fixture
def filip(in_borki, person):
    return person("filip").actor


def write(actor, row=None, **changes) -> Publication:
    return actions.write_publication(
        values(**changes),
        public_id=row.public_id if row else None,
        version=row.version if row else 0,
        actor=actor,
    )


def review(row, actor) -> Publication:
    return actions.review_publication(public_id=row.public_id, version=row.version, actor=actor)


def stored(row) -> Publication:
    return Publication.objects.get(pk=row.pk)


def test_one_writes_another_reads_then_everybody_sees_it_until_it_is_withdrawn(edyta, filip):
    today = timezone.localdate()
    row = write(edyta)
    assert list(queries.told(today)) == []
    row = review(row, filip)
    assert list(queries.told(today)) == []
    actions.publish_publication(public_id=row.public_id, version=row.version, actor=edyta)
    assert list(queries.told(today)) == [row]
    for _ in range(2):
        actions.withdraw_publication(public_id=row.public_id, reason="Awaria minęła.", actor=edyta)
    assert list(queries.told(today)) == []
    assert stored(row).withdrawn_reason == "Awaria minęła."
    told = AuditEntry.objects.filter(action__startswith="publication.").order_by("id")
    assert [entry.action.partition(".")[2] for entry in told] == [
        "written",
        "reviewed",
        "published",
        "withdrawn",
    ]


def test_nobody_reads_his_own_draft_for_another(edyta, filip):
    row = write(edyta)
    with pytest.raises(Refused, match=r"publication\.same_person"):
        review(row, edyta)
    row = write(filip, row, title="Inny tytuł")
    for author in (edyta, filip):
        with pytest.raises(Refused, match=r"publication\.same_person"):
            review(row, author)
    assert (stored(row).state, stored(row).reviewed_by) == ("draft", "")
    with pytest.raises(Conflict, match=r"publication\.state"):
        actions.publish_publication(public_id=row.public_id, version=row.version, actor=filip)
    assert (stored(row).state, stored(row).published_at) == ("draft", None)


def test_changing_what_was_read_takes_the_reading_away(edyta, filip):
    row = review(write(edyta), filip)
    row = write(edyta, row, body="Coś zupełnie innego.")
    assert (row.state, row.reviewed_by, row.reviewed_at) == ("draft", "", None)
    with pytest.raises(Conflict, match=r"publication\.state"):
        actions.publish_publication(public_id=row.public_id, version=row.version, actor=edyta)
    assert stored(row).state == "draft"


def test_who_saw_an_older_version_neither_reads_nor_publishes_nor_overwrites_the_new_one(edyta, filip):
    seen = write(edyta)
    row = write(edyta, seen, title="Nowszy")
    seen.version = 1
    for act in (
        lambda: review(seen, filip),
        lambda: actions.publish_publication(public_id=seen.public_id, version=1, actor=edyta),
        lambda: write(edyta, seen, title="Starszy"),
    ):
        with pytest.raises(Conflict, match=r"setting\.stale"):
            act()
    assert (stored(row).title, stored(row).state) == ("Nowszy", "draft")


def test_a_correction_takes_the_place_of_what_it_corrects(edyta, filip):
    today, old = timezone.localdate(), publish()
    new = actions.write_publication(
        values(title="Poprawione"), public_id=None, version=0, replaces=old.public_id, actor=edyta
    )
    assert list(queries.told(today)) == [old]
    new = review(new, filip)
    actions.publish_publication(public_id=new.public_id, version=new.version, actor=edyta)
    assert list(queries.told(today)) == [new]
    assert stored(old).state == "withdrawn"


@pytest.mark.parametrize(
    ("days", "is_seen"),
    [((-1, 1), True), ((0, 0), True), ((0, None), True), ((1, None), False), ((-5, -1), False)],
)
def test_it_is_seen_from_its_first_day_to_its_last(in_borki, days, is_seen):
    today = timezone.localdate()
    first, last = (None if one is None else today + timedelta(days=one) for one in days)
    row = publish(visible_from=first, visible_to=last)
    assert (row in queries.told(today)) is is_seen


def test_questions_stand_by_topic_and_only_important_bulletins_go_first(in_borki):
    today = timezone.localdate()
    second = publish(kind="question", topic="Płatności", position=2)
    first = publish(kind="question", topic="Płatności", position=1)
    account = publish(kind="question", topic="Konto")
    assert [(one.name, one.questions) for one in queries.topics(today)] == [
        ("Konto", [account]), ("Płatności", [first, second]),
    ]  # fmt: skip
    publish(is_important=True)
    bulletin = publish(kind="bulletin", is_important=True)
    publish(kind="bulletin")
    assert list(queries.important(today)) == [bulletin]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": ""}, "setting.invalid"),
        ({"body": "a" * 20_001}, "publication.too_long"),
        ({"kind": "advert"}, "setting.invalid"),
        ({"visible_to": timezone.localdate() - timedelta(days=1)}, "publication.days"),
    ],
    ids=["no title", "too long", "no such kind", "ends before it begins"],
)
def test_what_cannot_be_published_is_not_even_kept(changes, code, edyta):
    with pytest.raises(InvalidInput, match=code.replace(".", r"\.")):
        write(edyta, **changes)
    assert Publication.objects.count() == 0


@pytest.mark.parametrize("name", ["daria", "anna"])
def test_clerks_and_residents_tell_nothing_to_everybody(name, in_borki, person):
    row = publish()
    with pytest.raises(Refused, match=r"access\.denied"):
        write(person(name).actor)
    with pytest.raises(Refused, match=r"access\.denied"):
        actions.withdraw_publication(public_id=row.public_id, reason="bo tak", actor=person(name).actor)
    assert Publication.objects.get().state == "published"


def test_postgresql_keeps_what_was_published_and_who_may_read_for_another(in_borki, edyta):
    row = publish()
    rows = Publication.objects.filter(pk=row.pk)
    for change in (lambda: rows.update(body="po cichu"), lambda: rows.update(title="po cichu"), rows.delete):
        with pytest.raises(IntegrityError, match="what was published never changes"), transaction.atomic():
            change()
    own = Publication.objects.filter(pk=write(edyta).pk)
    with pytest.raises(IntegrityError, match="of which one is an author"), transaction.atomic():
        own.update(state="reviewed", reviewed_by=edyta.ref)
    with pytest.raises(IntegrityError, match="publication_two_persons"), transaction.atomic():
        own.update(state="published", published_at=timezone.now())
    assert stored(row).body == values()["body"]


def test_a_draft_can_be_thrown_away_and_nothing_else(edyta):
    draft, told = write(edyta), publish()
    actions.discard_publication(public_id=draft.public_id, actor=edyta)
    with pytest.raises(Conflict, match=r"publication\.state"):
        actions.discard_publication(public_id=told.public_id, actor=edyta)
    with pytest.raises(NotFound, match=r"publication\.unknown"):
        actions.discard_publication(public_id=draft.public_id, actor=edyta)
    assert list(Publication.objects.all()) == [told]


def test_what_one_gmina_tells_is_not_told_in_another(in_borki, dabrowa):
    from kernel import tenancy

    publish()
    with tenancy.enter(dabrowa):
        assert list(queries.told(timezone.localdate())) == []


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_every_step_leads_where_the_table_says_or_nowhere(state, step):
    if (state, step) in EDGES:
        assert next_state(state, step) == EDGES[state, step]
    else:
        with pytest.raises(Conflict, match=r"publication\.state"):
            next_state(state, step)


def test_every_kind_and_state_has_a_polish_name():
    assert all(one.polish and one.polish != one.value for one in (*Kind, *State))
