# What backup.sh and restore.sh share. They source this file.
set -euo pipefail

fail() {
  echo "$1" >&2
  exit 1
}

# Prints the path of a Postgres tool: from PG_BIN if it is set, else the newest one in the folders of Debian and
# Homebrew, else the one on PATH. A tool must not be older than the server. The npm package of Postgres that the
# launcher installs does not contain these tools: install postgresql-client.
pg_tool() {
  local name=$1 candidate
  if [[ -n ${PG_BIN:-} ]]; then
    [[ -x $PG_BIN/$name ]] && echo "$PG_BIN/$name" && return
    fail "PG_BIN is $PG_BIN, which contains no $name: set it to the folder of the Postgres tools, or unset it"
  fi
  for candidate in $(ls -d /usr/lib/postgresql/*/bin /opt/homebrew/opt/{libpq,postgresql@*}/bin 2>/dev/null | sort -rV); do
    [[ -x $candidate/$name ]] && echo "$candidate/$name" && return
  done
  command -v "$name" || fail "$name is missing: install postgresql-client (not older than the server), or set PG_BIN to its folder"
}

# database_of prints the name of the database in a URL. beside prints the URL of the database `postgres` on its server.
database_of() { local path=${1#*://*/}; echo "${path%%\?*}"; }
beside() {
  local rest=${1#*://} options=''
  [[ $rest == *\?* ]] && options=?${rest#*\?}
  echo "${1%%://*}://${rest%%/*}/postgres$options"
}

# Prints a line `name=url` for each database, in the order of the backup. Temporal comes first, so that its state is
# never newer than the services' data. A workflow that is restored to an older state repeats steps, which is harmless;
# nothing repeats a step that Temporal knows as done but the services have lost. For the same reason orders precede
# stock and money.
databases() {
  local name variable url seen=' '
  for name in temporal:TEMPORAL_DATABASE_URL temporal_visibility:TEMPORAL_VISIBILITY_DATABASE_URL \
    order:ORDER_DATABASE_URL cart:CART_DATABASE_URL products:PRODUCTS_DATABASE_URL wallet:WALLET_DATABASE_URL \
    backoffice:BACKOFFICE_DATABASE_URL \
    sso:SSO_DATABASE_URL; do
    variable=${name#*:} name=${name%%:*}
    url=${!variable:-}
    if [[ -z $url && $name != temporal* ]]; then
      url=${DATABASE_URL:?is not set: set it to the URL of the services\' database}
      name=services
    fi
    [[ -z $url || $seen == *" $url "* ]] && continue
    seen+="$url "
    echo "$name=$url"
  done
}
