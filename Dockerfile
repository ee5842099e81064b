# syntax=docker/dockerfile:1
# The image of Skarbnik: one for web, worker, beat and migrations; every setting comes from outside.
# The base is fixed by version here and by digest where it is built:
#   docker build --build-arg PYTHON_IMAGE=python:3.11-slim-bookworm@sha256:... --tag skarbnik:0.1.0 .
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PYTHON_DOWNLOADS=never \
    UV_PROJECT_ENVIRONMENT=/opt/skarbnik
RUN pip install --no-cache-dir uv==0.13.8
WORKDIR /src
# What others wrote changes seldom: a layer of its own.
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --no-install-project
COPY README.md LICENSE ./
COPY platform platform
COPY tenants tenants
COPY services services
COPY integrations integrations
COPY frontend frontend
RUN uv sync --locked --no-dev --no-editable
# Settings are read but no key is used and nothing is connected to; the values live for this one command. The check
# stops the build when a folder of assets was left behind, which collectstatic itself would only mention.
WORKDIR /srv
RUN export PYTHONSAFEPATH=1 STATIC_ROOT=/srv/static SKARBNIK_DOMAIN=build.invalid SECRET_KEY=for-this-command-only \
        MASTER_KEY=unused PLATFORM_KEYS=unused DATABASE_URL=postgres://build.invalid/unused BROKER_URL=memory:// \
    && /opt/skarbnik/bin/skarbnik check --tag staticfiles --fail-level WARNING \
    && /opt/skarbnik/bin/skarbnik collectstatic --noinput

FROM ${PYTHON_IMAGE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Skarbnik" \
      org.opencontainers.image.description="Residents of Polish gminas see what they owe the office and pay it" \
      org.opencontainers.image.licenses="EUPL-1.2" \
      org.opencontainers.image.version="${VERSION}"
# PYTHONSAFEPATH: a folder that happens to hold platform/ must never hide the standard library's module.
ENV PATH=/opt/skarbnik/bin:$PATH \
    PYTHONSAFEPATH=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=portal.settings.production \
    STATIC_ROOT=/srv/static \
    HOME=/tmp
RUN groupadd --gid 10001 skarbnik \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin skarbnik
COPY --from=build /opt/skarbnik /opt/skarbnik
COPY --from=build /srv/static /srv/static
COPY LICENSE /usr/share/doc/skarbnik/LICENSE
WORKDIR /srv
USER 10001:10001
EXPOSE 8000
# For web; start a worker or beat with --no-healthcheck. Kubernetes uses the probes of the chart instead.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "portal.wsgi:application", "--bind=0.0.0.0:8000", "--worker-tmp-dir=/dev/shm", "--no-control-socket", "--timeout=60", "--graceful-timeout=40", "--max-requests=10000", "--max-requests-jitter=1000"]
