"""One AddField over 500 gminas, a transaction each, beside the bare statements on the same number of connections.

SCHEMAS=500 gminas; CONNECTIONS=2; ROUNDS=6 of each, the fastest counts; SAMPLE=5 gminas by the stock command, scaled to all.
The bare statements are what Django sends, one message a gmina, by a superuser who need not take a role. The first round is
the whole of a deploy (`end_to_end_s`); the others leave the schema for new gminas unrecorded, which takes longest.
"""

import os
import threading
import time

import psycopg

from benchmarks.fleets import Fleet, chunks, fleet
from benchmarks.harness import finish, say

GOAL = 1.5
RECYCLE = 100
FIELD = """
    operations = [migrations.AddField("letter", "{0}", models.IntegerField(default=7, db_default=7))]
"""
RECORD = "INSERT INTO django_migrations (app, name, applied) VALUES ('bare', 'x', now())"
MODEL = """
    operations = [
        migrations.CreateModel("Parcel", [
            ("id", models.BigAutoField(primary_key=True)),
            ("letter", models.ForeignKey("probna.letter", django.db.models.deletion.PROTECT)),
            ("senders", models.ManyToManyField("probna.author")),
        ]),
    ]
"""


def bare(gminas: Fleet, statements: str, connections: int) -> float:
    """Seconds of the statements in every gmina, each in a transaction of its own."""
    queue = list(chunks(gminas.schemas, RECYCLE))
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                if not queue:
                    return
                some = queue.pop()
            with psycopg.connect(gminas.server.url("postgres", "bench"), autocommit=True) as session:
                for schema in some:
                    session.execute(
                        f'BEGIN; SET LOCAL search_path = "{schema}"; {statements}; COMMIT'.encode()
                    )

    threads = [threading.Thread(target=work) for _ in range(connections)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def replayed(
    gminas: Fleet, name: str, body: str, after: str, *options: str
) -> tuple[float, dict[str, float]]:
    """Seconds from the start of the process to its end, and what the runner reports."""
    gminas.migration(name, body, after=after)
    seconds = gminas.skarbnik("fleet_migrate", *options)
    report = gminas.last_report()
    assert report["done"] == len(gminas.schemas), report
    times = report["seconds"]
    say(f"{name}: {seconds:.2f} s in all; {times}; longest transaction {report['longest_ms']} ms")
    return seconds, {"replay": times["replay"], "longest": report["longest_ms"]}


def main() -> None:
    """Measure and tell."""
    count, rounds = int(os.environ.get("SCHEMAS", "500")), int(os.environ.get("ROUNDS", "6"))
    connections, sample = int(os.environ.get("CONNECTIONS", "2")), int(os.environ.get("SAMPLE", "5"))
    limits = ("--connections", str(connections))
    last, whole, ours, floor, longest = "0001_initial", [], [], [], []
    with fleet(count) as gminas:
        for number in range(rounds):
            column = f"ALTER TABLE probna_letter ADD COLUMN bare_{number} integer DEFAULT 7 NOT NULL"
            floor.append(bare(gminas, f"{column}; {RECORD}", connections))
            bare(gminas, "DELETE FROM django_migrations WHERE app = 'bare'", connections)
            name = f"{number + 2:04d}_field"
            options = (*limits, "--no-recording") if number else limits
            seconds, found = replayed(gminas, name, FIELD.format(f"field_{number}"), last, *options)
            last = name
            whole.append(seconds)
            ours.append(found["replay"])
            longest.append(found["longest"])
        model_s, model = replayed(gminas, "0100_model", MODEL, last, *limits)
        gminas.migration("0101_stock", FIELD.format("stock"), after="0100_model")
        per_gmina = gminas.stock(sample)
    say(
        f"AddField over {count}: replay {min(ours):.2f} s, bare {min(floor):.2f} s; stock {per_gmina * count:.0f} s"
    )
    finish(
        "fleet_migration",
        ratio=min(ours) / min(floor),
        goal=GOAL,
        gminas=count,
        replay_s=round(min(ours), 3),
        bare_s=round(min(floor), 3),
        end_to_end_s=round(whole[0], 2),
        longest_lock_ms=min(longest),
        longest_lock_ms_of_all_rounds=max(longest),
        create_model_end_to_end_s=round(model_s, 2),
        create_model_replay_s=model["replay"],
        create_model_longest_lock_ms=model["longest"],
        stock_s=round(per_gmina * count, 1),
        times_faster_than_stock=round(per_gmina * count / whole[0], 1),
    )


if __name__ == "__main__":
    main()
