"""The ways to pay that the emulator offers at first, with Przelewy24's numbers and groups. The banks are invented."""

from integrations.emulators.operators.records import Bank

BANKS = (
    Bank("154", "BLIK", "Blik", max_gr=100_000_00),
    Bank("270", "Bank Kupiecki", "FastTransfers"),
    Bank("25", "Bank Miejski", "FastTransfers"),
    Bank("31", "Bank Nadwiślański", "FastTransfers"),
    Bank("33", "Bank Spółdzielczy Rolnik", "FastTransfers", hours="06-22"),
    Bank("85", "Bank Tysiąclecia", "FastTransfers"),
    Bank("112", "Kasa Oszczędności", "FastTransfers"),
    Bank("20", "Pierwszy Bank Krajowy", "FastTransfers"),
    Bank("218", "Karta płatnicza", "Credit Card", min_gr=100, max_gr=50_000_00),
)
