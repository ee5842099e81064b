"""mObywatel ePłatności: its settlement file, so that a due paid there is closed and unlocked here."""
