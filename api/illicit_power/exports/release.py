"""Making a release: a date for the dataset as it is, a log of what changed, and its addresses on record."""

from __future__ import annotations

from datetime import date

from illicit_power.dataset.changes import Changes, diff, read_version
from illicit_power.dataset.releases import Release, ReleaseRecord
from illicit_power.dataset.snapshot import Snapshot
from illicit_power.exports.change_log import as_text, as_turtle, first_release_as_text


def make_release(snapshot: Snapshot, record: ReleaseRecord, day: date) -> tuple[Release, str]:
    """Record a snapshot as a release.

    :return: the release, and its log of changes as text
    :raises ValueError: when the last release has the same content or a later date
    """
    release = Release(day, snapshot.manifest.sha256)
    previous = record.releases()[-1:]
    if previous and previous[0].sha256 == release.sha256:
        raise ValueError(f"nothing has changed since release {previous[0].name}")
    if previous and previous[0].date > release.date:
        raise ValueError(f"release {previous[0].name} is later than {day.isoformat()}: give a later --date")
    _, things, prefixes = read_version(snapshot.path)
    if previous:
        changes = diff(record.published_things(), things)
        log = as_text(previous[0].name, release.name, changes, prefixes)
    else:
        # Everything is new: the list of addresses says so, and no log needs to repeat it.
        changes = Changes()
        log = first_release_as_text(release.name, things)
    turtle = as_turtle(previous[0].name if previous else None, release.name, changes, prefixes)
    record.add(release, things, {"txt": log, "ttl": turtle})
    return release, log
