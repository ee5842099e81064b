"""Two administrators word one kind of letter at one moment: one text is kept, the other person is told."""

from services.letters.actions import write_text
from services.notices.models import LetterText


def test_of_two_texts_written_at_one_moment_one_is_kept_and_the_other_is_refused(own):
    filip = own.person("filip").actor
    for version in range(2):  # without a text of the gmina yet, and with one
        acts = [
            lambda number=number, version=version: write_text(
                kind="account_active", subject="Konto", body=f"Tekst {number}.", version=version, actor=filip
            )
            for number in range(4)
        ]
        results = own.together(*acts)
        codes = sorted(getattr(result, "code", "") for result in results)
        assert codes == ["", *["letter_text.stale"] * 3]
        assert LetterText.objects.filter(kind="account_active").count() == version + 1
