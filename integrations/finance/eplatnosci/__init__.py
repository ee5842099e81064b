"""mObywatel ePłatności: the settlement file that the office downloads, so that a due paid there is closed and unlocked here."""
