"""The channels that the emulator offers at first, named as imoje does by method and code. The banks are invented."""

from integrations.emulators.operators.records import Bank

BANKS = (
    Bank("blik-blik", "BLIK", "blik", max_gr=100_000_00),
    Bank("pbl-kupiecki", "Bank Kupiecki", "pbl", max_gr=500_000_00),
    Bank("pbl-miejski", "Bank Miejski", "pbl"),
    Bank("pbl-nadwislanski", "Bank Nadwiślański", "pbl"),
    Bank("pbl-rolnik", "Bank Spółdzielczy Rolnik", "pbl"),
    Bank("ing-ing", "Bank Tysiąclecia", "ing"),
    Bank("pbl-kasa", "Kasa Oszczędności", "pbl"),
    Bank("card-ecom3ds", "Karta płatnicza", "card", min_gr=100, max_gr=50_000_00),
)


def code_of(method: str) -> tuple[str, str]:
    """paymentMethod and paymentMethodCode of a channel: "pbl" and "miejski" of "pbl-miejski"."""
    kind, _, code = method.partition("-")
    return kind, code
