# A hearsay agent with its dashboard.
#
#   docker build -t hearsay .
#   docker run --rm hearsay keygen
#   docker run -e HEARSAY_KEY -e HEARSAY_TOKEN -p 7946:7946/tcp -p 7946:7946/udp -p 127.0.0.1:4001:4001 \
#     -v hearsay:/data hearsay
#
# It binds to all addresses of the container, so that it wants a gossip key and a token.

ARG NODE_VERSION=24

FROM node:${NODE_VERSION}-slim AS sources
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/agent/package.json packages/agent/
COPY packages/dashboard/package.json packages/dashboard/
COPY packages/kv/package.json packages/kv/
COPY packages/memberlist/package.json packages/memberlist/
COPY packages/simulator/package.json packages/simulator/

FROM sources AS build
RUN npm ci --no-audit --no-fund --ignore-scripts
COPY tsconfig.base.json tsconfig.json ./
COPY scripts scripts
COPY packages packages
RUN node node_modules/typescript/bin/tsc -b packages/agent && node scripts/dashboard.mjs

# What is needed to run, without compilers and tests. Binaries come with their packages.
FROM sources AS production
RUN npm ci --omit=dev --no-audit --no-fund --ignore-scripts
COPY packages/agent/bin packages/agent/bin
COPY --from=build /app/packages/agent/dist packages/agent/dist
COPY --from=build /app/packages/dashboard/dist packages/dashboard/dist
COPY --from=build /app/packages/kv/dist packages/kv/dist
COPY --from=build /app/packages/memberlist/dist packages/memberlist/dist
COPY --from=build /app/packages/simulator/dist packages/simulator/dist
COPY packages/simulator/page packages/simulator/page

FROM node:${NODE_VERSION}-slim
LABEL org.opencontainers.image.title="hearsay" \
      org.opencontainers.image.description="Cluster membership, failure detection, gossip and a replicated map" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY LICENSE NOTICE /app/
COPY --from=production /app /app
RUN ln -s /app/packages/agent/bin/hearsay.js /usr/local/bin/hearsay \
 && install -d -o node -g node -m 0700 /data
ENV NODE_ENV=production \
    HEARSAY_BIND=0.0.0.0:7946 \
    HEARSAY_HTTP=0.0.0.0:4001 \
    HEARSAY_DATA_DIR=/data \
    HEARSAY_LOG_FORMAT=json
USER node
VOLUME /data
EXPOSE 7946/tcp 7946/udp 4001/tcp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4001/healthz').then(({ok}) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["hearsay"]
CMD ["agent"]
