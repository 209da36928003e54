# One image for every role; `docker compose up` runs them against a ClickHouse server (docker-compose.yml).
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

# Packages first, so that a change of source does not install them again.
COPY requirements.txt ./
RUN python -m pip install --require-hashes --requirement requirements.txt

COPY . .
RUN python -m pip install --no-deps --no-build-isolation --editable . \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin supplyscope \
    && mkdir /data && chown supplyscope: /data

USER supplyscope
ENV SUPPLYSCOPE_DATA=/data SUPPLYSCOPE_CONFIG=/app/examples/hospital_network SUPPLYSCOPE_PORT=8080
VOLUME /data
EXPOSE 8080 4317 4318
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['SUPPLYSCOPE_PORT'] + '/readyz', timeout=4)"]

ENTRYPOINT ["supplyscope"]
CMD ["serve"]
