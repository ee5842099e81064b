"""A gmina's configuration as data. Secrets are encrypted and write-only; every change leaves a Revision."""

from django.db import models
from django.db.models import F, Q, Value

from kernel.fields import EncryptedJSONField, PublicIdModel


class RegistrationPolicy(models.TextChoices):
    """Kto dopuszcza mieszkańca do jego danych (Borki RK 4.1-4.2)."""

    AUTOMATIC = "automatic", "zaufana tożsamość, a bez niej urzędnik"
    CLERK = "clerk", "urzędnik"
    CLERK_THEN_ADMIN = "clerk_then_admin", "urzędnik, potem administrator lokalny"


class Office(PublicIdModel):
    """Urząd i jego portal: one row for each gmina (S14)."""

    singleton = models.BooleanField(default=True, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    portal_name = models.CharField("nazwa portalu", max_length=80)
    gmina_name = models.CharField("nazwa gminy", max_length=120)
    office_name = models.CharField("nazwa urzędu", max_length=160)
    address = models.CharField("ulica i numer", max_length=160)
    postal_address = models.CharField("kod i miejscowość", max_length=80)
    email = models.EmailField("e-mail urzędu")
    phone = models.CharField("telefon", max_length=40, blank=True)
    portal_url = models.URLField("publiczny adres portalu", blank=True)
    controller_name = models.CharField("administrator danych", max_length=200)
    controller_address = models.CharField("adres administratora danych", max_length=240)
    dpo_email = models.EmailField("e-mail inspektora ochrony danych")
    discrepancy_email = models.EmailField("e-mail do zgłaszania niezgodności")
    payments_email = models.EmailField("e-mail do spraw płatności", blank=True, default="", db_default="")
    sender_email = models.EmailField("adres nadawcy listów", blank=True, default="", db_default="")
    legal_basis = models.TextField("podstawa prawna przetwarzania")
    asks_consent = models.BooleanField(
        "zgoda na przetwarzanie przy rejestracji", default=False, db_default=False
    )
    brand_colour = models.CharField("kolor portalu", max_length=7, default="#1d4f91")
    crest_svg = models.TextField("herb (SVG)", blank=True)
    registration_policy = models.CharField(
        "weryfikacja rejestracji", max_length=20, choices=RegistrationPolicy, default=RegistrationPolicy.CLERK
    )
    takes_login_gov = models.BooleanField("logowanie przez login.gov.pl", default=False, db_default=False)
    takes_local_accounts = models.BooleanField("logowanie hasłem do portalu", default=True, db_default=True)
    takes_signed_registrations = models.BooleanField(
        "rejestracja z podpisem elektronicznym", default=False, db_default=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(singleton=True), name="office_single_row"),
            models.CheckConstraint(
                condition=Q(takes_login_gov=True) | Q(takes_local_accounts=True), name="office_way_in"
            ),
            models.CheckConstraint(
                condition=Q(brand_colour__regex=r"^#[0-9a-f]{6}$"), name="office_brand_colour"
            ),
        ]

    def __str__(self) -> str:
        return self.portal_name


class Department(PublicIdModel):
    """Wydział albo referat urzędu; clerks get their rights on it or on a liability type."""

    code = models.CharField("kod", max_length=30, unique=True)
    name = models.CharField("nazwa", max_length=120)

    class Meta:
        ordering = ("name",)
        permissions = [("handle_department", "Może prowadzić sprawy wydziału")]

    def __str__(self) -> str:
        return self.name


class InterestRegime(models.TextChoices):
    """Rodzaj odsetek (law.md section 0)."""

    TAX = "tax", "odsetki za zwłokę (podatkowe)"
    CIVIL = "civil", "odsetki ustawowe za opóźnienie"
    COMMERCIAL = "commercial", "odsetki w transakcjach handlowych"
    COMMERCIAL_HEALTHCARE = (
        "commercial_healthcare",
        "odsetki w transakcjach handlowych, dłużnik: publiczny podmiot leczniczy",
    )
    CONTRACT = "contract", "odsetki umowne"
    NONE = "none", "bez odsetek"


class AllocationRegime(models.TextChoices):
    """Zasada zaliczania wpłat."""

    TAX = "tax", "Ordynacja podatkowa"
    CIVIL = "civil", "Kodeks cywilny"


class PaymentDayRule(models.TextChoices):
    """Który dzień jest dniem zapłaty (eKasa § 10 ust. 8 i 9)."""

    DEBIT = "debit", "obciążenie rachunku płatnika"
    CREDIT = "credit", "uznanie rachunku urzędu"
    CONTRACT = "contract", "dzień zlecenia (umowa)"


class PrincipalRounding(models.TextChoices):
    """Zaokrąglanie należności głównej."""

    ZLOTY = "zloty", "do pełnych złotych"
    GROSZ = "grosz", "do grosza"


class LiabilityType(PublicIdModel):
    """Rodzaj należności: what a due is and which law it follows. A new one needs no code (eKasa § 8 ust. 1 pkt 5)."""

    code = models.CharField("kod", max_length=30, unique=True)
    name = models.CharField("nazwa", max_length=120)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="liability_types")
    interest_regime = models.CharField("odsetki", max_length=24, choices=InterestRegime)
    contract_rate_bp = models.PositiveIntegerField(
        "stopa umowna (setne części procenta)", null=True, blank=True
    )
    allocation_regime = models.CharField("zaliczanie wpłat", max_length=12, choices=AllocationRegime)
    payment_day_rule = models.CharField("dzień zapłaty", max_length=12, choices=PaymentDayRule)
    principal_rounding = models.CharField("zaokrąglanie", max_length=8, choices=PrincipalRounding)
    account_nrb = models.CharField("rachunek (NRB)", max_length=26, blank=True)
    is_payable_online = models.BooleanField("można płacić online", default=True)
    reminder_costs_apply = models.BooleanField("koszty upomnienia", default=True)
    regulation_reference = models.CharField("miejsce w regulaminie", max_length=60, blank=True)
    position = models.PositiveSmallIntegerField("kolejność", default=100)
    is_active = models.BooleanField("używany", default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("position", "name")
        permissions = [("handle_liabilitytype", "Może prowadzić należności tego rodzaju")]
        constraints = [
            models.CheckConstraint(
                condition=Q(account_nrb="") | Q(account_nrb__regex=r"^\d{26}$"), name="liability_type_nrb"
            ),
            models.CheckConstraint(
                condition=~Q(interest_regime="contract") | Q(contract_rate_bp__isnull=False),
                name="liability_type_contract_rate",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RegulationState(models.TextChoices):
    """Stan wersji regulaminu."""

    DRAFT = "draft", "projekt"
    APPROVED = "approved", "zatwierdzony"
    PUBLISHED = "published", "opublikowany"


class RegulationVersion(PublicIdModel):
    """Regulamin: one version with the data of the act that introduced it (S1, D1). A published one never changes.

    `authors` are the public ids of everybody of the office who wrote in the draft, `approved_by` that of the other person
    who agreed to the words as they stand. What the program brought in has neither. PostgreSQL keeps both promises.
    """

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=RegulationState, default=RegulationState.DRAFT)
    title = models.CharField("tytuł", max_length=300)
    act_annex = models.CharField("załącznik", max_length=40, blank=True)
    act_kind = models.CharField("rodzaj aktu", max_length=60)
    act_number = models.CharField("numer aktu", max_length=40)
    act_issuer = models.CharField("organ", max_length=120)
    act_on = models.DateField("data aktu")
    effective_on = models.DateField("obowiązuje od")
    bip_url = models.URLField("ogłoszenie w BIP", blank=True)
    content = models.JSONField()
    authors = models.JSONField(default=list, blank=True, db_default=Value([], models.JSONField()))
    approved_by = models.CharField(max_length=40, blank=True, default="", db_default="")
    approved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-number",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | (~Q(state="published") & Q(published_at__isnull=True)),
                name="regulation_published_at",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", approved_by="")
                | Q(state="approved", approved_at__isnull=False) & ~Q(approved_by="")
                | Q(state="published") & (~Q(approved_by="") | Q(authors=[])),
                name="regulation_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (wersja {self.number})"


class AllocationRuleVersion(PublicIdModel):
    """Reguła zaliczania wpłat, obowiązująca od dnia; the pure type is `tenants.configuration.domain.AllocationRule`."""

    effective_on = models.DateField("obowiązuje od", unique=True)
    ratio_base = models.CharField("podstawa proporcji (art. 55 § 2)", max_length=8)
    threshold = models.CharField("próg odsetek (art. 54 § 1 pkt 5)", max_length=8)
    civil_interest_first = models.BooleanField("w cywilnych najpierw odsetki (art. 451 KC)")
    threshold_scope = models.CharField(
        "próg i zaokrąglenie: każda rata albo decyzja razem", max_length=12, db_default="instalment"
    )
    note = models.CharField("podstawa", max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-effective_on",)

    def __str__(self) -> str:
        return f"od {self.effective_on}"


class PaymentTermsVersion(PublicIdModel):
    """Zasady płacenia w portalu od dnia; the pure type is `tenants.configuration.domain_terms.PaymentTerms`."""

    effective_on = models.DateField("obowiązuje od", unique=True)
    pay_by_link = models.CharField("szybki przelew jest", max_length=8)
    blik = models.CharField("BLIK jest", max_length=8)
    resolution_number = models.CharField("numer uchwały (art. 61a)", max_length=60, blank=True)
    resolution_on = models.DateField("data uchwały", null=True, blank=True)
    enforced = models.CharField("należność w egzekucji", max_length=8)
    civil_interest_to = models.CharField("odsetki cywilne do dnia", max_length=8)
    settlement_days = models.PositiveSmallIntegerField("dni robocze do uznania rachunku")
    note = models.CharField("podstawa", max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-effective_on",)
        constraints = [
            models.CheckConstraint(
                condition=Q(resolution_number="", resolution_on__isnull=True)
                | (~Q(resolution_number="") & Q(resolution_on__isnull=False)),
                name="payment_terms_resolution",
            ),
            models.CheckConstraint(condition=Q(settlement_days__lte=10), name="payment_terms_days"),
        ]

    def __str__(self) -> str:
        return f"od {self.effective_on}"


class FeeBearer(models.TextChoices):
    """Kto ponosi koszt obsługi płatności (eKasa § 10 ust. 3)."""

    PAYER = "payer", "płatnik"
    OFFICE = "office", "urząd"
    NONE = "none", "bez kosztów"


class FeeTariff(PublicIdModel):
    """Taryfa kosztów obsługi płatności, obowiązująca od dnia; `lines` are tariff lines in plain JSON.

    It is that of one account at an operator, or without one the common tariff: it serves every account that has none of
    its own in force. `is_invoiced`: the office gets an invoice for the fee, so nothing is kept back from the payouts.
    """

    operator_account = models.ForeignKey(
        "OperatorAccount", on_delete=models.PROTECT, null=True, related_name="fee_tariffs", db_index=False
    )
    effective_on = models.DateField("obowiązuje od")
    bearer = models.CharField("koszt ponosi", max_length=8, choices=FeeBearer)
    lines = models.JSONField(default=list)
    is_invoiced = models.BooleanField("operator wystawia fakturę", default=False, db_default=False)
    source_note = models.CharField("źródło", max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-effective_on",)
        constraints = [
            models.UniqueConstraint(
                fields=["operator_account", "effective_on"], name="fee_tariff_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["effective_on"],
                condition=Q(operator_account__isnull=True),
                name="fee_tariff_common_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(is_invoiced=False) | Q(bearer="office"), name="fee_tariff_invoiced_to_office"
            ),
        ]

    def __str__(self) -> str:
        return f"od {self.effective_on}"


class OperatorAccount(PublicIdModel):
    """Konto urzędu u operatora płatności, rozliczane na jeden rachunek bankowy.

    `public_id` stands in the notification address. `secrets` hold two generations of each secret for rotation and are
    write-only: no form, page, serializer or log shows them.
    """

    operator = models.CharField("operator", max_length=30)
    label = models.CharField("nazwa", max_length=80)
    profile = models.CharField("środowisko", max_length=20)
    api_url = models.CharField(max_length=200, blank=True)
    merchant_ids = models.JSONField(default=dict)
    secrets = EncryptedJSONField()
    account_nrb = models.CharField("rachunek (NRB)", max_length=26)
    is_active = models.BooleanField("używane", default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("label",)
        constraints = [
            models.UniqueConstraint(
                fields=["account_nrb"], condition=Q(is_active=True), name="one_active_operator_per_account"
            )
        ]

    def __str__(self) -> str:
        return self.label


class Revision(models.Model):
    """Historia ustawień: what a setting was after each change, by whom and since when. Never holds a secret."""

    kind = models.CharField(max_length=40)
    subject_ref = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    values = models.JSONField()
    changed_by = models.CharField(max_length=80)
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = (F("changed_at").desc(), "-id")
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_ref", "version"], name="revision_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"
