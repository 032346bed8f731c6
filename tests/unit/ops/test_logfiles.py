"""Logs end where they should and do not grow for ever."""

from pathlib import Path

from ops.logfiles import follow, rotate, tail


def test_an_overlong_log_is_moved_aside_and_its_writer_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "auth.log"
    with path.open("ab", buffering=0) as writer:
        writer.write(b"old line\n")
        assert rotate(path, longest_bytes=4)
        writer.write(b"new line\n")
    assert path.read_bytes() == b"new line\n"
    assert (tmp_path / "auth.log.1").read_bytes() == b"old line\n"


def test_a_short_log_stays(tmp_path: Path) -> None:
    path = tmp_path / "auth.log"
    path.write_text("line\n")
    assert not rotate(path)
    assert path.read_text() == "line\n"


def test_only_a_few_old_logs_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "auth.log"
    for number in range(6):
        path.write_text(f"{number}\n")
        rotate(path, longest_bytes=1)
    kept = {file.name: file.read_text() for file in tmp_path.iterdir() if file.stat().st_size}
    assert kept == {"auth.log.1": "5\n", "auth.log.2": "4\n", "auth.log.3": "3\n"}


def test_the_tail_is_the_end_of_the_log(tmp_path: Path) -> None:
    path = tmp_path / "auth.log"
    path.write_bytes(b"".join(b"line %d\n" % number for number in range(5000)) + b"\xff\n")
    assert tail(path, 3) == ["line 4998", "line 4999", "�"]
    assert tail(tmp_path / "absent.log") == []


def test_following_shows_only_what_is_new_even_after_a_rotation(tmp_path: Path) -> None:
    path = tmp_path / "auth.log"
    path.write_text("before\n")
    source = follow(path)
    assert next(source) == ""
    with path.open("a") as file:
        file.write("after\n")
    assert next(source) == "after\n"
    rotate(path, longest_bytes=1)
    path.write_text("new\n")
    assert next(source) == "new\n"
