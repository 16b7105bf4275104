#!/bin/sh
# Migrates Temporal's two databases to the schema of this version of its tools. A repeated run changes nothing.
# Needs SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD. The databases must exist.
set -eu
export SQL_PLUGIN=postgres12

migrate() {
  database=$1
  schema=$2
  # The update fails on an empty database, because it has no version table. Only then is a setup needed; on a database
  # that is already set up it would fail.
  if ! temporal-sql-tool --database "$database" update-schema --schema-name "$schema"; then
    temporal-sql-tool --database "$database" setup-schema --version 0.0
    temporal-sql-tool --database "$database" update-schema --schema-name "$schema"
  fi
}

migrate temporal postgresql/v12/temporal
migrate temporal_visibility postgresql/v12/visibility
