CREATE INDEX "audit_trail_of_action" ON "backoffice"."audit_trail" USING btree ("action","sequence");--> statement-breakpoint
CREATE INDEX "audit_trail_of_order" ON "backoffice"."audit_trail" USING btree ("order_id","sequence") WHERE order_id is not null;--> statement-breakpoint
CREATE INDEX "operations_of_action" ON "backoffice"."operations" USING btree ("action","sequence");--> statement-breakpoint
CREATE INDEX "operations_of_order" ON "backoffice"."operations" USING btree ("subject","sequence") WHERE action = 'checkout.cancel';