"""The whole plan of one gmina's demo, without a database: payers, dues, and what has been paid of them until a day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from portal.demo.behaviour import Habit, Receipt, Reminder, habits, receipts, reminders
from portal.demo.dues import Payer, PlannedDue, Planner, TypeOf, fill
from portal.demo.people import Person, company_nip, people

RESIDENTS = 200
WAITING = 6
WRIT = "SW/117/2025"
COMPANIES = ("Zakład Wzorcowy sp. z o.o.", "Pokazowy Transport sp. z o.o.", "Sklep Przykładowy sp. j.")
OVERPAYMENTS = 12


@dataclass(frozen=True)
class PlannedOverpayment:
    """Money of a payer that the office holds since before the portal; `amount_gr` in grosze."""

    external_id: str
    payer: Payer
    type_code: str
    amount_gr: int
    arose_on: date


@dataclass(frozen=True)
class Story:
    """Everything that is loaded. The first people have logins; `waiting` have just registered."""

    residents: tuple[Person, ...]
    waiting: tuple[Person, ...]
    payers: tuple[Payer, ...]
    company: Payer
    dues: tuple[PlannedDue, ...]
    receipts: tuple[Receipt, ...]
    reminders: tuple[Reminder, ...]
    overpayments: tuple[PlannedOverpayment, ...]
    to_pay_online: tuple[PlannedDue, ...]


def tell_story(seed: str, town: str, types: Sequence[TypeOf], reminding: Sequence[str], *, on: date) -> Story:
    """The demo of the gmina with this seed (its TERYT) and these liability types, as of the day.

    `reminding` are codes of types with reminder costs. People and dues depend on the seed alone; what is paid depends on
    the day too, since nobody pays in the future.
    """
    chance = Random(seed)  # noqa: S311 -- the same people every time is the point
    everybody = list(people(chance, town))
    residents, waiting = everybody[:RESIDENTS], everybody[RESIDENTS : RESIDENTS + WAITING]
    payers = [
        Payer(f"K-{number:04d}", "person", person.full_name, person.pesel, person.address)
        for number, person in enumerate([*residents, *waiting], start=1)
    ]
    companies = [
        Payer(f"F-{number:03d}", "company", name, company_nip(number), f"ul. Wzorcowa {number}, {town}")
        for number, name in enumerate(COMPANIES, start=1)
    ]
    planner = Planner({one.code: one for one in types}, chance)
    stay, online = _dues_of_people(planner, payers[0], payers[1])
    stay += _dues_of_companies(planner, companies[0], companies[1:])
    unpaid = {due.external_id for due in stay}
    # Celina, the third, owes nothing, and one of those who wait is unknown to the finance system.
    fill(planner, [*payers[3:-1]])
    owed = tuple(planner.dues)
    habit_of = habits([payer.external_id for payer in (*payers, *companies)], chance)
    habit_of |= dict.fromkeys(
        (payers[0].external_id, payers[1].external_id, companies[0].external_id), Habit.IN_TIME
    )
    paid = tuple(receipts(owed, habit_of, unpaid, on=on, chance=chance))
    paid_ids = {receipt.due.external_id for receipt in paid}
    return Story(
        residents=tuple(residents),
        waiting=tuple(waiting),
        payers=tuple(payers[:-1]),
        company=companies[0],
        dues=owed,
        receipts=paid,
        reminders=tuple(reminders(owed, paid_ids, reminding, on=on)),
        overpayments=tuple(_overpayments(owed, habit_of, payers[0], chance)),
        to_pay_online=tuple(online),
    )


def _dues_of_people(
    planner: Planner, anna: Payer, bartek: Payer
) -> tuple[list[PlannedDue], list[PlannedDue]]:
    """Dues of Anna and Bartek; returns those that stay unpaid, and those that the two pay through the portal."""
    land = planner.add(anna, "property_tax", "property")
    lease = planner.add(anna, "lease", "lease")
    for code, name in (("forest_tax", "forest"), ("waste_fee", "waste"), ("road_lane", "road")):
        planner.add(anna, code, name)
    shared = planner.add(anna, "property_tax", "small property", years=(2026,))
    planner.dues[-1] = replace(
        shared[0], co_owner_ids=(bartek.external_id,), title=f"{shared[0].title}, współwłasność"
    )
    online = planner.add(anna, "conversion_fee", "conversion")[-1:]
    planner.add(bartek, "property_tax", "small property")
    online += planner.add(bartek, "conversion_fee", "conversion")[-1:]
    arrears = [due for due in land if due.instalment in {3, 4} and due.year > 2024]
    return [*arrears, *shared, *lease[-1:], *online], online


def _dues_of_companies(planner: Planner, company: Payer, others: Sequence[Payer]) -> list[PlannedDue]:
    """Dues of the company that Bartek represents, one of them under enforcement, and of others; returns what stays
    unpaid."""
    lorry = planner.add(company, "vehicle_tax", "vehicle")
    enforced = next(place for place, due in enumerate(planner.dues) if due is lorry[1])
    planner.dues[enforced] = replace(lorry[1], writ_number=WRIT)
    lease = "lease_business" if "lease_business" in planner.types else "lease"
    rent = planner.add(company, lease, "monthly lease")
    planner.add(company, "perpetual_usufruct", "usufruct")
    for other in others:
        planner.add(other, "vehicle_tax", "vehicle")
        planner.add(other, "perpetual_usufruct", "usufruct")
    return [*lorry[-1:], *(due for due in rent if due.year == 2026 and due.due_on.month >= 9)]


def _overpayments(
    dues: Sequence[PlannedDue], habit_of: dict[str, Habit], anna: Payer, chance: Random
) -> list[PlannedOverpayment]:
    """Anna's from her lease, and some of payers who have no arrears."""
    found = [PlannedOverpayment("N-0", anna, "lease", 12_40, date(2025, 10, 20))]
    punctual = [
        due
        for due in dues
        if due.payer != anna and habit_of[due.payer.external_id] is Habit.IN_TIME and due.year == 2025
    ]
    for number, due in enumerate(chance.sample(punctual, OVERPAYMENTS), start=1):
        amount_gr = chance.randrange(5, 90) * 100
        found.append(PlannedOverpayment(f"N-{number}", due.payer, due.type.code, amount_gr, due.due_on))
    return found
