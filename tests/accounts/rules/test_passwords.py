"""What a password must withstand, as tables of cases."""

import re
import time

import pytest

from community.accounts.rules import passwords
from community.accounts.rules.passwords import (
    check_password,
    one_time_password,
    remainder,
    spellings,
)
from community.kernel.errors import RuleViolationError

NAMES = ("chen.zhiqiang", "陈志强", "揭东区玉窖中心小学", "揭东区", "揭阳市", "玉窖镇", "砲台镇")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short-9", "shorter than ten"),
        ("x1" * 65, "longer than 128"),
        ("13812345678", "a telephone number"),
        ("445203198803041234", "an identity number: digits only"),
        ("password12", "a common password"),
        ("P@ssw0rd2025!", "a common word in leet, with a year"),
        ("qwertyuiop[]", "a keyboard row"),
        ("1q2w3e4r5t6y", "a walk over the keyboard"),
        ("1qaz2wsx3edc", "columns of the keyboard"),
        ("!QAZ@WSX#EDC", "the same with Shift held"),
        ("abcdefghij", "the alphabet"),
        ("9876543210ab", "digits backwards"),
        ("aaaaaaaaaaaa", "one character"),
        ("abcabcabcabc", "a block repeated"),
        ("112233445566aa", "doubled digits in a row"),
        ("Jieyang2025!", "the city with a year"),
        ("jiedong@2025#", "the county with a year"),
        ("puning123456", "another county"),
        ("Gongtongti2025", "the product's own word"),
        ("Gongtongti-2025", "the demonstration's password"),
        ("jiaoyuju@2026", "the education bureau"),
        ("zhongxinxiaoxue1", "central primary school"),
        ("Laoshi20250901", "teacher, with a date"),
        ("woaini1314520", "what people like to type"),
        ("Mima@123456", "“password” in pinyin"),
        ("chenzhiqiang88", "the own name in pinyin"),
        ("ZhiqiangChen1", "the own name, given name first"),
        ("chen.zhiqiang", "the own user name"),
        ("zhiqiang19880304", "given name and birthday"),
        ("czq1988.03.04", "initials and birthday"),
        ("玉窖中心小学2025", "the own school in characters"),
        ("yujiaozhongxin1", "the own school in pinyin"),
        ("jdqyjzxxx2024", "the own school's initials"),
        ("paotai-paotai-1", "a township of the place, twice"),
        ("陈志强陈志强陈志", "the own name in characters, again and again"),
        ("admin.admin.2025", "an office word"),
        ("lead.admin.2025", "two office words"),
    ],
)
def test_guessable_passwords_are_refused(password: str, why: str) -> None:
    with pytest.raises(RuleViolationError) as refusal:
        check_password(password, NAMES)
    assert refusal.value.field == "password", why
    assert password not in str(refusal.value)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("tuoluo-zhuzi-fanchuan", "three unrelated words in pinyin"),
        ("Harbour-Violin-27", "two unrelated words and a number"),
        ("窗前 一只 灰猫 三点半", "a sentence in characters"),
        ("jieyang-hx7$Kw9q", "a guessable word, but enough beside it"),
        ("kd82hx93nq", "ten random characters"),
        ("ｔｕｏｌｕｏ-ｚｈｕｚｉ-fan", "full-width letters are letters"),
        ("x" * 5 + "orange piano river", "repetition costs only itself"),
        ("7q!Zr$w2Lm", "without any word"),
    ],
)
def test_unguessable_passwords_pass(password: str, why: str) -> None:
    check_password(password, NAMES)


def test_names_make_the_difference() -> None:
    check_password("huangxiaoyan88-x")
    with pytest.raises(RuleViolationError):
        check_password("huangxiaoyan88-x", ["黄晓燕"])


@pytest.mark.parametrize(
    ("password", "expected"),
    [("Jieyang2025!", 1), ("xkcdq", 5), ("jieyangjiedong", 0), ("", 0), ("2025-13-41", 3)],
)
def test_what_remains(password: str, expected: int) -> None:
    assert remainder(password) == expected


def test_spellings() -> None:
    assert {"揭东区", "揭东", "jiedongqu", "jiedong", "jdq"} <= spellings("揭东区")
    assert {"zhangsan", "sanzhang", "zhang", "san", "张三"} <= spellings("张三")
    assert {"wang.fang", "wang", "fang"} <= spellings("Wang.Fang")
    assert not any(len(word) < 2 for word in spellings("李 a"))


def test_one_time_passwords_are_readable_and_never_the_same() -> None:
    issued = {one_time_password() for _ in range(200)}
    assert len(issued) == 200
    assert all(re.fullmatch(r"[a-km-np-z2-9]{4}(-[a-km-np-z2-9]{4}){2}", one) for one in issued)
    assert not any(letter in "".join(issued) for letter in "01lio")
    assert all(len(one) >= passwords.SHORTEST for one in issued)


def test_a_long_password_is_judged_quickly() -> None:
    started = time.perf_counter()
    check_password("a1-" * 20 + "tuoluo zhuzi fanchuan " * 3, NAMES * 60)
    assert time.perf_counter() - started < 1
