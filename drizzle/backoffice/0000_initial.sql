CREATE SCHEMA IF NOT EXISTS "backoffice";
--> statement-breakpoint
CREATE TABLE "backoffice"."audit_trail" (
	"id" uuid PRIMARY KEY NOT NULL,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "backoffice"."audit_trail_sequence" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor_id" uuid NOT NULL,
	"action" text NOT NULL,
	"user_id" uuid NOT NULL,
	"amount_minor" bigint,
	"currency_code" text,
	"reason" text NOT NULL,
	"request_id" uuid NOT NULL,
	"outcome" text DEFAULT 'OPEN' NOT NULL,
	"answer" jsonb,
	"refusal" jsonb,
	"ended_at" timestamp with time zone,
	"next_try_at" timestamp with time zone NOT NULL,
	CONSTRAINT "audit_trail_outcome" CHECK ("backoffice"."audit_trail"."outcome" in ('OPEN', 'DONE', 'REFUSED')),
	CONSTRAINT "audit_trail_ended" CHECK (("backoffice"."audit_trail"."outcome" = 'OPEN') = ("backoffice"."audit_trail"."ended_at" is null)),
	CONSTRAINT "audit_trail_money" CHECK (("backoffice"."audit_trail"."amount_minor" is null) = ("backoffice"."audit_trail"."currency_code" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX "audit_trail_once_per_request" ON "backoffice"."audit_trail" USING btree ("actor_id","action","request_id");--> statement-breakpoint
CREATE INDEX "audit_trail_in_order" ON "backoffice"."audit_trail" USING btree ("sequence");--> statement-breakpoint
CREATE INDEX "audit_trail_of_user" ON "backoffice"."audit_trail" USING btree ("user_id","sequence");--> statement-breakpoint
CREATE INDEX "audit_trail_of_actor" ON "backoffice"."audit_trail" USING btree ("actor_id","sequence");--> statement-breakpoint
CREATE INDEX "audit_trail_open" ON "backoffice"."audit_trail" USING btree ("next_try_at") WHERE outcome = 'OPEN';--> statement-breakpoint
-- What the trail promises whatever the code does: an entry is never removed, and of who, what and why nothing changes.
-- Only the outcome of an open entry is set, once.
CREATE FUNCTION "backoffice"."keep_entry"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD."outcome" = 'OPEN'
    AND (to_jsonb(NEW) - '{outcome,answer,refusal,ended_at,next_try_at}'::text[])
      = (to_jsonb(OLD) - '{outcome,answer,refusal,ended_at,next_try_at}'::text[])
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'entries of the audit trail are kept as they are' USING ERRCODE = 'restrict_violation';
END
$$;
--> statement-breakpoint
CREATE TRIGGER "audit_trail_kept" BEFORE UPDATE OR DELETE ON "backoffice"."audit_trail"
  FOR EACH ROW EXECUTE FUNCTION "backoffice"."keep_entry"();
