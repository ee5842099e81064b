"""The operator's own texts before a payment, where it publishes them as documents instead of telling them by its API."""

from collections.abc import Mapping

from integrations.payments.values import LegalText, Link


def documents_text(
    text_id: str, sentences: Mapping[str, str], language: str, *links: Link, checkbox: bool = False
) -> LegalText:
    """One sentence with links to the operator's documents; in Polish where the operator has none in `language`."""
    sentence = sentences.get(language, sentences["pl"])
    return LegalText(id=text_id, sentence=sentence, links=links, checkbox=checkbox)
