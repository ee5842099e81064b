"""Mutants that cannot mean anything, left out before a run: they would only count as killed or as survivors by rote."""

import ast
import re
from functools import cache

from cosmic_ray.work_item import MutationSpec

_WORDS_ARE_NOT_ORDERED = re.compile(r"core/ReplaceComparisonOperator_Is(Not)?_(Eq|NotEq|Lt|LtE|Gt|GtE)$")
_TO_IDENTITY = re.compile(r"core/ReplaceComparisonOperator_(Eq|NotEq|Lt|LtE|Gt|GtE)_Is(Not)?$")
_COUNTERPARTS = {
    *("Add_Sub", "Add_Mul", "Sub_Add", "Mul_Add", "Mul_FloorDiv", "Div_Mul", "Div_FloorDiv", "FloorDiv_Mul"),
    *("FloorDiv_Div", "BitOr_BitAnd", "BitAnd_BitOr"),
}
_CACHE = re.compile(r"@(cache|lru_cache\(.*\))(\s+#.*)?$")
_SLOTS = re.compile(r"slots=True")

Place = tuple[int, int]


def reason_to_skip(spec: MutationSpec) -> str | None:
    """Why the mutant is not tried; None when it is."""
    source = spec.module_path.read_text(encoding="utf-8")
    line = source.splitlines()[spec.start_pos[0] - 1]
    if _WORDS_ARE_NOT_ORDERED.match(spec.operator_name):
        return (
            "`is` compares with None or a member of an enum, which have no order, and `==` is the same there"
        )
    if _TO_IDENTITY.match(spec.operator_name):
        return "whether equal numbers or texts are one object is up to the interpreter"
    if "BinaryOperator" in spec.operator_name:
        if spec.operator_name.partition("BinaryOperator_")[2] not in _COUNTERPARTS:
            return "a shift or a power for a product dies in every test and would only raise the score"
        if spec.start_pos not in _operators(source):
            return "a type annotation or the star of a signature computes nothing"
    if _CACHE.match(line.strip()):
        return "a cache saves time only"
    if spec.operator_name == "core/ReplaceTrueWithFalse" and any(
        found.start() <= spec.start_pos[1] <= found.end() for found in _SLOTS.finditer(line)
    ):
        return "slots save memory only"
    return None


@cache
def _operators(source: str) -> frozenset[Place]:
    """(line, column) of everything between the two sides of a computation, outside of annotations."""
    tree = ast.parse(source)
    annotations = {
        part
        for node in ast.walk(tree)
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if part is not None
    }
    inside = {node for annotation in annotations for node in ast.walk(annotation)}
    lengths = [len(line) for line in source.splitlines()]
    places: set[Place] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and node not in inside:
            places.update(_between(node.left, node.right, lengths))
        elif isinstance(node, ast.AugAssign):
            places.update(_between(node.target, node.value, lengths))
    return frozenset(places)


def _between(left: ast.expr, right: ast.expr, lengths: list[int]) -> set[Place]:
    assert left.end_lineno is not None
    assert left.end_col_offset is not None
    start, end = (left.end_lineno, left.end_col_offset), (right.lineno, right.col_offset)
    lines = range(start[0], end[0] + 1)
    every = {(number, column) for number in lines for column in range(lengths[number - 1] + 1)}
    return {place for place in every if start <= place < end}
