"""Password hashing."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id with OWASP's parameters (19 MiB, 2 passes, 1 lane): strong, and bearable on a sign-in day of 15 March."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
