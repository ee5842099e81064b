"""A trusted list counts only through its issuer's signature, only while it is current, and never backwards (section 2.4)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from integrations.emulators.trusted_profile.authority import office_keys
from integrations.emulators.trusted_profile.lists import Edition, list_of_lists, trusted_list
from integrations.identity.base import Rejected
from integrations.identity.signatures.download import fetch
from integrations.identity.signatures.policy import VerificationPolicy
from integrations.identity.signatures.revocation import FetchedRevocation
from integrations.identity.signatures.trusted_list import StaleList, TrustedList, pointer_to_list
from integrations.identity.signatures.verify import verify_xml
from tests.integrations.identity.signatures.conftest import GESLA, reason

NOW = datetime.now(UTC)


@pytest.fixture
def authority(profile):
    return profile.state.authority


@pytest.fixture
def read(authority):
    def read_it(content, *, now=None):
        return TrustedList.read(content, [authority.list_issuer.certificate], now=now or datetime.now(UTC))

    return read_it


def refused(call):
    with pytest.raises(Rejected) as refusal:
        call()
    return refusal.value.code


def test_the_way_from_the_list_of_lists_to_the_list_of_poland(profile, authority):
    now = datetime.now(UTC)
    lotl = fetch(f"{profile.url}/eu-lotl.xml", most_bytes=10**6, allow_loopback=True)

    pointer = pointer_to_list(lotl, "PL", now=now, issuers=[authority.list_issuer.certificate])
    found = TrustedList.read(
        fetch(pointer.url, most_bytes=10**6, allow_loopback=True), pointer.issuers, now=now
    )

    assert found.version.territory == "PL"
    assert found.version.issued_at < now < found.version.next_update_at
    assert found.unreadable_services == 0
    assert len(found.anchors(now)) == 1


def test_a_list_of_lists_signed_by_somebody_else_leads_nowhere(authority):
    lotl = list_of_lists(authority)
    now = datetime.now(UTC)

    assert refused(lambda: pointer_to_list(lotl, "PL", now=now)) == "signatures.list.invalid"
    assert (
        refused(lambda: pointer_to_list(lotl, "CZ", now=now, issuers=[authority.list_issuer.certificate]))
        == "signatures.list.invalid"
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.replace(b"Svcstatus/granted", b"Svcstatus/withdraw", 1),
        lambda content: content.replace(b"<TSLSequenceNumber>1<", b"<TSLSequenceNumber>9<"),
        lambda content: content.replace(b"<?xml", b"<!DOCTYPE a><?xml"),
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: b"<TrustServiceStatusList xmlns='http://uri.etsi.org/02231/v2#'/>",
        lambda content: b"\xff" * 100,
    ],
)
def test_a_changed_list_is_no_list(change, authority, read):
    content = trusted_list(authority)

    assert refused(lambda: read(change(content))) == "signatures.list.invalid"


def test_a_list_signed_by_somebody_else_is_no_list(authority, read):
    assert refused(lambda: read(trusted_list(authority, by=office_keys("Obcy")))) == "signatures.list.invalid"
    assert refused(lambda: read(trusted_list(authority, by=authority.foreign))) == "signatures.list.invalid"


def test_a_list_signed_with_an_expired_certificate_is_no_list(authority, read):
    content = trusted_list(authority)

    assert refused(lambda: read(content, now=NOW + timedelta(days=5000))) == "signatures.list.invalid"


def test_nobody_is_judged_by_a_list_that_is_out_of_date(authority, read, sign, xml):
    """TS 119 612: after the day of the next update a list says nothing. That is our fault, not the person's."""
    old = read(trusted_list(authority, Edition(issued_at=NOW - timedelta(days=10), lasts=timedelta(days=9))))
    policy = VerificationPolicy(old, FetchedRevocation(allow_loopback=True))

    with pytest.raises(StaleList) as refusal:
        verify_xml(sign(), xml, policy, received_at=datetime.now(UTC))

    assert refusal.value.code == "signatures.list.stale"
    assert not refusal.value.permanent


def test_a_withdrawn_service_proves_nobody_from_that_day_on(authority, read, sign, xml):
    yesterday, tomorrow = NOW - timedelta(days=1), NOW + timedelta(days=1)

    def judged(withdrawn_at):
        found = read(trusted_list(authority, Edition(withdrawn_at=withdrawn_at)))
        policy = VerificationPolicy(found, FetchedRevocation(allow_loopback=True))
        return lambda: verify_xml(sign(), xml, policy, received_at=datetime.now(UTC))

    assert reason(judged(yesterday)) == "signatures.certificate.untrusted"
    assert judged(tomorrow)().signer.pesel == GESLA.identifier


def test_an_older_list_never_replaces_a_newer_one(authority, read):
    second = read(trusted_list(authority, Edition(number=2)))
    first = read(trusted_list(authority, Edition(number=1)))
    czech = read(trusted_list(authority, Edition(number=3, territory="CZ")))

    second.check_succeeds(first.version)
    second.check_succeeds(second.version)
    assert refused(lambda: first.check_succeeds(second.version)) == "signatures.list.older"
    assert refused(lambda: czech.check_succeeds(second.version)) == "signatures.list.older"
    earlier = replace(second.version, issued_at=second.version.issued_at + timedelta(days=1))
    assert refused(lambda: second.check_succeeds(earlier)) == "signatures.list.older"
