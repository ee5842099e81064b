"""Gminas themselves: their life, data, limits and rates, as the platform's operator leads them. Sorted by code."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, str | Promise] = {
    "announcement.gminas": _("Nie ma gmin o tych kodach TERYT: %(unknown)s. Popraw listę."),
    "announcement.period": _("Koniec musi być później niż początek i później niż teraz. Popraw daty."),
    "announcement.unknown": _("Nie ma takiego komunikatu. Odśwież stronę."),
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
    "cluster.closed": _(
        "Ten klaster nie przyjmuje nowych gmin. Wybierz inny albo otwórz go na stronie Klastry."
    ),
    "cluster.unknown": _("Nie ma takiego klastra. Sprawdź ustawienie DATABASE_CLUSTERS."),
    "deletion.no_export": _(
        "Gmina nie potwierdziła jeszcze odbioru eksportu utworzonego po rozpoczęciu odejścia."
    ),
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
    "flag.unknown": _("Nie ma takiego przełącznika."),
    "fleet.gminas": _("Na tej liście są kody, których nie ma żadna działająca gmina: %(unknown)s."),
    "fleet.kind": _("Tych prac nie zleca się z konsoli."),
    "fleet.nobody": _("Nie ma ani jednej gminy, której dotyczyłyby te prace."),
    "fleet.state": _("Prace nie są w stanie, w którym można to zrobić. Odśwież stronę."),
    "fleet.unknown": _("Nie ma takich prac."),
    "metering.reason": _("Podaj powód. Zostanie w historii gminy."),
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
    "offboarding.confirmed": _("Odejście jest już potwierdzone. Odśwież stronę."),
    "offboarding.none": _("Ta gmina nie odchodzi z platformy. Odśwież stronę."),
    "offboarding.not_confirmed": _("Najpierw druga osoba musi potwierdzić odejście gminy."),
    "offboarding.not_handed_over": _("Najpierw przekaż gminie eksport danych i zapisz to na tej stronie."),
    "offboarding.past": _("Podaj dzień, który jeszcze nie minął."),
    "offboarding.same_person": _("Odejście potwierdza inna osoba niż ta, która je rozpoczęła."),
    "offboarding.waiting": _("Dane można usunąć dopiero od dnia %(until)s."),
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
    "restore.nothing_kept": _("Nie ma odtworzenia, które czeka na decyzję."),
    "restore.unconfirmed": _("Poprzednie odtworzenie czeka na decyzję. Potwierdź je albo cofnij."),
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
    "statement.seller": _(
        "Platforma nie ma jeszcze pełnych danych wystawcy zestawień: nazwy, adresu i poprawnego NIP-u. Uzupełnij ustawienia"
        " SELLER_NAME, SELLER_ADDRESS i SELLER_NIP."
    ),
    "statement.unknown": _("Nie ma takiego zestawienia."),
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
