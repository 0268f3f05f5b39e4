-- What an architect accepts stands at the lines of the SQL: on the page of its release, and on "waiting on me".
CREATE FUNCTION live_acceptance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM live_tell('release:' || s.release_id) FROM schema_schemastage s
      WHERE s.change_id = NEW.change_id AND s.stage = NEW.stage;
    PERFORM live_tell('reviews');
    RETURN NULL;
END $$;

CREATE TRIGGER live AFTER INSERT OR UPDATE ON schema_acceptance FOR EACH ROW EXECUTE FUNCTION live_acceptance();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON schema_knownschema FOR EACH STATEMENT EXECUTE FUNCTION live_setup();
