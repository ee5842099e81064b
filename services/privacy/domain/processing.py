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
    operations: str


COLLECT, RECORD, ORGANISE, STRUCTURE = "zbieranie", "utrwalanie", "organizowanie", "porządkowanie"
STORE, ALTER, RETRIEVE, CONSULT = "przechowywanie", "modyfikowanie", "pobieranie", "przeglądanie"
USE, DISCLOSE, MAKE_AVAILABLE = "wykorzystywanie", "ujawnianie przez przesłanie", "udostępnianie"
ALIGN, RESTRICT, ERASE = "dopasowywanie i łączenie", "ograniczanie", "usuwanie"

OPERATIONS: Final = (
    COLLECT, RECORD, ORGANISE, STRUCTURE, STORE, ALTER, RETRIEVE, CONSULT, USE, DISCLOSE, MAKE_AVAILABLE, ALIGN, RESTRICT,
    ERASE,
)  # fmt: skip
"""Kinds of processing of art. 4 pkt 2 RODO, each of which the portal performs somewhere."""


def _told(*operations: str) -> str:
    return ", ".join(operations)


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
        _told(COLLECT, RECORD, ORGANISE, STRUCTURE, STORE, ALTER, CONSULT, USE, ERASE),
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
        _told(COLLECT, RECORD, STRUCTURE, STORE, ALTER, RETRIEVE, CONSULT, USE, ALIGN),
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
        _told(COLLECT, RECORD, STORE, USE, DISCLOSE, ALIGN, RETRIEVE),
    ),
    Activity(
        "reklamacje",
        "Reklamacje i zgłoszenia niezgodności",
        "odpowiedź na reklamację albo zgłoszenie, przekazanie reklamacji wpłaty operatorowi",
        _TASK,
        "składający, osoby, które płaciły",
        "treść i załączniki, imię, nazwisko i kontakt płacącego, odpowiedzi urzędu",
        "operator płatności (reklamacje wpłat), dostawca portalu (art. 28 RODO)",
        _NOT_ABROAD,
        "reklamacje 6 lat, zgłoszenia 5 lat od zakończenia sprawy",
        _SECURITY,
        _told(COLLECT, RECORD, ORGANISE, STORE, CONSULT, USE, DISCLOSE, ERASE),
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
        _told(STORE, USE, DISCLOSE, ERASE),
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
        _told(COLLECT, RECORD, STORE, CONSULT, RETRIEVE, DISCLOSE, MAKE_AVAILABLE, RESTRICT, ERASE),
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
        _told(COLLECT, RECORD, STORE, USE, CONSULT),
    ),
    Activity(
        "tozsamosc",
        "Potwierdzanie tożsamości",
        "ustalenie, kim jest osoba: logowanie przez login.gov.pl, podpis zaufany albo kwalifikowany pod wnioskiem",
        f"{_TASK}; art. 24 ustawy o usługach zaufania oraz identyfikacji elektronicznej",
        "osoby, które się rejestrują i logują",
        "imię, nazwisko, PESEL, data urodzenia, podpisany wniosek, certyfikat i dowody podpisu",
        "Węzeł Krajowy, serwis podpisu zaufanego",
        _NOT_ABROAD,
        "5 lat od zamknięcia konta; próby logowania jeden dzień",
        _SECURITY,
        _told(COLLECT, RECORD, STORE, CONSULT, USE, ALIGN, ERASE),
    ),
    Activity(
        "reprezentacja",
        "Działanie w cudzym imieniu",
        "sprawdzenie, kto może działać za przedsiębiorcę albo inną osobę",
        _TASK,
        "reprezentujący i reprezentowani",
        "imię i nazwisko lub nazwa, PESEL lub NIP, pełnomocnictwo albo odpis z rejestru, zakres i termin",
        "dostawca portalu (art. 28 RODO)",
        _NOT_ABROAD,
        "czas trwania konta i 5 lat od końca roku jego zamknięcia",
        _SECURITY,
        _told(COLLECT, RECORD, STORE, CONSULT, USE, ALIGN, ERASE),
    ),
    Activity(
        "zgody",
        "Zgody na wiadomości, które nie są konieczne",
        "przypomnienia dla osób, które ich chcą; dowód udzielenia i wycofania zgody",
        "art. 6 ust. 1 lit. a RODO; dowód: art. 7 ust. 1 RODO",
        "użytkownicy portalu, którzy udzielili zgody",
        "cel zgody, wersja tekstu, dzień i godzina udzielenia i wycofania, adres IP",
        "dostawca portalu (art. 28 RODO)",
        _NOT_ABROAD,
        "czas trwania konta i 5 lat od końca roku jego zamknięcia",
        _SECURITY,
        _told(COLLECT, RECORD, STORE, USE, ERASE),
    ),
    Activity(
        "bezpieczenstwo",
        "Bezpieczeństwo i rozliczalność",
        "ochrona kont, wykrywanie nadużyć, wykazanie, kto i co zrobił",
        "art. 6 ust. 1 lit. c i e RODO w związku z art. 5 ust. 2 i art. 32; § 20 ust. 2 KRI",
        "użytkownicy portalu i pracownicy urzędu",
        "czynność, dzień i godzina, adres IP, przeglądarka sesji, drugi składnik logowania",
        "dostawca portalu (art. 28 RODO)",
        _NOT_ABROAD,
        "dziennik co najmniej 24 miesiące, sesje do 12 godzin",
        _SECURITY,
        _told(COLLECT, RECORD, ORGANISE, STORE, CONSULT, USE, ERASE),
    ),
    Activity(
        "statystyka",
        "Statystyka odwiedzin",
        "rozwój portalu: z jakich systemów i przeglądarek ludzie korzystają; dalej już tylko liczby",
        "art. 6 ust. 1 lit. e RODO; statystyka: art. 89 ust. 1 RODO",
        "odwiedzający portal",
        "adres IP, system, przeglądarka i jej wersja, bez związku z kontem",
        "dostawca portalu (art. 28 RODO)",
        _NOT_ABROAD,
        "1 miesiąc, potem zostają liczby",
        _SECURITY,
        _told(COLLECT, RECORD, STORE, USE, ERASE),
    ),
)
"""What the office's register begins with; the office changes and adds what is its own."""
