"""Frozen values: what dataclasses offer, without the weight of importing them. Imports nothing.

``import dataclasses`` loads inspect, ast, dis and tokenize, and compiles every
class anew: together half of what ``import availability`` used to cost.
"""

from __future__ import annotations

from operator import attrgetter

TYPE_CHECKING = False  # typing is heavy, too; type checkers know the name all the same
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ClassVar, NoReturn

    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**_: object) -> Callable[[type], type]:
        """Do nothing: this tells type checkers that the fields are read-only."""
        return lambda cls: cls


@dataclass_transform(frozen_default=True)
class Value:
    """A value that is compared, hashed, shown, copied and pickled by its fields.

    A class names its ``_fields`` in the order of its constructor's parameters,
    ``_shown`` where its repr has fewer, and ``_compared`` where others say the
    same more cheaply; its other slots are worked out from those or are memos.
    Its constructor fills the slots, in the order of ``__slots__``. A subclass of
    one keeps the constructor's parameters: copies are made through it.
    """

    __slots__ = ()

    _fields: ClassVar[tuple[str, ...]] = ()
    _shown: ClassVar[tuple[str, ...] | None] = None
    _compared: ClassVar[tuple[str, ...] | None] = None
    _key: ClassVar[attrgetter[object]]
    _setters: ClassVar[tuple[Callable[[object, object], None], ...]]

    def __init_subclass__(cls) -> None:
        if "_fields" in cls.__dict__:
            cls.__match_args__ = cls._fields  # type: ignore[attr-defined,misc]  # as dataclasses do
            cls._key = attrgetter(*(cls._compared or cls._fields))
            # Twice as fast as object.__setattr__, which looks for cheats first
            slots = vars(cls)["__slots__"]
            cls._setters = tuple([vars(cls)[name].__set__ for name in slots])

    def _fill(self, *values: object) -> None:
        for set_slot, value in zip(self._setters, values, strict=True):
            set_slot(self, value)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(other) is not type(self):
            return NotImplemented
        return self._key(self) == self._key(other)

    def __hash__(self) -> int:
        return hash(self._key(self))

    def __repr__(self) -> str:
        names = self._fields if self._shown is None else self._shown
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__name__}({shown})"

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), tuple(getattr(self, name) for name in self._fields)

    def __replace__(self, **changes: object) -> Self:
        """Return the same value with some fields changed, as ``copy.replace`` does."""
        fields = {name: getattr(self, name) for name in self._fields}
        return type(self)(**{**fields, **changes})

    if not TYPE_CHECKING:  # a type checker would take it that any name can be set

        def __setattr__(self, name: str, value: object) -> NoReturn:
            raise AttributeError(f"{type(self).__name__} is immutable: {name} cannot be set")

        def __delattr__(self, name: str) -> NoReturn:
            raise AttributeError(f"{type(self).__name__} is immutable: {name} cannot be deleted")
