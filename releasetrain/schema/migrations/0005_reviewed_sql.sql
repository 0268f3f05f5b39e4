-- What an architect accepted stays said: an acceptance is only added, and once taken back, by somebody.
CREATE FUNCTION acceptance_is_taken_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.taken_back_at IS NOT NULL OR NEW.taken_back_at IS NULL OR NEW.taken_back_by_id IS NULL
       OR (OLD.id, OLD.change_id, OLD.stage, OLD.release_id, OLD.rule, OLD.mark, OLD.reason, OLD.at, OLD.by_id) IS DISTINCT FROM
          (NEW.id, NEW.change_id, NEW.stage, NEW.release_id, NEW.rule, NEW.mark, NEW.reason, NEW.at, NEW.by_id) THEN
        RAISE EXCEPTION 'an acceptance is only taken back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_acceptance_is_only_taken_back';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_taken_back BEFORE UPDATE OR DELETE ON schema_acceptance
    FOR EACH ROW EXECUTE FUNCTION acceptance_is_taken_back();
