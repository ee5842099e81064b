"""Signed registrations: what is wrong with a signature and what the person, or the clerk, does now. Sorted by code."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_CHANGED = _("Plik zmieniono po podpisaniu. Podpisz nasz dokument jeszcze raz i niczego w nim nie zmieniaj.")
_DAMAGED = _("Pliku nie da się odczytać. Pobierz dokument od nas, podpisz go jeszcze raz i wyślij.")
_FORMAT = _(
    "Ten rodzaj podpisu nie jest przyjmowany. Wybierz w programie XAdES (plik XML) albo PAdES (plik PDF), jeden podpis."
)
_FOREIGN_CLAIM = _(
    "W podpisie są dane profilu zaufanego, ale nie złożył go profil zaufany. Takiego podpisu nie przyjmujemy."
)
_LIST = _("Nie możemy teraz sprawdzić podpisu. Plik czeka u nas, sprawdzimy go sami.")
_NOT_QUALIFIED = _("To nie jest podpis kwalifikowany ani podpis profilem zaufanym. Podpisz jednym z nich.")
_OTHER_DOCUMENT = _(
    "Podpisany jest inny dokument niż ten, który przygotowaliśmy. Pobierz go od nas i podpisz."
)
_UNUSABLE = _("Certyfikatu tego podpisu nie da się sprawdzić. Podpisz dokument innym podpisem.")

SENTENCES: Mapping[str, str | Promise] = {
    "signatures.certificate.early": _("Certyfikat, którym złożono podpis, jeszcze nie jest ważny."),
    "signatures.certificate.expired": _(
        "Certyfikat, którym złożono podpis, stracił ważność. Odnów go albo użyj innego."
    ),
    "signatures.certificate.malformed": _UNUSABLE,
    "signatures.certificate.not_qualified": _NOT_QUALIFIED,
    "signatures.certificate.revoked": _("Certyfikat, którym złożono podpis, jest unieważniony. Użyj innego."),
    "signatures.certificate.substituted": _CHANGED,
    "signatures.certificate.unnamed": _FORMAT,
    "signatures.certificate.untrusted": _NOT_QUALIFIED,
    "signatures.certificate.usage": _(
        "Tym certyfikatem nie składa się podpisów. Wybierz w programie certyfikat do podpisu."
    ),
    "signatures.changed_afterwards": _CHANGED,
    "signatures.claim.missing": _(
        "W podpisie profilem zaufanym brakuje danych osoby. Podpisz dokument jeszcze raz."
    ),
    "signatures.claim.shape": _(
        "Dane osoby w podpisie profilem zaufanym są niejasne. Podpisz dokument jeszcze raz."
    ),
    "signatures.claim.without_seal": _FOREIGN_CLAIM,
    "signatures.content": _OTHER_DOCUMENT,
    "signatures.file.size": _("Plik jest za duży. Podpisany formularz ma najwyżej 5 MB."),
    "signatures.list.invalid": _LIST,
    "signatures.list.older": _LIST,
    "signatures.list.stale": _LIST,
    "signatures.pdf.malformed": _DAMAGED,
    "signatures.pdf.too_large_inside": _DAMAGED,
    "signatures.person.name": _(
        "Podpis złożyła osoba o innym imieniu lub nazwisku niż w formularzu. Popraw formularz albo podpisz go osobiście."
    ),
    "signatures.person.pesel": _(
        "Podpis złożyła inna osoba niż ta z formularza. Konto zakłada się tylko dla siebie."
    ),
    "signatures.review.no_pesel": _(
        "Certyfikat nie zawiera numeru PESEL. Sprawdź, czy osoba z podpisu to osoba z formularza."
    ),
    "signatures.review.pdf_of_trusted_profile": _(
        "Plik PDF podpisano profilem zaufanym, a w takim podpisie nie ma pewnego numeru PESEL. Sprawdź osobę."
    ),
    "signatures.review.unusual_pesel": _(
        "Numer PESEL w certyfikacie ma nietypową cyfrę kontrolną albo datę. Sprawdź osobę w rejestrze PESEL."
    ),
    "signatures.revocation.unknown": _LIST,
    "signatures.seal.unknown": _(
        "Dokument opieczętowała instytucja. Formularz podpisuje osoba, która zakłada konto."
    ),
    "signatures.signature.algorithm": _FORMAT,
    "signatures.signature.count": _(
        "W pliku jest więcej niż jeden podpis. Pobierz dokument od nas i podpisz go raz."
    ),
    "signatures.signature.invalid": _CHANGED,
    "signatures.signature.missing": _(
        "W tym pliku nie ma podpisu. Podpisz pobrany dokument i wyślij podpisany plik."
    ),
    "signatures.signature.place": _FORMAT,
    "signatures.signature.reference": _FORMAT,
    "signatures.signature.shape": _FORMAT,
    "signatures.signing_time": _(
        "Czas podpisu nie zgadza się z czasem formularza. Ustaw zegar komputera i podpisz dokument jeszcze raz."
    ),
    "signatures.xml.cdata": _CHANGED,
    "signatures.xml.comment": _CHANGED,
    "signatures.xml.doctype": _CHANGED,
    "signatures.xml.duplicate_id": _CHANGED,
    "signatures.xml.instruction": _CHANGED,
    "signatures.xml.malformed": _DAMAGED,
    "signing.access": _("Klucz i certyfikat nie pasują do siebie albo to nie jest klucz RSA w formacie PEM."),
    "signing.access_expired": _("Ten certyfikat stracił ważność. Wgraj nowy."),
    "signing.dropped": _("Ten formularz zastąpił inny. Wypełnij formularz jeszcze raz."),
    "signing.ended": _("Czas na podpisanie formularza minął. Wypełnij go jeszcze raz."),
    "signing.environment": _("Nie ma takiego środowiska usługi podpisu."),
    "signing.file_empty": _("Ten plik jest pusty. Wybierz podpisany plik."),
    "signing.file_kind": _("To nie jest plik XML ani PDF. Wybierz nasz dokument z podpisem."),
    "signing.file_size": _("Plik jest za duży. Podpisany formularz ma najwyżej 5 MB."),
    "signing.file_unsigned": _(
        "To nasz dokument bez podpisu. Najpierw go podpisz, potem wyślij podpisany plik."
    ),
    "signing.form": _(
        "W danych jest znak, którego nie da się zapisać w dokumencie. Wpisz je jeszcze raz z klawiatury."
    ),
    "signing.no_access": _(
        "Urząd nie ma jeszcze dostępu do podpisu na pz.gov.pl. Podpisz plik na swoim komputerze."
    ),
    "signing.not_taken": _("Ta gmina nie przyjmuje formularzy z podpisem elektronicznym."),
    "signing.not_verified": _(
        "Przez tydzień nie udało się sprawdzić podpisu. Wypełnij formularz jeszcze raz."
    ),
    "signing.service_away": _("Usługa podpisu teraz nie odpowiada. Spróbuj za kilka minut. Formularz czeka."),
    "signing.stand_in": _("To certyfikat symulatora. Wolno go używać tylko na komputerze programisty."),
    "signing.state": _("Ten formularz jest już w innym stanie. Odśwież stronę."),
    "signing.too_many_files": _("Wysłano już zbyt wiele plików. Wypełnij formularz jeszcze raz."),
    "signing.unknown": _("Nie ma takiego formularza. Wypełnij go jeszcze raz."),
    "signing.used_before": _("Ten podpis był już użyty. Podpisz dokument jeszcze raz."),
}
