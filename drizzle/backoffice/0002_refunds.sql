ALTER TABLE "backoffice"."audit_trail" ADD COLUMN "order_id" uuid;--> statement-breakpoint
ALTER TABLE "backoffice"."audit_trail" ADD COLUMN "actor_role" text;--> statement-breakpoint
ALTER TABLE "backoffice"."audit_trail" ADD CONSTRAINT "audit_trail_answered" CHECK ("backoffice"."audit_trail"."outcome" <> 'DONE' or "backoffice"."audit_trail"."answer" is not null);