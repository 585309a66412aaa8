"""Adaptive card models that refuse what they do not know.

The library drops a misspelt keyword without a word, and the card reaches Teams
without it. In tests every model forbids extras, so that a slip is an error.
"""

import inspect
from types import ModuleType

import pydantic


def _models(modules: list[ModuleType]) -> list[type[pydantic.BaseModel]]:
    found = {
        model
        for module in modules
        for _, model in inspect.getmembers(module, inspect.isclass)
        if issubclass(model, pydantic.BaseModel)
        and model.__module__.startswith("adaptive_cards")
    }
    return sorted(found, key=lambda model: (len(model.__mro__), model.__name__))


def forbid_extras() -> list[type[pydantic.BaseModel]]:
    """Make every model of the library strict, for the rest of the process."""
    import adaptive_cards.card
    import adaptive_cards.types

    models = _models([adaptive_cards.card, adaptive_cards.types])
    for model in models:
        model.model_config["extra"] = "forbid"
    for model in models:
        model.model_rebuild(force=True)
    return models
