"""The rows of the tables: what a query gives for each, and what is put together from several queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import pyoxigraph

from illicit_power.engine.in_process import Row, Value, solutions
from illicit_power.exports.columns import JOINED
from illicit_power.exports.queries import stored_query
from illicit_power.exports.spans import written_span
from illicit_power.model.iris import IPS, VOCABULARY

ASSERTED: Final = str(VOCABULARY["stance/asserted"])
DENIED: Final = str(VOCABULARY["stance/denied"])
_STANCES: Final = [str(VOCABULARY[f"stance/{name}"]) for name in ("asserted", "possible", "disputed", "denied")]
_BASES: Final = [str(VOCABULARY[f"time-basis/{name}"]) for name in ("stated", "context")]

_YIELDING: Final = tuple(
    str(IPS[name])
    for name in (
        "Faction", "SplinterGroup", "IllicitPowerStructure", "StateBody", "State", "Announcement", "Kidnapping",
    )
)  # fmt: skip
"""Of several classes of one thing, these give way to the others, the first of them to all."""


def queried(name: str) -> Callable[[pyoxigraph.Store], list[Row]]:
    """The rows that a stored query gives."""
    return lambda store: solutions(store, stored_query(name))


def one_kind(kinds: Value | None) -> str:
    """The one class that tells best what a thing is, out of its most specific ones."""
    classes = sorted(str(kinds).split(JOINED))
    return min(classes, key=lambda class_: _YIELDING[::-1].index(class_) + 1 if class_ in _YIELDING else 0)


def entities(store: pyoxigraph.Store) -> list[Row]:
    """A row for each thing that claims speak of."""
    return [{**row, "type": one_kind(row["type"])} for row in solutions(store, stored_query("entities"))]


# Relations by year


def dyad_years(store: pyoxigraph.Store) -> list[Row]:
    """A row for each pair, relation and year for which the time of some relation claim speaks as it is written.

    A claim surely holds in a year where it began before the year's end and ended after its beginning, wherever in its
    bounds it did so.
    """
    found: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for claim in solutions(store, stored_query("relations")):
        first, last = written_span(claim)
        latest_start, earliest_end = claim["start_latest"], claim["end_earliest"]
        assert isinstance(latest_start, datetime)
        assert isinstance(earliest_end, datetime)
        for year in range(first.year, last.year + 1):
            key = (*(str(claim[name]) for name in ("subject_id", "relation", "object_id")), str(year))
            found[key].append({**claim, "year": year, "certain": latest_start.year <= year <= earliest_end.year})
    return [_dyad_year(found[key]) for key in sorted(found)]


def _dyad_year(claims: list[Row]) -> Row:
    """The claims of one pair, relation and year as one row."""
    names = list(dict.fromkeys(str(claim["claim"]) for claim in claims))
    return {
        **claims[0],
        "certain": any(claim["certain"] for claim in claims),
        "asserted": any(claim["stance"] == ASSERTED and not claim["qualification"] for claim in claims),
        "time_basis": min((str(claim["time_basis"]) for claim in claims), key=_BASES.index),
        "n_claims": len(names),
        "claims": JOINED.join(names),
        "qualifications": JOINED.join(str(claim["qualification"]) for claim in claims if claim["qualification"]),
    }


# Facts with their claims: one value of a column for each claim, and beside it how firm it is


def groups(store: pyoxigraph.Store) -> list[Row]:
    """A row for each organization, with what claims of any stance say of it."""
    facts = _facts(store, "group_relations", "group_dates", "group_names")
    return [row | facts[row["group_id"]] for row in solutions(store, stored_query("groups"))]


def revenue(store: pyoxigraph.Store) -> list[Row]:
    """A row for each stream of money or goods, with what claims of any stance say of it, its amounts and years."""
    facts = _facts(store, "revenue_relations")
    amounts, years = _amounts(store), _years(store)
    found = solutions(store, stored_query("revenue"))
    return [row | facts[row["revenue_id"]] | amounts[row["revenue_id"]] | years[row["revenue_id"]] for row in found]


def _facts(store: pyoxigraph.Store, *queries: str) -> defaultdict[Value | None, Row]:
    """By thing, its columns of facts: values of all claims, the asserted ones first, and beside each how it stands."""
    by_thing: defaultdict[Value | None, defaultdict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for query in queries:
        for row in solutions(store, stored_query(query)):
            by_thing[row["thing"]][str(row["fact"])].append(row)
    facts: defaultdict[Value | None, Row] = defaultdict(dict)
    for thing, columns in by_thing.items():
        for name, claims in columns.items():
            facts[thing] |= _beside(name, sorted(claims, key=_asserted_first))
    return facts


def _asserted_first(claim: Row) -> tuple[int, str, str]:
    stance = str(claim.get("stance") or ASSERTED)
    return _STANCES.index(stance), str(claim["value"]), str(claim.get("claim"))


def _beside(name: str, claims: Sequence[Row]) -> Row:
    parts = {"": "value", "_stance": "stance", "_basis": "basis", "_claims": "claim", "_qualification": "qualification"}
    return {f"{name}{suffix}": _aligned([claim.get(key) for claim in claims]) for suffix, key in parts.items()}


def _aligned(values: Iterable[Value | None]) -> str | None:
    """Values of a cell with a place for each that is missing; nothing where all are."""
    texts = ["" if value is None else str(value) for value in values]
    return JOINED.join(texts) if any(texts) else None


def _amounts(store: pyoxigraph.Store) -> defaultdict[Value | None, Row]:
    """By stream, its amounts in words and the years that they speak for."""
    found: defaultdict[Value | None, list[Row]] = defaultdict(list)
    for measure in solutions(store, stored_query("measures")):
        if measure["claim_class"] == str(IPS.Amount):
            found[measure["subject_id"]].append(measure)
    return defaultdict(
        dict,
        {
            stream: {
                "amounts": _aligned(map(_in_words, measures)),
                "amounts_years": _aligned(map(_span_of_years, measures)),
                "amounts_stance": _aligned(measure["stance"] for measure in measures),
                "amount_claims": _aligned(measure["claim_id"] for measure in measures),
            }
            for stream, measures in found.items()
        },
    )


def _in_words(amount: Row) -> str:
    """An amount as ``USD 13000 per day``, ``USD 2000-2500 per vehicle`` or ``USD millions``."""
    least, most, value = (amount[name] for name in ("value_min", "value_max", "value"))
    if value is not None:
        number = f"{value}"
    elif amount["magnitude"]:
        number = _last(amount["magnitude"])
    else:
        number = f"{least}-{most}" if least and most else f"at least {least}" if least else f"at most {most}"
    per = f" per {_last(amount['per'])}" if amount["per"] else ""
    return f"{_last(amount['currency'])} {number}{per}".strip()


def _last(iri: Value | None) -> str:
    return str(iri or "").rpartition("/")[2]


def _span_of_years(claim: Row) -> str:
    if claim["time_basis"] not in _BASES:
        return ""
    first, last = (moment.year for moment in written_span(claim))
    return str(first) if first == last else f"{first}-{last}"


def _years(store: pyoxigraph.Store) -> defaultdict[Value | None, Row]:
    """By subject and object, the first and the last year for which a claim that is not denied speaks."""
    spans: defaultdict[Value | None, list[tuple[datetime, datetime]]] = defaultdict(list)
    for claim in solutions(store, stored_query("relations")):
        if claim["stance"] != DENIED:
            for end in ("subject_id", "object_id"):
                spans[claim[end]].append(written_span(claim))
    return defaultdict(
        dict,
        {
            thing: {
                "first_year": min(first for first, _ in found).year,
                "last_year": max(last for _, last in found).year,
            }
            for thing, found in spans.items()
        },
    )


# Events


def events(store: pyoxigraph.Store) -> list[Row]:
    """A row for each event and claim that dates it, with its year, its parts by what they did, and its point."""
    parts: defaultdict[Value | None, defaultdict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in solutions(store, stored_query("participations")):
        if row["stance"] == ASSERTED and not row["qualification"]:
            parts[row["event_id"]][str(row["relation"])].append(row)
    places = {str(row["place_id"]): row for row in solutions(store, stored_query("places"))}
    return [
        {
            **row,
            "event_type": one_kind(row["event_type"]),
            **_year(row),
            **_parts(parts[row["event_id"]]),
            **_point(str(row["places"] or ""), places),
        }
        for row in solutions(store, stored_query("events"))
    ]


PART_COLUMNS: Final[Mapping[str, str]] = {
    "participants": str(IPS.participatedIn), "victims": str(IPS.victimOf), "targets": str(IPS.targetOf),
    "addressees": str(IPS.addresseeOf), "appointees": str(IPS.appointeeOf),
}  # fmt: skip
"""The columns of those who had a part in an event, and the direct link of each."""


def _parts(by_relation: Mapping[str, Sequence[Row]]) -> Row:
    columns: Row = {}
    for name, relation in PART_COLUMNS.items():
        rows = by_relation.get(relation, ())
        columns[name] = _aligned(row["participant_id"] for row in rows)
        columns[f"{name}_basis"] = _aligned(row["explicitness"] for row in rows)
    columns["participants_role"] = _aligned(row["role"] for row in by_relation.get(PART_COLUMNS["participants"], ()))
    return columns


DATE_PRECISION: Final = (
    "the day",
    "a span of 2 to 6 days",
    "a week",
    "8 to 31 days, or a month",
    "more than a month, up to a year",
    "more than a year, or one side open",
)
"""How exactly it is known when an event began. The first five are those of ``date_prec`` in UCDP GED."""

_MOST_DAYS: Final = (1, 6, 7, 31, 366)


def _year(event: Row) -> Row:
    """The year in which an event began, where it is one, and how exactly the beginning is known."""
    first, last = event["start_earliest"], event["start_latest"]
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return {"year": None, "date_prec": None}
    year = first.year if first.year == last.year else None
    days = (last - first + timedelta(seconds=1)).days
    is_open = event["start_basis"] not in _BASES or (last == event["end_latest"] and event["end_basis"] not in _BASES)
    code = next((code for code, most in enumerate(_MOST_DAYS, 1) if days <= most), len(DATE_PRECISION))
    return {"year": None if is_open else year, "date_prec": len(DATE_PRECISION) if is_open else code}


PLACE_PRECISION: Final = (
    "the place itself: a facility, a neighborhood or a city",
    "within a city or neighborhood whose point stands for it",
    "a district",
    "a province",
    "a region without exact limits",
    "a country",
)
"""How exactly it is known where something is, numbered as ``where_prec`` of UCDP GED."""

_PRECISION_BY_KIND: Final = {"Facility": 1, "Neighborhood": 1, "City": 1, "Province": 4, "Region": 5, "Country": 6}


def places(store: pyoxigraph.Store) -> list[Row]:
    """A row for each place, with how exact it is."""
    return [{**row, "where_prec": _precision(row)} for row in solutions(store, stored_query("places"))]


def _precision(place: Row) -> int:
    """The precision of a place by its classes; a place of no class that tells is one without exact limits."""
    kinds = [kind.removeprefix(str(IPS)) for kind in str(place["kinds"]).split(JOINED)]
    return min((_PRECISION_BY_KIND[kind] for kind in kinds if kind in _PRECISION_BY_KIND), default=5)


def _point(names: str, places: Mapping[str, Row]) -> Row:
    """The most exact of some places, and its point, or that of the nearest place around it that has one."""
    if not names:
        return {}
    place = min(names.split(JOINED), key=lambda name: (_precision(places[name]), name))
    precision = _precision(places[place])
    seen, around = {place}, [place]
    while around:
        located = next((name for name in around if isinstance(places[name]["latitude"], Decimal)), None)
        if located:
            if located != place:
                precision = max(precision, 2, _precision(places[located]))
            point = {name: places[located][name] for name in ("latitude", "longitude")}
            return {"place_id": place, "where_prec": precision, "coordinates_of": located, **point}
        next_ = [name for one in around for name in str(places[one]["located_in"] or "").split(JOINED)]
        around = sorted({name for name in next_ if name in places} - seen)
        seen |= set(around)
    return {"place_id": place, "where_prec": precision}
