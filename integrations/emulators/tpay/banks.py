"""The channels that the emulator offers at first, with Tpay's groups. The banks are invented."""

from integrations.emulators.operators.records import Bank

BLIK, CARD, TRANSFER = "150", "103", "160"
GROUP_NAMES = {BLIK: "BLIK", CARD: "Karta płatnicza", TRANSFER: "Bank"}

BANKS = (
    Bank("64", "BLIK", BLIK, max_gr=100_000_00),
    Bank("27", "Bank Kupiecki", TRANSFER),
    Bank("21", "Bank Miejski", TRANSFER),
    Bank("18", "Bank Nadwiślański", TRANSFER),
    Bank("47", "Bank Spółdzielczy Rolnik", TRANSFER, hours="06-22"),
    Bank("35", "Bank Tysiąclecia", TRANSFER),
    Bank("30", "Kasa Oszczędności", TRANSFER),
    Bank("10", "Pierwszy Bank Krajowy", TRANSFER),
    Bank("53", "Karta płatnicza", CARD, min_gr=100, max_gr=50_000_00),
)
