"""Modules stay small enough to be read."""

import ast

from tests.repo.tree import modules, shown

MODULE_LINES = 400
FUNCTION_LINES = 60


def test_no_module_is_too_long():
    lengths = {shown(path): len(path.read_text().splitlines()) for path in modules()}
    assert len(lengths) > 10
    assert not {path: length for path, length in lengths.items() if length > MODULE_LINES}


def test_functions_fit_a_screen():
    long = [
        f"{shown(path)}: {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in modules()
        if not shown(path).startswith("db/migrations")  # a migration is a list of statements
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    assert not long
