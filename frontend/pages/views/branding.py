"""The gmina's colour and crest. Their addresses carry the setting's version, so browsers may keep them."""

from django.http import Http404, HttpRequest, HttpResponse

from frontend.components import brand
from frontend.guards import public
from tenants.configuration.queries import office

KEEP = "public, max-age=86400"
CREST_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A crest is uploaded by the office: as an image it runs nothing, opened by itself it must not either."""


@public
def stylesheet(request: HttpRequest) -> HttpResponse:
    """Three colours made of the office's one."""
    return HttpResponse(
        brand.stylesheet(office().brand_colour), content_type="text/css", headers={"Cache-Control": KEEP}
    )


@public
def crest(request: HttpRequest) -> HttpResponse:
    """The crest as SVG, in a sandbox of its own."""
    svg = office().crest_svg
    if not svg:
        raise Http404
    headers = {"Cache-Control": KEEP, "Content-Security-Policy": CREST_POLICY}
    return HttpResponse(svg, content_type="image/svg+xml", headers=headers)
