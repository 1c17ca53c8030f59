"""Formulas of a case: names, numbers, + - * / and parentheses; nothing else is evaluated."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Mapping

from server.cases.model import Formula

_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_MAX_LENGTH = 300
# What a formula is written in; the parser never sees anything else.
_WRITTEN = re.compile(r"[A-Za-z0-9_+\-*/().\s]*", re.ASCII)


class FormulaError(ValueError):
    """The formula is not one, or uses what it may not."""


def evaluate(formula: Formula, names: Mapping[str, float]) -> float:
    """The value of `formula` with `names` defined.

    Raises:
        FormulaError: a syntax error, an unknown name, another operation, a division by zero.
    """
    try:
        value = float(_value(_parsed(formula).body, names))
    except (ZeroDivisionError, OverflowError) as error:
        raise FormulaError(f"{formula!r} cannot be computed: {error}") from error
    if not math.isfinite(value):
        raise FormulaError(f"{formula!r} is not a finite number")
    return value


def literals_in(formula: Formula) -> list[float]:
    """The numbers written in `formula`."""
    return [
        float(str(node.value))
        for node in ast.walk(_parsed(formula))
        if isinstance(node, ast.Constant) and type(node.value) in (int, float)
    ]


def _parsed(formula: Formula) -> ast.Expression:
    try:
        text = str(formula).strip()
    except ValueError as error:  # a whole number of thousands of digits
        raise FormulaError("a number in a formula is too large") from error
    if len(text) > _MAX_LENGTH:
        raise FormulaError(f"a formula of {len(text)} characters is too long")
    if not _WRITTEN.fullmatch(text):
        raise FormulaError(f"{text!r} is not a formula")
    try:
        return ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaError(f"{text!r} is not a formula") from error


def _value(node: ast.expr, names: Mapping[str, float]) -> float:
    match node:
        case ast.Constant() if type(node.value) in (int, float):
            return float(str(node.value))
        case ast.Name(id=name):
            if name not in names:
                raise FormulaError(f"unknown name {name!r}")
            return names[name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            result: float = _OPERATORS[type(op)](_value(left, names), _value(right, names))
            return result
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, names)
        case _:
            raise FormulaError(f"{ast.unparse(node)!r} is not allowed in a formula")
