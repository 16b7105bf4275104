# Sourced by backup.sh and restore.sh.
set -euo pipefail

fail() {
  echo "$1" >&2
  exit 1
}

# The newest tool of this name: in PG_BIN, on PATH, or where Debian and Homebrew put it. It must not be older than the
# server. The Postgres that the launcher takes from npm has no such tools: install postgresql-client.
pg_tool() {
  local name=$1 candidate
  if [[ -n ${PG_BIN:-} ]]; then
    [[ -x $PG_BIN/$name ]] && echo "$PG_BIN/$name" && return
    fail "PG_BIN has no $name: $PG_BIN"
  fi
  for candidate in $(ls -d /usr/lib/postgresql/*/bin /opt/homebrew/opt/{libpq,postgresql@*}/bin 2>/dev/null | sort -rV); do
    [[ -x $candidate/$name ]] && echo "$candidate/$name" && return
  done
  command -v "$name" || fail "$name is not here: install postgresql-client, not older than the server, or set PG_BIN"
}

# Name of the database in a URL, and the URL of the server's own database beside it.
database_of() { local path=${1#*://*/}; echo "${path%%\?*}"; }
beside() {
  local rest=${1#*://} options=''
  [[ $rest == *\?* ]] && options=?${rest#*\?}
  echo "${1%%://*}://${rest%%/*}/postgres$options"
}

# `name=url` lines: what is to be saved, in this order. Temporal comes first, so that it is never ahead of the services'
# books: what its runs forgot they do again without harm, what the books forgot nobody can do again. Orders come before
# stock and money for the same reason.
databases() {
  local name variable url seen=' '
  for name in temporal:TEMPORAL_DATABASE_URL temporal_visibility:TEMPORAL_VISIBILITY_DATABASE_URL \
    order:ORDER_DATABASE_URL cart:CART_DATABASE_URL products:PRODUCTS_DATABASE_URL wallet:WALLET_DATABASE_URL \
    sso:SSO_DATABASE_URL; do
    variable=${name#*:} name=${name%%:*}
    url=${!variable:-}
    if [[ -z $url && $name != temporal* ]]; then
      url=${DATABASE_URL:?is not set: the address of the services\' database}
      name=services
    fi
    [[ -z $url || $seen == *" $url "* ]] && continue
    seen+="$url "
    echo "$name=$url"
  done
}
