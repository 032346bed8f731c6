"""The table of permissions keeps apart what must be apart."""

import pytest

from services.common.permissions import (
    ADMINISTRATOR,
    AUDITOR,
    BUSINESS,
    LOGINS,
    LOOKING,
    MAKERS_AND_CHECKERS,
    OPERATOR,
    PERMISSIONS,
    ROLES,
    RUNNING,
    STAFF_ROLES,
    who_may,
)


def about(role: str) -> set[str]:
    return {permission.about for permission in PERMISSIONS if role in permission.roles}


def test_every_permission_is_somebodys_and_names_known_roles() -> None:
    for permission in PERMISSIONS:
        assert permission.roles
        assert permission.roles <= STAFF_ROLES


def test_every_role_may_do_something() -> None:
    assert {role.code for role in ROLES if not about(role.code)} == set()


def test_the_auditor_only_looks() -> None:
    assert about(AUDITOR) == {LOOKING}


def test_who_administers_logins_or_runs_the_system_has_nothing_to_do_with_citizens_business() -> None:
    assert about(ADMINISTRATOR) == {LOOKING, LOGINS}
    assert about(OPERATOR) == {LOOKING, RUNNING}
    assert seen_by(ADMINISTRATOR) == {"see_staff"}
    assert seen_by(OPERATOR) == {"see_running"}


def seen_by(role: str) -> set[str]:
    return {one.code for one in PERMISSIONS if role in one.roles and one.about == LOOKING}


def test_running_logins_and_business_are_three_peoples() -> None:
    assert [role.code for role in ROLES if len(about(role.code) & {BUSINESS, RUNNING, LOGINS}) > 1] == []


@pytest.mark.parametrize(("maker", "checker"), MAKERS_AND_CHECKERS)
def test_no_role_checks_what_it_makes(maker: str, checker: str) -> None:
    assert who_may(maker) & who_may(checker) == set()
