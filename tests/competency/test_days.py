"""What held on a day, by a reader of the source who had not seen the data.

``days.tsv`` states for 31 days who led, held, controlled, sponsored, fought what, and what existed: *certainly*,
*possibly* or *no*, with the place in the source that says so. Each statement is asked of the dataset with the query of
the guides: possibly between the earliest start and the latest end, certainly between the latest start and the earliest
end, at noon. ``basis`` says on what the answer rests: *derived* where only a bound that the build derived allows it.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple

import pytest
from rdflib import RDF

from illicit_power.dataset.compiled import Compiled
from illicit_power.model.iris import ENTITY, IPS
from tests.conftest import ROOT


class Statement(NamedTuple):
    """A row of the table."""

    day: str
    subject: str
    relation: str
    object: str
    expected: str
    basis: str
    page: str
    paragraph: str
    reason: str


with (ROOT / "tests" / "competency" / "days.tsv").open(encoding="utf-8", newline="") as file:
    STATEMENTS = [Statement(**row) for row in csv.DictReader(file, delimiter="\t")]
DAYS = sorted({statement.day for statement in STATEMENTS})

Held = Mapping[tuple[str, str, str], set[str]]
"""By subject, relation and object: on what bases it held."""

# A day that only one of the derived bounds lets in lies outside the span that the written time leaves.
QUERY = """PREFIX ips: <https://w3id.org/illicit-power/ontology#>
PREFIX role: <https://w3id.org/illicit-power/vocabulary/role/>
PREFIX stance: <https://w3id.org/illicit-power/vocabulary/stance/>
PREFIX time-basis: <https://w3id.org/illicit-power/vocabulary/time-basis/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

SELECT DISTINCT ?subject ?relation ?object ?basis WHERE {
  BIND ("%sT12:00:00Z"^^xsd:dateTime AS ?day)
  ?claim ips:%s ?from ; ips:%s ?to .
  FILTER (?from <= ?day && ?day <= ?to)
  ?claim ips:stance ?stance ; ips:timeBasis ?timeBasis ; ips:startBasis ?startBasis ; ips:endBasis ?endBasis ;
    ips:startLatest ?begun ; ips:endEarliest ?lasted .
  FILTER (?stance != stance:denied)
  BIND (IF((?startBasis = time-basis:derived && ?day < ?begun && ?day < ?lasted) ||
    (?endBasis = time-basis:derived && ?day > ?begun && ?day > ?lasted), time-basis:derived, ?timeBasis) AS ?basis)
  { ?claim a ?relation ; ips:subject ?subject OPTIONAL { ?claim ips:object|ips:name ?object } }
  UNION { ?claim a ips:Occurrence ; ips:subject ?object . ?object a ips:CeaseFire . BIND ("PartyTo" AS ?relation)
    ?part a ips:ParticipatedIn ; ips:object ?object ; ips:subject ?subject ; ips:role role:party }
}
"""


def held(ask: Callable[[str], list[dict[str, str]]], day: str, start: str, end: str) -> Held:
    """What held on a day between two bounds."""
    found = defaultdict(set)
    for row in ask(QUERY % (day, start, end)):
        names = (row["subject"], row["relation"], row.get("object", ""))
        subject, relation, object_ = (name.rpartition("/")[2].rpartition("#")[2] for name in names)
        for known in (object_, ""):
            found[subject, relation, known].add(row["basis"].rpartition("/")[2])
    return found


@pytest.mark.parametrize("day", DAYS)
def test_the_dataset_says_of_a_day_what_a_reader_of_the_source_says(
    ask: Callable[[str], list[dict[str, str]]], day: str
) -> None:
    possibly = held(ask, day, "startEarliest", "endLatest")
    certainly = held(ask, day, "startLatest", "endEarliest")
    answers = {}
    for statement in (statement for statement in STATEMENTS if statement.day == day):
        key = statement.subject, statement.relation, statement.object
        certainty = "certainly" if key in certainly else "possibly" if key in possibly else "no"
        bases = certainly.get(key) or possibly.get(key) or {""}
        answers[statement] = (certainty, min(bases, key=("stated", "context", "derived", "").index))
    assert answers == {statement: (statement.expected, statement.basis) for statement in answers}


def test_the_table_speaks_of_what_the_dataset_knows(compiled: Compiled) -> None:
    """A misspelt name would never have held."""
    graphs = compiled.graphs.values()
    entities = {thing for graph in graphs for thing in graph.subjects(RDF.type, IPS.Entity)}
    classes = {kind for graph in graphs for kind in graph.objects(None, RDF.type)}
    named = {name for row in STATEMENTS for name in (row.subject, row.object) if name and row.relation != "Naming"}
    assert {ENTITY[name] for name in named} <= entities
    assert {IPS[row.relation] for row in STATEMENTS if row.relation != "PartyTo"} <= classes
