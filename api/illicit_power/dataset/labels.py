"""Labels in plain English, made from the parts of a claim or an evidence."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rdflib import RDF, RDFS, SKOS, Graph
from rdflib.term import Literal, Node

from illicit_power.model.iris import IPS
from illicit_power.model.time import written_in_words

_LONGEST_LABEL = 140


def claim_label(claim: Node, claims: Graph, background: Graph) -> str:
    """The label of a claim: "Fadhila Party splintered from Sadrist movement (July 2003)".

    :param background: the names of the things that claims speak of, the concepts, and the verb phrases
    """
    summary = claims.value(claim, IPS.summary)
    if summary is not None:
        return _shorten(str(summary))
    subject = _name(claims.value(claim, IPS.subject), background)
    where_and_when = _where_and_when(claim, claims, background)
    class_ = next((type_ for type_ in claims.objects(claim, RDF.type) if (type_, None, None) in background), None)
    name = claims.value(claim, IPS.name)
    if name is not None:
        return f"{subject} was called {name}{where_and_when}"
    if any((claim, IPS[key], None) in claims for key in ("value", "valueAtLeast", "valueAtMost", "magnitude")):
        return f"{subject}: {_quantity(claim, claims, background, class_)}{where_and_when}"
    verb_phrase = background.value(claims.value(claim, IPS.role), IPS.verbPhrase) or background.value(
        class_, IPS.verbPhrase
    )
    object_ = claims.value(claim, IPS.object)
    if verb_phrase is None or object_ is None:
        return f"{subject}{where_and_when}"
    harmed = _names(claims.objects(claim, IPS.against), background)
    against = f" against {' and '.join(harmed)}" if harmed else ""
    return f"{subject} {verb_phrase} {_name(object_, background)}{against}{where_and_when}"


def evidence_label(evidence: Node, claims: Graph) -> str:
    """The label of an evidence: "p. 57, ¶ 4, n. 107"."""
    parts = [f"p. {claims.value(evidence, IPS.page)}", f"¶ {claims.value(evidence, IPS.paragraph)}"]
    notes = sorted(int(str(note)) for note in claims.objects(evidence, IPS.footnote) if str(note).isdigit())
    return ", ".join(parts + [f"n. {note}" for note in notes])


def _where_and_when(claim: Node, claims: Graph, background: Graph) -> str:
    parts = _names(claims.objects(claim, IPS.place), background)
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
        return f"{about}{number} of the whole"
    if unit is not None:
        return f"{about}{number} {_plural(_name(unit, background), number)}{per_unit}"
    return f"{about}{number} {background.value(class_, RDFS.label)}{per_unit}"


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


def _names(things: Iterable[Node], background: Graph) -> list[str]:
    return sorted(_name(thing, background) for thing in things)


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


def _shorten(text: str) -> str:
    if len(text) <= _LONGEST_LABEL:
        return text
    return text[:_LONGEST_LABEL].rsplit(" ", 1)[0].rstrip(",;:") + " …"
