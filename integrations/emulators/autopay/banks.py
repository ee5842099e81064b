"""The ways to pay that the emulator offers at first, with numbers and groups like Autopay's. The banks are invented."""

from integrations.emulators.operators.records import Bank

BANKS = (
    Bank("509", "BLIK", "BLIK", max_gr=100_000_00),
    Bank("106", "Bank Próbny", "PBL"),
    Bank("3", "Bank Kupiecki", "PBL", max_gr=500_000_00),
    Bank("27", "Bank Miejski", "PBL"),
    Bank("35", "Bank Nadwiślański", "PBL"),
    Bank("59", "Bank Spółdzielczy Rolnik", "PBL"),
    Bank("80", "Kasa Oszczędności", "PBL"),
    Bank("1500", "Karta płatnicza", "CARD", min_gr=10, max_gr=100_000_00),
)
