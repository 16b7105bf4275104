CREATE SCHEMA IF NOT EXISTS "wallet";
--> statement-breakpoint
CREATE TABLE "wallet"."entries" (
	"transaction_id" uuid NOT NULL,
	"line" smallint NOT NULL,
	"account" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency_code" text NOT NULL,
	"balance_after_minor" bigint,
	CONSTRAINT "entries_transaction_id_line_pk" PRIMARY KEY("transaction_id","line"),
	CONSTRAINT "entries_amount_not_zero" CHECK ("wallet"."entries"."amount_minor" <> 0),
	CONSTRAINT "entries_balance_of_wallets" CHECK (("wallet"."entries"."account" like 'wallet:%') = ("wallet"."entries"."balance_after_minor" is not null))
);
--> statement-breakpoint
CREATE TABLE "wallet"."holds" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"wallet_id" uuid,
	"user_id" uuid,
	"amount_minor" bigint,
	"currency_code" text,
	"expires_at" timestamp with time zone,
	"capture_deadline" timestamp with time zone,
	"capture_transaction_id" uuid,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "holds_capture_transaction_id_unique" UNIQUE("capture_transaction_id"),
	CONSTRAINT "holds_state" CHECK ("wallet"."holds"."state" in ('HELD', 'CAPTURED', 'VOIDED', 'EXPIRED')),
	CONSTRAINT "holds_complete_or_tombstone" CHECK (num_nulls("wallet"."holds"."wallet_id", "wallet"."holds"."user_id", "wallet"."holds"."amount_minor", "wallet"."holds"."currency_code", "wallet"."holds"."expires_at", "wallet"."holds"."capture_deadline") in (0, case "wallet"."holds"."state" when 'VOIDED' then 6 else 0 end)),
	CONSTRAINT "holds_amount_positive" CHECK ("wallet"."holds"."amount_minor" > 0),
	CONSTRAINT "holds_deadline_before_expiry" CHECK ("wallet"."holds"."capture_deadline" <= "wallet"."holds"."expires_at"),
	CONSTRAINT "holds_captured_by_transaction" CHECK (("wallet"."holds"."state" = 'CAPTURED') = ("wallet"."holds"."capture_transaction_id" is not null)),
	CONSTRAINT "holds_ended" CHECK (("wallet"."holds"."state" = 'HELD') = ("wallet"."holds"."ended_at" is null))
);
--> statement-breakpoint
CREATE TABLE "wallet"."refunds" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"transaction_id" uuid NOT NULL,
	"amount_minor" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "refunds_transaction_id_unique" UNIQUE("transaction_id")
);
--> statement-breakpoint
CREATE TABLE "wallet"."requests" (
	"subject" text NOT NULL,
	"method" text NOT NULL,
	"request_id" uuid NOT NULL,
	"fingerprint" text NOT NULL,
	"answer" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "requests_subject_method_request_id_pk" PRIMARY KEY("subject","method","request_id")
);
--> statement-breakpoint
CREATE TABLE "wallet"."transactions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "wallet"."transactions_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"type" text NOT NULL,
	"wallet_id" uuid NOT NULL,
	"order_id" uuid,
	"request_id" uuid,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "transactions_type" CHECK ("wallet"."transactions"."type" in ('TOP_UP', 'CAPTURE', 'REFUND')),
	CONSTRAINT "transactions_of_order" CHECK (("wallet"."transactions"."type" = 'TOP_UP') = ("wallet"."transactions"."order_id" is null))
);
--> statement-breakpoint
CREATE TABLE "wallet"."wallets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"currency_code" text NOT NULL,
	"balance_minor" bigint DEFAULT 0 NOT NULL,
	"held_minor" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "wallets_user_id_unique" UNIQUE("user_id"),
	CONSTRAINT "wallets_held_within_balance" CHECK (0 <= "wallet"."wallets"."held_minor" and "wallet"."wallets"."held_minor" <= "wallet"."wallets"."balance_minor"),
	CONSTRAINT "wallets_currency_code" CHECK ("wallet"."wallets"."currency_code" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
ALTER TABLE "wallet"."entries" ADD CONSTRAINT "entries_transaction_id_transactions_id_fk" FOREIGN KEY ("transaction_id") REFERENCES "wallet"."transactions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wallet"."holds" ADD CONSTRAINT "holds_wallet_id_wallets_id_fk" FOREIGN KEY ("wallet_id") REFERENCES "wallet"."wallets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wallet"."holds" ADD CONSTRAINT "holds_capture_transaction_id_transactions_id_fk" FOREIGN KEY ("capture_transaction_id") REFERENCES "wallet"."transactions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wallet"."refunds" ADD CONSTRAINT "refunds_order_id_holds_order_id_fk" FOREIGN KEY ("order_id") REFERENCES "wallet"."holds"("order_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wallet"."refunds" ADD CONSTRAINT "refunds_transaction_id_transactions_id_fk" FOREIGN KEY ("transaction_id") REFERENCES "wallet"."transactions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wallet"."transactions" ADD CONSTRAINT "transactions_wallet_id_wallets_id_fk" FOREIGN KEY ("wallet_id") REFERENCES "wallet"."wallets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "holds_by_expiry" ON "wallet"."holds" USING btree ("expires_at") WHERE state = 'HELD';--> statement-breakpoint
CREATE INDEX "holds_open_of_wallet" ON "wallet"."holds" USING btree ("wallet_id") WHERE state = 'HELD';--> statement-breakpoint
CREATE INDEX "transactions_of_wallet" ON "wallet"."transactions" USING btree ("wallet_id","sequence");--> statement-breakpoint
CREATE UNIQUE INDEX "transactions_once_per_order" ON "wallet"."transactions" USING btree ("order_id","type") WHERE order_id is not null;