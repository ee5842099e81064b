"""The ways to pay that the emulator offers at first, with values like PayU's. The banks are invented."""

from integrations.emulators.operators.records import Bank

BANKS = (
    Bank("blik", "BLIK", "BLIK", max_gr=100_000_00),
    Bank("bk", "Bank Kupiecki", "PBL"),
    Bank("bm", "Bank Miejski", "PBL"),
    Bank("bn", "Bank Nadwiślański", "PBL"),
    Bank("bsr", "Bank Spółdzielczy Rolnik", "PBL"),
    Bank("bt", "Bank Tysiąclecia", "PBL"),
    Bank("ko", "Kasa Oszczędności", "PBL"),
    Bank("pbk", "Pierwszy Bank Krajowy", "PBL"),
    Bank("c", "Karta płatnicza", "CARD", min_gr=5, max_gr=999_999_99),
)
