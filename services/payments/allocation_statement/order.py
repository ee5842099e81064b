"""Draft of an order on crediting a payment (art. 62 § 4 O.p.), for an office that a taxpayer has asked for one.

The portal writes what it knows; the office fills in the rest, checks it and signs. Parts of an order: art. 217 O.p.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kernel.money import format_gr
from services.payments.allocation_statement.shapes import Remark, ShareRow, Statement
from services.payments.allocation_statement.wording import KINDS, day_text
from services.payments.domain.allocation import ShareKind

ACT = (
    "ustawy z dnia 29 sierpnia 1997 r. – Ordynacja podatkowa (t.j. Dz.U. z 2026 r. poz. 622 ze zm.) "
    "[sprawdzić aktualny tekst jednolity]"
)
INSTRUCTION = (
    "Na to postanowienie służy zażalenie do Samorządowego Kolegium Odwoławczego. Wnosi się je za pośrednictwem organu, "
    "który wydał postanowienie, w terminie 7 dni od dnia doręczenia postanowienia (art. 62 § 4, art. 236 § 2 pkt 1 oraz "
    "art. 223 § 1 w związku z art. 239 Ordynacji podatkowej).",
    "Zażalenie powinno zawierać zarzuty przeciw postanowieniu, określać istotę i zakres żądania oraz wskazywać dowody, "
    "które je uzasadniają (art. 222 w związku z art. 239 Ordynacji podatkowej).",
)


@dataclass(frozen=True)
class Order:
    """Texts of the draft; `points` are what the payment is credited to."""

    basis: str
    ruling: str
    points: tuple[str, ...]
    reasoning: tuple[str, ...]
    instruction: tuple[str, ...]


def order_of(statement: Statement, reference: str) -> Order | None:
    """The draft for a payment of public dues; None where there is nothing to order about: an order concerns arrears, their
    interest and costs of a reminder, and no booking that was taken back."""
    rows = [row for row in statement.rows if row.is_arrear]
    if not statement.is_public or not rows or statement.reversed_on:
        return None
    return Order(
        basis=_basis(statement, rows),
        ruling=(
            f"zaliczyć wpłatę z dnia {day_text(statement.paid_on)} r. (numer w portalu {reference}) w kwocie "
            f"{_amount(statement, sum(row.amount_gr for row in rows))} na poczet:"
        ),
        points=tuple(_point(row) for row in rows),
        reasoning=(
            *_reasoning(statement),
            f"Okresy i stopy odsetek podaje rozliczenie wpłaty {reference} (załącznik).",
        ),
        instruction=INSTRUCTION,
    )


def _amount(statement: Statement, ordered_gr: int) -> str:
    whole = format_gr(statement.amount_gr)
    return whole if ordered_gr == statement.amount_gr else f"{whole}, w części {format_gr(ordered_gr)},"


def _point(row: ShareRow) -> str:
    text = f"{row.title} ({row.details}) – {format_gr(row.amount_gr)}"
    return text if row.kind == KINDS[ShareKind.REMINDER_COSTS] else f"{row.kind}: {text}"


def _basis(statement: Statement, rows: Iterable[ShareRow]) -> str:
    articles = ["art. 216 § 1", "art. 217", "art. 62 § 1"]
    if any("art. 62 § 1a" in row.why.article for row in rows):
        articles.append("art. 62 § 1a")
    if any(one.formula for one in statement.interests):
        articles.append("art. 55 § 2")
    return f"Na podstawie {', '.join(articles)} i art. 62 § 4 {ACT}"


def _reasoning(statement: Statement) -> Iterable[str]:
    days = [f"{day.label.lower()}: {day_text(day.on)} r." for day in statement.days if day.on]
    yield (
        f"Wpłata wyniosła {format_gr(statement.amount_gr)}. Dni wpłaty: {'; '.join(days)} "
        f"Za dzień zapłaty przyjęto {day_text(statement.paid_on)} r. {_sentences(statement.day_reasons)}"
    )
    chosen = "; ".join(f"{title} ({format_gr(amount_gr)})" for title, amount_gr in statement.chosen)
    yield f"Płatnik wskazał: {chosen}."
    # One sentence for each reason, with the lines that it explains.
    numbers: dict[Remark, list[str]] = {}
    for row in statement.rows:
        numbers.setdefault(row.why, []).append(str(row.number))
    for why, found in numbers.items():
        name = "Pozycja" if len(found) == 1 else "Pozycje"
        yield f"{name} {', '.join(found)} rozliczenia. {_sentences([why])}"
    for one in statement.interests:
        yield (
            f"{one.title}. Odsetki od kwoty {format_gr(one.principal_gr)} za {one.days} dni wynoszą dokładnie "
            f"{one.exact}, do zapłaty {format_gr(one.total_gr)}. {_sentences(one.remarks)}"
        )
    formulas = [one.formula for one in statement.interests if one.formula]
    if statement.remarks:
        yield _sentences([*statement.remarks, *formulas])
    if rest_gr := sum(row.amount_gr for row in statement.rows if not row.is_arrear):
        yield (
            f"Pozostałą część wpłaty, {format_gr(rest_gr)}, zaliczono na należności przed terminem płatności. Nie jest ona "
            f"przedmiotem postanowienia, które dotyczy zaległości, odsetek i kosztów upomnienia (art. 62 § 4 Ordynacji "
            f"podatkowej)."
        )
    if statement.overpaid_gr:
        yield (
            f"Kwota {format_gr(statement.overpaid_gr)} jest nadpłatą, która powstała {day_text(statement.paid_on)} r. "
            f"({statement.overpaid_article})."
        )


def _sentences(remarks: Iterable[Remark]) -> str:
    """Sentences with their provisions in brackets before the full stop."""
    return " ".join(
        f"{one.text.removesuffix('.')} ({one.article})." if one.article else one.text for one in remarks
    )
