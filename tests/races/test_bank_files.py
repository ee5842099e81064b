"""Two workers read two files with the same lines at one moment: each payment is stored and booked once."""

from services.accounts.models import Payer
from services.banking import actions
from services.banking.models import BankAccount, StatementFile, StatementLine
from services.ledger.models import Entry
from tenants.configuration.models import LiabilityType
from tests.factories.liabilities import LiabilityFactory
from tests.integrations.finance.making import MadeStatement, mt940
from tests.services.banking.conftest import transfer


def test_the_same_statement_in_two_files_at_one_moment_is_stored_once_and_both_files_end(own):
    clerk = own.person("daria").actor
    nrb = LiabilityType.objects.get(code="property_tax").account_nrb
    account = BankAccount.objects.create(label="Podatki", account_nrb=nrb, profile_code="pko_mt940")
    LiabilityFactory(payer=Payer.objects.get(external_id="K-anna"), external_id="FN-2026-77001")
    entries = (transfer("FN-2026-77001"), *(transfer("inna", gr=gr) for gr in range(1, 40)))
    content = mt940(MadeStatement(nrb, "183", 1_000_000, entries))
    files = [
        actions.check_statements(content, account_id=account.public_id, file_name=f"{n}.sta", actor=clerk)
        for n in range(4)
    ]
    for file in files:
        actions.confirm_file(file_id=file.public_id, actor=clerk)
    results = own.together(*(lambda one=one: actions.carry_on(one.public_id) for one in files))
    assert [one for one in results if isinstance(one, Exception)] == []
    assert {file.state for file in StatementFile.objects.all()} == {"done"}
    assert StatementLine.objects.count() == 40
    assert Entry.objects.filter(code="receipt").count() == 1
