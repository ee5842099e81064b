"""Polish sentences by code of error, by whose work they speak of; `frontend.messages` puts them together."""
