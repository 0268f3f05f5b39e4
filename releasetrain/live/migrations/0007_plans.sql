-- Topics: plan:3 the page of a run, told at every step of its search; plans the list of runs, where only the state counts.
CREATE FUNCTION live_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one planning_planrun;
BEGIN
    one := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    PERFORM live_tell('plan:' || one.id);
    IF TG_OP <> 'UPDATE' OR (OLD.state, OLD.cancelled_at, OLD.thrown_away_at)
       IS DISTINCT FROM (NEW.state, NEW.cancelled_at, NEW.thrown_away_at) THEN
        PERFORM live_tell('plans');
    END IF;
    RETURN NULL;
END $$;

-- A run that is thrown away for good takes its proposals along: then there is nobody left to tell.
CREATE FUNCTION live_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM live_tell('plan:' || NEW.run_id, 'plans');
    RETURN NULL;
END $$;

-- Many moves are written at once: told once per statement, from what they changed.
CREATE FUNCTION live_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM live_tell('plan:' || told.run_id, 'plans')
       FROM (SELECT DISTINCT p.run_id FROM changed c JOIN planning_proposal p ON p.id = c.proposal_id) AS told;
    RETURN NULL;
END $$;

CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON planning_planrun FOR EACH ROW EXECUTE FUNCTION live_plan();
CREATE TRIGGER live AFTER INSERT OR UPDATE ON planning_proposal FOR EACH ROW EXECUTE FUNCTION live_proposal();
CREATE TRIGGER live AFTER UPDATE ON planning_move REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION live_move();
