"""The pages as the router lists them, read and not imported: importing it draws a page."""

from __future__ import annotations

import ast

from settings import PROJECT_DIR

_TREE = ast.parse((PROJECT_DIR / "dashboards" / "app.py").read_text(encoding="utf-8"))
_NAMED = {
    target.id: node.value
    for node in _TREE.body
    if isinstance(node, ast.Assign)
    for target in node.targets
    if isinstance(target, ast.Name)
}
MENU: dict[str, str] = ast.literal_eval(_NAMED["PAGES"])
"""Slug to title of the pages of the menu, in its order."""
OTHERS: dict[str, str] = ast.literal_eval(_NAMED["OTHERS"])
"""The pages that are opened from another one."""
