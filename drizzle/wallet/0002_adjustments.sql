ALTER TABLE "wallet"."transactions" DROP CONSTRAINT "transactions_type";--> statement-breakpoint
ALTER TABLE "wallet"."transactions" DROP CONSTRAINT "transactions_of_order";--> statement-breakpoint
CREATE UNIQUE INDEX "transactions_once_per_adjustment" ON "wallet"."transactions" USING btree ("request_id") WHERE type in ('CREDIT', 'DEBIT');--> statement-breakpoint
ALTER TABLE "wallet"."transactions" ADD CONSTRAINT "transactions_of_adjustment" CHECK ("wallet"."transactions"."type" not in ('CREDIT', 'DEBIT') or "wallet"."transactions"."request_id" is not null);--> statement-breakpoint
ALTER TABLE "wallet"."transactions" ADD CONSTRAINT "transactions_type" CHECK ("wallet"."transactions"."type" in ('TOP_UP', 'CAPTURE', 'REFUND', 'CREDIT', 'DEBIT'));--> statement-breakpoint
ALTER TABLE "wallet"."transactions" ADD CONSTRAINT "transactions_of_order" CHECK (("wallet"."transactions"."type" in ('CAPTURE', 'REFUND')) = ("wallet"."transactions"."order_id" is not null));