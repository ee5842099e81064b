"""Dues, payments and what an office does with money. Sorted by code."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, str | Promise] = {
    "allocation_record.unknown": _(
        "Tej wpłaty urząd jeszcze nie zaksięgował, więc nie ma jej rozliczenia. Zajrzyj tu po zaksięgowaniu."
    ),
    "allocation_rule.civil_interest_first": _(
        "Wybierz, czy wpłata ma iść najpierw na odsetki: tak albo nie."
    ),
    "allocation_rule.ratio_base": _("Wybierz podstawę proporcji z listy."),
    "allocation_rule.threshold": _("Wybierz sposób porównania odsetek z progiem z listy."),
    "allocation_rule.threshold_scope": _("Wybierz z listy, co porównuje się z progiem: ratę albo decyzję."),
    "basket.empty": _("Zaznacz co najmniej jedną należność."),
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
    "discrepancy.note": _("Napisz wyjaśnienie, najwyżej %(most)s znaków."),
    "discrepancy.resolved": _("Tę niezgodność ktoś już zamknął. Odśwież stronę."),
    "discrepancy.unknown": _("Nie ma takiej niezgodności albo nie jest ona dla Twojego konta."),
    "fee.amount": _("Kwota płatności musi być większa od zera."),
    "fee.unknown": _("Urząd nie podał opłaty za ten sposób płatności. Wybierz inny."),
    "fee_tariff.invoiced": _("Fakturę za prowizję dostaje urząd tylko wtedy, gdy to on ponosi koszt."),
    "interest.contract_rate_missing": _("Podaj umowną stopę odsetek, zero albo więcej."),
    "interest.negative_principal": _("Kwota należności nie może być ujemna."),
    "interest.pause_reversed": _("Okres bez odsetek kończy się przed swoim początkiem. Popraw daty."),
    "liability.unknown": _("Nie ma takiej należności albo nie jest ona dla Twojego konta."),
    "liability_type.unknown": _("Nie ma takiego rodzaju należności."),
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
    "nrb.format": _("Numer rachunku ma 26 cyfr. Sprawdź, czy niczego nie brakuje."),
    "nrb.invalid": _("Numer rachunku jest błędny: nie zgadzają się cyfry kontrolne. Sprawdź go jeszcze raz."),
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
    "reminder_cost.unknown": _("Nie ma takich kosztów upomnienia."),
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
    "tariff.band": _("Przedział kwot kończy się przed swoim początkiem. Popraw kwoty."),
    "tariff.bounds": _("Najwyższa opłata jest niższa niż najniższa. Popraw kwoty."),
    "tariff.negative": _("Opłata nie może być ujemna."),
    "tariff.none_in_force": _("Na ten dzień nie ma taryfy opłat."),
    "tariff.overlap": _("Dwa wiersze taryfy dotyczą tych samych kwot. Rozdziel przedziały."),
    "tariff.two_targets": _(
        "Wiersz taryfy może dotyczyć jednego sposobu płatności albo jednej grupy, nie obu naraz."
    ),
    "tariff.unreadable": _("Nie udało się odczytać wiersza taryfy. Sprawdź wpisane kwoty."),
}
