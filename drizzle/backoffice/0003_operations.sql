CREATE TABLE "backoffice"."operations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"sequence" bigint DEFAULT nextval('backoffice.audit_trail_sequence') NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor_name" text NOT NULL,
	"actor_id" uuid,
	"action" text NOT NULL,
	"user_id" uuid,
	"subject" text NOT NULL,
	"reason" text NOT NULL,
	"outcome" text DEFAULT 'OPEN' NOT NULL,
	"refusal" text DEFAULT '' NOT NULL,
	"detail" text DEFAULT '' NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "operations_outcome" CHECK ("backoffice"."operations"."outcome" in ('OPEN', 'DONE', 'REFUSED')),
	CONSTRAINT "operations_ended" CHECK (("backoffice"."operations"."outcome" = 'OPEN') = ("backoffice"."operations"."ended_at" is null)),
	CONSTRAINT "operations_refusal" CHECK (("backoffice"."operations"."outcome" = 'REFUSED') = ("backoffice"."operations"."refusal" <> ''))
);
--> statement-breakpoint
CREATE INDEX "operations_in_order" ON "backoffice"."operations" USING btree ("sequence");--> statement-breakpoint
CREATE INDEX "operations_of_user" ON "backoffice"."operations" USING btree ("user_id","sequence");--> statement-breakpoint
CREATE INDEX "operations_of_actor" ON "backoffice"."operations" USING btree ("actor_id","sequence");--> statement-breakpoint
-- As of the other entries of the trail: nobody removes one or changes who, what and why. The end of an open one is set
-- once.
CREATE FUNCTION "backoffice"."keep_operation"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD."outcome" = 'OPEN'
    AND (to_jsonb(NEW) - '{outcome,refusal,detail,ended_at}'::text[])
      = (to_jsonb(OLD) - '{outcome,refusal,detail,ended_at}'::text[])
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'entries of the audit trail are kept as they are' USING ERRCODE = 'restrict_violation';
END
$$;
--> statement-breakpoint
CREATE TRIGGER "operations_kept" BEFORE UPDATE OR DELETE ON "backoffice"."operations"
  FOR EACH ROW EXECUTE FUNCTION "backoffice"."keep_operation"();
