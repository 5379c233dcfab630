"""Uploads: from a request in any of its forms to (label, bytes) pairs.

A path is a label and never opened. What is refused here is refused with the setting that says so.
"""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

import msgspec
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.datastructures import MultiValueDict

from netviz.refusal import Refusal

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

PASTED = "pasted.yaml"
MAX_LABEL = 512
_NAMES = {
    "application/zip": "upload.zip",
    "application/x-zip-compressed": "upload.zip",
    "application/gzip": "upload.tar.gz",
    "application/x-gzip": "upload.tar.gz",
    "application/x-tar": "upload.tar",
}

File = tuple[str, bytes]


class JsonFile(msgspec.Struct, frozen=True):
    path: str
    text: str


class JsonUpload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An upload as JSON; `copy` names a workspace whose files to take, `add` keeps those that are there."""

    files: list[JsonFile] | None = None
    text: str | None = None
    settings: dict[str, str] | None = None
    copy: str | None = None
    add: bool = False


class Upload(msgspec.Struct, frozen=True):
    """What was sent. None stands for what was not spoken of. `add`: its files come to those that are there."""

    files: list[File] | None = None
    settings: dict[str, str] | None = None
    copy: str | None = None
    add: bool = False


def read_upload(request: HttpRequest) -> Upload:
    """The upload of a request; a Refusal where it can't be read or is over a limit."""
    try:
        return checked(_decode(request))
    except TooManyFilesSent:
        raise too_many_files() from None
    except TooManyFieldsSent:
        raise too_many_files() from None
    except RequestDataTooBig:
        raise too_large() from None
    except MultiPartParserError:
        raise Refusal(
            400, "bad-upload", "This form upload is broken.", "Send it again, or send plain YAML as the body."
        ) from None
    except UnreadablePostError:
        raise Refusal(400, "bad-upload", "The upload ended too soon.", "Please send it again.") from None


def _decode(request: HttpRequest) -> Upload:
    kind = request.content_type or ""
    if kind == "multipart/form-data":
        return _from_form(*_form(request))
    if kind == "application/json":
        return _from_json(request.body)
    return Upload([(_NAMES.get(kind, "manifests.yaml"), request.body)] if request.body else None)


def _form(request: HttpRequest) -> tuple[QueryDict, "MultiValueDict[str, UploadedFile[bytes]]"]:
    if request.method == "POST":
        return request.POST, request.FILES
    return request.parse_file_upload(request.META, BytesIO(request.body))


def _from_form(fields: QueryDict, uploaded: "MultiValueDict[str, UploadedFile[bytes]]") -> Upload:
    files = uploaded.getlist("files")
    paths = fields.getlist("paths")
    if paths and len(paths) != len(files):
        raise Refusal(
            400,
            "paths-mismatch",
            "There are {files} `files` but {paths} `paths`.",
            "Send one `paths` field for each file, in the same order, or none at all.",
            files=len(files),
            paths=len(paths),
        )
    labels = paths or [file.name or "" for file in files]
    named = [(path, file.read()) for path, file in zip(labels, files, strict=True)]
    named = [(path, data) for path, data in named if path or data]  # a form's empty file input
    text = fields.get("text", "")
    if text.strip():
        named.append((PASTED, text.encode("utf-8", "replace")))
    chosen = _settings(fields.getlist("set")) if "set" in fields else None
    return Upload(named or None, chosen, fields.get("copy"), fields.get("add") == "yes")


def _settings(words: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in filter(None, words):  # an empty one says that none is chosen
        key, equals, value = word.partition("=")
        if not equals or not key.strip():
            message = '`set` wants KEY=VALUE, not "{word}".'
            raise Refusal(400, "bad-setting", message, "As in set=proxy=nftables.", word=word)
        found[key.strip()] = value.strip()
    return found


def _from_json(body: bytes) -> Upload:
    """Our own form of an upload, else one of Kubernetes' objects (`kubectl get -o json`)."""
    try:
        content: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return Upload([("manifests.json", body)])
    if not isinstance(content, Mapping) or "kind" in content or "apiVersion" in content:
        return Upload([("manifests.json", body)])
    try:
        sent = msgspec.convert(content, JsonUpload)
    except msgspec.ValidationError as error:
        raise Refusal(
            400,
            "bad-upload",
            "This JSON is no upload: {error}.",
            'Send {"files": [{"path": ..., "text": ...}]}.',
            error=error,
        ) from None
    files = [(file.path, file.text.encode("utf-8", "replace")) for file in sent.files or ()]
    if sent.text is not None:
        files.append((PASTED, sent.text.encode("utf-8", "replace")))
    spoken = sent.files is not None or sent.text is not None
    return Upload(files if spoken else None, sent.settings, sent.copy, sent.add)


def checked(upload: Upload) -> Upload:
    """Labels made unique and printable, and the limits kept."""
    if upload.files is None:
        return upload
    if len(upload.files) > settings.NETVIZ_MAX_FILES:
        raise too_many_files()
    if sum(len(data) for _, data in upload.files) > settings.NETVIZ_MAX_UPLOAD_BYTES:
        raise too_large()
    seen: set[str] = set()
    return msgspec.structs.replace(upload, files=[(_unique(label(path), seen), data) for path, data in upload.files])


def label(path: str) -> str:
    """A path as a label: printable, without . and .. parts, not too long."""
    printable = "".join(c if c.isprintable() else "?" for c in path.replace("\\", "/"))
    parts = [part for part in printable.split("/") if part not in ("", ".", "..")]
    return "/".join(parts)[-MAX_LABEL:] or "unnamed.yaml"


def _unique(path: str, seen: set[str]) -> str:
    stem, dot, ending = path.rpartition(".")
    candidate, number = path, 2
    while candidate in seen:
        candidate = f"{stem} ({number}).{ending}" if dot else f"{path} ({number})"
        number += 1
    seen.add(candidate)
    return candidate


def too_large() -> Refusal:
    limit = settings.NETVIZ_MAX_UPLOAD_BYTES
    return Refusal(
        413,
        "upload-too-large",
        "This upload is larger than {size}.",
        "Leave out what has nothing to do with the network, such as CustomResourceDefinitions, "
        "or raise NETVIZ_MAX_UPLOAD_BYTES (now {limit}).",
        size=_size(limit),
        limit=limit,
    )


def too_many_files() -> Refusal:
    limit = settings.NETVIZ_MAX_FILES
    return Refusal(
        413,
        "too-many-files",
        "This upload has more than {limit:,} files.",
        "Send an archive (.zip, .tar.gz) or fewer files, or raise NETVIZ_MAX_FILES (now {limit}).",
        limit=limit,
    )


def nothing_sent() -> Refusal:
    return Refusal(
        400,
        "empty-upload",
        "There is nothing in this upload.",
        "Choose files or a folder, or paste manifests, then send them again.",
    )


def _size(count: int) -> str:
    return f"{count / 1024**2:g} MiB" if count >= 1024**2 else f"{count:,} bytes"
