"""Polish sentences for the errors of the services: what went wrong and what to do now.

One dict, code -> sentence, sorted by code. A sentence may use the parameters of the error as `%(name)s`. A
test finds every code that the services raise and asks for its sentence here.
"""

from collections.abc import Mapping

from django.forms import BaseForm
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kernel.errors import SkarbnikError
from services.liabilities.sentences import ERRORS as IMPORT_ERRORS

UNKNOWN = _("Nie udało się tego zrobić. Odśwież stronę i spróbuj jeszcze raz.")

SENTENCES: Mapping[str, str | Promise] = {
    **IMPORT_ERRORS,
    "access.denied": _("Twoje konto nie ma uprawnienia do tej czynności."),
    "access.foreign": _("Nie ma takiej strony albo nie jest ona dla Twojego konta."),
    "access.not_active": _("Konto nie jest jeszcze aktywne."),
    "allocation_record.unknown": _(
        "Tej wpłaty urząd jeszcze nie zaksięgował, więc nie ma jej rozliczenia. Zajrzyj tu po zaksięgowaniu."
    ),
    "allocation_rule.civil_interest_first": _(
        "Wybierz, czy wpłata ma iść najpierw na odsetki: tak albo nie."
    ),
    "allocation_rule.ratio_base": _("Wybierz podstawę proporcji z listy."),
    "allocation_rule.threshold": _("Wybierz sposób porównania odsetek z progiem z listy."),
    "allocation_rule.threshold_scope": _("Wybierz z listy, co porównuje się z progiem: ratę albo decyzję."),
    "announcement.gminas": _("Nie ma gmin o tych kodach TERYT: %(unknown)s. Popraw listę."),
    "announcement.period": _("Koniec musi być później niż początek i później niż teraz. Popraw daty."),
    "announcement.unknown": _("Nie ma takiego komunikatu. Odśwież stronę."),
    "api_client.expires": _("Ten dzień już minął. Podaj dzień, do którego token ma działać."),
    "api_client.name": _("Podaj nazwę systemu, najwyżej 80 znaków."),
    "api_client.scopes": _("Wybierz co najmniej jeden zakres z listy."),
    "api_client.unknown": _("Nie ma takiego klienta API."),
    "archive.busy": _("Inne zadanie pracuje teraz na danych tej gminy. Spróbuj za kilka minut."),
    "archive.columns": _(
        "Tabela %(table)s ma w archiwum inne kolumny niż w bazie. Wczytaj je w wersji platformy, w której powstało."
    ),
    "archive.csv": _("Plik CSV jest uszkodzony w wierszu %(line)s. Użyj innej kopii archiwum."),
    "archive.damaged": _("Archiwum jest uszkodzone (%(place)s). Użyj innej kopii."),
    "archive.differs": _("Wczytane dane różnią się od archiwum (%(place)s). Nic nie zmieniono."),
    "archive.dump": _("Program pg_dump nie utworzył zrzutu. Sprawdź jego wersję i dziennik platformy."),
    "archive.file_exists": _("Plik %(place)s już istnieje. Podaj inną nazwę."),
    "archive.keys": _(
        "Te klucze nie otwierają danych gminy. Podaj plik keys.json i klucz główny platformy, z której pochodzi kopia."
    ),
    "archive.locked": _("To archiwum jest zaszyfrowane. Podaj hasło albo klucz prywatny."),
    "archive.newer": _(
        "To archiwum utworzyła nowsza wersja platformy. Zaktualizuj platformę i spróbuj jeszcze raz."
    ),
    "archive.no_folder": _("Platforma nie ma folderu na kopie. Ustaw BACKUP_DIR."),
    "archive.not_ours": _("To nie jest archiwum gminy. Wybierz inny plik."),
    "archive.other_gmina": _("To archiwum innej gminy (TERYT %(place)s). Wybierz inny plik."),
    "archive.passphrase": _("To hasło albo klucz nie otwiera archiwum. Sprawdź je i spróbuj jeszcze raz."),
    "archive.passphrase_short": _(
        "Hasło jest za krótkie. Podaj co najmniej %(shortest)s znaków, na przykład sześć losowych słów."
    ),
    "archive.recipient": _("Podaj klucz publiczny RSA w formacie PEM, co najmniej 3072 bity."),
    "archive.tables": _(
        "Archiwum ma inne tabele niż baza (%(place)s). Wczytaj je w wersji platformy, w której powstało."
    ),
    "archive.unknown": _("Nie ma takiego eksportu ani kopii tej gminy."),
    "archive.unreadable": _("Nie da się odszyfrować danych (%(place)s). Sprawdź klucze gminy."),
    "archive.unsafe_name": _("Archiwum zawiera niebezpieczną nazwę pliku: %(place)s. Nie otwieraj go."),
    "audit.broken": _(
        "Dziennik zdarzeń nie jest taki, jak go zapisano. Polecenie verify_audit wskaże miejsce."
    ),
    "audit.head_lost": _("Brakuje końca dziennika zdarzeń. Polecenie verify_audit wskaże miejsce."),
    "audit.months": _("Podaj od %(least)s do %(most)s miesięcy."),
    "audit.too_many": _(
        "W jednym pliku mieści się najwyżej %(most)s wpisów. Zawęź dni i pobierz kilka plików."
    ),
    "audit.unknown": _("Nie ma takiego wpisu. Mógł zostać usunięty po okresie przechowywania."),
    "basket.empty": _("Zaznacz co najmniej jedną należność."),
    "cluster.closed": _(
        "Ten klaster nie przyjmuje nowych gmin. Wybierz inny albo otwórz go na stronie Klastry."
    ),
    "cluster.unknown": _("Nie ma takiego klastra. Sprawdź ustawienie DATABASE_CLUSTERS."),
    "correction.done": _("Ten zapis jest już poprawiony. Odśwież stronę i sprawdź saldo."),
    "correction.due_being_paid": _(
        "Ktoś właśnie płaci jedną z tych należności. Poczekaj, aż ta płatność się skończy, i spróbuj jeszcze raz."
    ),
    "correction.due_lowered": _(
        "Należność potem zmniejszono, a to, co było ponad nią, stało się nadpłatą. Popraw to najpierw w systemie finansowym."
    ),
    "correction.not_reversible": _(
        "Tu poprawia się wpłaty i rozliczenia nadpłat. Przypisy, odpisy i koszty poprawia import z systemu finansowego."
    ),
    "correction.overpayment_used": _(
        "Nadpłata z tej wpłaty jest już rozliczona. Najpierw cofnij jej rozliczenie."
    ),
    "correction.reason": _("Napisz powód poprawki, najwyżej %(longest)s znaków."),
    "correction.unknown": _("Nie ma takiego zapisu w księdze."),
    "day.out_of_calendar": _("Podaj dzień z lat 1990–2100."),
    "deletion.no_export": _(
        "Gmina nie potwierdziła jeszcze odbioru eksportu utworzonego po rozpoczęciu odejścia."
    ),
    "department.unknown": _("Nie ma takiego wydziału."),
    "discrepancy.note": _("Napisz wyjaśnienie, najwyżej %(most)s znaków."),
    "discrepancy.resolved": _("Tę niezgodność ktoś już zamknął. Odśwież stronę."),
    "discrepancy.unknown": _("Nie ma takiej niezgodności albo nie jest ona dla Twojego konta."),
    "domain.claimed": _("Ten adres jest już zgłoszony. Sprawdź go na liście poniżej."),
    "domain.form": _(
        "To nie jest nazwa domeny. Podaj ją w postaci naleznosci.gmina.pl, bez https:// i ukośników."
    ),
    "domain.platform": _("To adres samej platformy. Podaj domenę, która należy do gminy."),
    "domain.primary": _("Tego adresu używają mieszkańcy. Najpierw ustaw inny adres jako główny."),
    "domain.taken": _("Pod tym adresem działa już portal gminy."),
    "domain.unknown": _("Nie ma takiego adresu. Odśwież stronę."),
    "event.no_payment": _("Portal nadal nie ma płatności o tym numerze. Nie ma czego przetworzyć."),
    "event.paid_twice": _(
        "To druga wpłata na płatność, która ma już pieniądze. Urząd wyjaśnia ją na liście niezgodności."
    ),
    "event.refused": _("Temu komunikatowi portal nie uwierzył, więc nie można go przetworzyć."),
    "event.unknown": _("Nie ma takiego komunikatu."),
    "fee.amount": _("Kwota płatności musi być większa od zera."),
    "fee.unknown": _("Urząd nie podał opłaty za ten sposób płatności. Wybierz inny."),
    "fee_tariff.invoiced": _("Fakturę za prowizję dostaje urząd tylko wtedy, gdy to on ponosi koszt."),
    "flag.unknown": _("Nie ma takiego przełącznika."),
    "fleet.gminas": _("Na tej liście są kody, których nie ma żadna działająca gmina: %(unknown)s."),
    "fleet.kind": _("Tych prac nie zleca się z konsoli."),
    "fleet.nobody": _("Nie ma ani jednej gminy, której dotyczyłyby te prace."),
    "fleet.state": _("Prace nie są w stanie, w którym można to zrobić. Odśwież stronę."),
    "fleet.unknown": _("Nie ma takich prac."),
    "interest.contract_rate_missing": _("Podaj umowną stopę odsetek, zero albo więcej."),
    "interest.negative_principal": _("Kwota należności nie może być ujemna."),
    "interest.pause_reversed": _("Okres bez odsetek kończy się przed swoim początkiem. Popraw daty."),
    "liability.unknown": _("Nie ma takiej należności albo nie jest ona dla Twojego konta."),
    "liability_type.unknown": _("Nie ma takiego rodzaju należności."),
    "link.dead": _("Ten link już nie działa: został użyty albo wygasł."),
    "metering.reason": _("Podaj powód. Zostanie w historii gminy."),
    "method.unavailable": _("Ten sposób płatności jest teraz niedostępny. Wybierz inny."),
    "mismatch.currency": _(
        "Te pieniądze przyszły w innej walucie. Zleć operatorowi ich zwrot w jego panelu."
    ),
    "mismatch.money_came": _(
        "Operator ma te pieniądze albo jeszcze na nie czeka. Przyjmij je albo zleć mu zwrot w jego panelu."
    ),
    "mismatch.no_money": _(
        "Operator nie ma tych pieniędzy, więc nie ma czego przyjąć. Zamknij płatność jako niezapłaconą."
    ),
    "mismatch.not_confirmed": _(
        "Operator nie potwierdził tej kwoty. Wyjaśnij ją w jego panelu i spróbuj jeszcze raz."
    ),
    "mismatch.only_fee": _(
        "Ta kwota nie przekracza kosztu operatora, więc urząd nic z niej nie ma. Zleć operatorowi zwrot w jego panelu."
    ),
    "mismatch.resolved": _("Tę niezgodność ktoś już rozstrzygnął. Odśwież stronę."),
    "mismatch.stale": _(
        "Operator podaje teraz inną kwotę niż ta na stronie. Sprawdź nową i rozstrzygnij jeszcze raz."
    ),
    "money.unreadable": _("Podaj kwotę w złotych, na przykład 123,45."),
    "move.changed": _("Ktoś zakończył te przenosiny w międzyczasie. Uruchom polecenie jeszcze raz."),
    "move.differs": _("Kopia różni się od oryginału (%(place)s). Gmina działa tam, gdzie działała."),
    "move.fleet": _("Trwa zmiana wersji baz danych. Uruchom przenosiny, gdy się skończy."),
    "move.nothing_kept": _("Nie ma przenosin, które czekają na decyzję."),
    "move.other": _("Gmina jest już w drodze do klastra %(place)s. Dokończ te przenosiny albo je cofnij."),
    "move.role_stays": _(
        "Nie da się wstrzymać zapisu: rolę %(role)s nadał ktoś jeszcze. Odbierz ją aplikacji ręcznie."
    ),
    "move.same_cluster": _("Gmina jest już w klastrze %(place)s."),
    "move.same_server": _("Oba klastry są na jednym serwerze PostgreSQL. Podaj klaster na innym serwerze."),
    "move.unconfirmed": _(
        "Poprzednie przenosiny czekają na decyzję (stara kopia: %(place)s). Potwierdź je albo cofnij."
    ),
    "move.version": _("Gmina nie jest w wersji tego programu (%(place)s). Najpierw uruchom fleet_migrate."),
    "move.writers": _("Zapis trwa dłużej niż %(seconds)s s. Gmina działa dalej; spróbuj później."),
    "move.written": _(
        "Od przenosin w gminie coś zapisano (%(place)s) i cofnięcie by to usunęło. Potwierdź przenosiny, a potem przenieś "
        "gminę z powrotem."
    ),
    "nrb.format": _("Numer rachunku ma 26 cyfr. Sprawdź, czy niczego nie brakuje."),
    "nrb.invalid": _("Numer rachunku jest błędny: nie zgadzają się cyfry kontrolne. Sprawdź go jeszcze raz."),
    "offboarding.confirmed": _("Odejście jest już potwierdzone. Odśwież stronę."),
    "offboarding.none": _("Ta gmina nie odchodzi z platformy. Odśwież stronę."),
    "offboarding.not_confirmed": _("Najpierw druga osoba musi potwierdzić odejście gminy."),
    "offboarding.not_handed_over": _("Najpierw przekaż gminie eksport danych i zapisz to na tej stronie."),
    "offboarding.past": _("Podaj dzień, który jeszcze nie minął."),
    "offboarding.same_person": _("Odejście potwierdza inna osoba niż ta, która je rozpoczęła."),
    "offboarding.waiting": _("Dane można usunąć dopiero od dnia %(until)s."),
    "office.missing": _("Urząd nie uzupełnił jeszcze danych portalu."),
    "operator.exists": _("Ten adres e-mail ma już konto w konsoli."),
    "operator.unavailable": _("Operator płatności teraz nie odpowiada. Spróbuj za kilka minut."),
    "operator_account.incomplete": _("Brakuje danych do połączenia z operatorem. Uzupełnij wszystkie pola."),
    "operator_account.none": _("Tej należności nie można zapłacić online. Zapłać zwykłym przelewem."),
    "operator_account.operator": _("Wybierz operatora płatności z listy."),
    "operator_account.same_service": _(
        "Ten serwis jest już w innym czynnym koncie. Wpisz numer drugiego serwisu albo zmień tamto konto."
    ),
    "operator_account.secret": _("To konto nie ma takiego klucza."),
    "operator_account.taken": _(
        "Ten rachunek bankowy ma już czynnego operatora. Zaznacz, że nowe konto ma go przejąć, albo wyłącz tamto."
    ),
    "operator_account.unknown": _("Nie ma takiego konta operatora."),
    "overpayment.arrears_first": _(
        "Płatnik ma zaległości podatkowe, a nadpłata idzie najpierw na nie. Odrzuć wniosek o zwrot i napisz dlaczego."
    ),
    "overpayment.changed": _(
        "Rozliczenie zmieniło się, gdy strona była otwarta. Sprawdź nowe i zatwierdź je jeszcze raz."
    ),
    "overpayment.civil_ex_officio": _(
        "To nadpłata cywilna. Urząd nie zalicza jej sam na inną należność: potrzebny jest wniosek płatnika."
    ),
    "overpayment.credit_first": _(
        "Płatnik ma należności, na które ta nadpłata idzie najpierw. Zalicz ją z urzędu, a zwróć resztę."
    ),
    "overpayment.decide_request": _("Na rozpatrzenie czeka wniosek o tę nadpłatę. Najpierw załatw wniosek."),
    "overpayment.empty": _("Z tej nadpłaty nic już nie zostało."),
    "overpayment.mixed_laws": _(
        "Nadpłaty podatku nie można zaliczyć na należność cywilną ani odwrotnie. Wybierz inną należność."
    ),
    "overpayment.no_target": _("Wybierz należność, na którą urząd ma zaliczyć nadpłatę."),
    "overpayment.nothing_owed": _("Płatnik nie ma teraz należności, na które można zaliczyć tę nadpłatę."),
    "overpayment.nothing_to_credit": _("Na tę należność nie można już nic zaliczyć. Wybierz inną."),
    "overpayment.refund_day": _("Podaj dzień zwrotu: nie wcześniejszy niż dzień nadpłaty i nie przyszły."),
    "overpayment.requested": _("O tę nadpłatę już zapytano. Poczekaj na decyzję urzędu."),
    "overpayment.unknown": _("Nie ma takiej nadpłaty."),
    "overpayment_request.decided": _("Ten wniosek załatwiono już inaczej. Odśwież stronę."),
    "overpayment_request.unknown": _("Nie ma takiego wniosku."),
    "password.weak": _("Wybierz inne hasło. %(reasons)s"),
    "payer.foreign": _("Nie możesz działać w imieniu tej osoby ani firmy."),
    "payer.unknown": _("Nie ma takiego płatnika."),
    "payment.amount_changed": _("Kwota zmieniła się, gdy strona była otwarta. Sprawdź nową i zapłać."),
    "payment.booked_before_refund": _(
        "Ta wpłata jest zaksięgowana, a potem część pieniędzy wróciła u operatora. Najpierw wycofaj jej zapis (storno)."
    ),
    "payment.consent_missing": _("Operator płatności wymaga zgody. Zaznacz ją i zapłać."),
    "payment.credited_before_paid": _(
        "Dzień uznania rachunku urzędu jest wcześniejszy niż dzień zapłaty. Popraw go."
    ),
    "payment.credited_in_future": _(
        "Ten dzień jeszcze nie nadszedł. Podaj dzień, w którym wpłata trafiła na rachunek urzędu."
    ),
    "payment.email_too_long": _(
        "Operator płatności nie przyjmuje Twojego adresu e-mail, bo jest za długi. Zapłać przelewem."
    ),
    "payment.illegal_transition": _(
        "Ta płatność jest już w innym stanie. Odśwież stronę i sprawdź, co się zmieniło."
    ),
    "payment.locked": _(
        "Płatność jednej z tych należności już trwa. Poczekaj na jej wynik i nie płać drugi raz."
    ),
    "payment.not_payable": _("Tych należności nie można teraz zapłacić w portalu."),
    "payment.nothing_to_book": _("Po zwrocie nic dla urzędu nie zostało. Zwróć także resztę."),
    "payment.part_switched_off": _("W tej gminie płaci się teraz tylko całe należności. Zostaw pole puste."),
    "payment.part_too_large": _("Ta kwota jest większa niż należność. Wpisz najwyżej %(owed)s."),
    "payment.part_too_small": _("Ta kwota jest za mała. Wpisz co najmniej %(least)s."),
    "payment.refund_open": _(
        "Ktoś zaproponował albo zlecił zwrot tej płatności. Zaczekaj na jego koniec albo go wycofaj, a potem księguj."
    ),
    "payment.texts_changed": _(
        "Operator zmienił swoje teksty, gdy strona była otwarta. Przeczytaj je i zapłać."
    ),
    "payment.unknown": _("Nie ma takiej płatności."),
    "payment_day.unknown": _("Nie wiadomo, który dzień jest dniem zapłaty. Uzupełnij daty wpłaty."),
    "payment_terms.blik": _("Wybierz z listy, czym jest BLIK."),
    "payment_terms.civil_interest_to": _("Wybierz z listy dzień, do którego liczy się odsetki cywilne."),
    "payment_terms.enforced": _("Wybierz z listy, co portal pokazuje przy należności w egzekucji."),
    "payment_terms.pay_by_link": _("Wybierz z listy, czym jest szybki przelew."),
    "payment_terms.resolution": _("Podaj i numer, i datę uchwały, albo żadnego z nich."),
    "payment_terms.settlement_days": _("Podaj liczbę dni roboczych od 0 do 10."),
    "pesel.format": _("Numer PESEL ma 11 cyfr."),
    "pesel.invalid": _("Numer PESEL jest błędny. Ma 11 cyfr; sprawdź, czy żadna nie jest przestawiona."),
    "price_list.empty": _("Podaj cenę przynajmniej jednej pozycji."),
    "price_list.first_of_month": _("Cennik zaczyna obowiązywać pierwszego dnia miesiąca. Popraw dzień."),
    "price_list.missing": _("Na ten miesiąc nie ma cennika. Najpierw go dodaj."),
    "price_list.order": _("Jest już cennik od tego dnia albo późniejszy. Podaj późniejszy dzień."),
    "price_list.past": _("Ten miesiąc już minął. Podaj pierwszy dzień tego albo następnego miesiąca."),
    "price_list.vat": _("Stawka VAT jest liczbą od 0 do 100. Popraw stawkę."),
    "quota.api_requests": _("Gmina wykorzystała limit wywołań API w tej minucie: %(most)s."),
    "quota.import_rows": _(
        "Ten import przekracza limit wierszy na dobę: %(most)s. Wgraj plik jutro albo poproś operatora platformy o wyższy "
        "limit."
    ),
    "quota.imports": _(
        "Wykorzystano limit importów na dobę: %(most)s. Wgraj plik jutro albo poproś operatora platformy o wyższy limit."
    ),
    "quota.negative": _("Limit nie może być mniejszy od zera."),
    "quota.storage": _(
        "Gmina wykorzystała całe miejsce na dane. Import nie jest możliwy; poproś operatora platformy o wyższy limit."
    ),
    "quota.unknown": _("Nie ma takiego limitu."),
    "rates.act": _("Podaj akt prawny, najwyżej 160 znaków."),
    "rates.empty": _("Tabela stóp jest pusta."),
    "rates.half_year": _("Ta stopa obowiązuje od 1 stycznia albo 1 lipca. Popraw dzień."),
    "rates.known_earlier": _("Tabele potwierdzono już na późniejszy dzień: %(known_on)s."),
    "rates.known_in_future": _("Ten dzień jeszcze nie nadszedł."),
    "rates.limit": _("Podaj kwotę od 0,01 zł do 10 000 zł."),
    "rates.nbp_empty": _("W tym pliku nie ma stopy referencyjnej i lombardowej NBP. Wybierz inny plik."),
    "rates.nbp_expired": _("Propozycja jest za stara albo uszkodzona. Wczytaj plik NBP jeszcze raz."),
    "rates.nbp_too_large": _("Plik jest za duży na plik NBP: może mieć najwyżej 1 MB."),
    "rates.nbp_unavailable": _("Strona NBP nie odpowiada. Spróbuj później albo wczytaj plik z dysku."),
    "rates.nbp_unreadable": _("Tego pliku nie da się odczytać. Pobierz plik XML ze strony NBP jeszcze raz."),
    "rates.nbp_unsafe": _("Plik zawiera elementy, których pliki NBP nie mają. Pobierz go jeszcze raz."),
    "rates.negative": _("Stopa odsetek nie może być ujemna."),
    "rates.not_ascending": _("Dni w tabeli stóp muszą iść po kolei, bez powtórzeń."),
    "rates.not_newest": _("Nowy wiersz musi być późniejszy od ostatniego w tej tabeli. Popraw dzień."),
    "rates.reason": _("Napisz powód poprawki, najwyżej 300 znaków."),
    "rates.stale": _("Ktoś zmienił tę tabelę, gdy strona była otwarta. Sprawdź ją jeszcze raz."),
    "rates.unknown_day": _("Nie znamy stopy odsetek na ten dzień."),
    "rates.unknown_kind": _("Nie ma takiej tabeli."),
    "rates.value": _("Podaj wartość z przedziału od 0 do 100, na przykład 10,50."),
    "reason.missing": _("Napisz powód. Osoba, której dotyczy decyzja, zobaczy go w wiadomości."),
    "recovery.base": _(
        "W folderze %(place)s nie ma kopii serwera. Podaj folder utworzony przez pg_basebackup."
    ),
    "recovery.failed": _(
        "Nie udało się odtworzyć serwera do tej chwili. Sprawdź kopię serwera i archiwum WAL."
    ),
    "refund.amount": _("Podaj kwotę większą od zera i nie większą niż to, co jeszcze można zwrócić."),
    "refund.booked_is_overpayment": _(
        "Ta wpłata jest już zaksięgowana. To, co w niej za dużo, jest nadpłatą: załatw ją na stronie Nadpłaty."
    ),
    "refund.decided": _("O tym zwrocie ktoś już zdecydował. Odśwież stronę."),
    "refund.leaves_only_fee": _(
        "Zostałby tylko koszt operatora. Zwróć całą resztę albo mniej, tak żeby urząd miał co zaksięgować."
    ),
    "refund.not_refundable": _(
        "Z tej płatności nie ma teraz czego zwrócić. Odśwież stronę i sprawdź jej stan."
    ),
    "refund.open": _("Zwrot tej płatności już zaproponowano. Najpierw zatwierdź go albo wycofaj."),
    "refund.operator_has_none": _(
        "Ten operator nie przyjmuje zwrotów z portalu. Zleć zwrot w jego panelu albo zaksięguj wpłatę jako nadpłatę."
    ),
    "refund.other_person": _(
        "Wycofać może tylko osoba, która zaproponowała zwrot. Ty możesz odmówić zatwierdzenia."
    ),
    "refund.reason": _("Napisz powód, najwyżej %(longest)s znaków."),
    "refund.same_person": _(
        "Zwrot musi zatwierdzić albo odrzucić inna osoba niż ta, która go zaproponowała."
    ),
    "refund.stale": _(
        "Kwoty zmieniły się, gdy strona była otwarta. Sprawdź nowe. Jeśli propozycja już nie pasuje, wycofaj ją i złóż nową."
    ),
    "refund.unknown": _("Nie ma takiego zwrotu."),
    "registration.address_unconfirmed": _(
        "Ta osoba nie potwierdziła jeszcze adresu e-mail. Zaczekaj, aż to zrobi."
    ),
    "registration.at_the_same_time": _(
        "Nie udało się wysłać formularza. Poczekaj chwilę i wyślij go jeszcze raz."
    ),
    "registration.duplicate": _("Ta osoba ma już konto. Tę rejestrację można tylko odrzucić."),
    "registration.stale": _("Ktoś zmienił tę rejestrację, gdy strona była otwarta. Sprawdź jej obecny stan."),
    "registration.state": _("Tej rejestracji nie można już tak zmienić. Sprawdź jej obecny stan."),
    "registration.switched_off": _(
        "Nowych kont nie można teraz zakładać w portalu. Prosimy zgłosić się do urzędu."
    ),
    "registration.unknown": _("Nie ma takiej rejestracji."),
    "regulation.changed": _(
        "Urząd opublikował właśnie nową wersję regulaminu. Przeczytaj ją i zaznacz akceptację jeszcze raz."
    ),
    "regulation.control_characters": _(
        "Tekst zawiera znaki, których nie da się pokazać. Wklej go jako zwykły tekst."
    ),
    "regulation.empty": _("Wklej treść regulaminu."),
    "regulation.malformed": _("Zapisana treść regulaminu jest uszkodzona. Powiadom operatora platformy."),
    "regulation.none": _("Urząd nie opublikował jeszcze regulaminu."),
    "regulation.published": _("Opublikowanej wersji regulaminu nie można zmienić. Przygotuj nową wersję."),
    "regulation.text": _("Nie udało się odczytać treści regulaminu. Wklej ją jeszcze raz jako zwykły tekst."),
    "regulation.too_long": _("Treść regulaminu jest za długa."),
    "regulation.unknown": _("Nie ma takiej wersji regulaminu."),
    "reminder_cost.unknown": _("Nie ma takich kosztów upomnienia."),
    "resident.unknown": _("To konto nie jest kontem mieszkańca."),
    "restore.nothing_kept": _("Nie ma odtworzenia, które czeka na decyzję."),
    "restore.unconfirmed": _("Poprzednie odtworzenie czeka na decyzję. Potwierdź je albo cofnij."),
    "role.authorisation_incomplete": _("Podaj numer upoważnienia i osobę, która je wydała."),
    "role.held": _("Ta osoba ma już tę rolę."),
    "role.last_admin": _("To ostatni administrator lokalny. Najpierw nadaj tę rolę komuś innemu."),
    "role.not_held": _("Ta osoba nie ma tej roli."),
    "role.validity": _("Upoważnienie kończy się przed swoim początkiem. Popraw daty."),
    "setting.invalid": _("Popraw ustawienie: wartość jest niedozwolona albo już używana."),
    "setting.same_day": _("Na ten dzień jest już wersja tego ustawienia. Wybierz inny dzień."),
    "setting.stale": _(
        "Ktoś zmienił to ustawienie, gdy strona była otwarta. Sprawdź je i zapisz jeszcze raz."
    ),
    "settlement.amount": _("Kwota przelewu nie może być mniejsza od zera."),
    "settlement.bank_day": _("Ten dzień jeszcze nie nadszedł. Podaj dzień z wyciągu bankowego."),
    "settlement.exists": _(
        "Wypłata o tym tytule jest już wpisana. Otwórz ją z listy i popraw albo podaj inny tytuł."
    ),
    "settlement.no_payments": _("Zaznacz w tabeli płatności, za które jest ten przelew."),
    "settlement.payment_taken": _(
        "Jedna z płatności jest już w innej wypłacie albo nie ma za nią pieniędzy. Odśwież stronę i zaznacz je jeszcze raz."
    ),
    "settlement.title": _("Wpisz tytuł przelewu z wyciągu, najwyżej 60 znaków."),
    "settlement.told": _(
        "Wypłaty tego konta portal zna od operatora. Otwórz wypłatę z listy i wpisz jej przelew."
    ),
    "settlement.unknown": _("Nie ma takiej wypłaty operatora."),
    "simulation.period": _("Okres kończy się wcześniej, niż zaczyna. Popraw dni."),
    "staff.exists": _("Ten adres e-mail ma już konto w urzędzie."),
    "staff.unknown": _("Nie ma takiego konta pracownika."),
    "statement.changed": _("Zużycie zmieniło się od przygotowania projektu. Przygotuj go jeszcze raz."),
    "statement.days_missing": _(
        "Brakuje pomiaru z dni: %(days)s. Gmina dopisze je sama; spróbuj za godzinę."
    ),
    "statement.issued": _("Zestawienie za ten miesiąc jest już wystawione."),
    "statement.left": _("Umowa gminy skończyła się przed tym miesiącem. Nie ma za co wystawić zestawienia."),
    "statement.month_open": _("Ten miesiąc jeszcze trwa. Zestawienie można przygotować po jego końcu."),
    "statement.no_change": _(
        "Nic się nie zmieniło od wystawionego zestawienia, więc nie ma czego poprawiać."
    ),
    "statement.not_live": _(
        "W tym miesiącu gmina jeszcze nie działała na stałe. Okres próbny jest bezpłatny."
    ),
    "statement.unknown": _("Nie ma takiego zestawienia."),
    "tariff.band": _("Przedział kwot kończy się przed swoim początkiem. Popraw kwoty."),
    "tariff.bounds": _("Najwyższa opłata jest niższa niż najniższa. Popraw kwoty."),
    "tariff.negative": _("Opłata nie może być ujemna."),
    "tariff.none_in_force": _("Na ten dzień nie ma taryfy opłat."),
    "tariff.overlap": _("Dwa wiersze taryfy dotyczą tych samych kwot. Rozdziel przedziały."),
    "tariff.two_targets": _(
        "Wiersz taryfy może dotyczyć jednego sposobu płatności albo jednej grupy, nie obu naraz."
    ),
    "tariff.unreadable": _("Nie udało się odczytać wiersza taryfy. Sprawdź wpisane kwoty."),
    "tenant.address_taken": _("Ten adres portalu ma już inna gmina. Wybierz inny."),
    "tenant.confirm_name": _("Przepisz dokładnie nazwę gminy, którą usuwasz."),
    "tenant.exists": _("Gmina o tym kodzie TERYT jest już na platformie."),
    "tenant.has_data": _("Ta gmina ma już dane, więc nie można jej tak usunąć. Rozpocznij jej odejście."),
    "tenant.label": _("Adres może mieć tylko małe litery a–z, cyfry i łączniki w środku, najwyżej 63 znaki."),
    "tenant.label_reserved": _("Tego adresu używa sama platforma. Wybierz inny."),
    "tenant.moving": _("Przenosimy dane tej gminy. Prosimy spróbować ponownie za minutę."),
    "tenant.not_ready": _(
        "Lista przed uruchomieniem ma braki. Uzupełnij je albo podaj powód uruchomienia mimo braków."
    ),
    "tenant.readiness_old": _(
        "Gmina nie przysłała listy w ciągu ostatniej godziny. Sprawdź, czy działają jej zadania okresowe."
    ),
    "tenant.setup": _("Brakuje danych, z których gmina miała powstać. Sprawdź dziennik programu."),
    "tenant.state": _("Gmina nie jest w stanie, w którym można to zrobić. Odśwież stronę."),
    "tenant.teryt": _("To nie jest kod TERYT gminy. Ma 7 cyfr; sprawdź go w rejestrze GUS."),
    "tenant.teryt_kind": _(
        "Ten kod TERYT należy do gminy innego rodzaju. Popraw kod albo wybierz inny rodzaj."
    ),
    "tenant.unknown": _("Nie ma takiej gminy."),
    "trial.payments": _(
        "Portal działa w wersji próbnej, a wszystkie próbne wpłaty są już wykorzystane. Zapłać zwykłym przelewem."
    ),
    "trial.residents": _(
        "Portal działa w wersji próbnej i nie przyjmuje teraz nowych osób. Spróbuj, gdy urząd go uruchomi."
    ),
    "trial.sum": _(
        "Portal działa w wersji próbnej, a ta wpłata przekracza jej limit kwoty. Zapłać zwykłym przelewem."
    ),
    "worker.lost": _("Program dwa razy przerwał pracę w tej gminie. Sprawdź dziennik programu."),
}


def sentence(error: SkarbnikError) -> str:
    """The Polish sentence for an error; a general one for a code that is not in the list."""
    text = str(SENTENCES.get(error.code, UNKNOWN))
    params = {name: _plain(value) for name, value in error.params.items()}
    try:
        return (text % params).strip()
    except (KeyError, ValueError):
        return text.partition("%(")[0].strip()


def show_on(form: BaseForm, error: SkarbnikError) -> None:
    """Put the error beside the field that it names (`params["field"]`), else above the form."""
    field = error.params.get("field")
    form.add_error(field if field in form.fields else None, sentence(error))


def _plain(value: object) -> str:
    """A parameter as words: several reasons become several sentences."""
    return " ".join(_now(str(item)) for item in value) if isinstance(value, (list, tuple)) else str(value)
