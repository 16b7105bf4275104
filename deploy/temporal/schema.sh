#!/bin/sh
# Brings Temporal's two databases to the schema of this version of its tools. May be repeated; does nothing then.
# Needs SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD, and databases that exist.
set -eu
export SQL_PLUGIN=postgres12

migrate() {
  database=$1
  schema=$2
  # Without a version table the schema is new; a second setup would be refused.
  if ! temporal-sql-tool --database "$database" update-schema --schema-name "$schema"; then
    temporal-sql-tool --database "$database" setup-schema --version 0.0
    temporal-sql-tool --database "$database" update-schema --schema-name "$schema"
  fi
}

migrate temporal postgresql/v12/temporal
migrate temporal_visibility postgresql/v12/visibility
