"""What the desk calls things is complete: every choice of the models, every state, every reason has its words."""

import re
from pathlib import Path

import pytest

import frontend
from frontend import complaint_words
from frontend.desk import reasons, wording, wording_residents
from integrations import payments
from integrations.payments.methods import MethodGroup
from kernel.actors import ActorKind
from services.accounts.domain import ResidentState
from services.accounts.domain.matching import Fit
from services.accounts.domain.representation import Level, Title
from services.accounts.domain.representation import RequestState as RepresentationState
from services.accounts.models import PayerKind
from services.complaints.domain import states as complaints
from services.complaints.domain.reports import Matter, ReportState
from services.identity.domain import KeyPurpose
from services.payments.domain.discrepancies import DENIED
from services.payments.domain.states import State
from services.payments.models import RequestKind, RequestState, Verdict
from services.users.domain import API_SCOPES, Role
from services.users.entrance import Method
from tenants.configuration import models as configuration
from tenants.configuration.domain import RatioBase, ThresholdReading, ThresholdScope
from tenants.configuration.domain_terms import CivilInterestTo, EnforcedReading, InstrumentReading

PAIRS = {
    "interest": (wording.INTEREST_REGIMES, configuration.InterestRegime),
    "allocation": (wording.ALLOCATION_REGIMES, configuration.AllocationRegime),
    "payment day": (wording.PAYMENT_DAY_RULES, configuration.PaymentDayRule),
    "rounding": (wording.PRINCIPAL_ROUNDINGS, configuration.PrincipalRounding),
    "policy": (wording.REGISTRATION_POLICIES, configuration.RegistrationPolicy),
    "fee bearer": (wording.FEE_BEARERS, configuration.FeeBearer),
    "ratio": (wording.RATIO_BASES, RatioBase),
    "threshold": (wording.THRESHOLDS, ThresholdReading),
    "scope of the threshold": (wording.THRESHOLD_SCOPES, ThresholdScope),
    "instrument": (wording.INSTRUMENT_READINGS, InstrumentReading),
    "enforced": (wording.ENFORCED_READINGS, EnforcedReading),
    "civil interest": (wording.CIVIL_INTEREST_DAYS, CivilInterestTo),
    "payer": (wording.PAYER_KINDS, PayerKind),
    "registration": (wording.REGISTRATION_STATES, ResidentState),
    "kinds of registration": (wording.REGISTRATION_KINDS, ResidentState),
    "fit": (wording_residents.FITS, Fit),
    "level": (wording_residents.LEVELS, Level),
    "title": (wording_residents.TITLES, Title),
    "representation": (wording_residents.REPRESENTATION_STATES, RepresentationState),
    "payment": (wording.PAYMENT_STATES, State),
    "kinds of payment": (wording.PAYMENT_KINDS, State),
    "method": (wording.METHOD_GROUPS, MethodGroup),
    "verdict": (wording.VERDICTS, Verdict),
    "actor": (wording.ACTOR_KINDS, ActorKind),
    "overpayment": (wording.OVERPAYMENT_STATES, RequestState),
    "kinds of overpayment": (wording.OVERPAYMENT_STATE_KINDS, RequestState),
    "requests": (wording.OVERPAYMENT_KINDS, RequestKind),
    "complaint": (complaint_words.STATES, complaints.State),
    "kinds of complaint states": (complaint_words.STATE_KINDS, complaints.State),
    "complaint kinds": (complaint_words.KINDS, complaints.Kind),
    "complaint events": (complaint_words.EVENTS, complaints.Event),
    "complaint outcomes": (complaint_words.OUTCOMES, complaints.Outcome),
    "reported matters": (complaint_words.MATTERS, Matter),
    "report": (complaint_words.REPORT_STATES, ReportState),
    "kinds of report": (complaint_words.REPORT_STATE_KINDS, ReportState),
    "ways of coming in": (wording.ENTRY_METHODS, Method),
    "purposes of keys": (wording.KEY_PURPOSES, KeyPurpose),
}


@pytest.mark.parametrize(("words", "kinds"), PAIRS.values(), ids=PAIRS.keys())
def test_every_value_has_its_word(words, kinds):
    assert set(words) == {kind.value for kind in kinds}


def test_every_role_and_scope_has_its_word():
    assert {role.value for role in Role} <= set(wording.ROLES)
    assert set(wording.SCOPES) == {scope.value for scope in API_SCOPES}


def test_every_reason_of_an_allocation_has_its_sentence():
    source = Path(frontend.__file__).parents[1] / "services/payments/domain/allocation.py"
    codes = set(re.findall(r'"(allocation\.[a-z_]+)"', source.read_text()))
    errors = set(re.findall(r'(?:InvalidInput|Refused)\("(allocation\.[a-z_]+)"', source.read_text()))
    assert len(codes - errors) > 10
    assert codes - errors == set(reasons.REASONS)


def test_an_unknown_value_is_shown_as_it_is_rather_than_lost():
    assert wording.word(wording.ROLES, "nowa_rola") == "nowa_rola"


def codes_of_operators() -> set[str]:
    """Codes by which the adapters say why a payment or a refund stopped, or what does not agree."""
    source = "\n".join(path.read_text() for path in Path(payments.__file__).parent.rglob("*.py"))
    named = re.findall(r'(?:Mismatch\(\s*|code\s*=\s*|": )"([a-z]+\.[a-z_]+)"', source)
    return {
        code
        for code in named
        if code.split(".")[0] in ("confirm", "event", "operator", "refund", "start", "verify")
    }


def test_what_an_operator_answers_is_never_shown_as_a_code() -> None:
    codes = codes_of_operators()
    assert {"confirm.contradicted", "start.method_unavailable", "refund.too_old"} <= codes
    assert codes - set(wording.FAILURES) == set()
    assert DENIED in wording.FAILURES
