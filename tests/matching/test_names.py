"""Spellings of one name come to the same words; names of different things do not."""

from __future__ import annotations

import pytest

from illicit_power.matching.names import initials, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jaish al-Mahdi", "Jaysh el Mahdi"),
        ("Muqtada al-Sadr", "Moqtada as-Sadr"),
        ("Asaib Ahl al-Haq", "ʿAṣāʾib Ahl al-Ḥaqq"),
        ("Abdul Majid al-Khoei", "Abdelmajid al-Kho'ei"),
        ("A.A.H.", "AAH"),
        ("Hizb Allah", "Hizballah"),
    ],
)
def test_romanizations_have_the_same_spelling(one: str, other: str) -> None:
    assert [word.spelling for word in words(one)] == [word.spelling for word in words(other)]


@pytest.mark.parametrize(
    ("arabic", "romanized"),
    [
        ("جيش المهدي", "Jaish al-Mahdi"),
        ("مُقْتَدَى الصَّدْر", "Muqtada al-Sadr"),
        ("قيس الخزعلي", "Qais Khazali"),
        ("بغداد", "Baghdad"),
        ("إيران", "Iran"),
        ("حزب الله", "Hezbollah"),
        ("كاظم الحائري", "Kazem al-Haeri"),
    ],
)
def test_arabic_script_has_the_consonants_of_its_romanization(arabic: str, romanized: str) -> None:
    assert [word.consonants for word in words(arabic)] == [word.consonants for word in words(romanized)]


@pytest.mark.parametrize(("one", "other"), [("Badr", "Basra"), ("AAH", "AH"), ("Najaf", "Hamas")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert words(one) != words(other)


def test_a_name_of_nothing_but_small_words_keeps_them() -> None:
    assert words("The") != ()
    assert words("—") == ()


def test_initials_pass_over_articles_and_may_pass_over_connectives() -> None:
    assert initials("Asaib Ahl al-Haq") == {"aah"}
    assert initials("Office of the Martyr Sadr") == {"ootms", "oms"}
    assert initials("Mahdi Army") == frozenset()
