"""Claims from which no direct link follows, or one on the reader's inference alone.

Where a query asks for a direct link and finds none, the source may still say something: that it is possible, disputed
or denied, that it is so in part only, or what its reader infers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from illicit_power.model.iris import IPS, VOCABULARY
from illicit_power.model.vocabularies import RDFS

_ASSERTED: Final = str(VOCABULARY["stance/asserted"])
_EXPLICIT: Final = str(VOCABULARY["explicitness/explicit"])
_SHOWN: Final = 4


def claims_pattern(triple: tuple[str, str, str], name: str, *, without_link: bool) -> str:
    """A pattern for the claims that say what a triple pattern asks for, and give no direct link that is stated.

    :param triple: subject, direct property and object, as they are written
    :param name: of the variables that it binds, which are this and longer ones; see :func:`claims_variables`
    :param without_link: leave out the claims beside which there is a direct link of whatever ground
    """
    subject, verb, value = triple
    claim, class_, stance, qualification, is_said = claims_variables(name)
    return f"""
      {claim} <{IPS.subject}> {subject} ; <{IPS.object}> {value} ; a {class_} ; <{IPS.stance}> {stance} .
      {class_} <{IPS.directProperty}> ?{name}_of_class .
      OPTIONAL {{ {claim} <{IPS.role}> ?{name}_role . ?{name}_role <{IPS.directProperty}> ?{name}_of_role }}
      BIND(COALESCE(?{name}_of_role, ?{name}_of_class) AS ?{name}_link)
      ?{name}_link <{RDFS.subPropertyOf}>* {verb} .
      OPTIONAL {{ {claim} <{IPS.qualification}> {qualification} }}
      BIND(EXISTS {{ {claim} <{IPS.evidence}>/<{IPS.explicitness}> <{_EXPLICIT}> }} AS {is_said})
      FILTER({stance} != <{_ASSERTED}> || BOUND({qualification}) || !{is_said})
      {f"FILTER NOT EXISTS {{ {subject} {verb} {value} }}" if without_link else ""}
    """


def claims_variables(name: str) -> tuple[str, ...]:
    """The variables of the claim, its class, its stance, its qualification, and whether the text says it."""
    return tuple(f"?{name}_{part}" for part in ("claim", "class", "stance", "qualification", "is_said"))


def sentences(rows: Iterable[Any], triple: tuple[str, str, str], show: Callable[[Any], str]) -> Iterator[str]:
    """What the claims are, class by class, and how to ask for them.

    :param rows: solutions for :func:`claims_variables`, in that order
    :param show: a term as one writes it in a query
    """
    by_class: defaultdict[str, dict[Any, str]] = defaultdict(dict)
    for claim, class_, stance, qualification, _ in map(tuple, rows):
        by_class[show(class_)][claim] = _how(stance, qualification, show)
    for class_, claims in sorted(by_class.items())[:_SHOWN]:
        count = len(claims)
        kinds = ", ".join(f"{number:,} {how}" for how, number in sorted(Counter(claims.values()).items()))
        subject = f"{count:,} claims of the class {class_} say" if count > 1 else f"1 claim of the class {class_} says"
        yield (
            f"{subject} so without a direct link that is stated: {kinds}. Ask for the claims: ?claim a {class_} ; "
            f"ips:subject {triple[0]} ; ips:object {triple[2]} ; ips:stance ?stance ."
        )


def _how(stance: Any, qualification: Any, show: Callable[[Any], str]) -> str:
    if qualification is not None:
        return f"with {show(qualification)}"
    if stance.value != _ASSERTED:
        return f"with {show(stance)}"
    return "inferred by the reader"
