"""What a new version changes: article by article, the words that came and went, and nothing lost."""

from hypothesis import given
from hypothesis import strategies as st

from tenants.configuration.domain_regulation import parse
from tenants.configuration.domain_regulation_changes import Kind, changes

OLD = """Regulamin portalu

## § 1 Definicje
1) Portal: strona gminy.
2) Klient: osoba fizyczna.

## § 2 Opłaty
Korzystanie jest bezpłatne.

## § 3 Reklamacje
Reklamacje rozpatruje się w 14 dni.
"""
NEW = """Regulamin portalu

## § 1 Definicje
1) Portal: strona gminy.
2) Klient: osoba fizyczna.

## § 2 Zgody
Zgoda jest dobrowolna.

## § 3 Reklamacje
Reklamacje rozpatruje się w 7 dni.
"""


def found(old: str, new: str):
    return changes(parse(old), parse(new))


def test_each_article_is_the_same_changed_removed_or_added():
    assert [(one.kind, one.label) for one in found(OLD, NEW)] == [
        (Kind.SAME, ""),
        (Kind.SAME, "§ 1 Definicje"),
        (Kind.REMOVED, "§ 2 Opłaty"),
        (Kind.ADDED, "§ 2 Zgody"),
        (Kind.CHANGED, "§ 3 Reklamacje"),
    ]


def test_in_a_changed_article_the_words_that_came_and_went_are_told():
    article = found(OLD, NEW)[-1]
    assert [(piece.kind, piece.text) for piece in article.pieces if piece.kind != Kind.SAME] == [
        (Kind.REMOVED, "14"),
        (Kind.ADDED, "7"),
    ]


def test_an_article_put_in_does_not_make_those_after_it_new():
    put_in = OLD.replace("## § 2 Opłaty", "## § 2 Zgody\nZgoda jest dobrowolna.\n\n## § 3 Opłaty").replace(
        "## § 3 Reklamacje", "## § 4 Reklamacje"
    )
    kinds = [(one.kind, one.label) for one in found(OLD, put_in)]
    assert kinds[2] == (Kind.ADDED, "§ 2 Zgody")
    assert kinds[3][0] == Kind.CHANGED
    assert [piece.text for piece in found(OLD, put_in)[3].pieces if piece.kind == Kind.ADDED] == ["3"]


def test_the_same_text_has_no_changes():
    assert {one.kind for one in found(OLD, OLD)} == {Kind.SAME}


words = st.lists(st.sampled_from(["gmina", "portal", "opłata", "14", "dni,", "nie"]), min_size=1, max_size=12)


@given(words, words)
def test_the_pieces_hold_every_word_of_both_versions(before, after):
    old = f"Regulamin\n\n## § 1 Treść\n{' '.join(before)}\n\n## § 2 Koniec\nKoniec.\n"
    new = f"Regulamin\n\n## § 1 Treść\n{' '.join(after)}\n\n## § 2 Koniec\nKoniec.\n"
    article = found(old, new)[1]
    if article.kind == Kind.SAME:
        assert before == after
        return
    for words_of, gone in ((before, Kind.ADDED), (after, Kind.REMOVED)):
        kept = " ".join(piece.text for piece in article.pieces if piece.kind != gone).split()
        assert kept[-len(words_of) :] == words_of
