-- Creates the database role of the audit. It may read orders, money, stock, carts and the audit trail, and change
-- nothing. It cannot read the schema sso, which contains password hashes and signing keys. Run this file as the role
-- that runs the migrations, once in each database that has one of these schemas, and again after you add a schema. A
-- repeated run changes nothing. Then set a password, and the worker's setting:
--   ALTER ROLE ecommerce_auditor PASSWORD '…';
--   AUDIT_DATABASE_URL=postgres://ecommerce_auditor:…@host:5432/ecommerce
DO $$
DECLARE
  schema_name text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecommerce_auditor') THEN
    CREATE ROLE ecommerce_auditor LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT CONNECTION LIMIT 20;
  END IF;
  ALTER ROLE ecommerce_auditor SET default_transaction_read_only = on;
  FOREACH schema_name IN ARRAY array['orders', 'wallet', 'products', 'cart', 'backoffice'] LOOP
    CONTINUE WHEN to_regnamespace(schema_name) IS NULL;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO ecommerce_auditor', schema_name);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO ecommerce_auditor', schema_name);
    -- Tables of later migrations, too. The audit does not need the stored answers to requests, so it may not read them.
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT ON TABLES TO ecommerce_auditor', schema_name);
    IF to_regclass(schema_name || '.requests') IS NOT NULL THEN
      EXECUTE format('REVOKE SELECT ON %I.requests FROM ecommerce_auditor', schema_name);
    END IF;
  END LOOP;
END
$$;
