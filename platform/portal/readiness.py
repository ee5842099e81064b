"""The go-live list of the gmina that is open now: looked at for real, told in booleans, counts and days.

It stands here because it needs the pages too: the accessibility statement is drawn and read, not believed.
"""

import re
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Max, Min, Q
from django.http import HttpRequest
from django.utils import timezone

from frontend.pages.views.information import accessibility
from kernel import tenancy
from kernel.errors import NotFound
from services.identity.queries import ending, is_ready
from services.notices.delivery import SENDER_REFUSED
from services.notices.models import Message, MessageState
from services.notices.sender import sender
from services.payments.figures import WITH_MONEY
from services.payments.models import Payment
from services.privacy.queries import notice_findings
from services.users.domain import Role
from services.users.models import StaffRole, UserKind
from tenants.configuration.domain import WayIn
from tenants.configuration.queries import (
    current_regulation,
    liability_types,
    operator_accounts,
    operator_config,
    ways_in,
)
from tenants.directory.domain_readiness import Found, Line, Verdict
from tenants.directory.models import DomainClaim
from tenants.directory.readiness import own_domains

TEST_LETTER = "test_letter"
REVIEW_AFTER = timedelta(days=456)
"""The statement is reviewed by 31 March of every year (Act of 4 April 2019, art. 11): 15 months is the longest gap."""

_STATEMENT_DAY = re.compile(r'id="a11y-data-deklaracja-przeglad"[^>]*>\s*<time datetime="(\d{4}-\d\d-\d\d)"')
_STATEMENT_NEEDS = ("a11y-podmiot", "a11y-url", "a11y-status", "a11y-email", "a11y-procedura", "a11y-kontakt")


def readiness_of_gmina(today: date) -> tuple[Found, ...]:
    """Every line of the list as it is today, in about a dozen queries."""
    return (
        _operator(),
        _test_payment(),
        _settlement_accounts(),
        _regulation(today),
        _staff(today),
        _dpo(),
        _sender(),
        _test_letter(),
        _accessibility(today),
        _login_gov(),
        _own_domain(),
    )


def _found(line: Line, is_met: bool, at: datetime | date | None = None, count: int = 0) -> Found:
    on = timezone.localdate(at) if isinstance(at, datetime) else at
    return Found(line, Verdict.MET if is_met else Verdict.MISSING, on if is_met else None, count)


def _operator() -> Found:
    """An account in use whose adapter takes its settings."""
    ready = 0
    for account in operator_accounts().filter(is_active=True):
        try:
            operator_config(account)
            ready += 1
        except (ValueError, LookupError):
            continue
    return _found(Line.OPERATOR, ready > 0, count=ready)


def _test_payment() -> Found:
    """A payment that the operator has confirmed to us: our own question, not only its message."""
    seen = Payment.objects.filter(state__in=WITH_MONEY).aggregate(first=Min("paid_at"))
    count = Payment.objects.filter(state__in=WITH_MONEY).count()
    return _found(Line.TEST_PAYMENT, count > 0, seen["first"], count)


def _settlement_accounts() -> Found:
    """Every kind of due that can be paid online names the bank account on which it settles."""
    payable = liability_types(active_only=True).filter(is_payable_online=True)
    without = payable.filter(account_nrb="").count()
    return _found(Line.SETTLEMENT_ACCOUNTS, payable.exists() and not without, count=without)


def _regulation(today: date) -> Found:
    try:
        return _found(Line.REGULATION, True, current_regulation(today).effective_on)
    except NotFound:
        return _found(Line.REGULATION, False)


def _staff(today: date) -> Found:
    """Somebody who may configure and somebody who may book, by authorisations that are valid today."""
    valid = StaffRole.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=today),
        user__is_active=True,
        user__kind=UserKind.STAFF,
        valid_from__lte=today,
        revoked_at__isnull=True,
    )
    held = set(valid.values_list("role", flat=True))
    people = valid.values("user_id").distinct().count()
    last = valid.aggregate(last=Max("authorised_on"))["last"]
    return _found(Line.STAFF, {Role.ADMIN, Role.CLERK} <= held, last, people)


def _dpo() -> Found:
    """The information of art. 13 RODO answers every point; a doubtful legal basis warns and does not stop."""
    lacking = [one for one in notice_findings() if not one.is_warning]
    return _found(Line.DPO, not lacking, count=len(lacking))


def _sender() -> Found:
    """Letters leave from the gmina's own address or the platform's, which the mail server has not refused for the newest
    one that was tried, and are answered at the office's."""
    given = sender()
    tried = (
        Message.objects.filter(attempts__gt=0).order_by("-pk").values_list("last_error", flat=True).first()
    )
    is_refused = (tried or "").startswith(SENDER_REFUSED)
    return _found(Line.SENDER, "@" in given.address and "@" in given.reply_to and not is_refused)


def _test_letter() -> Found:
    sent = Message.objects.filter(kind=TEST_LETTER, state=MessageState.SENT).aggregate(last=Max("sent_at"))
    return _found(Line.TEST_LETTER, sent["last"] is not None, sent["last"])


def _accessibility(today: date) -> Found:
    """The page is drawn as a resident gets it: it has what the ministry's form requires, and a day that is not too old."""
    try:
        page = accessibility(HttpRequest()).content.decode()
    except NotFound:
        return _found(Line.ACCESSIBILITY, False)
    day = _STATEMENT_DAY.search(page)
    reviewed_on = date.fromisoformat(day[1]) if day else None
    is_whole = all(f'id="{name}"' in page for name in _STATEMENT_NEEDS)
    is_fresh = reviewed_on is not None and reviewed_on <= today <= reviewed_on + REVIEW_AFTER
    return _found(Line.ACCESSIBILITY, is_whole and is_fresh, reviewed_on)


def _login_gov() -> Found:
    """Where residents come in through the national node: it can be asked, and no certificate ends within 60 days."""
    try:
        is_chosen = WayIn.LOGIN_GOV in ways_in()
    except NotFound:
        is_chosen = False
    if not is_chosen:
        return Found(Line.LOGIN_GOV, Verdict.NOT_NEEDED)
    found = ending(timezone.now())
    return _found(Line.LOGIN_GOV, is_ready() and not found.alarming, found.first_at, found.alarming)


def _own_domain() -> Found:
    """Claimed addresses are all shown to be the gmina's, and their certificates are good."""
    teryt = tenancy.current_tenant_id()
    with tenancy.public():
        open_claims = DomainClaim.objects.filter(tenant__teryt=teryt, verified_at=None).count()
    own = [row for row in own_domains(teryt) if not row.domain.endswith(f".{settings.SKARBNIK_DOMAIN}")]
    if not own and not open_claims:
        return Found(Line.OWN_DOMAIN, Verdict.NOT_NEEDED)
    certificates = [getattr(row, "certificate", None) for row in own]
    needs_tls = settings.PORTAL_SCHEME == "https"
    is_good = all(one is not None and not one.problem for one in certificates) if needs_tls else True
    return _found(Line.OWN_DOMAIN, not open_claims and is_good, count=len(own))
