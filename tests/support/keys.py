"""Names of keys, and the bytes a terminal sends for them (xterm, without the Kitty protocol)."""

from typing import Final

_PLAIN: Final = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "backspace": "\x7f",
    "ctrl+space": "\0",
    "ctrl+\\": "\x1c",
    "ctrl+]": "\x1d",
    "ctrl+^": "\x1e",
    "ctrl+_": "\x1f",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
}
_LETTER: Final = {"up": "A", "down": "B", "right": "C", "left": "D", "end": "F", "home": "H"}
_NUMBER: Final = {"insert": 2, "delete": 3, "pageup": 5, "pagedown": 6} | dict(
    zip(("f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12"), (15, 17, 18, 19, 20, 21, 23, 24), strict=True)
)
_MODIFIER: Final = {"shift": 1, "alt": 2, "ctrl": 4}


def encode(key: str) -> bytes:
    """The bytes of one key: "space", "x", "G", "ctrl+p", "alt+b", "shift+tab", "ctrl+right", "f5".

    Raises ValueError for a key that no terminal can send."""
    return _encode(key).encode()


def _encode(key: str) -> str:
    if key in _PLAIN:
        return _PLAIN[key]
    if len(key) == 1:
        return key
    *modifiers, name = key.split("+")
    code = 1 + sum(_MODIFIER.get(modifier, 0) for modifier in modifiers)
    known = _MODIFIER.keys() >= set(modifiers)
    if known and name in _LETTER:
        return f"\x1b[1;{code}{_LETTER[name]}" if modifiers else f"\x1b[{_LETTER[name]}"
    if known and (number := _NUMBER.get(name)):
        return f"\x1b[{number};{code}~" if modifiers else f"\x1b[{number}~"
    if modifiers == ["ctrl"] and len(name) == 1 and name.isascii() and name.isalpha():
        return chr(ord(name.upper()) - 64)
    if modifiers[:1] == ["alt"] and name:
        return "\x1b" + _encode("+".join([*modifiers[1:], name]))
    raise ValueError(f"No terminal can send the key {key!r}.")
