-- Gates are seen on the page of a release, on its card, and on everybody's page "waiting on me" (topic reviews).
CREATE FUNCTION live_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM live_tell_release(CASE WHEN TG_OP = 'DELETE' THEN OLD.release_id ELSE NEW.release_id END);
    PERFORM live_tell('reviews');
    RETURN NULL;
END $$;

CREATE FUNCTION live_condition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM live_tell('release:' || v.release_id) FROM reviews_verdict v WHERE v.id = NEW.verdict_id;
    RETURN NULL;
END $$;

CREATE FUNCTION live_grace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM live_tell_release(b.release_id) FROM trains_booking b WHERE b.id = NEW.booking_id;
    RETURN NULL;
END $$;

CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON reviews_gate FOR EACH ROW EXECUTE FUNCTION live_gate();
CREATE TRIGGER live AFTER INSERT ON reviews_verdict FOR EACH ROW EXECUTE FUNCTION live_gate();
CREATE TRIGGER live AFTER INSERT ON reviews_remark FOR EACH ROW EXECUTE FUNCTION live_gate();
CREATE TRIGGER live AFTER INSERT ON reviews_result FOR EACH ROW EXECUTE FUNCTION live_gate();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON reviews_review FOR EACH ROW EXECUTE FUNCTION live_of_release();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON releases_releaseclient FOR EACH ROW EXECUTE FUNCTION live_of_release();
CREATE TRIGGER live AFTER INSERT OR UPDATE ON reviews_condition FOR EACH ROW EXECUTE FUNCTION live_condition();
CREATE TRIGGER live AFTER INSERT ON trains_grace FOR EACH ROW EXECUTE FUNCTION live_grace();
CREATE TRIGGER live AFTER INSERT ON reviews_policy FOR EACH STATEMENT EXECUTE FUNCTION live_setup();
CREATE TRIGGER live AFTER INSERT ON reviews_questionnaire FOR EACH STATEMENT EXECUTE FUNCTION live_setup();
CREATE TRIGGER live_emptied AFTER TRUNCATE ON reviews_gate FOR EACH STATEMENT EXECUTE FUNCTION live_emptied();
