"""The cookie by which the browser that made a workspace may change it."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from netviz.models import Workspace
from netviz.workspaces import EDIT_COOKIE

_COOKIE_SECONDS = str(400 * 24 * 3600)  # as long as browsers keep one


def _cookie_paths(found: Workspace) -> tuple[str, str]:
    """The cookie goes only where this workspace lives, so one browser can hold many."""
    return reverse("workspace", args=[found.slug]), reverse("api-workspace", args=[found.slug]).rstrip("/")


def keep_token(request: HttpRequest, response: HttpResponse, found: Workspace, token: str) -> None:
    """Let the browser that made a workspace change it; scripts can't read the cookie."""
    patch_vary_headers(response, ["Cookie"])
    for path in _cookie_paths(found):
        _add_cookie(response, path, token, secure=request.is_secure())


def _add_cookie(response: HttpResponse, path: str, token: str, secure: bool) -> None:
    """Django keeps one cookie per name; two that differ by path need two headers."""
    key = f"{EDIT_COOKIE} {path}"
    response.cookies[EDIT_COOKIE] = token
    morsel = response.cookies.pop(EDIT_COOKIE)
    morsel.update({"path": path, "httponly": "true", "samesite": "Lax", "max-age": _COOKIE_SECONDS})
    if secure:
        morsel["secure"] = True
    dict.__setitem__(response.cookies, key, morsel)


def forget_token(response: HttpResponse, found: Workspace) -> None:
    for path in _cookie_paths(found):
        _add_cookie(response, path, "", secure=False)
        response.cookies[f"{EDIT_COOKIE} {path}"]["max-age"] = 0
