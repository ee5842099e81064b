"""Register of processing activities (art. 30 ust. 1 RODO): the activities that the portal itself brings. Pure."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Activity:
    """One activity with what art. 30 ust. 1 lit. b-g wants to know."""

    code: str
    name: str
    purpose: str
    basis: str
    people: str
    data: str
    recipients: str
    transfers: str
    retention: str
    security: str


_NOT_ABROAD = "nie"
_SECURITY = (
    "szyfrowanie każdej kolumny z danymi osobowymi kluczem gminy, osobna rola i schemat bazy dla gminy, szyfrowane "
    "połączenia, "
    "drugi składnik logowania pracowników, dziennik zdarzeń z pieczęciami, szyfrowane kopie zapasowe"
)
_TASK = "art. 6 ust. 1 lit. c i e RODO"

ACTIVITIES: Final = (
    Activity(
        "konta",
        "Konta mieszkańców i przedsiębiorców",
        "rejestracja, weryfikacja tożsamości i prowadzenie konta w portalu",
        _TASK,
        "mieszkańcy, przedsiębiorcy, osoby ich reprezentujące",
        "imię, nazwisko, PESEL, adres, e-mail, telefon, akceptacje regulaminu, adres IP",
        "dostawca portalu (art. 28 RODO), Węzeł Krajowy przy logowaniu",
        _NOT_ABROAD,
        "czas trwania konta i 5 lat od końca roku jego zamknięcia",
        _SECURITY,
    ),
    Activity(
        "naleznosci",
        "Należności podatkowe i niepodatkowe",
        "pokazanie płatnikowi jego należności, odsetek i terminów",
        f"{_TASK}; ustawa o podatkach i opłatach lokalnych, Ordynacja podatkowa",
        "podatnicy, dłużnicy, współwłaściciele",
        "imię i nazwisko lub nazwa, PESEL lub NIP, adres, tytuły i kwoty należności",
        "dostawca portalu (art. 28 RODO)",
        _NOT_ABROAD,
        "5 lat od końca roku, w którym minął termin płatności",
        _SECURITY,
    ),
    Activity(
        "platnosci",
        "Płatności przez internet",
        "przyjęcie wpłaty, zaliczenie jej i zwrot nadpłaty",
        f"{_TASK}; Ordynacja podatkowa, ustawa o rachunkowości",
        "płacący i płatnicy",
        "tytuł i kwota wpłaty, numer transakcji, rachunek do zwrotu",
        "operator płatności, bank urzędu, dostawca portalu (art. 28 RODO)",
        _NOT_ABROAD,
        "5 lat od początku roku po roku zaksięgowania",
        _SECURITY,
    ),
    Activity(
        "listy",
        "Listy elektroniczne z portalu",
        "powiadomienia o koncie, wpłatach i decyzjach",
        _TASK,
        "użytkownicy portalu",
        "adres e-mail, treść listu",
        "dostawca poczty (art. 28 RODO)",
        _NOT_ABROAD,
        "12 miesięcy od wysłania",
        _SECURITY,
    ),
    Activity(
        "prawa",
        "Żądania osób i naruszenia ochrony danych",
        "odpowiedzi na żądania z art. 15-21, ewidencja naruszeń",
        "art. 6 ust. 1 lit. c RODO w związku z art. 12 i 33",
        "osoby, których dane dotyczą",
        "treść żądania i odpowiedzi, opis naruszenia",
        "Prezes UODO",
        _NOT_ABROAD,
        "6 lat od odpowiedzi, 5 lat od zamknięcia sprawy",
        _SECURITY,
    ),
    Activity(
        "pracownicy",
        "Konta pracowników urzędu",
        "nadawanie upoważnień, rozliczalność czynności w portalu",
        "art. 6 ust. 1 lit. c RODO; art. 29 RODO",
        "pracownicy urzędu",
        "imię, nazwisko, służbowy e-mail, numer i okres upoważnienia, zapisy czynności",
        "dostawca portalu (art. 28 RODO)",
        _NOT_ABROAD,
        "dziennik co najmniej 24 miesiące",
        _SECURITY,
    ),
)
"""What the office's register begins with; the office changes and adds what is its own."""
