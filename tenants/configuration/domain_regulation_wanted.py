"""What a regulation of a payment portal has to say: art. 8 of the Act of 18 July 2002 on services by electronic means
(u.ś.u.d.e.), art. 13 RODO, and the promises of the portal about complaints. Pure.

A pattern recognises the many ways in which offices say it; one sentence may run over a line, so `[^.]` does not end at one.
"""

from typing import Final

from tenants.configuration.domain_regulation_rules import Wanted, Weight

ACT: Final = "ustawy z dnia 18 lipca 2002 r. o świadczeniu usług drogą elektroniczną"
COMPLAINTS: Final = r"reklamac"

PARTS_OF_ARTICLE_8: Final = (
    Wanted(
        "services",
        r"(rodzaj\w*|zakres\w*)[^.]{0,40}usług|umożliwia[^.]{0,120}(należnoś|płatnoś|zobowiąza)",
        "art. 8 ust. 3 pkt 1 u.ś.u.d.e.",
        "Brakuje rodzajów i zakresu usług",
        "Mieszkaniec ma wiedzieć, co portal dla niego robi, zanim założy konto.",
        "Zakres usług: po zalogowaniu i weryfikacji portal pokazuje należności wobec urzędu, pozwala je "
        "zapłacić drogą elektroniczną, "
        "przejrzeć historię wpłat i pobrać potwierdzenia.",
    ),
    Wanted(
        "technical",
        r"wymaga\w+ techniczn|(potrzebn|niezbędn|konieczn|wymagan)\w*[^.]{0,120}(przeglądark|urządzeni\w+ z dostępem)",
        "art. 8 ust. 3 pkt 2 lit. a u.ś.u.d.e.",
        "Brakuje wymagań technicznych",
        "Ustawa każe podać, czego potrzeba, żeby korzystać z systemu, którym posługuje się urząd.",
        "Do korzystania z portalu potrzebne są: urządzenie z dostępem do internetu, aktualna przeglądarka "
        "internetowa oraz "
        "własny adres e-mail. Nie trzeba instalować żadnego programu.",
    ),
    Wanted(
        "unlawful_content",
        r"treś\w+[^.]{0,60}(bezprawn|sprzeczn\w+ z prawem|niezgodn\w+ z prawem)|bezprawn\w+ treś",
        "art. 8 ust. 3 pkt 2 lit. b u.ś.u.d.e.",
        "Brakuje zakazu dostarczania treści bezprawnych",
        "Zakaz musi stać w regulaminie. Bez niego urząd nie ma podstawy, żeby ukryć taki wpis albo zablokować konto.",
        "Mieszkaniec nie może dostarczać treści o charakterze bezprawnym ani zamieszczać reklam.",
    ),
    Wanted(
        "contract_begins",
        r"zawar\w+ (jest )?umow|umow\w+[^.]{0,80}zawar|(założeni|rejestracj)\w+[^.]{0,80}kont|rejestracja uczestnika",
        "art. 8 ust. 3 pkt 3 u.ś.u.d.e.",
        "Brakuje warunków zawarcia umowy",
        "Musi być jasne, od kiedy urząd świadczy usługę: co trzeba zrobić, żeby mieć konto.",
        "Umowa o świadczenie usług drogą elektroniczną zostaje zawarta na czas nieoznaczony z chwilą założenia konta.",
    ),
    Wanted(
        "contract_ends",
        r"rozwiąza\w+ umow|rozwiązywani|wypowie\w+|dezaktyw|(zamkni|usuni)\w+ konta|rezygn\w+[^.]{0,30}(kont|usług|portal)",
        "art. 8 ust. 3 pkt 3 u.ś.u.d.e.",
        "Brakuje warunków rozwiązania umowy",
        "Mieszkaniec ma wiedzieć, jak skończyć korzystanie z portalu.",
        "Mieszkaniec może w każdej chwili, bez podania przyczyny, rozwiązać umowę, rezygnując z konta w portalu.",
    ),
    Wanted(
        "complaints",
        COMPLAINTS,
        "art. 8 ust. 3 pkt 4 u.ś.u.d.e.",
        "Brakuje trybu postępowania reklamacyjnego",
        "To jedna z pięciu części, których żąda ustawa. Portal ma formularz i liczy terminy, ale regulamin o "
        "nich milczy.",
        "Reklamację składa się przez formularz dostępny po zalogowaniu. Urząd wysyła odpowiedź na adres e-mail "
        "konta w ciągu "
        "14 dni roboczych, a przy reklamacji płatności w ciągu 7 dni od otrzymania wyniku od operatora "
        "płatności. Reklamację, "
        "której nie uzupełniono w ciągu 5 dni roboczych od wezwania, pozostawia się bez rozpatrzenia.",
    ),
)
"""The five parts; the contract has two sides, so there are six questions."""

COMPLAINT_RULES: Final = (
    Wanted(
        "complaint_days",
        r"14 dni robocz|czternast\w+ dni robocz",
        "art. 8 ust. 3 pkt 4 u.ś.u.d.e.",
        "Brakuje terminu odpowiedzi na reklamację",
        "Portal liczy 14 dni roboczych. Regulamin powinien obiecywać to samo.",
        "Urząd wysyła odpowiedź na adres e-mail konta w ciągu 14 dni roboczych od dnia złożenia reklamacji.",
        within=COMPLAINTS,
    ),
    Wanted(
        "complaint_days_operator",
        r"7 dni od otrzymania wyniku|siedmiu dni od otrzymania wyniku",
        "art. 8 ust. 3 pkt 4 u.ś.u.d.e.",
        "Brakuje terminu przy reklamacji płatności",
        "Reklamację płatności rozpatruje operator. Portal liczy 7 dni od jego odpowiedzi.",
        "Odpowiedź na reklamację płatności urząd wysyła w ciągu 7 dni od otrzymania wyniku jej rozpatrzenia "
        "przez operatora "
        "płatności.",
        within=COMPLAINTS,
    ),
    Wanted(
        "complaint_days_completing",
        r"5 dni robocz|pięciu dni robocz",
        "art. 8 ust. 3 pkt 4 u.ś.u.d.e.",
        "Brakuje terminu na uzupełnienie reklamacji",
        "Portal zostawia reklamację bez rozpatrzenia po 5 dniach roboczych od wezwania. Bez tego zdania nie ma podstawy.",
        "Reklamację, której nie uzupełniono w ciągu 5 dni roboczych od wysłania wezwania, pozostawia się bez "
        "rozpatrzenia.",
        within=COMPLAINTS,
    ),
)

PERSONAL_DATA: Final = (
    Wanted(
        "controller",
        r"administrator\w* danych( osobowych)? (jest|są)",
        "art. 13 ust. 1 lit. a RODO",
        "Nie wiadomo, kto jest administratorem danych",
        "Mieszkaniec ma wiedzieć, kto odpowiada za jego dane. Bywa to wójt albo prezydent, a nie urząd.",
        "Administratorem danych osobowych jest {controller_name}, {controller_address}.",
    ),
    Wanted(
        "dpo",
        r"inspektor\w* ochrony danych",
        "art. 13 ust. 1 lit. b, art. 37 ust. 1 lit. a RODO",
        "Brakuje danych inspektora ochrony danych",
        "Organ publiczny musi mieć inspektora i podać, jak się z nim skontaktować.",
        "W sprawach danych osobowych można pisać do inspektora ochrony danych: {dpo_email}. W piśmie należy wskazać "
        "oczekiwaną formę odpowiedzi i potrzebne do niej dane kontaktowe.",
    ),
    Wanted(
        "legal_basis",
        r"art\. ?6 ust\. ?1",
        "art. 13 ust. 1 lit. c RODO",
        "Brakuje podstawy prawnej przetwarzania danych",
        "Podstawą jest obowiązek prawny i zadanie publiczne (lit. c i e), a nie zgoda.",
        "Dane są przetwarzane na podstawie art. 6 ust. 1 lit. c RODO (obowiązek prawny administratora) oraz "
        "art. 6 ust. 1 "
        "lit. e RODO (zadanie realizowane w interesie publicznym lub w ramach sprawowania władzy publicznej).",
    ),
    Wanted(
        "supervisory_authority",
        r"prezes\w* urzędu ochrony danych",
        "art. 13 ust. 2 lit. d RODO",
        "Brakuje prawa do skargi",
        "Mieszkaniec ma wiedzieć, komu się poskarżyć na przetwarzanie danych.",
        "Przysługuje skarga do Prezesa Urzędu Ochrony Danych Osobowych, ul. Stawki 2, 00-193 Warszawa.",
    ),
)

OFFICE: Final = (
    Wanted(
        "electronic_address",
        r"[\w.+-]+@[\w-]+\.\w|formularz kontaktow",
        "art. 5 ust. 2 pkt 1 u.ś.u.d.e.",
        "Brakuje adresu elektronicznego urzędu",
        "Kto świadczy usługi drogą elektroniczną, podaje swój adres elektroniczny.",
        "Portal prowadzi {office_name}, {office_address}, adres e-mail: {contact_email}.",
    ),
    Wanted(
        "named_act",
        r"ustaw\w+ (z dnia 18 lipca 2002 r\. )?o świadczeniu usług drogą elektroniczną",
        "art. 8 ust. 1 u.ś.u.d.e.",
        "Regulamin nie mówi, że jest regulaminem w rozumieniu ustawy",
        "Jedno zdanie usuwa wątpliwość, po co jest ten dokument i jakie prawo się do niego stosuje.",
        f"Regulamin jest regulaminem w rozumieniu art. 8 {ACT}.",
        weight=Weight.ADVICE,
    ),
    Wanted(
        "residual_law",
        r"nieuregulowan\w+",
        "art. 56 Kodeksu cywilnego",
        "Nie wiadomo, co stosuje się w sprawach nieuregulowanych",
        "Jedno zdanie wystarczy, żeby odesłać do przepisów.",
        f"W sprawach nieuregulowanych stosuje się przepisy prawa, w szczególności Kodeksu cywilnego oraz {ACT}.",
        weight=Weight.ADVICE,
    ),
    Wanted(
        "changes",
        r"zmian\w+[^.]{0,40}regulaminu",
        "art. 8 ust. 1 u.ś.u.d.e.",
        "Nie wiadomo, jak zmienia się regulamin",
        "Portal pyta o akceptację każdej nowej wersji. Regulamin powinien to zapowiedzieć.",
        "Zmiana regulaminu wymaga takiego samego trybu jak jego wprowadzenie. Dalsze korzystanie z konta wymaga "
        "akceptacji "
        "nowej wersji.",
        weight=Weight.ADVICE,
    ),
)

WANTED: Final = (*PARTS_OF_ARTICLE_8, *COMPLAINT_RULES, *PERSONAL_DATA, *OFFICE)
