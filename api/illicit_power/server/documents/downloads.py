"""Downloads, and the descriptions that catalogs and search engines read, from the folder made with the snapshot."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus
from itertools import groupby
from pathlib import Path
from typing import Annotated, Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from illicit_power.dataset.publication import DOWNLOADS
from illicit_power.engine.formats import GRAPH_FORMATS, TURTLE, ResultFormat
from illicit_power.engine.query import select
from illicit_power.exports.documents import ADDRESSES_QUERY
from illicit_power.exports.download_list import CHECKSUMS, DownloadedFile, DownloadList
from illicit_power.model.iris import BASE
from illicit_power.model.prefixes import Prefixes
from illicit_power.server.dependencies import READ, ServedDependency
from illicit_power.server.http.content_negotiation import HTML, negotiated
from illicit_power.server.http.entity_tags import is_known, not_modified, tagged
from illicit_power.server.http.graphs import canonical, parse, serialize
from illicit_power.server.http.links import link
from illicit_power.server.http.pages import render

router = APIRouter(include_in_schema=False)

_LIST_FORMATS: Final = (ResultFormat("json", "application/json"), HTML)
_DESCRIPTION_FORMATS: Final = (*GRAPH_FORMATS, HTML)
_PARAMETERS: Final = {"text/csv": "; charset=utf-8; header=present", "text/turtle": "; charset=utf-8"}
_REVALIDATE: Final = {"Cache-Control": "public, no-cache"}
"""An address outlives the version behind it: whoever has kept a copy asks whether it is still the one."""


def _folder(served: ServedDependency) -> Path:
    """The folder of downloads of the dataset that is served now.

    :raises HTTPException: 404 when it has none
    """
    if served.edition.downloads is None:
        reason = "This server was started on files of its operator's choice, which have no downloads: ask /sparql."
        raise HTTPException(HTTPStatus.NOT_FOUND, reason)
    return served.edition.downloads


FolderDependency = Annotated[Path, Depends(_folder)]


@router.api_route("/download", methods=READ)
async def to_the_list() -> Response:
    """The list has the address of a folder, so that the names in it are relative to it."""
    return RedirectResponse("download/", HTTPStatus.PERMANENT_REDIRECT)


@router.api_route("/download/", methods=READ)
async def list_of_downloads(request: Request, folder: FolderDependency) -> Response:
    """All files with size, checksum and purpose: a page, or JSON."""
    manifest = DownloadList.read(folder)
    if negotiated(request, _LIST_FORMATS) != HTML:
        files = [{**asdict(file), "url": DOWNLOADS + file.name} for file in manifest.files]
        return JSONResponse({"version": manifest.version, "files": files}, headers={"Vary": "Accept", **_REVALIDATE})
    groups = [(group, list(files)) for group, files in groupby(_by_group(manifest), key=lambda file: file.group)]
    context = {"version": manifest.version, "groups": groups, "checksums": CHECKSUMS}
    return render(request, "downloads.html", context, headers={"Vary": "Accept", **_REVALIDATE})


def _by_group(manifest: DownloadList) -> list[DownloadedFile]:
    order = list(dict.fromkeys(file.group for file in manifest.files))
    return sorted(manifest.files, key=lambda file: order.index(file.group))


@router.api_route("/download/{name}", methods=READ)
async def download(request: Request, folder: FolderDependency, name: str) -> Response:
    """One file, whole or in ranges (RFC 9110, section 14)."""
    if name == CHECKSUMS:
        return PlainTextResponse((folder / CHECKSUMS).read_text(encoding="utf-8"), headers=_REVALIDATE)
    file = DownloadList.read(folder).find(name)
    if file is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"There is no download {name}. The list is at /download/.")
    headers = {
        "ETag": f'"{file.sha256}"',
        "Content-Type": file.media_type + _PARAMETERS.get(file.media_type, ""),
        "Link": ", ".join((link(BASE + "catalog", "describedby", TURTLE.media_type), link(DOWNLOADS, "collection"))),
        **_REVALIDATE,
    }
    if is_known(request, headers["ETag"]):
        return not_modified(headers)
    return FileResponse(folder / name, headers=headers, filename=name)


@router.api_route("/void", methods=READ)
async def void(request: Request, served: ServedDependency, folder: FolderDependency) -> Response:
    """The dataset as VoID describes it."""
    return _description(
        request,
        served.engine.prefixes,
        folder / "void.ttl",
        "VoID",
        "What the dataset holds, how much of it, and what it links to.",
    )


@router.api_route("/.well-known/void", methods=READ)
async def well_known_void() -> Response:
    """From the host to its VoID description (VoID, section 7.2)."""
    return RedirectResponse("../void", HTTPStatus.FOUND)


@router.api_route("/catalog", methods=READ)
async def catalog(request: Request, served: ServedDependency, folder: FolderDependency) -> Response:
    """The dataset and its distributions, as DCAT describes them."""
    return _description(
        request,
        served.engine.prefixes,
        folder / "catalog.ttl",
        "DCAT catalog",
        "The dataset and its files, for data catalogs.",
    )


def _description(request: Request, prefixes: Prefixes, path: Path, title: str, about: str) -> Response:
    """The representation of a Turtle file that content negotiation chooses."""
    format_ = negotiated(request, _DESCRIPTION_FORMATS)
    content = path.read_bytes()
    headers = {"Vary": "Accept", **_REVALIDATE}
    if format_ == HTML:
        context = {"title": title, "about": about, "turtle": content.decode(), "file": path.name}
        return tagged(request, render(request, "description.html", context, headers=headers))
    if format_ != TURTLE:
        content = serialize(canonical(parse(content, TURTLE)), format_, prefixes)
    return tagged(request, Response(content, headers={**headers, "Content-Type": format_.content_type}))


@router.api_route("/sitemap.xml", methods=READ)
async def sitemap(request: Request, served: ServedDependency) -> Response:
    """The pages of this host for search engines (https://www.sitemaps.org/protocol.html), which must be under it."""
    rows = await select(served.engine, ADDRESSES_QUERY)
    folders = ("download/",) if served.edition.downloads else ()
    things = sorted(row["iri"].value.removeprefix(BASE) + ".html" for row in rows)
    root = Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for path in ("", "sparql", "api", "ontology", *folders, *things):
        SubElement(SubElement(root, "url"), "loc").text = f"{request.base_url}{path}"
    ElementTree.indent(root)
    content = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(content, headers={"Content-Type": "application/xml", **_REVALIDATE})


@router.api_route("/robots.txt", methods=READ)
async def robots(request: Request) -> Response:
    """Everything may be indexed but answers to queries, of which there is no end (RFC 9309)."""
    lines = ("User-agent: *", "Disallow: /sparql?", "Disallow: /reconcile", f"Sitemap: {request.base_url}sitemap.xml")
    return PlainTextResponse("\n".join(lines) + "\n")
