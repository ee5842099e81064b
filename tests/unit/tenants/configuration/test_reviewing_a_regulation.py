"""The review of a regulation: what the two regulations that the portal was built after lack, and what they say wrong."""

import pytest

from tenants.configuration.domain_regulation import parse
from tenants.configuration.domain_regulation_conflicts import UNWANTED
from tenants.configuration.domain_regulation_review import UNKNOWN, findings, must_be_confirmed
from tenants.configuration.domain_regulation_rules import Weight
from tenants.configuration.domain_regulation_wanted import PARTS_OF_ARTICLE_8, WANTED
from tenants.directory.presets import load_preset
from tests.factories.regulations import NAMES, complete_text

BORKI = {
    Weight.MISSING: {
        "technical", "unlawful_content", "complaints", "controller", "dpo", "legal_basis", "supervisory_authority",
        "electronic_address",
    },
    Weight.CONFLICT: {
        "consent_only", "consent_or_leave", "passwords_encrypted", "lasting_cookies", "list_without_items",
        "order_of_approvals", "other_portals_words",
    },
    Weight.ADVICE: {"named_act", "residual_law", "changes", "epuap", "one_name", "units"},
}  # fmt: skip
DABROWA = {
    Weight.MISSING: {"technical", "unlawful_content"},
    Weight.CONFLICT: {"wrong_paragraph", "mismatch_sides", "address_left_out"},
    Weight.ADVICE: {"payer_bears_costs", "balance_stands_still"},
}


def review(text):
    return findings(parse(text), NAMES)


def found_in(text):
    return {weight: {one.code for one in review(text) if one.weight == weight} for weight in Weight}


def borki():
    return load_preset("borki").regulation_text


def dabrowa():
    return load_preset("dabrowa-gornicza").regulation_text


@pytest.mark.covers("S17", "S61", "S73", "S76", "S93")
def test_the_review_of_borki_finds_what_is_known_of_it():
    assert found_in(borki()) == BORKI


@pytest.mark.covers("D6", "D54", "D82")
def test_the_review_of_dabrowa_finds_what_is_known_of_it():
    assert found_in(dabrowa()) == DABROWA


def test_the_template_of_a_new_gmina_is_complete():
    """L-13: art. 8 ust. 3 u.ś.u.d.e. is answered by the text from which a gmina begins."""
    assert review(complete_text()) == ()


@pytest.mark.covers("S73", "S76", "D88")
def test_consent_as_the_only_basis_is_a_conflict_and_a_public_task_is_none():
    """L-17, art. 6 ust. 1 RODO: the warning goes when the text stands on a legal duty or a public task."""
    (told,) = [one for one in review(borki()) if one.code == "consent_only"]
    assert told.weight == Weight.CONFLICT
    assert told.article == "art. 6 ust. 1 lit. c i e, motyw 43 RODO"
    assert told.place is not None
    assert told.place.anchor == "zgoda-uczestnika"
    assert "wyraża zgodę na przetwarzanie swoich danych osobowych" in told.place.quote
    lawful = borki() + "\n\nDane są przetwarzane na podstawie art. 6 ust. 1 lit. c oraz lit. e RODO.\n"
    assert "consent_only" not in {one.code for one in review(lawful)}
    assert "consent_only" not in {one.code for one in review(dabrowa())}


@pytest.mark.parametrize("rule", WANTED, ids=lambda rule: rule.code)
def test_the_suggested_sentence_is_what_was_missing(rule):
    """Whoever pastes the suggestions of an empty regulation into it has a complete one."""
    empty = "Regulamin\n\n## § 1 Wstęp\n\nNic tu nie ma.\n"
    bare = empty if not rule.within else empty + "\nReklamacje przyjmuje urząd.\n"
    before = {one.code: one for one in review(bare)}
    assert rule.code in before
    assert rule.code not in {one.code for one in review(f"{bare}\n{before[rule.code].suggestion}\n")}


@pytest.mark.parametrize(
    "code", sorted(BORKI[Weight.CONFLICT] | DABROWA[Weight.CONFLICT] | {"epuap", "one_name"})
)
def test_a_conflict_says_where_it_stands_which_rule_and_why(code):
    (one,) = [one for text in (borki(), dabrowa()) for one in review(text) if one.code == code]
    assert one.article
    assert one.title
    assert one.why
    assert one.suggestion
    assert one.place is not None
    assert one.place.quote


def test_a_suggestion_names_the_office_or_says_that_a_name_is_missing():
    (named,) = [one for one in review(borki()) if one.code == "dpo"]
    assert "iod@borki.example" in named.suggestion
    (nameless,) = [one for one in findings(parse(borki())) if one.code == "dpo"]
    assert UNKNOWN in nameless.suggestion


def test_advice_need_not_be_confirmed_and_everything_else_must():
    assert must_be_confirmed(review(dabrowa())) == DABROWA[Weight.MISSING] | DABROWA[Weight.CONFLICT]
    assert must_be_confirmed(review(complete_text())) == frozenset()


def test_a_reference_to_the_paragraph_that_speaks_of_the_message_is_right():
    """eKasa § 11 ust. 7 names ust. 5 where the message stands in ust. 6."""
    mended = dabrowa().replace("wiadomości, o której mowa w ust. 5", "wiadomości, o której mowa w ust. 6")
    assert "wrong_paragraph" not in {one.code for one in review(mended)}


def test_codes_are_used_once_and_the_five_parts_are_all_asked_for():
    codes = [rule.code for rule in (*WANTED, *UNWANTED)]
    assert len(codes) == len(set(codes))
    points = {rule.article.removeprefix("art. 8 ust. 3 pkt ")[0] for rule in PARTS_OF_ARTICLE_8}
    assert points == {"1", "2", "3", "4"}
    assert {"lit. a" in rule.article or "lit. b" in rule.article for rule in PARTS_OF_ARTICLE_8} == {
        True,
        False,
    }
