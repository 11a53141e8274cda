# The site in an image: `docker build -t stepladder .`, then one container for the site and one, with
# the command `stepladder worker`, for the clock, on one PostgreSQL database (STEPLADDER_DATABASE).
# tests/acceptance/test_dockerfile.py runs these steps.

FROM node:24-slim AS frontend
WORKDIR /build/webui/frontend
COPY webui/frontend/package.json webui/frontend/package-lock.json webui/frontend/.npmrc ./
RUN npm ci --ignore-scripts
COPY webui/frontend ./
RUN npm run build

FROM python:3.11-slim AS packages
WORKDIR /srv/stepladder
RUN python -m venv /opt/stepladder
COPY requirements.txt ./
RUN /opt/stepladder/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml ./
RUN /opt/stepladder/bin/pip install --no-cache-dir --no-deps --no-build-isolation --editable .

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home --home-dir /var/lib/stepladder stepladder
COPY --from=packages /opt/stepladder /opt/stepladder
WORKDIR /srv/stepladder
COPY engine ./engine/
COPY webui ./webui/
COPY --from=frontend /build/webui/static/dist ./webui/static/dist/
COPY processes ./processes/
RUN /opt/stepladder/bin/python -m compileall -q engine webui
ENV PATH=/opt/stepladder/bin:$PATH PYTHONUNBUFFERED=1 STEPLADDER_VAR=/var/lib/stepladder
USER stepladder
VOLUME /var/lib/stepladder
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/', timeout=4)"]
CMD ["stepladder", "web", "--host", "0.0.0.0", "--port", "8000"]
