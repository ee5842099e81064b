"""No module that holds, moves or sends money names a float or writes one (bug class 18)."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MONEY = (
    "platform/kernel/money.py", "services/ledger", "services/liabilities", "services/payments", "tenants/configuration",
    "integrations/finance", "integrations/payments",
)  # fmt: skip
NOT_MONEY = {
    "integrations/payments/http.py": "timeouts",
    "integrations/payments/bearer.py": "lives of tokens",
    "integrations/payments/payu/client.py": "lives of tokens",
    "integrations/payments/tpay/client.py": "lives of tokens",
    "integrations/payments/tpay/certificates.py": "lives of certificates",
    "services/liabilities/queries_imports.py": "how much of a file is done",
    "services/payments/actions/reconcile.py": "pauses between tries",
    "services/payments/calculate_fields.py": "how alike two names are",
}


def modules() -> Iterator[Path]:
    for name in MONEY:
        path = ROOT / name
        found = [path] if path.is_file() else sorted(path.rglob("*.py"))
        assert found, name
        yield from (one for one in found if "migrations" not in one.parts)


def floats(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        if is_literal or (isinstance(node, ast.Name) and node.id == "float"):
            yield node.lineno


def test_no_amount_is_a_float() -> None:
    found = {str(path.relative_to(ROOT)): list(floats(path)) for path in modules()}
    assert {name for name, lines in found.items() if lines} <= set(NOT_MONEY)
