"""Words of a regulation that break the law, a promise of the portal, or contradict themselves: the traps of the two
regulations that the portal was built after, and of texts copied from other portals. Pure.
"""

import re
from collections.abc import Iterator
from typing import Final

from tenants.configuration.domain_regulation import Section
from tenants.configuration.domain_regulation_blocks import Block
from tenants.configuration.domain_regulation_rules import Place, Text, Unwanted, Weight, place, saying

_PUBLIC_TASK: Final = r"art\. ?6 ust\. ?1 lit\. ?[ce]"
_REFERENCE: Final = re.compile(r"wiadomości, o której mowa w ust\. ?(\d+)", re.IGNORECASE)


def list_without_items(text: Text) -> Place | None:
    """A sentence that announces a list ("takich jak:") after which no item stands."""
    for section in text.regulation.sections:
        for block, below in _pairs(section):
            if block.text.endswith(("takich jak:", "takie jak:", "następujące:")) and _ends_here(
                block, below
            ):
                return place(section, block.text, max(0, len(block.text) - 120))
    return None


def wrong_paragraph(text: Text) -> Place | None:
    """A complaint left unexamined counts its days from a message; the paragraph named for it must speak of a message."""
    for section in text.regulation.sections:
        paragraphs = {block.marker.rstrip("."): block.text for block in section.blocks if block.level == 1}
        for block in section.blocks:
            named = _REFERENCE.search(block.text)
            if named and "wiadomo" not in paragraphs.get(named.group(1), "").casefold():
                return place(section, block.text, max(0, named.start() - 40))
    return None


def _pairs(section: Section) -> Iterator[tuple[Block, Block | None]]:
    yield from zip(section.blocks, [*section.blocks[1:], None], strict=True)


def _ends_here(block: Block, below: Block | None) -> bool:
    return below is None or below.level <= block.level


UNWANTED: Final = (
    Unwanted(
        "consent_only",
        saying(r"tylko za (jego|jej|ich|swoją) zgodą|wyraża zgodę na przetwarzanie", unless=_PUBLIC_TASK),
        "art. 6 ust. 1 lit. c i e, motyw 43 RODO",
        "Zgoda jako jedyna podstawa przetwarzania danych",
        "Urząd prowadzi należności z mocy prawa, a nie za zgodą. Zgoda, bez której nie ma usługi, nie jest "
        "dobrowolna. Portal "
        "przetwarza dane na podstawie art. 6 ust. 1 lit. c i e, a o zgodę pyta tylko przy wiadomościach dodatkowych.",
        "Dane są przetwarzane na podstawie art. 6 ust. 1 lit. c i e RODO. Zgoda jest potrzebna tylko na "
        "wiadomości, których "
        "mieszkaniec nie musi dostawać, i można ją wycofać w każdej chwili.",
    ),
    Unwanted(
        "consent_or_leave",
        saying(r"nie wyraża zgody[^.]*powstrzymać się"),
        "art. 7 ust. 4 RODO",
        "Kto nie wyraża zgody, ma nie korzystać z portalu",
        "Usługi publicznej nie wolno uzależniać od zgody, która nie jest do niej potrzebna.",
        "Podanie danych jest dobrowolne, ale niezbędne do założenia konta. Należności można też zapłacić "
        "zwykłym przelewem "
        "albo w urzędzie.",
    ),
    Unwanted(
        "passwords_encrypted",
        saying(r"hasła[^.]{0,80}zaszyfrowan"),
        "art. 32 ust. 1 RODO",
        "Hasła zapisuje się jako skrót, a nie szyfruje",
        "Zaszyfrowane hasło można odszyfrować. Portal zapisuje tylko jego skrót, z którego hasła nie da się odczytać.",
        "Dane osobowe są zaszyfrowane, a hasła zapisane wyłącznie jako skrót, z którego nie da się ich odczytać.",
    ),
    Unwanted(
        "lasting_cookies",
        saying(r"trwałych cookies|trwałe (pliki )?cookies"),
        "art. 399 ustawy – Prawo komunikacji elektronicznej",
        "Trwałe pliki cookie bez zgody",
        "Na pliki, bez których portal działa, potrzebna jest zgoda. Portal używa tylko niezbędnych, więc to "
        "zdanie nie jest "
        "prawdziwe.",
        "Portal używa wyłącznie plików cookie niezbędnych do jego działania. Plik sesji znika po zamknięciu "
        "przeglądarki.",
    ),
    Unwanted(
        "list_without_items",
        list_without_items,
        "§ 56 Zasad techniki prawodawczej",
        "Zdanie zapowiada listę, której nie ma",
        "Nie wiadomo, do jakich danych dostęp jest bezpłatny.",
        "Portal umożliwia bezpłatny dostęp do należności bieżącego roku, zaległości i nadpłat z lat "
        "poprzednich, historii wpłat "
        "i dokumentów.",
    ),
    Unwanted(
        "wrong_paragraph",
        wrong_paragraph,
        "§ 156 Zasad techniki prawodawczej",
        "Odesłanie do złego ustępu",
        "Termin 5 dni roboczych biegnie od wiadomości, a wskazany ustęp o niej nie mówi. Portal liczy go od wezwania do "
        "uzupełnienia.",
        "… w terminie do 5 dni roboczych od przesłania wezwania do uzupełnienia, o którym mowa w ust. 6, …",
    ),
    Unwanted(
        "mismatch_sides",
        saying(r"pomiędzy informacją(?![^.;]*\ba (treścią |danymi |kwotą )?(decyzj|umow|własn|zapis))"),
        "§ 6 Zasad techniki prawodawczej",
        "Niezgodność między informacją a… czym?",
        "Zdanie nie ma drugiej strony. Portal przyjmuje zgłoszenie, gdy dane różnią się od decyzji, umowy albo "
        "własnych zapisów.",
        "Niezgodność pomiędzy informacją w portalu a decyzją, umową albo własnymi zapisami klient powinien niezwłocznie "
        "zgłosić.",
    ),
    Unwanted(
        "address_left_out",
        saying(r"pod adresem\s*[,;.)]"),
        "art. 5 ust. 2 pkt 1 u.ś.u.d.e.",
        "Brakuje adresu portalu",
        "Zdanie mówi „pod adresem” i nie podaje żadnego.",
        "Portal działa pod adresem {portal_url}",
    ),
    Unwanted(
        "order_of_approvals",
        saying(r"dodatkowo autoryzacji przez administratora", unless=r"w następującej kolejności"),
        "art. 8 ust. 3 pkt 3 u.ś.u.d.e.",
        "Nie wiadomo, kto i kiedy zatwierdza konto",
        "Tekst zna weryfikację przez urzędnika, autoryzację przez administratora i automatyczną, a nie mówi, "
        "kiedy która. "
        "W ustawieniach portalu wybiera się jedną drogę.",
        "Urzędnik sprawdza, czy dane z formularza należą do osoby, która się rejestruje. Kto potwierdził tożsamość przez "
        "login.gov.pl, nie czeka na sprawdzenie.",
    ),
    Unwanted(
        "other_portals_words",
        saying(r"uczestnik\w+ konsultacji"),
        "§ 10 Zasad techniki prawodawczej",
        "Słowa z regulaminu innego portalu",
        "Ten portal nie prowadzi konsultacji. Tekst wygląda na przeniesiony z portalu konsultacji społecznych.",
        "Rejestracja wiąże się z podaniem danych osobowych mieszkańca.",
    ),
    Unwanted(
        "epuap",
        saying(r"ePUAP"),
        "ustawa o doręczeniach elektronicznych",
        "Regulamin odsyła do ePUAP",
        "Od 2026 r. pisma doręcza się przez e-Doręczenia, a tożsamość potwierdza przez login.gov.pl (Węzeł Krajowy).",
        "Tożsamość można potwierdzić profilem zaufanym, przez login.gov.pl (Węzeł Krajowy).",
        Weight.ADVICE,
    ),
    Unwanted(
        "one_name",
        saying(r"pod więcej niż jedną nazwą", unless=r"reprezentuj"),
        "§ 6 Zasad techniki prawodawczej",
        "Zakaz więcej niż jednej nazwy a reprezentowanie firmy",
        "Jedna osoba ma jedno konto, ale może w nim działać także za firmę. Warto to napisać, żeby zakaz tego "
        "nie wykluczał.",
        "Jedna osoba może mieć jedno konto. W tym koncie może obsługiwać także należności osób i firm, które "
        "reprezentuje.",
        Weight.ADVICE,
    ),
    Unwanted(
        "units",
        saying(r"jednostk\w+ organizacyjn\w+ –", unless=r"(nie dotyczy|nie obejmuje|obejmuje)[^.]*jednostek"),
        "art. 8 ust. 3 pkt 1 u.ś.u.d.e.",
        "Nie wiadomo, czy portal obejmuje należności jednostek podległych",
        "Tekst je definiuje i więcej o nich nie mówi. W portalu ich należności są domyślnie wyłączone.",
        "Portal nie obejmuje należności wobec innych jednostek organizacyjnych gminy.",
        Weight.ADVICE,
    ),
    Unwanted(
        "payer_bears_costs",
        saying(r"koszty obsługi płatności[^.]*ponosi klient"),
        "zgodność z ustawieniami portalu",
        "Koszty płatności ponosi klient",
        "Sprawdź, czy zgadza się to z ustawieniem „Koszty płatności” w portalu. W aplikacji mObywatel "
        "mieszkaniec nie płaci "
        "prowizji.",
        "",
        Weight.ADVICE,
    ),
    Unwanted(
        "balance_stands_still",
        saying(r"niezmieniona wysokość salda"),
        "zgodność z działaniem portalu",
        "Saldo nie zmienia się do zaksięgowania",
        "Ludzie myślą wtedy, że płatność się nie udała. Portal pokazuje obok salda kwotę zleconą i saldo po "
        "zaksięgowaniu, a "
        "blokada ma swój koniec. Warto to napisać.",
        "Obok salda portal pokazuje kwotę zleconą i saldo po zaksięgowaniu. Blokada ustaje także wtedy, gdy "
        "płatność się nie "
        "powiodła.",
        Weight.ADVICE,
    ),
)
