-- An operator of a large outbox makes its indexes before the update, with CREATE INDEX CONCURRENTLY: docs/upgrades.md.
-- CREATE INDEX CONCURRENTLY that failed leaves its index INVALID. No query uses that, so it is made again.
DO $$ BEGIN
	IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('orders.orders_unstarted_due') AND NOT indisvalid) THEN
		DROP INDEX "orders"."orders_unstarted_due";
	END IF;
END $$;
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "orders_unstarted_due" ON "orders"."orders" USING btree ("next_start_at") WHERE status = 'PENDING' and started_at is null;--> statement-breakpoint
DO $$ BEGIN
	IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('orders.outbox_waiting') AND NOT indisvalid) THEN
		DROP INDEX "orders"."outbox_waiting";
	END IF;
END $$;
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "outbox_waiting" ON "orders"."outbox" USING btree ("seq") WHERE "orders"."outbox"."published_at" is null and not "orders"."outbox"."dead";--> statement-breakpoint
DO $$ BEGIN
	IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('orders.outbox_dead') AND NOT indisvalid) THEN
		DROP INDEX "orders"."outbox_dead";
	END IF;
END $$;
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "outbox_dead" ON "orders"."outbox" USING btree ("seq") WHERE "orders"."outbox"."dead";--> statement-breakpoint
DROP INDEX "orders"."outbox_unpublished";
