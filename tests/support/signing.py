"""Keys to sign checkpoints with, made by ssh-keygen itself."""

import subprocess
from pathlib import Path


def key(folder: Path, name: str = "key", phrase: str = "") -> Path:
    """A new private key, with its public half beside it."""
    path = folder / name
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", phrase, "-C", name, "-f", str(path)]
    subprocess.run(words, check=True, capture_output=True)
    return path


def signers(folder: Path, **keys: Path) -> Path:
    """A file of allowed signers: names, each with a private key whose public half lies beside it."""
    path = folder / "allowed_signers"
    lines = [f"{name} {each.with_suffix('.pub').read_text()}" for name, each in keys.items()]
    path.write_text("".join(lines))
    return path
