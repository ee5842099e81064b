"""Files of postings in the exchange folder of a gmina: told from those of dues by their head."""

from collections.abc import Mapping
from typing import BinaryIO

from integrations.finance.exchange.formats import POSTINGS
from integrations.finance.exchange.reading import Shape, is_of_format
from services.banking.actions.postings import MAX_BYTES, take_postings
from services.banking.models import PostingRun, PostingState
from services.banking.reports import posting_report_files
from services.liabilities.actions.folder import Taker, take_with
from services.liabilities.actions.import_files import BEGINNING, shape_of


def register() -> None:
    """Called once, when the apps are ready."""
    take_with(Taker(_knows, _take, _reports, _names))


def _knows(file: BinaryIO, name: str) -> bool:
    size = file.seek(0, 2)
    file.seek(0)
    # What is larger is no file of postings that anybody could take.
    return size <= MAX_BYTES and is_of_format(file, _shape(file, name), POSTINGS)


def _shape(file: BinaryIO, name: str) -> Shape:
    beginning = file.read(BEGINNING)
    file.seek(0)
    return shape_of(name, beginning)


def _take(file: BinaryIO, name: str, claimed_as: str) -> None:
    take_postings(file, _shape(file, name), file_name=name, claimed_as=claimed_as)


def _reports(claimed_as: str) -> Mapping[str, bytes] | None:
    run = PostingRun.objects.filter(claimed_as=claimed_as, state=PostingState.DONE).first()
    return posting_report_files(run) if run is not None else None


def _names() -> list[str]:
    return list(PostingRun.objects.exclude(claimed_as="").values_list("claimed_as", flat=True))
