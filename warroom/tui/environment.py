"""What the console's framework finds in the environment: set before it is first imported, and nothing from outside."""

import os


def prepare() -> None:
    """Draw each frame at once, and take none of the framework's settings from the environment.

    At the usual 60 frames a second, the frame with a command's result waits up to 16 ms for the one before it; bursts
    are one frame all the same, since only the newest view counts. Variables such as
    TEXTUAL_DRIVER name modules to import, which a console on a shared account must not obey.
    """
    for name in [name for name in os.environ if name.startswith("TEXTUAL_") and name not in _HARMLESS]:
        del os.environ[name]
    os.environ["TEXTUAL_FPS"] = "1000"


_HARMLESS = ("TEXTUAL_COLOR_SYSTEM", "TEXTUAL_DISABLE_KITTY_KEY", "TEXTUAL_ANIMATIONS")
