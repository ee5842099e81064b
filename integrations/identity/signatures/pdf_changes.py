"""What may lie between our PDF and the signed one: a signature with its field and picture, nothing else that is seen."""

from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffResult,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.constants import ACROFORM_EXEMPT_STRICT_COMPARISON

from integrations.identity.base import Rejected
from integrations.identity.signatures.reasons import Reason

# pyHanko's own policy compares with a file that was signed before; ours was not, so it says nothing of signatures yet.
_POLICY = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),
        DocInfoRule().as_qualified(ModificationLevel.LTA_UPDATES),
        XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
        MetadataUpdateRule().as_qualified(ModificationLevel.LTA_UPDATES),
    ],
    form_rule=FormUpdatingRule(
        [SigFieldCreationRule(), SigFieldModificationRule()],
        ignored_acroform_keys={*ACROFORM_EXEMPT_STRICT_COMPARISON, "/SigFlags"},
    ),
)


def check_only_signed(reader: PdfFileReader, given: bytes) -> None:
    """Rejected when the file differs from ours in more than a signature: other pages, annotations, forms, scripts."""
    try:
        ours = PdfFileReader(BytesIO(given)).xrefs
        last = ours.total_revisions - 1
        # The chain of tables must lead through ours. Else a whole other PDF follows, of which our bytes are no part.
        is_continued = reader.xrefs.total_revisions > last + 1 and (
            reader.xrefs.get_startxref_for_revision(last) == ours.get_startxref_for_revision(last)
        )
        difference = _POLICY.review_file(reader, last) if is_continued else None
    except Exception as error:  # the library meets a hostile file with errors of many kinds
        raise Rejected(type(error).__name__, code=Reason.CONTENT) from None
    if (
        not isinstance(difference, DiffResult)
        or difference.modification_level > ModificationLevel.FORM_FILLING
    ):
        raise Rejected("more than a signature was added", code=Reason.CONTENT)
