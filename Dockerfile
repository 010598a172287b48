# syntax=docker/dockerfile:1
# One image for api and worker: `docker build -t keyferry .`; what it runs is its argument, api/main.ts or worker/main.ts.
#
# The tag is pinned to a version. To pin the very image as well, put its digest behind the tag:
#   docker buildx imagetools inspect node:24.21.0-bookworm-slim --format '{{.Manifest.Digest}}'
#   ARG NODE=node:24.21.0-bookworm-slim@sha256:<digest>
# docker-compose.yml's images can be pinned the same way; Renovate and Dependabot keep tag and digest together.
ARG NODE=node:24.21.0-bookworm-slim

FROM ${NODE} AS build
# node-pty has no prebuilt binary for Linux; it compiles against the headers next to Node.
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 make g++ \
  && rm -rf /var/lib/apt/lists/*
ENV npm_config_nodedir=/usr/local
WORKDIR /keyferry
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY core core
COPY web web
RUN npm run build:pages && npm prune --omit=dev --no-audit --no-fund

FROM ${NODE}
# ssh: the transport `openssh`. tini: passes signals on and reaps what a handshake leaves behind.
RUN apt-get update \
  && apt-get install -y --no-install-recommends openssh-client tini \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /keyferry
ENV NODE_ENV=production
COPY --from=build /keyferry/node_modules node_modules
COPY --from=build /keyferry/web/dist web/dist
COPY package.json ./
COPY core core
COPY api api
COPY worker worker
COPY scripts/keyferry.ts scripts/keyferry.ts
COPY scripts/cli scripts/cli
USER node
# In a container the port is reached through the container's own network, never the host's.
ENV HOST=0.0.0.0
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --start-interval=1s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.HEALTH_PORT||9464)+'/readyz').then(({ok})=>process.exit(ok?0:1),()=>process.exit(1))"]
# Node 24 runs TypeScript as it is.
ENTRYPOINT ["tini", "--", "node"]
CMD ["api/main.ts"]
