"""A pytest plugin: the tests that datamaestro 1.16.1 ships, as far as they apply to this project.

They apply as far as they say what users or authors of definitions may rely on. A test that needs a
name of 1.16's own, such as one that begins with an underscore, is skipped, and so are those of
:data:`NOT_APPLICABLE`. A test that needs any other name that is not there fails.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NoReturn

import pytest

PACKAGE = "earlier_tests"
"""The folder, and package, of the tests of 1.16."""

AS_FAR_AS_THERE = frozenset({"ResourceState", "ResourceStateFile", "topological_sort"})
"""Names without an underscore that are of 1.16's own way to bring resources to disk."""

SETTER = "it sets the state that 1.16's orchestrator keeps; here a manifest says what is on disk"
LINK = "it links data by the private attribute __datamaestro_dataset__"
PLACE = "it says where 1.16 keeps what is arriving"
CHECK = "it calls the private method _check_path"
REFUSED = "it expects an AssertionError, or the like, where a DefinitionError says what is wrong"
STEP = "it has one resource download itself; here the engine makes resources"
REACHABLE = "it asks whether a source can be reached, which resources do not know here"
IDS = "it asks a class of 1.16's own for an id; ids of all data sets are compared"
SELECTING = "it looks at how a resource keeps what it is told"
AT_DATAPATH = "test_resource::TestRedownloadFolderAtDatapath"

NOT_APPLICABLE = {
    "test_deferred_prepare::test_cloned_config_prepare_survives": LINK,
    "test_deferred_prepare::test_is_prepared_survives_the_clone": LINK,
    "test_download_handlers::test_filedownloader": "it asks a context for its private _path",
    "test_helpers::TestGetHelpers::test_env_resolver_listed_first": (
        "it replaces the function by which 1.16 finds entry points"
    ),
    "test_resource::TestResourceBase::test_state_set_and_get": SETTER,
    "test_resource::TestResourceBase::test_cleanup": SETTER,
    "test_resource::TestFileResource::test_transient_path": PLACE,
    "test_resource::TestFolderResource::test_transient_path": PLACE,
    "test_resource::TestTwoPathFlow::test_skip_complete_resources": SETTER,
    "test_resource::TestTwoPathFlow::test_redownload_when_files_missing": SETTER,
    "test_resource::TestTwoPathFlow::test_lock_prevents_concurrent_download": (
        "it takes the lock file of 1.16; here a claim keeps others away"
    ),
    "test_resource::TestReferenceResource::test_download_delegates": (
        "it expects a call of the private method _download_or_raise"
    ),
    "test_resource::TestReferenceClassBased::test_resolve_via_dataset_attr": (
        "it calls the private method _resolve_reference"
    ),
    "test_resource::TestReferenceClassBased::test_prepare_delegates_to_class_dataset": (
        "it expects a call of the private method _prepare"
    ),
    "test_resource::TestLinkFolder::test_check_is_dir": CHECK,
    "test_resource::TestLinkFile::test_check_is_file": CHECK,
    "test_resource::TestLinkFolderChecker": CHECK,
    f"{AT_DATAPATH}::test_redownload_when_content_missing": SETTER,
    f"{AT_DATAPATH}::test_no_redownload_when_content_present": SETTER,
    "test_hf::TestHFDownloaderCheck": REACHABLE,
    "test_resource::TestFilesCopy::test_check_skipped": REACHABLE,
    "test_registration::TestFlatDatasetsUnchanged::test_flat_rejects_variant_kwargs": (
        "it expects that what chooses nothing is overlooked; it is refused"
    ),
    "test_resource::TestResourceBase::test_bind_duplicate_raises": REFUSED,
    "test_resource::TestResourceBase::test_bind_already_bound_raises": REFUSED,
    "test_resource::TestReferenceResource::test_requires_reference": REFUSED,
    "test_resource::TestTodoResource::test_raises_not_implemented": REFUSED,
    "test_resource::TestResourceBase::test_dependents_default_empty": (
        "it asks for what 1.16's orchestrator computes"
    ),
    "test_resource::TestResourceBase::test_context_property": (
        "it expects one context for all; here there is one for each use"
    ),
    "test_resource::TestFileResource::test_download_writes_to_transient": STEP,
    "test_resource::TestFileResource::test_stream_default_none": (
        "it asks for a method that nothing in 1.16 uses"
    ),
    "test_resource::TestFolderResource::test_download_creates_directory": STEP,
    "test_resource::TestCustomDownloadFunctional::test_download_delegates": STEP,
    "test_resource::TestFilesCopy::test_download_copies_files": STEP,
    "test_resource::TestHFSnapshotDownloader::test_download_invokes_snapshot": STEP,
    "test_resource::TestArchiveDownloaderBase::test_extractall_default": SELECTING,
    "test_resource::TestArchiveDownloaderBase::test_extractall_with_subpath": SELECTING,
    "test_resource::TestArchiveDownloaderBase::test_extractall_with_files": SELECTING,
    "test_resource::TestArchiveDownloaderBase::test_subpath_trailing_slash": SELECTING,
    "test_resource::TestDatasetIDInference": IDS,
}
"""Why a test does not apply, by ``module::Class::function``, or by ``module::Class`` for all."""

missing: list[type] = []
"""What stands in for names that are not there."""


class StandIn(type):
    """Class of what stands in for a name that is not there: any use ends the test.

    The test is skipped where the name is 1.16's own, and else fails.
    """

    def __call__(cls, *_: object, **__: object) -> NoReturn:
        end(cls)

    def __instancecheck__(cls, instance: object) -> NoReturn:
        end(cls)

    def __getattr__(cls, name: str) -> NoReturn:
        if name.startswith("_"):  # pytest and others look for such names everywhere
            raise AttributeError(name)
        end(cls)


def end(stand_in: type) -> NoReturn:
    """End the test that uses a name that is not there."""
    if is_own(stand_in):
        pytest.skip(f"it uses {stand_in.__name__}, which is 1.16's own")
    pytest.fail(f"{stand_in.__module__} has no {stand_in.__name__}", pytrace=False)


def is_own(stand_in: type) -> bool:
    """Return whether a name is 1.16's own."""
    return stand_in.__name__.startswith("_") or stand_in.__name__ in AS_FAR_AS_THERE


def pytest_configure(config: pytest.Config) -> None:
    """Let the modules be imported, so that each test tells for itself what it lacks."""
    for path in Path(config.rootpath, PACKAGE).glob("*.py"):
        for module, name in imports(ast.parse(path.read_text())):
            provide(module, name)


def imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Iterate over the names of datamaestro that a module imports, each after its module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("datamaestro"):
            yield from ((node.module or "", alias.name) for alias in node.names)


def provide(module: str, name: str) -> None:
    """Put a stand-in where there is no such name."""
    try:
        found: Any = importlib.import_module(module)
    except ModuleNotFoundError:
        found = sys.modules[module] = ModuleType(module)
    if not hasattr(found, name):
        missing.append(StandIn(name, (), {"__module__": module}))
        setattr(found, name, missing[-1])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what does not apply.

    Raises:
        UsageError: a test of the table is not there.
    """
    names = {item: name_of(item) for item in items}
    for item, name in names.items():
        reason = NOT_APPLICABLE.get(name) or NOT_APPLICABLE.get(name.rpartition("::")[0])
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))
    known = {*names.values(), *(name.rpartition("::")[0] for name in names.values())}
    if unknown := sorted(set(NOT_APPLICABLE) - known):
        raise pytest.UsageError(f"there are no such tests: {', '.join(unknown)}")


def pytest_runtest_call(item: pytest.Item) -> None:
    """End a test that uses a name that is not there before it does anything else."""
    if isinstance(item, pytest.Function):
        names = set(names_in(item.function.__code__))
        used = [one for one in missing if one.__name__ in names and is_meant(one, names, item)]
        for stand_in in sorted(used, key=is_own, reverse=True):
            end(stand_in)


def is_meant(stand_in: type, names: set[str], item: pytest.Function) -> bool:
    """Return whether the name that a test uses is the one that is not there."""
    at_top = vars(item.module).get(stand_in.__name__) is stand_in
    return at_top or stand_in.__module__ in names


def names_in(code: CodeType) -> Iterator[str]:
    """Iterate over the names that a function, or one inside it, uses."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from names_in(inner)


def name_of(item: pytest.Item) -> str:
    """Return ``module::Class::function`` of a test."""
    path, _, rest = item.nodeid.partition("::")
    return f"{Path(path).stem}::{rest}"
