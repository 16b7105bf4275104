-- An operator of a large table makes it before the update, with CREATE INDEX CONCURRENTLY: docs/upgrades.md.
-- CREATE INDEX CONCURRENTLY that failed leaves its index INVALID. No query uses that, so it is made again.
DO $$ BEGIN
	IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('orders.requests_by_time') AND NOT indisvalid) THEN
		DROP INDEX "orders"."requests_by_time";
	END IF;
END $$;
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "requests_by_time" ON "orders"."requests" USING btree ("created_at");