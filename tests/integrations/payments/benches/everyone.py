"""Every bench there is: each module of this package has one."""

from importlib import import_module
from pkgutil import iter_modules

from tests.integrations.payments import benches
from tests.integrations.payments.benches.base import Bench

for module in iter_modules(benches.__path__):
    import_module(f"{benches.__name__}.{module.name}")
BENCHES: dict[str, type[Bench]] = {kind.code: kind for kind in Bench.__subclasses__()}
