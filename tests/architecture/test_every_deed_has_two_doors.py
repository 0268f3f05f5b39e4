"""Whatever a page can do, a script can: every verb that a page calls is called by the JSON door too."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from releasetrain.embedded.places import ROOT

HERE = ROOT / "releasetrain"
ONE_DOOR = {
    "releasetrain.teams.actions.signing_in.check_password": "a script shows a token; only browsers sign in",
    "releasetrain.teams.actions.people.open_first_account": "before the first account nobody could have a token",
    "releasetrain.boarding.actions.asking.known_slot": "writes nothing: the form to waive reads its slot",
    "releasetrain.boarding.actions.rebooking.boardable": "writes nothing: the form to waive asks if it would board",
}


def deeds(source: str) -> set[str]:
    """Return the verbs that a module calls or hands on, each by the module and name it is defined under."""
    tree = ast.parse(source)
    named, modules = dict(_named(tree)), dict(_modules(tree))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    found = {verb for name, verb in named.items() if name in used}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            found |= set(_verb(modules[node.value.id], node.attr))
    return found


def _imports(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """Yield (module, name, called here) of everything imported from this product."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("releasetrain."):
            yield from ((node.module, one.name, one.asname or one.name) for one in node.names)


def _modules(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield (called here, module) of every module of verbs that is imported whole."""
    for module, name, here in _imports(tree):
        whole = f"{module}.{name}"
        if _is_of_verbs(whole) and _is_there(whole):
            yield here, whole


def _named(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield (called here, verb) of every verb that is imported by name."""
    for module, name, here in _imports(tree):
        if _is_of_verbs(module):
            yield from ((here, verb) for verb in _verb(module, name))


def _is_of_verbs(module: str) -> bool:
    return "actions" in module.split(".")


def _is_there(module: str) -> bool:
    place = HERE.parent / module.replace(".", "/")
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def _verb(module: str, name: str) -> list[str]:
    """The function of that name, by where it is defined; nothing for a class, a constant or a module."""
    found = getattr(importlib.import_module(module), name, None)
    return [f"{found.__module__}.{found.__qualname__}"] if inspect.isfunction(found) else []


def called_in(*folders: Path) -> dict[str, list[str]]:
    """Return where each verb is called, of the modules in ``folders``."""
    found: dict[str, list[str]] = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        for verb in deeds(path.read_text()):
            found.setdefault(verb, []).append(str(path.relative_to(HERE)))
    return found


PAGES, SCRIPTS = called_in(HERE / "web"), called_in(HERE / "api")


def one_sided(pages: dict[str, list[str]], scripts: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the verbs of pages that no script can do, with the pages."""
    return {verb: where for verb, where in pages.items() if verb not in scripts and verb not in ONE_DOOR}


def test_the_search_finds_what_pages_do_whichever_way_it_is_imported():
    assert {
        "releasetrain.boarding.actions.drafting.draft",
        "releasetrain.boarding.actions.trains.set_default_train",
        "releasetrain.boarding.actions.importing.running.start_import",
        "releasetrain.teams.actions.people.put_people",
        "releasetrain.notices.actions.tokens.make_token",
        "releasetrain.operating.actions.send_again",
    } <= PAGES.keys()


def test_every_verb_of_a_page_is_called_by_a_script_s_door():
    assert one_sided(PAGES, SCRIPTS) == {}


@pytest.mark.parametrize("verb", sorted(set(PAGES) - ONE_DOOR.keys()))
def test_it_is_noticed_when_a_script_s_door_is_taken_away(verb):
    without = {kept: where for kept, where in SCRIPTS.items() if kept != verb}

    assert verb in one_sided(PAGES, without)
    assert verb not in one_sided(PAGES, SCRIPTS)


def test_a_module_that_only_imports_a_verb_does_not_call_it():
    imported = "from releasetrain.boarding.actions import trains\nfrom releasetrain.teams.actions import add_person\n"

    assert deeds(imported) == set()
    assert deeds(f"{imported}trains.add_train()\nadd_person()") == {
        "releasetrain.boarding.actions.trains.add_train",
        "releasetrain.teams.actions.people.add_person",
    }


@pytest.mark.parametrize("verb", ONE_DOOR)
def test_what_has_one_door_has_no_second(verb):
    assert verb in PAGES, "no page does that any more"
    assert verb not in SCRIPTS, "a script can do that now"
