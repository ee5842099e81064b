"""How a page carries out an act: one call, and a refusal becomes a sentence beside the field or above the page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from frontend.desk.forms.base import DeskForm
from frontend.messages import sentence
from kernel.audit.attempts import note_failed
from kernel.errors import NotFound, SkarbnikError

Result = TypeVar("Result")
View = Callable[..., HttpResponse]


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, also when it is empty; None while it is only shown."""
    return request.POST if request.method == "POST" else None


def draw(request: HttpRequest, template: str, context: dict[str, Any], *forms: Form) -> HttpResponse:
    """A page with forms; 422 when one of them was refused, so that programs know it as well as people."""
    return render(request, template, context, status=422 if any(form.errors for form in forms) else 200)


def act_on(find: Callable[[Any], object], page: str) -> Callable[[View], View]:
    """For the address of an act that only a press may carry out. Opened otherwise, say by signing in again in the middle of
    it, it leads to the object's page; `find` takes the address' one parameter and raises NotFound where there is nothing."""

    def decorate(view: View) -> View:
        @wraps(view)
        def act(request: HttpRequest, **named: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, **named)
            [key] = named.values()
            find(key)
            way: HttpResponse = redirect(f"desk:{page}", **named)
            return way

        return act

    return decorate


def attempt(form: DeskForm, act: Callable[[], Result]) -> Result | None:
    """Run an act for a valid form; None when it was refused and the form says why. NotFound passes: it is a 404."""
    try:
        return act()
    except NotFound as error:
        if "field" not in error.params:
            raise
        note_failed(error)
        form.refuse(error)
    except SkarbnikError as error:
        note_failed(error)
        form.refuse(error)
    return None


def carried_out(form: DeskForm, act: Callable[[], object]) -> bool:
    """Whether the act went through, for pages that need nothing of its result."""
    return attempt(form, act) is not None


def act_and_tell(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Run an act of a page without fields and say on the next page what came of it. NotFound passes: it is a 404."""
    try:
        act()
    except NotFound:
        raise
    except SkarbnikError as error:
        note_failed(error)
        messages.error(request, sentence(error))
        return False
    messages.success(request, done)
    return True
