#!/bin/bash
# Makes images under the names of docker-compose.yml on a machine that reaches no image registry, so that
# `npm run test:compose` can run there: Debian's packages, and the programs that the launcher has installed (`npm test`
# installs Node and Kafka, `npm run test:temporal` Temporal's server). Needs root, Docker and debootstrap. Versions differ
# from the real images, Temporal's Web UI is empty, and nginx resolves names only at its start. Never release them.
#   deploy/docker/stand-ins.sh [mirror of Debian]
set -euo pipefail
cd "$(dirname "$0")/../.."
mirror=${1:-http://deb.debian.org/debian}
cache=${ECOMMERCE_CACHE:-$HOME/.cache/ecommerce-dev}
packages=ca-certificates,curl,netcat-openbsd,wget,procps,gettext-base,postgresql-15,redis-server,nginx,openjdk-17-jre-headless
image_of() {
  sed -n "s#^ *image: \\($1:[^ ]*\\)\$#\\1#p" docker-compose.yml | head -n 1
}
one_of() {
  local found
  found=$(compgen -G "$cache/$1" | tail -n 1) || true
  [[ -n $found ]] || { echo "There is no $1 in $cache. Run npm test and npm run test:temporal first." >&2; exit 1; }
  echo "$found"
}

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
mkdir -p "$context/bin" "$context/kafka/bin"
cp "$(one_of 'node-*/node_modules/node-*/bin/node')" "$(one_of 'temporal-server-*/temporal-server')" \
  "$(one_of 'temporal-server-*/temporal-sql-tool')" "$(one_of 'temporal-[0-9]*/bin/temporal')" "$context/bin/"
cp -r "$(one_of 'kafka-*/libs')" "$context/kafka/libs"
cp -rL "$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")" "$context/npm"

cat >"$context/kafka/bin/kafka-storage.sh" <<'SH'
#!/bin/sh
exec java -Xmx128m -cp '/opt/kafka/libs/*' kafka.tools.StorageTool "$@"
SH
cat >"$context/kafka/bin/kafka-server-start.sh" <<'SH'
#!/bin/sh
exec java $KAFKA_HEAP_OPTS $KAFKA_LOG4J_OPTS -XX:+UseSerialGC -cp '/opt/kafka/libs/*' kafka.Kafka "$@"
SH
cat >"$context/kafka/bin/kafka-broker-api-versions.sh" <<'SH'
#!/bin/sh
exec nc -z localhost 9092
SH
cat >"$context/postgres.sh" <<'SH'
#!/bin/bash
set -euo pipefail
export PGDATA=/var/lib/postgresql/data POSTGRES_USER=postgres
as() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
mkdir -p "$PGDATA" /var/run/postgresql
chown postgres: "$PGDATA" /var/run/postgresql
cd /
if [[ ! -s $PGDATA/PG_VERSION ]]; then
  password=$(as mktemp)
  echo "$POSTGRES_PASSWORD" >"$password"
  as initdb --username=postgres --encoding=UTF8 --locale=C.UTF-8 --pwfile="$password" ${POSTGRES_INITDB_ARGS:-}
  rm "$password"
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
  as pg_ctl -o "-c listen_addresses=''" -w start
  for script in /docker-entrypoint-initdb.d/*.sh; do as bash "$script"; done
  as pg_ctl -m fast -w stop
fi
exec setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
SH
cat >"$context/nginx.sh" <<'SH'
#!/bin/sh
set -e
# This nginx is too old for `server … resolve`.
export UPSTREAM_OPTIONS=
for template in /etc/nginx/templates/*.template; do
  envsubst "$(env | sed 's/=.*//; s/^/$/' | tr '\n' ' ')" <"$template" >"/etc/nginx/conf.d/$(basename "$template" .template)"
done
exec "$@"
SH
chmod +x "$context"/*.sh "$context"/kafka/bin/*.sh
cat >"$context/Dockerfile" <<'DOCKERFILE'
FROM ecommerce-stand-in:debian AS node
COPY bin/node /usr/local/bin/
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && mkdir -p /usr/local/etc \
    && echo 'cafile=/etc/ssl/certs/ca-certificates.crt' >/usr/local/etc/npmrc
FROM ecommerce-stand-in:debian AS postgres
COPY postgres.sh /
ENTRYPOINT ["/postgres.sh"]
STOPSIGNAL SIGINT
FROM ecommerce-stand-in:debian AS redis
RUN chmod -R a+rX /etc/redis
FROM ecommerce-stand-in:debian AS kafka
COPY kafka /opt/kafka
RUN mkdir -p /var/lib/kafka/data && chown 1000:1000 /var/lib/kafka/data
FROM ecommerce-stand-in:debian AS temporal
COPY bin/temporal bin/temporal-server bin/temporal-sql-tool /usr/local/bin/
FROM ecommerce-stand-in:debian AS ui
COPY bin/node /usr/local/bin/
CMD ["node", "-e", "process.on('SIGTERM', () => process.exit()); require('http').createServer((_, answer) => answer.end()).listen(8080)"]
FROM ecommerce-stand-in:debian AS nginx
COPY nginx.sh /
ENTRYPOINT ["/nginx.sh"]
DOCKERFILE

debootstrap --variant=minbase --include="$packages" bookworm "$context/debian" "$mirror" >&2
rm -rf "$context"/debian/var/cache/apt/archives/*.deb "$context"/debian/var/lib/apt/lists/*
# This machine's registry of packages may have a certificate of its own.
cp /etc/ssl/certs/ca-certificates.crt "$context/debian/etc/ssl/certs/"
path=/usr/local/sbin:/usr/local/bin:/usr/lib/postgresql/15/bin:/usr/sbin:/usr/bin:/sbin:/bin
tar -C "$context/debian" -c . | docker import --change "ENV PATH=$path" - ecommerce-stand-in:debian
rm -rf "$context/debian"

make() {
  docker build --quiet --network=host --target "$1" --tag "$2" "$context"
}
make node "$(sed -n 's/^ARG NODE_IMAGE=//p' deploy/docker/Dockerfile)"
make postgres "$(image_of postgres)"
make redis "$(image_of redis)"
make kafka "$(image_of apache/kafka)"
make temporal "$(image_of temporalio/server)"
make temporal "$(image_of temporalio/admin-tools)"
make ui "$(image_of temporalio/ui)"
make nginx "$(image_of nginx)"
docker build --network=host --file deploy/docker/Dockerfile --tag ecommerce:stand-in .
echo 'Now: npm run test:compose -- ecommerce:stand-in'
