"""Labels in plain English, made from the parts of a claim or an evidence."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from rdflib import RDF, RDFS, SKOS, Graph
from rdflib.term import Literal, Node

from illicit_power.model.iris import IPS
from illicit_power.model.time import written_in_words

_WORDS_FOR_SHARES: Final = {
    Decimal("0.1"): "a tenth",
    Decimal("0.2"): "a fifth",
    Decimal("0.25"): "a quarter",
    Decimal("0.5"): "half",
    Decimal("0.75"): "three quarters",
}


def claim_label(claim: Node, claims: Graph, background: Graph) -> str:
    """The label of a claim: "The Fadhila Party splintered from the Sadrist movement (July 2003)".

    An interpretation has its whole summary.

    :param background: the things that claims speak of and the concepts, with their names, and the verb phrases
    """
    summary = claims.value(claim, IPS.summary)
    return str(summary) if summary is not None else _capitalized(_sentence(claim, claims, background))


def _sentence(claim: Node, claims: Graph, background: Graph) -> str:
    subject = claims.value(claim, IPS.subject)
    where_and_when = _where_and_when(claim, claims, background)
    class_ = next((type_ for type_ in claims.objects(claim, RDF.type) if (type_, None, None) in background), None)
    name = claims.value(claim, IPS.name)
    if name is not None:
        if str(name) == _name(subject, background):
            return f"{_in_sentence(subject, background)} went by this name{where_and_when}"
        verb = "were" if _is_plural(subject, background) else "was"
        return f"{_in_sentence(subject, background)} {verb} called “{name}”{where_and_when}"
    if any((claim, IPS[key], None) in claims for key in ("value", "valueAtLeast", "valueAtMost", "magnitude")):
        return f"{_name(subject, background)}: {_quantity(claim, claims, background, class_)}{where_and_when}"
    if class_ == IPS.Existence:
        return f"{_in_sentence(subject, background)} existed{where_and_when}"
    verb_phrase = _verb_phrase(
        subject, (claims.value(claim, IPS.role), claims.value(claim, IPS.kinship), class_), background
    )
    object_ = claims.value(claim, IPS.object)
    if verb_phrase is None or object_ is None:
        return f"{_name(subject, background)}{where_and_when}"
    harmed = " and ".join(sorted(_in_sentence(agent, background) for agent in claims.objects(claim, IPS.against)))
    against = f" {background.value(class_, IPS.againstPhrase) or 'against'} {harmed}" if harmed else ""
    actor, thing = _in_sentence(subject, background), _in_sentence(object_, background)
    return f"{actor} {verb_phrase} {thing}{against}{where_and_when}"


def _verb_phrase(subject: Node | None, of: Iterable[Node | None], background: Graph) -> Node | None:
    """The verb phrase of the first of some terms that has one, in the number of the subject."""
    for term in of:
        phrase = background.value(term, IPS.verbPhrase)
        if phrase is not None:
            plural = background.value(term, IPS.pluralVerbPhrase) if _is_plural(subject, background) else None
            return plural or phrase
    return None


def evidence_label(evidence: Node, claims: Graph) -> str:
    """The label of an evidence: "p. 57, ¶ 4, n. 107"."""
    parts = [f"p. {claims.value(evidence, IPS.page)}", f"¶ {claims.value(evidence, IPS.paragraph)}"]
    notes = sorted(int(str(note)) for note in claims.objects(evidence, IPS.footnote) if str(note).isdigit())
    return ", ".join(parts + [f"n. {note}" for note in notes])


def _where_and_when(claim: Node, claims: Graph, background: Graph) -> str:
    parts = sorted(_name(concept, background) for concept in claims.objects(claim, IPS.qualification))
    parts += sorted(_name(place, background) for place in claims.objects(claim, IPS.place))
    parts += [time] if (time := _time_in_words(claim, claims)) else []
    return f" ({', '.join(parts)})" if parts else ""


def _quantity(claim: Node, claims: Graph, background: Graph, class_: Node | None) -> str:
    about = "about " if claims.value(claim, IPS.approximate) == Literal(True) else ""
    per = claims.value(claim, IPS.per)
    per_unit = f" per {_name(per, background)}" if per is not None else ""
    unit, currency = claims.value(claim, IPS.unit), claims.value(claim, IPS.currency)
    code = str(background.value(currency, SKOS.notation) or "")
    magnitude = claims.value(claim, IPS.magnitude)
    if magnitude is not None:
        size = _name(magnitude, background)
        noun = code or _plural(_name(unit, background) if unit else str(background.value(class_, RDFS.label)), size)
        return f"{size}{' ' if size == 'several' else ' of '}{noun}{per_unit}"
    number = _number(claim, claims)
    if currency is not None:
        return f"{about}{code} {number}{per_unit}"
    if class_ == IPS.Share:
        return f"{about}{_share(claim, claims)} of {claims.value(claim, IPS.whole) or 'the whole'}"
    if unit is not None:
        return f"{about}{number} {_plural(_name(unit, background), number)}{per_unit}"
    return f"{about}{number} {background.value(class_, RDFS.label)}{per_unit}"


def _share(claim: Node, claims: Graph) -> str:
    """A fraction in words, or in percent: "half", "35 percent", "10 to 20 percent"."""
    parts = [claims.value(claim, IPS[key]) for key in ("value", "valueAtLeast", "valueAtMost")]
    fractions = [Decimal(str(part)) for part in parts if part is not None]
    if len(fractions) == 1 and fractions[0] in _WORDS_FOR_SHARES:
        return _WORDS_FOR_SHARES[fractions[0]]
    return " to ".join(f"{fraction * 100:g}" for fraction in fractions) + " percent"


def _number(claim: Node, claims: Graph) -> str:
    def part(key: str) -> str | None:
        value = claims.value(claim, IPS[key])
        if value is None:
            return None
        try:
            return f"{Decimal(str(value)):,}"
        except ArithmeticError:
            return str(value)

    value, least, most, whole = part("value"), part("valueAtLeast"), part("valueAtMost"), part("outOf")
    if value is None:
        value = f"{least} to {most}" if least and most else f"at least {least}" if least else f"at most {most}"
    return f"{value} of {whole}" if whole else value


def _plural(noun: str, number: str) -> str:
    if number == "1" or noun.endswith("s"):
        return noun
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2] not in "aeiou" else noun + "s"


def _in_sentence(thing: Node | None, background: Graph) -> str:
    within = background.value(thing, IPS.inSentence)
    return str(within) if within is not None else _name(thing, background)


def _is_plural(thing: Node | None, background: Graph) -> bool:
    return background.value(thing, IPS.plural) == Literal(True)


def _capitalized(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _name(thing: Node | None, background: Graph) -> str:
    if thing is None:
        return "?"
    label = background.value(thing, SKOS.prefLabel)
    return str(label if label is not None else thing)


def _time_in_words(claim: Node, claims: Graph) -> str:
    written = {form: str(claims.value(claim, IPS[form]) or "") for form in ("time", "begin", "end", "attested")}
    try:
        return written_in_words(**written)
    except ValueError:  # reported with its line by those who read the time
        return ""
