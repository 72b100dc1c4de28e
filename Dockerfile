# The exchange's image: built once, then only what runs, as a user without rights. All roles are this one image.
#
#   docker build --tag tokenbourse .
#   docker run --rm --publish 3000:3000 --volume tokenbourse:/data tokenbourse

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && rm -rf dist/benchmarks dist/test && npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production \
    TOKENBOURSE_HOST=0.0.0.0 \
    TOKENBOURSE_DATA=/data/exchange
WORKDIR /app
RUN install --directory --owner=node --group=node /data
COPY --from=build --chown=root:root /app/package.json ./
COPY --from=build --chown=root:root /app/node_modules ./node_modules
COPY --from=build --chown=root:root /app/dist ./dist
USER node
VOLUME /data
EXPOSE 3000
# Live, not ready: a standby is well without writing, and a market in doubt about its clock needs a person, not a restart.
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.TOKENBOURSE_PORT||3000)+'/v1/health/live').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["node", "--enable-source-maps", "dist/apps/exchange/src/main.js"]
