"""Hashes are argon2id, and nobody's is as costly as anybody's."""

import pytest
from eventlet import GreenPool, sleep

from services.auth import passwords
from services.auth.passwords import PasswordWork
from services.common.errors import Unavailable


def test_a_hash_is_argon2id_with_its_own_salt():
    first, second = passwords.hashed("correct horse"), passwords.hashed("correct horse")
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second


def test_only_the_right_password_matches():
    kept = passwords.hashed("correct horse")
    assert passwords.matches("correct horse", kept)
    assert not passwords.matches("correct horse ", kept)


def test_a_long_password_is_never_cut():
    kept = passwords.hashed("x" * 63 + "y")
    assert not passwords.matches("x" * 63 + "z", kept)


def test_without_a_hash_nothing_matches():
    assert not PasswordWork().matches("correct horse", None, 5.0)


def test_nobodys_hash_costs_as_much_as_a_real_one():
    def cost(text):
        return text.split("$")[1:4]

    assert cost(passwords.nobodys_hash()) == cost(passwords.hashed("correct horse"))


def test_the_hub_runs_on_while_a_password_is_hashed():
    turns = []
    pool = GreenPool()
    hashing = pool.spawn(PasswordWork().hashed, "correct horse", 5.0)
    while not hashing.dead:
        turns.append(1)
        sleep(0)
    assert len(turns) > 1


def test_who_finds_no_place_in_time_is_told_to_come_back():
    work = PasswordWork(concurrent=1)
    busy = GreenPool().spawn(work.hashed, "correct horse", 5.0)
    sleep(0)
    with pytest.raises(Unavailable):
        work.hashed("another", 0.0)
    assert busy.wait().startswith("$argon2id$")
