# Caddy with a module for DNS-01 at Route 53; other providers: https://github.com/caddy-dns
FROM caddy:2.11.4-builder-alpine AS build
RUN xcaddy build v2.11.4 --with github.com/caddy-dns/route53@v1.6.2

FROM caddy:2.11.4-alpine
COPY --from=build /usr/bin/caddy /usr/bin/caddy
