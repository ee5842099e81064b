"""Demo data: plainly synthetic people and dues for the embedded default. Never installed in production."""
