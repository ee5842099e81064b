"""The chart, rendered by Helm's own engine without a cluster."""

from __future__ import annotations

from collections.abc import Iterator

import helm_python
import pytest
import yaml

from tests.helm.rendering import CHART, VALUES_FILES, Render, Rendered, Values, values_of


@pytest.fixture(scope="session")
def chart() -> Iterator[helm_python.Chart]:
    with helm_python.Chart.load(CHART) as loaded:
        yield loaded


@pytest.fixture(scope="session")
def render(chart: helm_python.Chart) -> Render:
    def rendered(values: Values) -> Rendered:
        files = chart.render(values, name="portal", namespace="gminy", is_install=True)
        documents = [
            document
            for name, text in sorted(files.items())
            if not name.endswith("NOTES.txt")
            for document in yaml.safe_load_all(text)
        ]
        return Rendered(tuple(document for document in documents if document))

    return rendered


@pytest.fixture(params=[path.name.removesuffix("-values.yaml") for path in VALUES_FILES])
def every(request: pytest.FixtureRequest, render: Render) -> Rendered:
    """One rendering for each values file in ci/."""
    return render(values_of(request.param))


@pytest.fixture(scope="session")
def minimal(render: Render) -> Rendered:
    return render(values_of("minimal"))


@pytest.fixture(scope="session")
def everything(render: Render) -> Rendered:
    return render(values_of("everything"))
