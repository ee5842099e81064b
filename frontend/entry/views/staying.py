"""“Tak, zostaję”: the answer to the question that comes before a session ends (`frontend.entry.idle`)."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect

from frontend.entry.idle import seconds_left
from frontend.entry.surfaces import surface_of
from frontend.guards import Request


def stay(request: Request) -> HttpResponse:
    """Any request moves the end on; this one tells the page until when."""
    if request.method != "POST":  # signed in again in the middle of it
        surface = surface_of(request)
        return redirect(surface.url(surface.start))
    return JsonResponse({"ends_in": seconds_left(request)})
