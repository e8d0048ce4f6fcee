"""How strictly Pydantic reads the policy, whose dataclasses know nothing of Pydantic: no unknown key, no value told."""

STRICT: dict[str, object] = {"extra": "forbid", "hide_input_in_errors": True}
