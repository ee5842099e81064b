"""What `make run` prints when it is ready: addresses, and people who can sign in."""

from collections.abc import Iterable, Sequence

from integrations.payments.registry import entry
from portal.demo.people import GMINAS, OPERATOR, PASSWORD, RESIDENTS, STAFF, TOTP_SECRET
from portal.embedded.profile import PERSONS
from portal.embedded.stack import Stack, is_given
from tenants.directory.presets import load_preset


def welcome(stack: Stack, *, seconds: float) -> str:
    """The table of addresses and logins."""
    presets = [load_preset(name) for name in GMINAS]
    addresses = [(f"{one.name}: {one.office.portal_name}", stack.portal(one.label)) for one in presets]
    addresses.append(("Console of the platform", stack.portal("console")))
    if not is_given("EMAIL_URL"):
        addresses.append(("Mailbox (every e-mail ends here)", stack.mailbox_url))
    for code, url in stack.emulator_urls.items():
        addresses.append((f"Payment operator's emulator ({entry(code).name})", url))
    addresses.append(("Trusted profile's emulator: invented people sign there", stack.profile.url))
    addresses.append(("Stand-in of login.gov.pl (sign in there as anybody)", stack.node_url))
    portals = "both portals"
    logins = [(one.email, one.about, portals) for one in RESIDENTS]
    logins += [(one.email, one.about, f"{portals}, at /urzad/") for one in STAFF]
    logins.append((OPERATOR.email, OPERATOR.about, "console"))
    return "\n".join(
        [
            "",
            f"Skarbnik is ready ({seconds:.0f} s). Ctrl-C ends it.",
            "",
            *_columns(addresses),
            "",
            f"What an office enters for its account at an operator, keys included: {stack.merchants_file}",
            "",
            "Who can register with a signed form (name, PESEL; the e-mail address is anything you like):",
            "",
            *_columns([(f"{given} {family}", number) for _, given, family, _, number in PERSONS]),
            "",
            f"Demo logins; everybody's password is: {PASSWORD}",
            f"Office and console also ask for a code. The key for your authenticator app: {TOTP_SECRET}",
            "or print the code of now (each works once): uv run python -m portal.demo.code",
            "",
            *_columns(logins),
            "",
        ]
    )


def _columns(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
