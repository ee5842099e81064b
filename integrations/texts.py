"""Polish texts of the adapters, marked for the message catalogues."""


def gettext_noop(message: str) -> str:
    """Mark a Polish text for extraction; the surface that shows it translates it.

    `makemessages` knows this name, so the text reaches the catalogue although nothing here imports Django.
    """
    return message
