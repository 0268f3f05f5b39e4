-- What was measured of a table, what a database costs and how a backfill runs count on every board (topic setup).
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON schema_measurement FOR EACH STATEMENT EXECUTE FUNCTION live_setup();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON schema_profile FOR EACH STATEMENT EXECUTE FUNCTION live_setup();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON schema_chosenplan FOR EACH STATEMENT EXECUTE FUNCTION live_setup();
