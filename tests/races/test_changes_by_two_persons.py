"""Two administrators decide about one change at one moment: it is decided once."""

from django.utils import timezone

from services.safeguards.changes import approve_change, refuse_change
from tenants.configuration.models import OperatorAccount, Revision
from tests.factories.safeguards import actor_of, make_administrator, propose_account


def test_agreeing_and_refusing_at_one_moment_is_one_decision(own):
    account = OperatorAccount.objects.get(label="Przelewy24 – podatki")
    change = propose_account(own.person("filip").actor, account)
    people = [actor_of(make_administrator()) for _ in range(3)]
    now = timezone.now()
    acts = [
        *(lambda who=who: approve_change(change_id=change.public_id, now=now, actor=who) for who in people),
        *(
            lambda who=who: refuse_change(
                change_id=change.public_id, reason="Nie znamy rachunku.", now=now, actor=who
            )
            for who in people
        ),
    ]
    results = own.together(*acts)
    codes = sorted(getattr(result, "code", "") for result in results)
    assert codes == ["", *["change.decided"] * 5]
    change.refresh_from_db()
    saved = Revision.objects.filter(subject_ref=str(account.public_id)).count()
    account.refresh_from_db()
    assert (account.version > change.version) == (change.state == "approved")
    assert saved <= change.version + 1
