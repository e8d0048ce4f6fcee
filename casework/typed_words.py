"""What people type, made into the models that are sealed."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from models.errors import InvalidInput
from models.schemas.sealed import FreeText

ModelT = TypeVar("ModelT", bound=BaseModel)


def make_sealed(cls: type[ModelT], **values: Any) -> ModelT:
    """Make a model of personal values from what a person typed; blank text is as good as none.

    Raises InvalidInput `control_characters` or `value_unusable`, which name fields and never repeat a value.
    """
    given = {name: value for name, value in values.items() if not (isinstance(value, str) and not value.strip())}
    for name, value in given.items():
        if isinstance(value, str) and not all(line.isprintable() for line in value.split("\n")):
            raise InvalidInput("control_characters", "type it again; it carries invisible characters", field=name)
    try:
        return cls.model_validate(given)
    except ValidationError as error:
        fields = sorted({str(mistake["loc"][0]) for mistake in error.errors(include_url=False, include_input=False)})
        raise InvalidInput("value_unusable", "look at what was typed there", fields=" ".join(fields)) from None


def check_reason(words: str) -> str:
    """Return a reason's words. Raises InvalidInput `reason_missing`, `control_characters`."""
    if not words.strip():
        raise InvalidInput("reason_missing", "say why, in a few words; they are kept sealed")
    return make_sealed(FreeText, text=words).text
