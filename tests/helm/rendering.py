"""The chart's values files and what one rendering of the chart holds."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import helm_python

ROOT = Path(__file__).parents[2]
CHART = ROOT / "helm" / "skarbnik"
VALUES_FILES = sorted((CHART / "ci").glob("*-values.yaml"))
POD_KINDS = {"Deployment", "Job", "CronJob", "StatefulSet", "DaemonSet", "Pod"}

Values = dict[str, Any]


@dataclass(frozen=True)
class Rendered:
    """All objects of one rendering."""

    objects: tuple[dict[str, Any], ...]

    def all(self, kind: str) -> list[dict[str, Any]]:
        return [found for found in self.objects if found["kind"] == kind]

    def one(self, kind: str, suffix: str) -> dict[str, Any]:
        """The object whose name ends so; exactly one must."""
        (found,) = [found for found in self.all(kind) if found["metadata"]["name"].endswith(suffix)]
        return found

    def pods(self) -> dict[str, dict[str, Any]]:
        """Pod templates by component."""
        templates = [found["spec"]["template"] for found in self.objects if found["kind"] in POD_KINDS]
        return {
            template["metadata"]["labels"]["app.kubernetes.io/component"]: template for template in templates
        }


Render = Callable[[Values], Rendered]


def values_of(name: str) -> Values:
    """Values of ci/<name>-values.yaml, read as Helm reads them."""
    return helm_python.values_from_yaml((CHART / "ci" / f"{name}-values.yaml").read_text(encoding="utf-8"))


def changed(values: Values, changes: Values) -> Values:
    """A deep copy of the values with some of them replaced, as a second --values file would."""
    merged = copy.deepcopy(values)
    for key, value in changes.items():
        both_are_maps = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = changed(merged[key], value) if both_are_maps else copy.deepcopy(value)
    return merged
