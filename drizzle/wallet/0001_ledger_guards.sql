-- The database enforces two rules of the ledger, whatever the code does. The entries of a transaction sum to zero for
-- each currency; this is checked at commit, when all entries exist. Entries and transactions are never changed or
-- deleted.
CREATE FUNCTION "wallet"."assert_balanced"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM "wallet"."entries"
    WHERE "transaction_id" = NEW."transaction_id"
    GROUP BY "currency_code"
    HAVING sum("amount_minor") <> 0
  ) THEN
    RAISE EXCEPTION 'entries of transaction % do not sum to zero', NEW."transaction_id"
      USING ERRCODE = 'check_violation', CONSTRAINT = 'entries_balanced';
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER "entries_balanced" AFTER INSERT ON "wallet"."entries"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "wallet"."assert_balanced"();
--> statement-breakpoint
CREATE FUNCTION "wallet"."refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
--> statement-breakpoint
CREATE TRIGGER "entries_append_only" BEFORE UPDATE OR DELETE ON "wallet"."entries"
  FOR EACH ROW EXECUTE FUNCTION "wallet"."refuse_change"();
--> statement-breakpoint
CREATE TRIGGER "transactions_append_only" BEFORE UPDATE OR DELETE ON "wallet"."transactions"
  FOR EACH ROW EXECUTE FUNCTION "wallet"."refuse_change"();
