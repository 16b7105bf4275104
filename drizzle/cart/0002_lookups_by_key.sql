-- Only statements that ask for the expiry can use it. The old index was read as a whole for the claim of one user.
CREATE INDEX IF NOT EXISTS "claims_by_expiry" ON "cart"."claims" USING btree ("expires_at") WHERE state = 'CLAIMED' and expires_at is not null;--> statement-breakpoint
DROP INDEX "cart"."claims_live_by_expiry";
