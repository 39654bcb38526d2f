"""Secrets in the desktop's keyring, where that takes no dialog.

Only the Secret Service of Linux desktops is asked, and only while it is unlocked: the other keyrings ask the user in a
window or at the prompt, and an engine at night would wait there for ever.
"""

import threading

SERVICE = "warroom"
PATIENCE = 3.0
"Seconds after which a keyring that says nothing is taken for one that has nothing."


def look_up(name: str) -> str:
    """The secret of that name, "" where there is none or no keyring that can be asked silently."""
    found: list[str] = []

    def ask() -> None:
        found.append(_ask(name))

    asking = threading.Thread(target=ask, name="keyring", daemon=True)
    asking.start()
    asking.join(PATIENCE)
    return found[0] if found else ""


def _ask(name: str) -> str:
    try:
        import keyring
        from keyring.backends import SecretService
    except ImportError:
        return ""
    try:
        chosen = keyring.get_keyring()
        backends = getattr(chosen, "backends", [chosen])
        mine = next((each for each in backends if isinstance(each, SecretService.Keyring)), None)
        if mine is None or _locked():
            return ""
        found: str | None = mine.get_password(SERVICE, name)  # type: ignore[no-untyped-call]
        return (found or "").strip()
    except Exception:  # noqa: BLE001 - a keyring fails in the ways of its desktop; none of them may stop a page
        return ""


def _locked() -> bool:
    """Whether reading would ask for a password."""
    import secretstorage

    connection = secretstorage.dbus_init()
    try:
        return secretstorage.get_default_collection(connection).is_locked()
    finally:
        connection.close()
