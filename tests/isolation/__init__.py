"""Whether one gmina ever reads another: threads, pools, poolers, Celery and coroutines under load, and stock failures."""
