#!/bin/bash
# Creates the databases and the roles that use them. The Postgres image runs it once, on an empty data folder.
#   migrator            owns the services' schemas; the only role that may change them (job db-migrations)
#   sso, products, …    each may read and write the rows of its own schema, and nothing else
#   ecommerce_auditor   may read orders, money, stock, carts and the audit trail (see auditor.sql)
#   temporal            owns the two databases of Temporal
# The environment contains the passwords: MIGRATOR_PASSWORD, SSO_PASSWORD, …, TEMPORAL_PASSWORD.
set -euo pipefail

run() {
  psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" "$@"
}

# psql reads the password from the environment into a variable and quotes it, so that no character of the password can
# end the statement, and the password does not appear in the list of processes.
make_role() {
  run --dbname postgres --set role="$1" <<'SQL'
\getenv password ROLE_PASSWORD
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
CREATE ROLE :"role" LOGIN PASSWORD :'password';
SQL
}

ROLE_PASSWORD=$MIGRATOR_PASSWORD make_role migrator
ROLE_PASSWORD=$TEMPORAL_PASSWORD make_role temporal
run --dbname postgres <<'SQL'
CREATE DATABASE ecommerce;
REVOKE ALL ON DATABASE ecommerce FROM PUBLIC;
GRANT CONNECT, CREATE ON DATABASE ecommerce TO migrator;
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE ALL ON DATABASE temporal, temporal_visibility, postgres FROM PUBLIC;
SQL
run --dbname ecommerce <<'SQL'
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SQL

make_service() {
  make_role "$1"
  run --dbname ecommerce --set role="$1" <<'SQL'
GRANT CONNECT ON DATABASE ecommerce TO :"role";
CREATE SCHEMA :"role" AUTHORIZATION migrator;
GRANT USAGE ON SCHEMA :"role" TO :"role";
ALTER DEFAULT PRIVILEGES FOR ROLE migrator IN SCHEMA :"role"
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"role";
ALTER DEFAULT PRIVILEGES FOR ROLE migrator IN SCHEMA :"role" GRANT USAGE, SELECT ON SEQUENCES TO :"role";
SQL
}

# Gives the auditor rights on tables that migrations will create. The migrations revoke the right on the stored answers
# to requests.
audit_service() {
  run --dbname ecommerce --set role="$1" <<'SQL'
GRANT USAGE ON SCHEMA :"role" TO ecommerce_auditor;
ALTER DEFAULT PRIVILEGES FOR ROLE migrator IN SCHEMA :"role" GRANT SELECT ON TABLES TO ecommerce_auditor;
SQL
}

ROLE_PASSWORD=$SSO_PASSWORD make_service sso
ROLE_PASSWORD=$PRODUCTS_PASSWORD make_service products
ROLE_PASSWORD=$WALLET_PASSWORD make_service wallet
ROLE_PASSWORD=$CART_PASSWORD make_service cart
ROLE_PASSWORD=$ORDERS_PASSWORD make_service orders
ROLE_PASSWORD=$BACKOFFICE_PASSWORD make_service backoffice

ROLE_PASSWORD=$AUDITOR_PASSWORD make_role ecommerce_auditor
run --dbname ecommerce <<'SQL'
GRANT CONNECT ON DATABASE ecommerce TO ecommerce_auditor;
ALTER ROLE ecommerce_auditor SET default_transaction_read_only = on;
ALTER ROLE ecommerce_auditor CONNECTION LIMIT 20;
SQL
for schema in products wallet cart orders backoffice; do audit_service "$schema"; done
