#!/usr/bin/env bash
# restore.sh [--replace] <folder>: restores a backup of backup.sh into the databases that the same variables name.
# docs/backup.md tells what to do before and after. No process of the platform may run. If a database exists, the script
# fails and changes nothing in it; with --replace it drops that database first. All database roles of the backup must
# exist. The addresses must sign in as the server's administrator, because a restore creates databases for other roles.
source "$(dirname "${BASH_SOURCE[0]}")/tools.sh"

replace=no
[[ ${1:-} == --replace ]] && replace=yes && shift
folder=${1:?no folder is given; usage: restore.sh [--replace] <folder>}
[[ -e $folder/manifest ]] || fail "$folder contains no complete backup: its manifest is missing; use another backup"
(cd "$folder" && sha256sum --quiet --check manifest) || fail "$folder is damaged: checksums differ; use another copy or another backup"
psql=$(pg_tool psql) pg_restore=$(pg_tool pg_restore)

# Prints the statements for the database itself: its owner and who may connect. pg_restore gives them only together with
# the name of the saved database, so that name is replaced with the name here.
database_properties() {
  local dump=$1 database=$2 list was
  list=$("$pg_restore" --create --list "$dump" | grep -E '^[0-9]+; [0-9]+ [0-9]+ (DATABASE|DATABASE PROPERTIES|ACL - DATABASE) ')
  was=$(sed -nE 's/^[0-9; ]+ DATABASE - (.*) [^ ]+$/\1/p' <<<"$list")
  "$pg_restore" --create --use-list=<(echo "$list") --file=- "$dump" | grep -E '^(ALTER|(GRANT|REVOKE) .* ON) DATABASE ' |
    sed -E "s/ DATABASE (\"$was\"|$was) / DATABASE \"$database\" /"
}

for entry in $(databases); do
  name=${entry%%=*} url=${entry#*=} database=$(database_of "${entry#*=}")
  [[ -e $folder/$name.dump ]] || fail "the backup contains no $name.dump: set the same variables as for the backup"
  server=$(beside "$url")
  there=$("$psql" -XAtqc "select count(*) from pg_database where datname = '$database'" "$server")
  if [[ $there == 1 ]]; then
    [[ $replace == yes ]] || fail "the database $database already exists; to drop it first, add --replace"
    "$psql" -Xqv ON_ERROR_STOP=1 -c "drop database \"$database\" with (force)" "$server"
  fi
  "$psql" -Xqv ON_ERROR_STOP=1 -c "create database \"$database\" template template0" "$server"
  "$pg_restore" --exit-on-error --single-transaction --dbname="$url" "$folder/$name.dump"
  database_properties "$folder/$name.dump" "$database" | "$psql" -Xqv ON_ERROR_STOP=1 --single-transaction "$server"
  "$psql" -Xqc 'analyze' "$url"
  echo "restored $database from $name.dump"
done

if [[ -n ${TEMPORAL_SQLITE:-} ]]; then
  [[ ! -e $TEMPORAL_SQLITE || $replace == yes ]] || fail "$TEMPORAL_SQLITE already exists; to overwrite it, add --replace"
  rm -f "$TEMPORAL_SQLITE" "$TEMPORAL_SQLITE-wal" "$TEMPORAL_SQLITE-shm"
  cp "$folder/temporal.sqlite" "$TEMPORAL_SQLITE"
  echo "restored $TEMPORAL_SQLITE"
fi
