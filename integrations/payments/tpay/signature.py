"""The `md5sum` of Tpay's notifications (payments.md section 5). It names the merchant; the JWS proves the operator."""

import hashlib
import re
from collections.abc import Iterable, Mapping

from integrations.payments.checks import is_any_of

SIGNED = ("id", "tr_id", "tr_amount", "tr_crc")

_MD5SUM = re.compile(r"[0-9a-f]{32}")


def md5sum(values: Mapping[str, str], security_code: str) -> str:
    """The lower-case hexadecimal MD5 of the signed values one after the other, as they were sent, and the code.

    MD5 and no separators are the protocol's choice; that is why the JWS over the whole body is required as well.
    """
    text = "".join(values[key] for key in SIGNED) + security_code
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def verifies(claimed: str, values: Mapping[str, str], generations: Iterable[str]) -> bool:
    """Whether `claimed` is the checksum with any generation of the security code, compared in constant time.

    Only 32 lower-case hexadecimal digits are a checksum: Tpay sends no other form.
    """
    if not _MD5SUM.fullmatch(claimed):
        return False
    return is_any_of(claimed, [md5sum(values, code) for code in generations])
