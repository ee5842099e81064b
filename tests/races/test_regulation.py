"""Two people begin a new version of the regulation at one moment: each number is one draft."""

from tenants.configuration.actions_regulation import draft_regulation
from tenants.configuration.models import RegulationVersion
from tests.factories.regulations import act, complete_text


def test_two_new_drafts_at_one_moment_are_two_versions_or_one_and_a_clear_refusal(own):
    before = RegulationVersion.objects.count()
    people = [own.person(name).actor for name in ("edyta", "filip")] * 2
    results = own.together(
        *(
            lambda who=who: draft_regulation(text=complete_text(), act=act(), number=None, actor=who)
            for who in people
        )
    )
    refused = [result.code for result in results if isinstance(result, Exception)]
    assert set(refused) <= {"regulation.number_taken"}
    drafts = RegulationVersion.objects.order_by("number").values_list("number", flat=True)
    assert list(drafts)[before:] == list(range(before + 1, before + 1 + len(people) - len(refused)))
