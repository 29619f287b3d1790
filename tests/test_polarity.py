"""Targets that ask for the opposite of a plain one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.annotations.targets import load_targets
from stance.arabic import normalise
from stance.polarity import TURNED, plain_target
from stance.schema import DEFAULT_TARGET, STANCES

LEAVING = normalise(DEFAULT_TARGET)


@pytest.mark.parametrize(
    ("target", "plain", "turned"),
    [
        ("بقاء القوات الأميركية وقوات التحالف الدولي في العراق", LEAVING, True),
        ("استمرار بقاء القوات الأميركية وقوات التحالف الدولي في العراق", LEAVING, True),
        ("رفض انسحاب القوات الأميركية وقوات التحالف الدولي من العراق", LEAVING, True),
        ("رفض بقاء القوات الأميركية وقوات التحالف الدولي في العراق", LEAVING, False),
        ("يجب أن تبقى القوات الأجنبية في البلاد", "يجب ان تنسحب القوات الاجنبيه من البلاد", True),
        ("تمديد مهمة التحالف الدولي في العراق", "انهاء مهمه التحالف الدولي في العراق", True),
        ("ينبغي ألا يفرض التجنيد", "ينبغي ان يفرض التجنيد", True),
        ("عدم رفع سن التقاعد", "رفع سن التقاعد", True),
    ],
)
def test_opposites_are_turned(target, plain, turned):
    assert plain_target(target) == (plain, turned)


@pytest.mark.parametrize(
    "target", [DEFAULT_TARGET, "رفع سن التقاعد", "رفض", "بقاء المدرب في منصبه", "معارضو القرار", ""]
)
def test_plain_targets_stay_as_they_are_written(target):
    assert plain_target(target) == (target, False)


def test_every_opposite_of_the_forces_targets_is_turned_into_the_plain_one():
    forces = [target for target in load_targets().values() if target.forces and target.inverted]
    assert len(forces) >= 5
    for target in forces:
        plain, turned = plain_target(target.inverted)
        assert turned
        assert plain.startswith("انسحاب ")
        assert plain_target(target.noun_phrase) == (target.noun_phrase, False)


@given(st.text(max_size=60))
def test_any_text_ends(target):
    plain, turned = plain_target(target)
    assert isinstance(plain, str)
    assert turned in (True, False)


def test_turning_exchanges_favor_and_against():
    assert [STANCES[i] for i in TURNED] == ["against", "favor", "none"]
