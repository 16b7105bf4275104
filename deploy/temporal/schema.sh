#!/bin/sh
# Migrates Temporal's two databases to the schema of this version of its tools. A repeated run changes nothing.
# Needs SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD. The databases must exist. While Postgres does not answer, it tells
# so and tries again. It gives up after WAIT_SECONDS (300 unless set).
set -eu
export SQL_PLUGIN=postgres12
wait_seconds=${WAIT_SECONDS:-300}
deadline=$(($(date +%s) + wait_seconds))

migrate() {
  # The update fails on an empty database, because it has no version table. Only then is a setup needed; on a database
  # that is already set up it would fail.
  temporal-sql-tool --database "$1" update-schema --schema-name "$2" ||
    { temporal-sql-tool --database "$1" setup-schema --version 0.0 &&
      temporal-sql-tool --database "$1" update-schema --schema-name "$2"; }
}

until_migrated() {
  until migrate "$1" "$2"; do
    what="the database $1 of Postgres at $SQL_HOST:$SQL_PORT; the error above tells why"
    if [ "$(date +%s)" -ge "$deadline" ]; then
      echo "Gave up after $wait_seconds s of waiting for $what" >&2
      exit 1
    fi
    echo "Waiting for $what" >&2
    sleep 2
  done
}

until_migrated temporal postgresql/v12/temporal
until_migrated temporal_visibility postgresql/v12/visibility
