"""What is on disk now."""

import json

from datamaestro import Context
from datamaestro.engine.current import missing, plan_for
from datamaestro.index.documents import card_to_json
from datamaestro.index.facts import as_card, completed


def test_the_facts_of_a_card_have_the_plan_of_the_card(context: Context) -> None:
    """Recipe by recipe, before it is there and after that."""
    for name in ("edu.uci.optdigits", "com.lecun.mnist"):
        card = context.dataset(name).card
        read = as_card(completed(json.loads(card_to_json(card))))
        expected, found = plan_for(card, context.store), plan_for(read, context.store)
        assert [(name, step.recipe, step.after) for name, step in expected.steps.items()] == [
            (name, step.recipe, step.after) for name, step in found.steps.items()
        ]
        assert expected.steps
    context.prepare("edu.uci.optdigits")
    card = context.dataset("edu.uci.optdigits").card
    assert plan_for(as_card(completed(json.loads(card_to_json(card)))), context.store).done


def test_what_is_missing_is_told_with_and_without_a_record(context: Context) -> None:
    """All where there is none; then what has been removed."""
    definition = context.dataset("edu.uci.optdigits")
    card, store = definition.card, context.store
    assert {"IMAGES", "LABELS"} == missing(card, store)
    context.prepare(definition)
    assert set() == missing(card, store)
    store.path(card, "labels.idx").unlink()
    assert {"LABELS"} == missing(card, store)
