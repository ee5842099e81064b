"""The operator sees the database clusters, says which take new gminas, and sees a gmina on its way."""

from collections.abc import Iterator

import pytest

from kernel import tenancy
from kernel.audit.models import AuditEntry
from tenants.directory.models import ClusterMove, DatabaseCluster, Tenant
from tests.fixtures.database import clusters_named
from tests.frontend.console.conftest import browser
from tests.frontend.reading import words

NORTH = "north"


@pytest.fixture
def two_clusters(settings) -> Iterator[None]:
    """A second name for the one server: these pages open no gmina."""
    with clusters_named(settings, **{NORTH: {}}):
        yield


def test_one_cluster_is_shown_and_a_new_gmina_is_not_asked_for_it(operator):
    assert "main" in words(operator.get("/klastry/"))
    assert 'name="cluster"' not in operator.get("/gminy/nowa/").content.decode()


def test_a_cluster_is_opened_for_new_gminas_and_the_form_offers_it(operator, filled_in, two_clusters):
    assert "nie przyjmuje" in words(operator.get("/klastry/"))
    assert 'name="cluster"' not in operator.get("/gminy/nowa/").content.decode()
    answer = operator.post(f"/klastry/{NORTH}/", {"accepts_new": "on", "note": "nowy serwer"})
    assert (answer.status_code, answer["Location"]) == (302, "/klastry/")
    assert "nowy serwer" in words(operator.get("/klastry/"))
    assert "north (0)" in operator.get("/gminy/nowa/").content.decode()
    operator.post("/gminy/nowa/", filled_in())
    with tenancy.public():
        assert Tenant.objects.get(teryt="1216153").shard == NORTH, "the least filled one"
        assert AuditEntry.objects.filter(action="cluster.set").count() == 1


def test_the_chosen_cluster_is_taken_and_one_that_takes_no_gminas_is_refused(
    operator, filled_in, two_clusters
):
    operator.post(f"/klastry/{NORTH}/", {"accepts_new": "on"})
    refused = operator.post("/gminy/nowa/", filled_in(cluster="south"))
    assert refused.status_code == 422
    with tenancy.public():
        assert not Tenant.objects.filter(teryt="1216153").exists()
    operator.post("/gminy/nowa/", filled_in(cluster="main"))
    with tenancy.public():
        assert Tenant.objects.get(teryt="1216153").shard == "main"


def test_when_no_cluster_takes_gminas_the_form_says_so(operator, filled_in):
    operator.post("/klastry/main/", {"note": "pełny"})
    answer = operator.post("/gminy/nowa/", filled_in())
    assert answer.status_code == 422
    assert "Ten klaster nie przyjmuje nowych gmin" in words(answer)
    with tenancy.public():
        assert not Tenant.objects.filter(teryt="1216153").exists()


@pytest.mark.parametrize(
    ("state", "shown"), [("copying", "kopiowanie"), ("switched", "move_gmina 0615022 --confirm")]
)
def test_a_move_is_seen_on_the_gminas_page_and_in_the_list(operator, two_clusters, state, shown):
    with tenancy.public():
        ClusterMove.objects.create(
            tenant=Tenant.objects.get(teryt="0615022"), source="main", target=NORTH, state=state, asked_by="test",
            stop_ms=412,
        )  # fmt: skip
    page = words(operator.get("/gminy/0615022/"))
    assert shown in page
    assert "main → north" in page
    assert "412 ms" in page
    assert "Gmina Borki" in words(operator.get("/klastry/"))


def test_a_gmina_whose_data_are_on_their_way_answers_503_to_everybody(operator, borki):
    with tenancy.public():
        Tenant.objects.filter(teryt="0615022").update(is_moving=True)
    assert "w drodze do innego klastra" in words(operator.get("/gminy/0615022/"))
    portal = browser("borki.localhost")
    for path in ("/", "/urzad/", "/webhooks/platnosci/01936b1e-7c30-7f2a-9c5d-5a8f0e3b1c11/"):
        answer = portal.get(path)
        assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "Prosimy wrócić za chwilę" in words(portal.get("/"))
    assert portal.get("/api/v1/liabilities/N-1").json()["error"]["code"] == "tenant.moving"
    assert browser("dabrowa-gornicza.localhost").get("/").status_code == 200


def test_nobody_else_changes_a_cluster(two_clusters, borki):
    assert browser().post(f"/klastry/{NORTH}/", {"accepts_new": "on"})["Location"].startswith("/logowanie/")
    with tenancy.public():
        assert not DatabaseCluster.objects.exists()


def test_an_unknown_cluster_is_not_found(operator):
    assert operator.post("/klastry/south/", {"accepts_new": "on"}).status_code == 404
    with tenancy.public():
        assert not DatabaseCluster.objects.exists()
