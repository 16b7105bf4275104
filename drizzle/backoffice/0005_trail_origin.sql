ALTER TABLE "backoffice"."audit_trail" ADD COLUMN "client_network" text;--> statement-breakpoint
ALTER TABLE "backoffice"."audit_trail" ADD COLUMN "user_agent" text;