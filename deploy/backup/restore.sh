#!/usr/bin/env bash
# restore.sh [--replace] <folder>: brings back what backup.sh saved, to the addresses that the same variables name; see
# docs/backup.md for what comes before and after. No process of the platform may run. A database that is there already
# is left alone, and that is a failure, unless --replace says to drop it. The roles that own things and may use them have
# to be there, and the addresses to name one that may make databases in their name: the server's administrator.
source "$(dirname "${BASH_SOURCE[0]}")/tools.sh"

replace=no
[[ ${1:-} == --replace ]] && replace=yes && shift
folder=${1:?usage: restore.sh [--replace] <folder>}
[[ -e $folder/manifest ]] || fail "$folder holds no complete backup: manifest is missing"
(cd "$folder" && sha256sum --quiet --check manifest) || fail "$folder is damaged"
psql=$(pg_tool psql) pg_restore=$(pg_tool pg_restore)

# What is said of a database as a whole, its owner and who may connect, in the words of pg_restore but for its name,
# which may be another one here.
of_the_whole() {
  local dump=$1 database=$2 list was
  list=$("$pg_restore" --create --list "$dump" | grep -E '^[0-9]+; [0-9]+ [0-9]+ (DATABASE|DATABASE PROPERTIES|ACL - DATABASE) ')
  was=$(sed -nE 's/^[0-9; ]+ DATABASE - (.*) [^ ]+$/\1/p' <<<"$list")
  "$pg_restore" --create --use-list=<(echo "$list") --file=- "$dump" | grep -E '^(ALTER|(GRANT|REVOKE) .* ON) DATABASE ' |
    sed -E "s/ DATABASE (\"$was\"|$was) / DATABASE \"$database\" /"
}

for entry in $(databases); do
  name=${entry%%=*} url=${entry#*=} database=$(database_of "${entry#*=}")
  [[ -e $folder/$name.dump ]] || fail "the backup has no $name: was it made with the same addresses?"
  server=$(beside "$url")
  there=$("$psql" -XAtqc "select count(*) from pg_database where datname = '$database'" "$server")
  if [[ $there == 1 ]]; then
    [[ $replace == yes ]] || fail "the database $database is there already; --replace drops it"
    "$psql" -Xqv ON_ERROR_STOP=1 -c "drop database \"$database\" with (force)" "$server"
  fi
  "$psql" -Xqv ON_ERROR_STOP=1 -c "create database \"$database\" template template0" "$server"
  "$pg_restore" --exit-on-error --single-transaction --dbname="$url" "$folder/$name.dump"
  of_the_whole "$folder/$name.dump" "$database" | "$psql" -Xqv ON_ERROR_STOP=1 --single-transaction "$server"
  "$psql" -Xqc 'analyze' "$url"
  echo "restored $database from $name.dump"
done

if [[ -n ${TEMPORAL_SQLITE:-} ]]; then
  [[ ! -e $TEMPORAL_SQLITE || $replace == yes ]] || fail "$TEMPORAL_SQLITE is there already; --replace overwrites it"
  rm -f "$TEMPORAL_SQLITE" "$TEMPORAL_SQLITE-wal" "$TEMPORAL_SQLITE-shm"
  cp "$folder/temporal.sqlite" "$TEMPORAL_SQLITE"
  echo "restored $TEMPORAL_SQLITE"
fi
