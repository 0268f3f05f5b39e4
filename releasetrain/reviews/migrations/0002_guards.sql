-- What holds about verdicts whoever writes them (R5, R7). Twin of releasetrain/domain/verdicts.py, `barred`; generated
-- attacks hold the two together.

-- Who reviews and who boards take the same lock, so that nobody edits while a verdict is judged.
CREATE TRIGGER wall_lock BEFORE INSERT ON reviews_verdict FOR EACH STATEMENT EXECUTE FUNCTION wall_lock();
CREATE TRIGGER wall_lock BEFORE INSERT ON releases_revision FOR EACH STATEMENT EXECUTE FUNCTION wall_lock();

-- Whether somebody edited one of the classes that a verdict rests on since another person approved it last.
-- An approval that its giver took back by a later verdict on the same gate is none.
CREATE FUNCTION verdict_edited(of_release bigint, who bigint, rests_on jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM releases_revision r, unnest(r.classes) AS touched
         WHERE r.release_id = of_release AND who = ANY (r.editors) AND rests_on ? touched
           AND NOT EXISTS (
               SELECT FROM reviews_verdict v
                WHERE v.release_id = of_release AND v.by_id <> who AND v.kind IN ('approve', 'conditions')
                  AND v.rests_on ? touched AND v.revision >= r.number
                  AND NOT EXISTS (SELECT FROM reviews_verdict later WHERE later.release_id = of_release
                                     AND later.by_id = v.by_id AND later.gate = v.gate AND later.id > v.id)))
$$;

CREATE FUNCTION verdict_is_fit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wanted reviews_gate; of_release releases_release; person teams_user;
BEGIN
    SELECT * INTO of_release FROM releases_release WHERE id = NEW.release_id;
    IF of_release.revision <> NEW.revision THEN
        RAISE EXCEPTION 'RT-% is at revision %, not %', NEW.release_id, of_release.revision, NEW.revision
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_verdict_is_on_the_present_revision';
    END IF;
    IF of_release.submitted_at IS NULL OR of_release.withdrawn_at IS NOT NULL OR of_release.rolled_back_at IS NOT NULL THEN
        RAISE EXCEPTION 'RT-% is not under review', NEW.release_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_verdict_is_on_what_is_under_review';
    END IF;
    SELECT * INTO wanted FROM reviews_gate WHERE release_id = NEW.release_id AND code = NEW.gate;
    IF NOT FOUND OR wanted.role = '' OR wanted.role <> NEW.role OR NOT NEW.rests_on ?& wanted.rests_on::text[] THEN
        RAISE EXCEPTION 'RT-% has no such gate', NEW.release_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_verdict_is_on_a_gate_of_the_release';
    END IF;
    SELECT * INTO person FROM teams_user WHERE id = NEW.by_id;
    IF NOT person.is_active OR person.service_of_id IS NOT NULL OR NOT (CASE WHEN wanted.role = 'team'
        THEN EXISTS (SELECT FROM teams_membership m WHERE m.team_id = of_release.team_id AND m.person_id = NEW.by_id)
        ELSE EXISTS (SELECT FROM teams_roleholder h WHERE h.role = wanted.role AND h.person_id = NEW.by_id) END) THEN
        RAISE EXCEPTION 'who speaks on % does not hold its role', NEW.gate
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_verdict_is_by_who_holds_the_role';
    END IF;
    IF NEW.kind IN ('approve', 'conditions') AND verdict_edited(NEW.release_id, NEW.by_id, NEW.rests_on) THEN
        RAISE EXCEPTION 'nobody approves what they edited'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_approves_what_they_edited';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER verdict_is_fit BEFORE INSERT ON reviews_verdict FOR EACH ROW EXECUTE FUNCTION verdict_is_fit();

-- What was said stays said.
CREATE FUNCTION review_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = 'it_is_only_added_to';
END $$;
CREATE FUNCTION review_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM releases_release) THEN
        RAISE EXCEPTION '% is kept as long as the releases are', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON reviews_verdict FOR EACH ROW EXECUTE FUNCTION review_only_added();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON releases_revision FOR EACH ROW EXECUTE FUNCTION review_only_added();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON reviews_policy FOR EACH ROW EXECUTE FUNCTION review_only_added();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON reviews_questionnaire FOR EACH ROW EXECUTE FUNCTION review_only_added();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON reviews_result FOR EACH ROW EXECUTE FUNCTION review_only_added();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON trains_grace FOR EACH ROW EXECUTE FUNCTION review_only_added();
CREATE TRIGGER history_is_kept AFTER TRUNCATE ON reviews_verdict FOR EACH STATEMENT EXECUTE FUNCTION review_is_kept();
CREATE TRIGGER history_is_kept AFTER TRUNCATE ON releases_revision FOR EACH STATEMENT EXECUTE FUNCTION review_is_kept();

-- A condition is ticked once, and by somebody.
CREATE FUNCTION condition_is_ticked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ticked_at IS NOT NULL OR NEW.ticked_at IS NULL OR NEW.ticked_by_id IS NULL
       OR (OLD.verdict_id, OLD.place, OLD.words) IS DISTINCT FROM (NEW.verdict_id, NEW.place, NEW.words) THEN
        RAISE EXCEPTION 'a condition is only ticked' USING ERRCODE = 'check_violation', CONSTRAINT = 'a_condition_is_only_ticked';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_ticked BEFORE UPDATE OR DELETE ON reviews_condition FOR EACH ROW EXECUTE FUNCTION condition_is_ticked();
