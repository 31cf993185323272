# datamaestro as a command, with exactly the packages of requirements/runtime.lock.
#
#   docker build -t datamaestro .
#   docker run --rm -v "$HOME/datamaestro:/data" datamaestro prepare edu.uci.optdigits
#   docker run --rm --user "$(id -u):$(id -g)" --read-only -v "$PWD/data:/data" datamaestro search
#
# Any user id works, and nothing is written outside /data, the home directory of all: settings may
# be in /data/.config/datamaestro/config.toml. docs/container.md has more: clusters, adding plugins
# or ssh, and what the labels say.
#
# Where pip needs certificates or an index of your own, hand them to the build:
#   --secret id=ca,src=/etc/ssl/certs/ca-certificates.crt --secret id=pip,src=pip.conf

FROM python:3.13-slim-bookworm AS build

# The files' time, and that of the wheel's members: two builds give the same layer.
ARG SOURCE_DATE_EPOCH=1580601600
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_NO_COMPILE=1 \
    PIP_ROOT_USER_ACTION=ignore \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONHASHSEED=0

# Below /image grows what the second stage adds to the base. The run-time packages come first:
# pip would leave out what the build tool already brought.
COPY requirements /requirements
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    --mount=type=secret,id=pip,target=/etc/pip.conf \
    pip install --require-hashes -r /requirements/runtime.lock --prefix /image/usr/local && \
    pip install --require-hashes -r /requirements/build.lock

# From a folder of wheels, not by path, so that `pip freeze` says datamaestro==VERSION.
COPY . /source
RUN pip wheel --no-index --no-build-isolation --no-deps --wheel-dir /wheels /source && \
    pip install --no-index --no-deps --find-links /wheels --prefix /image/usr/local datamaestro

# Bytecode is made here, since a run may not write any; the base has none for Python's own modules.
# It needs no check against its source: both are in the image.
RUN compile="python -m compileall -q -f --invalidation-mode unchecked-hash" && \
    unused="/(site-packages|ensurepip|idlelib|lib2to3|pydoc_data|tests?|tkinter|turtledemo)/" && \
    $compile -x "$unused" /usr/local/lib/python3.* && \
    find /usr/local/lib/python3.* -name __pycache__ -not -path "*/site-packages/*" \
        -exec cp -r --parents {} /image ";" && \
    $compile -x "/tests/" -s /image -p / /image/usr/local/lib/python3.*/site-packages

# 1000 is the first user of most Linux computers, so a mounted home directory often just works.
# /data is open to all, for runs with another --user and no directory mounted there.
RUN useradd --uid 1000 --home-dir /data --no-create-home --shell /usr/sbin/nologin datamaestro && \
    cp --parents /etc/passwd /etc/group /image && \
    mkdir -p /image/opt && \
    install -d -o datamaestro -g datamaestro /image/opt/plugins && \
    install -d -m 1777 /image/data && \
    find /image -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +


FROM python:3.13-slim-bookworm

LABEL org.opencontainers.image.title="datamaestro" \
      org.opencontainers.image.description="One qualified name gives a verified, typed, reproducible data set, anywhere." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.vendor="The datamaestro developers" \
      org.opencontainers.image.url="https://github.com/experimaestro/datamaestro" \
      org.opencontainers.image.source="https://github.com/experimaestro/datamaestro" \
      org.opencontainers.image.documentation="https://github.com/experimaestro/datamaestro/blob/main/docs/container.md" \
      org.opencontainers.image.base.name="docker.io/library/python:3.13-slim-bookworm"

COPY --from=build /image /

# As a user who may not write to Python's own folder, pip installs below PYTHONUSERBASE, which every
# user id reads. Whatever a plugin's library keeps in its home goes to /data, the one writable place.
ENV DATAMAESTRO_DIR=/data \
    HOME=/data \
    PATH=/opt/plugins/bin:$PATH \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUSERBASE=/opt/plugins

USER datamaestro
VOLUME /data

# `docker stop` interrupts, like Ctrl-C: process 1 would not hear the usual SIGTERM.
STOPSIGNAL SIGINT
ENTRYPOINT ["datamaestro"]
CMD ["--help"]

# What differs from build to build is last, so that all before it is the same. CREATED is the time of
# the revision, as RFC 3339 has it; empty: not known.
ARG VERSION=""
ARG REVISION=""
ARG CREATED=""
LABEL org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"
