"""Files that are there whole or not at all, and read back as the JSON they hold."""

import json
import os
from pathlib import Path
from typing import Any


def write_whole(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace `path` by `text` so that a reader never sees half of it, not even after a loss of power."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_json(path: Path, content: object, mode: int = 0o600) -> None:
    """Replace `path` by `content` as indented JSON."""
    write_whole(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n", mode)


def read_json(path: Path) -> Any:
    """Read JSON, or None when there is no such file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
