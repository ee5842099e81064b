"""Whatever comes from outside is read or refused with a reason, and a changed message names nobody else."""

import string
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from integrations.emulators.login_gov.messages import assertion
from integrations.emulators.login_gov.personas import PERSONAS
from integrations.identity.base import IdentityError, Rejected
from integrations.identity.login_gov.assertion import Person, attributes, person, statement
from integrations.identity.login_gov.parsing import RULES, parse
from integrations.identity.login_gov.reasons import Reason
from tests.integrations.identity.login_gov.known import known

RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NOISE = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [b"<!-- x -->", b"<x/>", b"]]>", b"<?x?>", b"&amp;", b"&e;", b"\x00", b"\xc4", b" ", b'"', b"<", b">",
         b'ID="ID-1"', b"</saml2:Issuer>", b"<saml2:Issuer>x</saml2:Issuer>", b"status:Success"]
    ),
)  # fmt: skip


def outcome(read: Callable[[], object]) -> object | None:
    """What is read, None when it is refused with a reason of ours; any other exception is a failure."""
    try:
        return read()
    except IdentityError:
        return None


def test_the_unchanged_answer_names_the_person():
    assert known().identify(known().answer).pesel == PERSONAS[0].identifier


@RELAXED
@given(st.data())
def test_an_answer_with_anything_changed_inserted_or_cut_names_the_same_person_or_nobody(data):
    document = known().answer
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(document)))
        end = start + data.draw(st.sampled_from([0, 0, 1, 5, 200]))
        document = document[:start] + data.draw(NOISE) + document[end:]
    assert outcome(lambda: known().identify(document)) in (None, known().identify(known().answer))


@RELAXED
@given(st.data())
def test_an_answer_with_its_elements_moved_or_doubled_names_the_same_person_or_nobody(data):
    root = etree.fromstring(known().answer)
    elements = list(root.iter())
    moved = data.draw(st.sampled_from(elements[1:]))
    target = data.draw(st.sampled_from(elements))
    if data.draw(st.booleans()):
        moved = etree.fromstring(etree.tostring(moved, with_tail=False))
    try:
        target.insert(data.draw(st.integers(0, 3)), moved)
    except ValueError:  # into itself
        return
    changed = etree.tostring(root)
    assert outcome(lambda: known().identify(changed)) in (None, known().identify(known().answer))


@RELAXED
@given(st.data())
def test_an_assertion_with_anything_changed_is_read_or_refused_with_a_reason(data):
    """Inside of the encryption there is no signature: whatever stands there, only our own errors come out."""
    document = assertion(known().plan).encode()
    start = data.draw(st.integers(0, len(document)))
    end = start + data.draw(st.sampled_from([0, 1, 5, 50]))
    document = document[:start] + data.draw(NOISE) + document[end:]

    def read() -> object:
        root = parse(document)
        statement(root, known().node, known().provider, request_id="ID-request", now=known().now)
        return person(attributes(root))

    assert isinstance(outcome(read), Person | None)


@RELAXED
@given(
    st.one_of(st.binary(max_size=300), st.text(alphabet=string.printable + "żółć\x00\ufeff", max_size=300))
)
def test_no_bytes_break_the_parser(noise):
    document = noise if isinstance(noise, bytes) else noise.encode()
    assert isinstance(outcome(lambda: parse(document)), etree._Element | None)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"<a>" + b" " * RULES.most_bytes + b"</a>", Reason.XML_SIZE),
        (b"<a><b ID='x'/><c Id='x'/></a>", Reason.XML_DUPLICATE_ID),
        (b"<a><b xmlns:x='urn:x' x:id='1' ID='1'/></a>", Reason.XML_DUPLICATE_ID),
        (b"<!doctype a><a/>", Reason.XML_DOCTYPE),
        (b"<?xml version='1.0'?><?xml version='1.0'?><a/>", Reason.XML_INSTRUCTION),
        (b"<?xml-stylesheet href='http://127.0.0.1:9/'?><a/>", Reason.XML_INSTRUCTION),
        (b"<a>&lt;!-- &nbsp; --&gt;</a>", Reason.XML_MALFORMED),
        (b"", Reason.XML_MALFORMED),
        ("<?xml version='1.0' encoding='UTF-16'?><a/>".encode("utf-16"), Reason.XML_MALFORMED),
    ],
)
def test_what_no_message_needs_is_refused_by_name(document, code):
    with pytest.raises(Rejected) as refusal:
        parse(document)

    assert refusal.value.code == code


def test_an_encoding_that_the_document_claims_is_not_believed():
    root = parse(b"<?xml version='1.0' encoding='UTF-7'?><a>+ADwAIQ---</a>")

    assert root.text == "+ADwAIQ---"
