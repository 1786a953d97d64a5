"""Requests that mean harm, as data: each with the statuses that are right for it, and words of the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

CANARY = "CANARY"
"""Stands for the address of a server that must never hear anything."""

DIRECT = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
JSON = "application/sparql-results+json"


@dataclass(frozen=True)
class Hostile:
    """A request that means harm.

    :ivar statuses: what may be answered; 0 stands for a connection that is closed without an answer
    :ivar says: what the body must contain
    """

    name: str
    statuses: tuple[int, ...]
    says: str = ""
    method: str = "GET"
    path: str = "/sparql"
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def raw(self) -> bytes:
        """The request as it goes over the wire."""
        headers = {"Host": "localhost", "Accept": JSON, "Connection": "close", **self.headers}
        if self.content and "Transfer-Encoding" not in headers:
            headers.setdefault("Content-Length", str(len(self.content)))
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + self.content


@dataclass(frozen=True)
class Bytes(Hostile):
    """Bytes that are no well-formed request."""

    bytes_: bytes = b""

    @property
    def raw(self) -> bytes:
        return self.bytes_


def asks(name: str, query: str, *statuses: int, says: str = "", **parameters: str) -> Hostile:
    """A hostile query, posted directly."""
    path = f"/sparql?{urlencode(parameters)}" if parameters else "/sparql"
    body = query.encode("utf-8", "surrogatepass")
    return Hostile(name, statuses, says, "POST", path, body, {"Content-Type": DIRECT})


def gets(name: str, path: str, *statuses: int, says: str = "", **headers: str) -> Hostile:
    """A hostile address or header."""
    named = {header.replace("_", "-"): value for header, value in headers.items()}
    return Hostile(name, statuses, says, "GET", path, b"", named)


def _cross(patterns: int, projection: str = "(COUNT(*) AS ?n)") -> str:
    body = " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(patterns))
    return f"SELECT {projection} {{ {body} }}"


def _doubling(function: str, times: int) -> str:
    binds = " ".join(f"BIND({function.format(f'?x{n}')} AS ?x{n + 1})" for n in range(times))
    return f'SELECT (STRLEN(?x{times}) AS ?n) {{ BIND("aaaaaaaaaaaaaaaa" AS ?x0) {binds} }}'


DIGESTS = "SELECT (MAX(SHA512(CONCAT(STR(?a), STR(?f)))) AS ?x) { ?a ?b ?c . ?d ?e ?f }"
TOO_LONG, TOO_MUCH = 504, 503

COSTLY = [
    asks("cross product that is counted", _cross(5), TOO_LONG, TOO_MUCH, says="Narrow it"),
    asks("cross product that is listed", _cross(3, "*"), 200, TOO_LONG),
    asks("cross product that is sorted", _cross(3, "*") + " ORDER BY ?o2 ?o0", TOO_LONG, TOO_MUCH),
    asks("cross product made distinct", _cross(3, "DISTINCT ?o0 ?o1 ?o2"), 200, TOO_LONG, TOO_MUCH),
    asks(
        "cross product in groups",
        _cross(3, "?o0 ?o1 ?o2 (COUNT(*) AS ?n)") + " GROUP BY ?o0 ?o1 ?o2",
        TOO_LONG,
        TOO_MUCH,
    ),
    asks("cross product as a graph", "CONSTRUCT { ?a ?q ?f } WHERE { ?a ?p ?b . ?d ?q ?f }", 406),
    asks(
        "cross product inside EXISTS",
        f"ASK {{ ?a ?b ?c FILTER NOT EXISTS {{ {_cross(4, '*')} }} }}",
        200,
        TOO_LONG,
        TOO_MUCH,
    ),
    asks(
        "cross product taken away",
        "SELECT * { ?a ?b ?c MINUS { ?a ?d ?e . ?f ?g ?h . ?i ?j ?k } }",
        TOO_LONG,
        TOO_MUCH,
        200,
    ),
    asks("path between any two", "SELECT (COUNT(*) AS ?n) { ?a (<x:x>|!<x:x>)+ ?b }", TOO_LONG, TOO_MUCH),
    asks("path in both directions", "SELECT (COUNT(*) AS ?n) { ?a (!<x:x>|^!<x:x>)* ?b }", TOO_LONG, TOO_MUCH, 400),
    asks(
        "path of stars in stars",
        "SELECT (COUNT(*) AS ?n) { ?a (((!<x:x>)*)*)* ?b . ?b (!<y:y>)* ?c }",
        TOO_LONG,
        TOO_MUCH,
    ),
    asks("regular expression that backtracks", f'ASK {{ FILTER REGEX("{"a" * 60}!", "^(a+)+$") }}', 200),
    asks(
        "regular expression that explodes",
        'ASK { FILTER REGEX("a", "((a{1,500}){1,500}){1,500}") }',
        200,
        400,
        TOO_LONG,
        TOO_MUCH,
    ),
    asks(
        "regular expression for every value",
        'SELECT * { ?s ?p ?o . ?t ?q ?u FILTER REGEX(?o, CONCAT("(", ?u, ")+$")) }',
        TOO_LONG,
        TOO_MUCH,
        200,
    ),
    asks("everything in one text", "SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f }", TOO_LONG, TOO_MUCH),
    asks("a text doubled forty times", _doubling("CONCAT({0}, {0})", 40), TOO_MUCH, TOO_LONG),
    asks("a text that replaces itself", _doubling('REPLACE({0}, "a", {0})', 12), TOO_MUCH, TOO_LONG),
    asks("a text encoded again and again", _doubling("ENCODE_FOR_URI(CONCAT({0}, '%', {0}))", 36), TOO_MUCH, TOO_LONG),
    asks("digests for every pair", DIGESTS, TOO_LONG, says="Narrow it"),
    asks("an offset beyond all rows", _cross(3, "*") + " OFFSET 900000000000000000", TOO_LONG, 200),
    asks("a limit beyond all numbers", "SELECT * { ?s ?p ?o } LIMIT 99999999999999999999999999", 400),
    asks("everything described", "DESCRIBE ?s ?o { ?s ?p ?o . ?t ?q ?u }", 406),
    asks("more time than anyone gets", DIGESTS, TOO_LONG, says="2 seconds", timeout="1e308"),
]

MISSHAPEN = [
    asks("five thousand groups", "SELECT * " + "{" * 5_000 + "}" * 5_000, 400, says="nested"),
    asks("five thousand brackets", "SELECT * { FILTER(" + "(" * 5_000 + "1" + ")" * 5_000 + ") }", 400, says="nested"),
    asks("five thousand blank nodes", "SELECT * { " + "[ ?p " * 5_000 + "1" + " ]" * 5_000 + " }", 400, says="nested"),
    asks("five thousand lists", "SELECT * { ?s ?p " + "( " * 5_000 + ") " * 5_000 + " }", 400, says="nested"),
    asks("brackets that never close", "SELECT * " + "{" * 20_000, 400, says="nested"),
    asks("brackets that never open", "SELECT * {" + "}" * 20_000, 400),
    asks("forty thousand negations", "ASK { FILTER(" + "!" * 40_000 + "true) }", 200, 400, TOO_MUCH),
    asks("forty thousand minus signs", "ASK { FILTER(" + "- " * 40_000 + "1) }", 200, 400, TOO_MUCH),
    asks("forty thousand inverses", "ASK { ?a " + "^" * 40_000 + "<x:x> ?b }", 200, 400, TOO_MUCH),
    asks(
        "a path of ten thousand steps",
        "ASK { ?a " + "/".join(["<x:x>"] * 10_000) + " ?b }",
        200,
        400,
        TOO_LONG,
        TOO_MUCH,
    ),
    asks(
        "a path of ten thousand ways",
        "ASK { ?a " + "|".join(["<x:x>"] * 10_000) + " ?b }",
        200,
        400,
        TOO_LONG,
        TOO_MUCH,
    ),
    asks("ten thousand or", "ASK { FILTER(" + "||".join(["false"] * 10_000) + ") }", 200, 400, TOO_MUCH, TOO_LONG),
    asks("ten thousand unions", "ASK { " + " UNION ".join(["{}"] * 10_000) + " }", 200, 400, TOO_MUCH, TOO_LONG),
    asks(
        "ninety optional in each other", "SELECT * { " + "OPTIONAL { ?a ?b ?c " * 90 + "}" * 91, 200, TOO_LONG, TOO_MUCH
    ),
    asks(
        "ninety selects in each other",
        "SELECT * { " + "{ SELECT * { ?a ?b ?c " * 45 + "} }" * 45 + " }",
        200,
        TOO_LONG,
        TOO_MUCH,
    ),
    asks(
        "ten thousand variables",
        "SELECT * { " + " ".join(f"?v{n} ?w{n} ?x{n} ." for n in range(3_000)) + " }",
        TOO_LONG,
        TOO_MUCH,
        400,
    ),
    asks("ten thousand values", "SELECT * { VALUES ?x { " + "1 " * 40_000 + "} } LIMIT 1", 200, TOO_LONG),
    asks("a query of a hundred thousand letters", "SELECT * {} #" + "x" * 100_000, 400, says="100,000"),
    asks("a query of ten megabytes", "#" + "x" * 10_000_000, 413, says="1,000,000"),
    asks("a number of four hundred digits", f"SELECT (1{'0' * 400} + 1 AS ?x) {{}}", 200, 400),
    asks(
        "a year beyond all calendars",
        'ASK { FILTER("99999999999-01-01T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> < NOW()) }',
        200,
    ),
    asks("a null character", 'SELECT ("\0" AS ?x) {}', 200, 400),
    asks("half a character", 'SELECT ("\\uD800" AS ?x) {}', 200, 400),
    asks("half a character in bytes", 'SELECT ("\ud800" AS ?x) {}', 400, says="UTF-8"),
    asks("a byte order mark", "\ufeffASK {}", 200, 400),
    asks("letters that turn around", 'SELECT ("\u202egnp.exe" AS ?x) {}', 200),
    asks("a query of nothing", "", 400, 415),
]

ELSEWHERE = [
    asks("SERVICE", f"SELECT * {{ SERVICE <{CANARY}> {{ ?s ?p ?o }} }}", 400, says="SERVICE is not offered"),
    asks("SERVICE SILENT", f"SELECT * {{ service silent <{CANARY}> {{ ?s ?p ?o }} }}", 400, says="SERVICE"),
    asks(
        "SERVICE of a variable",
        f"SELECT * {{ VALUES ?e {{ <{CANARY}> }} SERVICE ?e {{ ?s ?p ?o }} }}",
        400,
        says="SERVICE",
    ),
    asks(
        "SERVICE in a sub-select", f"SELECT * {{ {{ SELECT * {{ SERVICE <{CANARY}> {{}} }} }} }}", 400, says="SERVICE"
    ),
    asks(
        "SERVICE in a filter", f"ASK {{ FILTER EXISTS {{ SERVICE <{CANARY}> {{ ?s ?p ?o }} }} }}", 400, says="SERVICE"
    ),
    asks("SERVICE by a prefix", f"PREFIX c: <{CANARY}> ASK {{ SERVICE c: {{ ?s ?p ?o }} }}", 400, says="SERVICE"),
    asks("SERVICE after a comment", f"ASK {{ #\nSERVICE#>\n<{CANARY}>{{}} }}", 400, says="SERVICE"),
    asks("SERVICE in code points", f"ASK {{ \\u0053ERVICE <{CANARY}> {{ ?s ?p ?o }} }}", 400, says="SERVICE"),
    asks(
        "SERVICE after a quote that ends late", f"ASK {{ ?s ?p '\\'' . SERVICE <{CANARY}> {{}} }}", 400, says="SERVICE"
    ),
    asks("SERVICE after a smaller-than sign", f"ASK {{ FILTER(1<2).SERVICE<{CANARY}>{{}} }}", 400, says="SERVICE"),
    asks("SERVICE of a file", "ASK { SERVICE <file:///etc/passwd> { ?s ?p ?o } }", 400, says="SERVICE"),
    asks("FROM", f"SELECT * FROM <{CANARY}> {{ ?s ?p ?o }}", 400, says="not fetched"),
    asks("FROM NAMED", f"SELECT * FROM NAMED <{CANARY}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", 400, says="not fetched"),
    asks("FROM by base", f"BASE <{CANARY}> SELECT * FROM <x> {{ ?s ?p ?o }}", 400, says="not fetched"),
    asks("FROM of a file", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", 400, says="not fetched"),
    asks("GRAPH", f"SELECT * {{ GRAPH <{CANARY}> {{ ?s ?p ?o }} }}", 200, says='"bindings":[\n\n]'),
    asks("default-graph-uri", "ASK { ?s ?p ?o }", 400, says="not fetched", **{"default-graph-uri": CANARY}),
    asks("named-graph-uri", "ASK { ?s ?p ?o }", 400, says="not fetched", **{"named-graph-uri": CANARY}),
    asks("LOAD", f"LOAD <{CANARY}>", 400, says="read-only"),
    asks(
        "LOAD SILENT after a prologue", f"PREFIX x: <x:> LOAD SILENT <{CANARY}> INTO GRAPH x:g", 400, says="read-only"
    ),
    Hostile(
        "LOAD in a form",
        (400,),
        "read-only",
        "POST",
        "/sparql",
        urlencode({"update": f"LOAD <{CANARY}>"}).encode(),
        {"Content-Type": FORM},
    ),
    gets("another host", f"{CANARY}sparql?query=ASK%7B%7D", 200, 400, 404),
    gets(
        "forwarded from elsewhere",
        "/sparql?query=ASK%7B%7D",
        200,
        X_Forwarded_Host="CANARY",
        X_Forwarded_For="1.2.3.4, ::1",
    ),
]

MALFORMED = [
    gets("bytes that are not UTF-8", "/sparql?query=ASK%7B%FF%7D", 400, says="UTF-8"),
    gets("half an escape", "/sparql?query=ASK%7B%7", 400),
    gets("two queries", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", 400, says="one query"),
    gets("five thousand parameters", "/sparql?" + "&".join(["a=b"] * 5_000), 400, says="parameters"),
    gets("a time that is no number", "/sparql?query=ASK%7B%7D&timeout=NaN", 400, says="seconds"),
    gets("a time before now", "/sparql?query=ASK%7B%7D&timeout=-1", 400, says="seconds"),
    gets(
        "a line break in a format",
        "/sparql?query=ASK%7B%7D&format=%0D%0ASet-Cookie:%20a=b",
        400,
        says="There is no format",
    ),
    gets("a line break in an address", "/id/%0D%0ASet-Cookie:%20a=b", 404, Accept="*/*"),
    gets("markup in an address", "/id/%3Cscript%3Ealert(1)%3C/script%3E", 404, says="&lt;script", Accept="text/html"),
    gets(
        "markup in a query",
        "/sparql?query=" + quote("</textarea><script>alert(1)</script>"),
        400,
        says="&lt;script",
        Accept="text/html",
    ),
    gets(
        "markup in an answer",
        "/sparql?query=" + quote('SELECT ("<script>alert(1)</script>" AS ?x) {}'),
        200,
        says="&lt;script",
        Accept="text/html",
    ),
    gets(
        "a script as an address",
        "/sparql?query=" + quote("SELECT (<javascript:alert(1)> AS ?x) {}"),
        200,
        says="javascript",
        Accept="text/html",
    ),
    gets("a way out of the folder", "/static/../../../../etc/passwd", 404, 400),
    gets("an encoded way out", "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd", 404),
    gets("a null in an address", "/id/%00", 404, Accept="*/*"),
    gets("no such host", "/", 200, Host='"><script>alert(1)</script>', Accept="text/html"),
    gets(
        "ten thousand kinds that are liked",
        "/sparql?query=ASK%7B%7D",
        200,
        406,
        400,
        431,
        Accept=",".join(["a/b;q=0.1"] * 5_000),
    ),
    gets(
        "a liking that is no number",
        "/sparql?query=ASK%7B%7D",
        200,
        406,
        Accept="text/csv;q=lots, */*;q=-1, application/json;q=1e999",
    ),
    gets(
        "sixty thousand spaces in a list of kinds",
        "/",
        431,
        says="longer than 8,192 bytes",
        Accept="x" + " " * 60_000 + "x",
    ),
    gets("a header of a megabyte", "/sparql?query=ASK%7B%7D", 400, 431, 0, X_Long="x" * 1_000_000),
    gets("an address of a megabyte", "/sparql?query=" + "x" * 1_000_000, 400, 414, 431, 0),
    gets(
        "ten thousand tags that are known",
        "/sparql?query=ASK%7B%7D",
        200,
        400,
        431,
        0,
        If_None_Match=",".join(['"x"'] * 10_000),
    ),
    gets("a range", "/sparql?query=ASK%7B%7D", 200, 206, Range="bytes=0-,0-,0-,0-"),
    gets(
        "a promise to speak another language",
        "/sparql?query=ASK%7B%7D",
        200,
        400,
        426,
        Upgrade="websocket",
        Connection="Upgrade",
    ),
    Hostile(
        "another charset",
        (415,),
        "UTF-8",
        "POST",
        "/sparql",
        b"+AEEAUwBL-",
        {"Content-Type": f"{DIRECT}; charset=utf-7"},
    ),
    Hostile(
        "a body that is packed",
        (400, 415),
        "",
        "POST",
        "/sparql",
        b"\x1f\x8b\x08\x00\x00",
        {"Content-Type": DIRECT, "Content-Encoding": "gzip"},
    ),
    Hostile(
        "two lengths",
        (400, 0),
        "",
        "POST",
        "/sparql",
        b"ASK {}",
        {"Content-Type": DIRECT, "Content-Length": "6\r\nContent-Length: 60"},
    ),
    Hostile(
        "a length and pieces",
        (400, 0, 200),
        "",
        "POST",
        "/sparql",
        b"0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
        {"Content-Type": DIRECT, "Transfer-Encoding": "chunked", "Content-Length": "4"},
    ),
    Hostile(
        "pieces of no size",
        (400, 0),
        "",
        "POST",
        "/sparql",
        b"zz\r\nASK {}\r\n",
        {"Content-Type": DIRECT, "Transfer-Encoding": "chunked"},
    ),
    Hostile(
        "a length that is no number",
        (400, 0),
        "",
        "POST",
        "/sparql",
        b"ASK {}",
        {"Content-Type": DIRECT, "Content-Length": "-6"},
    ),
    Hostile("a method of its own", (405,), "Use GET", "PROPFIND"),
    Hostile("TRACE", (405,), "Use GET", "TRACE"),
    Bytes("no HTTP at all", (400, 0), bytes_=b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200),
    Bytes("a line of nothing", (400, 0), bytes_=b"\r\n" * 5_000),
    Bytes(
        "a header folded over lines",
        (400, 0, 200),
        bytes_=b"GET /health/live HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\nConnection: close\r\n\r\n",
    ),
    Bytes("no host", (400, 0), bytes_=b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"),
    Bytes(
        "a name with a space", (400, 0), bytes_=b"GET / HTTP/1.1\r\nHost: x\r\nBad Name: y\r\nConnection: close\r\n\r\n"
    ),
]

HOSTILE = [*COSTLY, *MISSHAPEN, *ELSEWHERE, *MALFORMED]
