"""The bare view and its table."""

import uuid

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

TABLE = """
CREATE SCHEMA bare;
CREATE TABLE bare.message (id bigserial PRIMARY KEY, public_id uuid UNIQUE, body text, received_at timestamptz);
GRANT USAGE ON SCHEMA bare TO PUBLIC;
GRANT INSERT ON bare.message TO PUBLIC;
GRANT USAGE ON SEQUENCE bare.message_id_seq TO PUBLIC;
"""
INSERT = "INSERT INTO bare.message (public_id, body, received_at) VALUES (%s, %s, now())"


@csrf_exempt
def insert(request: HttpRequest, alias: str) -> HttpResponse:
    """Insert the body of the request through one of the connections and answer OK."""
    with connections[alias].cursor() as cursor:
        cursor.execute(INSERT, [uuid.uuid4(), request.body.decode()])
    return HttpResponse("OK", content_type="text/plain")
