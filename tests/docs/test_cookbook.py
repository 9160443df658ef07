"""Every recipe of docs/cookbook.md runs, and every published table is in one or in the list of those without."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orchestration.query import run_query
from settings import PROJECT_DIR
from tests.docs.cookbook import PATH, Recipe, recipes

RECIPES = recipes()
WITHOUT = set(re.findall(r"^- `(\w+)`", PATH.read_text().split("## Tables without a recipe")[1], flags=re.M))
MARTS = {path.stem for path in (PROJECT_DIR / "dbt_project" / "models" / "marts").glob("*.sql")} | {
    "rpt_build"
}


def test_every_heading_is_a_recipe_that_was_read() -> None:
    headings = re.findall(r"^### (.+)$", PATH.read_text(), flags=re.M)
    assert [recipe.title for recipe in RECIPES] == headings


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.title)
def test_a_recipe_answers_with_the_columns_that_the_page_shows(demo_data: Path, recipe: Recipe) -> None:
    names, rows = run_query(demo_data / "published" / "warehouse.duckdb", recipe.sql)
    assert names == recipe.columns
    assert list(rows), recipe.title


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.title)
def test_a_recipe_says_what_it_answers_and_what_to_beware_of(recipe: Recipe) -> None:
    assert len(re.findall(r"[.:;](\s|$)", recipe.words)) >= 2, recipe.words


def test_every_published_table_has_a_recipe_or_is_listed() -> None:
    """A listed one has none."""
    asked = {word for recipe in RECIPES for word in re.findall(r"\w+", recipe.sql)} & MARTS
    assert asked | WITHOUT == MARTS
    assert asked & WITHOUT == set()
