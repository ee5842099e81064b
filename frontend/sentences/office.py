"""People, accounts, roles, regulations and settings of a gmina. Sorted by code."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, str | Promise] = {
    "access.denied": _("Twoje konto nie ma uprawnienia do tej czynności."),
    "access.foreign": _("Nie ma takiej strony albo nie jest ona dla Twojego konta."),
    "access.not_active": _("Konto nie jest jeszcze aktywne."),
    "access.regulation": _(
        "Wszedł w życie nowy regulamin. Zapoznaj się z nim i zdecyduj, czy go akceptujesz."
    ),
    "account.blocked": _("To konto jest zablokowane, więc nie możesz go zamknąć. Skontaktuj się z urzędem."),
    "account.unknown": _("To konto już nie istnieje. Zaloguj się jeszcze raz."),
    "api_client.expires": _("Ten dzień już minął. Podaj dzień, do którego token ma działać."),
    "api_client.name": _("Podaj nazwę systemu, najwyżej 80 znaków."),
    "api_client.scopes": _("Wybierz co najmniej jeden zakres z listy."),
    "api_client.unknown": _("Nie ma takiego klienta API."),
    "audit.broken": _(
        "Dziennik zdarzeń nie jest taki, jak go zapisano. Polecenie verify_audit wskaże miejsce."
    ),
    "audit.head_lost": _("Brakuje końca dziennika zdarzeń. Polecenie verify_audit wskaże miejsce."),
    "audit.head_stands": _("Koniec dziennika zdarzeń jest na swoim miejscu. Nie ma czego uznawać."),
    "audit.months": _("Podaj od %(least)s do %(most)s miesięcy."),
    "audit.reason": _("Podaj powód, najwyżej 300 znaków."),
    "audit.too_many": _(
        "W jednym pliku mieści się najwyżej %(most)s wpisów. Zawęź dni i pobierz kilka plików."
    ),
    "audit.unexplained": _(
        "Końca dziennika zdarzeń nie wyjaśnia żadne zapisane odtworzenie danych, więc nie można go uznać."
    ),
    "audit.unknown": _("Nie ma takiego wpisu. Mógł zostać usunięty po okresie przechowywania."),
    "breach.description": _("Opisz, co się stało."),
    "breach.done": _("Ta sprawa jest już zamknięta."),
    "breach.future": _("Ta chwila dopiero nadejdzie. Popraw datę i godzinę."),
    "breach.late_why": _(
        "Minęły 72 godziny. Napisz, dlaczego zgłoszenie się opóźniło (art. 33 ust. 1 RODO)."
    ),
    "breach.measures": _("Opisz skutki naruszenia i środki, które urząd podjął."),
    "breach.risk": _("Zaznacz, jakie jest ryzyko dla osób."),
    "breach.stale": _("Ktoś zmienił tę sprawę, gdy strona była otwarta. Sprawdź ją i spróbuj jeszcze raz."),
    "breach.step": _("Nie ma takiego kroku."),
    "breach.unknown": _("Nie ma takiego naruszenia."),
    "breach.untold": _(
        "Najpierw oceń ryzyko i zapisz, że zawiadomiono, kogo trzeba: Prezesa UODO, a przy wysokim ryzyku osoby."
    ),
    "certificate.not_in_force": _("Ten certyfikat już się skończył. Poproś COI o nowy."),
    "certificate.other_key": _(
        "To certyfikat innego klucza. Wgraj ten, który COI wystawiło na wniosek z tej strony."
    ),
    "certificate.stand_in": _(
        "To certyfikat symulatora, tylko do prób. Tutaj potrzebny jest certyfikat od COI."
    ),
    "certificate.unreadable": _(
        "Tego pliku nie da się odczytać jako certyfikatu. Wgraj plik PEM albo DER (zwykle .pem, .crt lub .cer)."
    ),
    "code.wrong": _(
        "Ten kod się nie zgadza. Sprawdź, czy zegar w telefonie jest ustawiony automatycznie, i przepisz nowy kod."
    ),
    "consent.closes_account": _("Wycofanie tej zgody zamyka konto. Zrobisz to na osobnej stronie."),
    "consent.missing": _("Bez zgody na przetwarzanie danych urząd nie założy Ci konta."),
    "consent.text": _("Treść zgody się zmieniła. Przeczytaj ją jeszcze raz i zaznacz ponownie."),
    "consent.unknown": _("Nie ma takiej zgody."),
    "data.restricted": _(
        "Przetwarzanie danych tej osoby jest ograniczone (art. 18 RODO). Najpierw trzeba zakończyć ograniczenie."
    ),
    "data_request.decided": _("Na to żądanie jest już odpowiedź albo zostało wycofane."),
    "data_request.decision": _("Zaznacz, jak urząd rozstrzyga żądanie."),
    "data_request.extended": _(
        "Terminu nie można już przedłużyć: był przedłużony albo pierwszy miesiąc minął (art. 12 ust. 3 RODO)."
    ),
    "data_request.stale": _(
        "Ktoś zmienił to żądanie, gdy strona była otwarta. Sprawdź je i spróbuj jeszcze raz."
    ),
    "data_request.text": _("Napisz, czego dotyczy żądanie, najwyżej %(longest)s znaków."),
    "data_request.unknown": _("Nie ma takiego żądania."),
    "data_request.waits": _("Takie żądanie już czeka na odpowiedź urzędu."),
    "day.out_of_calendar": _("Podaj dzień z lat 1990–2100."),
    "department.unknown": _("Nie ma takiego wydziału."),
    "disclosure.future": _("Ten dzień dopiero nadejdzie. Popraw datę."),
    "disclosure.incomplete": _("Wypełnij to pole: komu, jakie dane i na jakiej podstawie."),
    "document.active": _(
        "Ten plik PDF zawiera programy albo inne pliki. Wydrukuj go do zwykłego PDF i dodaj jeszcze raz."
    ),
    "document.empty": _("Ten plik jest pusty. Dodaj dokument jeszcze raz."),
    "document.missing": _("Dodaj dokument pełnomocnictwa."),
    "document.too_large": _("Ten plik jest za duży. Dodaj plik, który ma najwyżej %(megabytes)s MB."),
    "document.type": _(
        "Dodaj plik PDF, JPG albo PNG. Innych plików ani plików uszkodzonych portal nie przyjmuje."
    ),
    "document.unknown": _("Nie ma takiego dokumentu."),
    "due_message.empty": _("Wpisz treść wiadomości."),
    "due_message.key_taken": _(
        "Tej wiadomości nie da się wysłać z tej strony. Skopiuj jej treść, otwórz stronę jeszcze raz i wyślij."
    ),
    "due_message.stale": _(
        "W tej rozmowie pojawiła się nowa wiadomość. Przeczytaj ją i wyślij odpowiedź jeszcze raz."
    ),
    "due_message.too_long": _("Wiadomość jest za długa. Skróć ją do %(most)s znaków."),
    "due_message.too_many": _(
        "W ciągu doby możesz wysłać %(most)s wiadomości. W pilnej sprawie zadzwoń do urzędu."
    ),
    "due_thread.unknown": _("Nie ma takiej rozmowy."),
    "email.invalid": _("Podaj adres e-mail w postaci nazwa@domena.pl."),
    "email.same": _("To jest Twój obecny adres. Podaj inny."),
    "entry.closed": _("To konto jest zamknięte."),
    "entry.not_enough": _("Do tego konta potrzebny jest drugi składnik logowania. Zaloguj się jeszcze raz."),
    "factor.last": _("To konto musi mieć drugi składnik logowania. Najpierw dodaj inny, a potem usuń ten."),
    "factor.own": _("Swojego drugiego składnika nie możesz zresetować. Poproś o to inną uprawnioną osobę."),
    "factor.unknown": _("Tego sposobu logowania już nie ma. Odśwież stronę."),
    "keys.busy": _("Klucze tej gminy wymienia teraz inne zadanie. Poczekaj, aż skończy."),
    "link.dead": _("Ten link już nie działa: został użyty albo wygasł."),
    "login_gov.node": _("Platforma nie ma ustawień Węzła Krajowego. Powiadom operatora platformy."),
    "login_gov.not_ready": _("Logowanie przez login.gov.pl nie jest jeszcze uruchomione."),
    "login_gov.provider": _(
        "Najpierw wpisz dane z wniosku i certyfikaty: do podpisu i do szyfrowania. Potem włącz logowanie."
    ),
    "moderation.changed": _(
        "W miejscu ukrytej treści jest już coś innego, więc nie można jej przywrócić. Oryginał zostaje w tej sprawie."
    ),
    "moderation.erased": _(
        "Oryginał tej treści usunięto po okresie przechowywania, więc nie można jej przywrócić."
    ),
    "moderation.gone": _("Tej treści już nie ma."),
    "moderation.hidden": _("Ta treść jest już ukryta."),
    "moderation.note": _("Uwagi są za długie. Skróć je do %(most)s znaków."),
    "moderation.reason": _("Podaj powód: od %(least)s do %(most)s znaków."),
    "moderation.state": _("Tego nie da się zrobić, bo sprawa jest w stanie: %(state)s. Odśwież stronę."),
    "moderation.unknown": _("Nie ma takiej treści."),
    "office.missing": _("Urząd nie uzupełnił jeszcze danych portalu."),
    "operator.unknown": _("Nie ma takiego operatora platformy."),
    "own_data.missing": _("To pole nie może być puste."),
    "own_data.too_long": _("To jest za długie. Zmieści się najwyżej %(longest)s znaków."),
    "passkey.copied": _(
        "Ten klucz mógł zostać skopiowany, więc nie otworzy konta. Zaloguj się inaczej i usuń go."
    ),
    "passkey.known": _("Ten klucz jest już dodany do konta."),
    "passkey.refused": _(
        "Klucz nie pasuje do tego konta albo odpowiedział za późno. Spróbuj jeszcze raz albo wybierz inny sposób."
    ),
    "passkey.too_many": _("Konto może mieć najwyżej %(most)s kluczy. Usuń najpierw jeden z nich."),
    "password.weak": _("Wybierz inne hasło. %(reasons)s"),
    "password.wrong": _("To nie jest Twoje dotychczasowe hasło. Wpisz je jeszcze raz."),
    "payer.foreign": _("Nie możesz działać w imieniu tej osoby ani firmy."),
    "payer.taken": _(
        "Ta kartoteka jest już powiązana z kontem innej osoby. Najpierw wyjaśnij, do kogo należy."
    ),
    "payer.unknown": _("Nie ma takiego płatnika."),
    "pesel.format": _("Numer PESEL ma 11 cyfr."),
    "pesel.invalid": _("Numer PESEL jest błędny. Ma 11 cyfr; sprawdź, czy żadna nie jest przestawiona."),
    "pesel.not_proven": _(
        "Ten numer PESEL nie należy do osoby, która potwierdziła tożsamość. Konto zakładasz tylko dla siebie."
    ),
    "processor.day": _("Umowa nie mogła skończyć się, zanim się zaczęła. Popraw dzień."),
    "processor.incomplete": _(
        "Wypełnij to pole: bez umowy powierzenia nikt nie może przetwarzać danych dla urzędu."
    ),
    "processor.unknown": _("Nie ma takiego podmiotu na liście."),
    "proof.birth_date": _(
        "Dane potwierdzonej tożsamości są sprzeczne: data urodzenia nie zgadza się z numerem PESEL. Zgłoś się do urzędu."
    ),
    "proof.other_person": _("Potwierdzono tożsamość innej osoby niż ta, do której należy to konto."),
    "proof.pesel": _("Potwierdzenie tożsamości nie zawiera poprawnego numeru PESEL. Zgłoś się do urzędu."),
    "provider_key.state": _("Tego klucza nie można już tak zmienić. Sprawdź jego obecny stan."),
    "provider_key.unknown": _("Nie ma takiego klucza."),
    "provider_key.waiting": _("Jeden klucz czeka już na certyfikat. Wgraj certyfikat albo usuń ten klucz."),
    "publication.days": _("Ostatni dzień nie może być przed pierwszym. Popraw daty."),
    "publication.reason": _("Podaj powód wycofania, najwyżej %(most)s znaków."),
    "publication.same_person": _("Masz udział w tym ogłoszeniu, więc sprawdzić je musi ktoś inny."),
    "publication.state": _("Tego nie da się zrobić, bo ogłoszenie jest w stanie: %(state)s. Odśwież stronę."),
    "publication.too_long": _("Treść jest za długa. Skróć ją do %(most)s znaków."),
    "publication.unknown": _("Nie ma takiego ogłoszenia. Mogło zostać wycofane."),
    "reason.missing": _("Napisz powód. Osoba, której dotyczy decyzja, zobaczy go w wiadomości."),
    "recovery.base": _(
        "W folderze %(place)s nie ma kopii serwera. Podaj folder utworzony przez pg_basebackup."
    ),
    "recovery.failed": _(
        "Nie udało się odtworzyć serwera do tej chwili. Sprawdź kopię serwera i archiwum WAL."
    ),
    "registration.address_unconfirmed": _(
        "Ta osoba nie potwierdziła jeszcze adresu e-mail. Zaczekaj, aż to zrobi."
    ),
    "registration.at_the_same_time": _(
        "Nie udało się wysłać formularza. Poczekaj chwilę i wyślij go jeszcze raz."
    ),
    "registration.duplicate": _("Ta osoba ma już konto. Tę rejestrację można tylko odrzucić."),
    "registration.known_person": _("Masz już konto w portalu. Zaloguj się zamiast zakładać drugie."),
    "registration.needs_proof": _("W tej gminie konto zakłada się po potwierdzeniu tożsamości."),
    "registration.stale": _("Ktoś zmienił tę rejestrację, gdy strona była otwarta. Sprawdź jej obecny stan."),
    "registration.state": _("Tej rejestracji nie można już tak zmienić. Sprawdź jej obecny stan."),
    "registration.switched_off": _(
        "Nowych kont nie można teraz zakładać w portalu. Prosimy zgłosić się do urzędu."
    ),
    "registration.unknown": _("Nie ma takiej rejestracji."),
    "regulation.approved": _(
        "Ten projekt jest już zatwierdzony. Możesz go opublikować albo cofnąć zatwierdzenie."
    ),
    "regulation.bip": _(
        "Dopisz w projekcie adres ogłoszenia w BIP. Mieszkańcy muszą tam trafić z regulaminu."
    ),
    "regulation.changed": _(
        "Urząd opublikował właśnie nową wersję regulaminu. Przeczytaj ją i zaznacz akceptację jeszcze raz."
    ),
    "regulation.control_characters": _(
        "Tekst zawiera znaki, których nie da się pokazać. Wklej go jako zwykły tekst."
    ),
    "regulation.effective_before": _(
        "Regulamin nie może obowiązywać przed dniem publikacji. Popraw w projekcie dzień, od którego obowiązuje."
    ),
    "regulation.empty": _("Wklej treść regulaminu."),
    "regulation.findings": _(
        "Przeczytaj uwagi do treści i potwierdź, że publikujesz mimo nich. Jeśli projekt się zmienił, uwagi mogą być nowe."
    ),
    "regulation.malformed": _("Zapisana treść regulaminu jest uszkodzona. Powiadom operatora platformy."),
    "regulation.needs_second_person": _(
        "Projekt musi najpierw zatwierdzić inna osoba niż jego autorzy. Dopiero wtedy można go opublikować."
    ),
    "regulation.none": _("Urząd nie opublikował jeszcze regulaminu."),
    "regulation.number_taken": _(
        "Ktoś w tej samej chwili zaczął inną nową wersję regulaminu. Sprawdź listę wersji i zapisz swoją jeszcze raz."
    ),
    "regulation.published": _("Opublikowanej wersji regulaminu nie można zmienić. Przygotuj nową wersję."),
    "regulation.same_person": _(
        "Masz udział w tym projekcie, więc zatwierdzić go musi ktoś inny: moderator albo administrator lokalny."
    ),
    "regulation.text": _("Nie udało się odczytać treści regulaminu. Wklej ją jeszcze raz jako zwykły tekst."),
    "regulation.too_long": _("Treść regulaminu jest za długa."),
    "regulation.unknown": _("Nie ma takiej wersji regulaminu."),
    "representation.identifier": _("Podaj poprawny NIP (10 cyfr) albo PESEL (11 cyfr)."),
    "representation.level": _("Twoje prawo do działania w czyimś imieniu nie obejmuje tej czynności."),
    "representation.name": _("Podaj nazwę firmy albo imię i nazwisko osoby."),
    "representation.own": _("To Twój własny numer. We własnym imieniu działasz bez wniosku."),
    "representation.requested": _("Wniosek o tę osobę lub firmę już czeka na urząd."),
    "representation.resident": _("Konto tej osoby nie jest aktywne, więc nie może ona nikogo reprezentować."),
    "representation.term": _(
        "Sprawdź daty: koniec nie może być przed początkiem ani przed dniem dzisiejszym, a okres najwyżej 30 lat."
    ),
    "representation.types": _("Wybierz co najmniej jeden rodzaj należności."),
    "representation.unknown": _("Nie ma takiego prawa do działania w czyimś imieniu."),
    "representation_request.decided": _("Ten wniosek ktoś już załatwił. Odśwież stronę."),
    "representation_request.unknown": _("Nie ma takiego wniosku."),
    "resident.unknown": _("To konto nie jest kontem mieszkańca."),
    "restriction.day": _("Osoba musi się dowiedzieć wcześniej. Podaj dzień najwcześniej za %(days)s dni."),
    "restriction.ground": _("Zaznacz podstawę ograniczenia (art. 18 ust. 1 RODO)."),
    "restriction.unknown": _("Przetwarzanie danych tej osoby nie jest ograniczone."),
    "retention.months": _("Podaj liczbę miesięcy od %(least)s do %(most)s."),
    "role.authorisation_incomplete": _("Podaj numer upoważnienia i osobę, która je wydała."),
    "role.held": _("Ta osoba ma już tę rolę."),
    "role.last_admin": _("To ostatni administrator lokalny. Najpierw nadaj tę rolę komuś innemu."),
    "role.not_held": _("Ta osoba nie ma tej roli."),
    "role.validity": _("Upoważnienie kończy się przed swoim początkiem. Popraw daty."),
    "session.unknown": _("To urządzenie jest już wylogowane."),
    "setting.invalid": _("Popraw ustawienie: wartość jest niedozwolona albo już używana."),
    "setting.same_day": _("Na ten dzień jest już wersja tego ustawienia. Wybierz inny dzień."),
    "setting.stale": _(
        "Ktoś zmienił to ustawienie, gdy strona była otwarta. Sprawdź je i zapisz jeszcze raz."
    ),
    "staff.exists": _("Ten adres e-mail ma już konto w urzędzie."),
    "staff.unknown": _("Nie ma takiego konta pracownika."),
    "ways_in.none": _("Zostaw co najmniej jeden sposób logowania, inaczej mieszkańcy nie wejdą do portalu."),
}
