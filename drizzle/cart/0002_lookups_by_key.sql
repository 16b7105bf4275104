-- Only statements that ask for the expiry can use it. The old index was read as a whole for the claim of one user.
-- CREATE INDEX CONCURRENTLY that failed leaves its index INVALID. No query uses that, so it is made again.
DO $$ BEGIN
	IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('cart.claims_by_expiry') AND NOT indisvalid) THEN
		DROP INDEX "cart"."claims_by_expiry";
	END IF;
END $$;
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "claims_by_expiry" ON "cart"."claims" USING btree ("expires_at") WHERE state = 'CLAIMED' and expires_at is not null;--> statement-breakpoint
DROP INDEX "cart"."claims_live_by_expiry";
