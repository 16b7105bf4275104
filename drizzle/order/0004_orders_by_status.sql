-- An operator of a large table makes it before the update, with CREATE INDEX CONCURRENTLY: docs/upgrades.md.
-- CREATE INDEX CONCURRENTLY that failed leaves its index INVALID. No query uses that, so it is made again.
DO $$ BEGIN
	IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('orders.orders_by_status') AND NOT indisvalid) THEN
		DROP INDEX "orders"."orders_by_status";
	END IF;
END $$;
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "orders_by_status" ON "orders"."orders" USING btree ("status","create_time","id");