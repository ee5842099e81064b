"""Views of the public pages; the two below answer where no page could."""

from frontend.pages.views.errors import not_found, server_error

__all__ = ["not_found", "server_error"]
