-- Who tells that something changed: the rows themselves, whoever writes them. A message is a topic and nothing else; the
-- same topic twice in a transaction is one message, and a transaction that is rolled back tells nothing.
-- Topics: train:1 its board; slot:7 a departure; release:31 its page; large what a large one claims, which may meet others
-- on any train; setup what things are called and who may do what; all everything (somebody emptied a table).

CREATE FUNCTION live_tell(VARIADIC topics text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('releasetrain_live', topic) FROM unnest(topics) AS topic WHERE topic IS NOT NULL;
    -- Counted once per transaction. The setting goes with the savepoint or transaction that the row goes with.
    IF current_setting('releasetrain.counted', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
        INSERT INTO live_change DEFAULT VALUES;
        PERFORM set_config('releasetrain.counted', pg_current_xact_id()::text, true);
    END IF;
END $$;

-- Where a release rides or asks: who looks there sees it.
CREATE FUNCTION live_around(of_release bigint) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(topic), '{}') FROM (
        SELECT unnest(ARRAY['slot:' || s.id, 'train:' || s.train_id, CASE WHEN r.size = 'L' THEN 'large' END])
          FROM trains_booking b JOIN trains_slot s ON s.id = b.slot_id JOIN releases_release r ON r.id = b.release_id
         WHERE b.release_id = of_release AND b.left_at IS NULL
        UNION ALL
        SELECT unnest(ARRAY['slot:' || q.slot_id, 'train:' || q.train_id]) FROM trains_request q
         WHERE q.release_id = of_release AND q.ended_at IS NULL AND q.asked_at IS NOT NULL
    ) AS seen(topic)
$$;

CREATE FUNCTION live_tell_release(release bigint) RETURNS void LANGUAGE sql AS $$
    SELECT live_tell(VARIADIC 'release:' || release || live_around(release))
$$;

CREATE FUNCTION live_booking() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one trains_booking;
BEGIN
    one := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    PERFORM live_tell('release:' || r.id, 'slot:' || s.id, 'train:' || s.train_id, CASE WHEN r.size = 'L' THEN 'large' END)
       FROM trains_slot s, releases_release r WHERE s.id = one.slot_id AND r.id = one.release_id;
    RETURN NULL;
END $$;

CREATE FUNCTION live_request() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one trains_request;
BEGIN
    FOREACH one IN ARRAY CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW] WHEN 'DELETE' THEN ARRAY[OLD] ELSE ARRAY[OLD, NEW] END LOOP
        PERFORM live_tell('release:' || one.release_id);
        IF one.asked_at IS NOT NULL THEN  -- the wish of a draft is seen by nobody else
            PERFORM live_tell('train:' || one.train_id, 'slot:' || one.slot_id);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

-- What departed also counts for the other stages of a schema change, wherever they ride.
CREATE FUNCTION live_outcome() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one trains_outcome;
BEGIN
    one := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    PERFORM live_tell('slot:' || s.id, 'train:' || s.train_id, 'release:' || r.id, CASE WHEN r.size = 'L' THEN 'large' END)
       FROM trains_booking b JOIN trains_slot s ON s.id = b.slot_id JOIN releases_release r ON r.id = b.release_id
      WHERE b.id = one.booking_id;
    PERFORM live_tell_release(other.release_id) FROM trains_booking b
       JOIN schema_schemastage mine ON mine.release_id = b.release_id
       JOIN schema_schemastage other ON other.change_id = mine.change_id WHERE b.id = one.booking_id;
    RETURN NULL;
END $$;

CREATE FUNCTION live_waiver() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one trains_waiver;
BEGIN
    FOREACH one IN ARRAY CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW] WHEN 'DELETE' THEN ARRAY[OLD] ELSE ARRAY[OLD, NEW] END LOOP
        PERFORM live_tell_release(side.id) FROM (VALUES (one.a_kind, one.a_id), (one.b_kind, one.b_id)) AS side(kind, id)
          WHERE side.kind = 'release';
        PERFORM live_tell('slot:' || s.id, 'train:' || s.train_id) FROM trains_slot s
          WHERE s.id IN (CASE WHEN one.a_kind = 'slot' THEN one.a_id END, CASE WHEN one.b_kind = 'slot' THEN one.b_id END);
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION live_slot() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one trains_slot;
BEGIN
    FOREACH one IN ARRAY CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW] WHEN 'DELETE' THEN ARRAY[OLD] ELSE ARRAY[OLD, NEW] END LOOP
        PERFORM live_tell('slot:' || one.id, 'train:' || one.train_id, CASE WHEN TG_OP = 'UPDATE' THEN 'large' END);
    END LOOP;
    RETURN NULL;
END $$;

-- A train's name stands in menus, its points, soak and mode count wherever its releases meet others.
CREATE FUNCTION live_train() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM live_tell('train:' || CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END, 'setup', 'large');
    RETURN NULL;
END $$;

CREATE FUNCTION live_of_train() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM live_tell('train:' || OLD.train_id); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM live_tell('train:' || NEW.train_id); END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION live_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM live_tell('release:' || NEW.id);
    ELSE
        PERFORM live_tell_release(OLD.id);
        IF TG_OP = 'UPDATE' AND OLD.size = 'L' AND NEW.size <> 'L' THEN PERFORM live_tell('large'); END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION live_of_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM live_tell_release(OLD.release_id); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM live_tell_release(NEW.release_id); END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION live_dependency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM live_tell('release:' || OLD.release_id, 'release:' || OLD.on_id); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM live_tell('release:' || NEW.release_id, 'release:' || NEW.on_id); END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION live_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM live_tell(NEW.subject);
    RETURN NULL;
END $$;

CREATE FUNCTION live_setup() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM live_tell('setup'); RETURN NULL; END $$;
CREATE FUNCTION live_emptied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM live_tell('all'); RETURN NULL; END $$;

CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON trains_booking FOR EACH ROW EXECUTE FUNCTION live_booking();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON trains_request FOR EACH ROW EXECUTE FUNCTION live_request();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON trains_outcome FOR EACH ROW EXECUTE FUNCTION live_outcome();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON trains_waiver FOR EACH ROW EXECUTE FUNCTION live_waiver();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON trains_slot FOR EACH ROW EXECUTE FUNCTION live_slot();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON trains_train FOR EACH ROW EXECUTE FUNCTION live_train();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON trains_timetableentry FOR EACH ROW EXECUTE FUNCTION live_of_train();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON trains_defaulttrain FOR EACH ROW EXECUTE FUNCTION live_of_train();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON releases_release FOR EACH ROW EXECUTE FUNCTION live_release();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON releases_releaseservice FOR EACH ROW EXECUTE FUNCTION live_of_release();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON releases_releasetable FOR EACH ROW EXECUTE FUNCTION live_of_release();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON releases_dependency FOR EACH ROW EXECUTE FUNCTION live_dependency();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON schema_schemastage FOR EACH ROW EXECUTE FUNCTION live_of_release();
CREATE TRIGGER live AFTER INSERT ON audit_entry FOR EACH ROW WHEN (NEW.subject LIKE 'release:%') EXECUTE FUNCTION live_entry();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON schema_schemachange FOR EACH STATEMENT EXECUTE FUNCTION live_setup();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON releases_service FOR EACH STATEMENT EXECUTE FUNCTION live_setup();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON releases_datatable FOR EACH STATEMENT EXECUTE FUNCTION live_setup();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON releases_initiative FOR EACH STATEMENT EXECUTE FUNCTION live_setup();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON teams_team FOR EACH STATEMENT EXECUTE FUNCTION live_setup();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON teams_membership FOR EACH STATEMENT EXECUTE FUNCTION live_setup();
CREATE TRIGGER live AFTER INSERT OR UPDATE OR DELETE ON teams_roleholder FOR EACH STATEMENT EXECUTE FUNCTION live_setup();
CREATE TRIGGER live AFTER UPDATE ON teams_user FOR EACH ROW  -- not for signing in, which writes its time
    WHEN ((OLD.name, OLD.is_active) IS DISTINCT FROM (NEW.name, NEW.is_active)) EXECUTE FUNCTION live_setup();
CREATE TRIGGER live_emptied AFTER TRUNCATE ON releases_release FOR EACH STATEMENT EXECUTE FUNCTION live_emptied();
CREATE TRIGGER live_emptied AFTER TRUNCATE ON trains_booking FOR EACH STATEMENT EXECUTE FUNCTION live_emptied();
CREATE TRIGGER live_emptied AFTER TRUNCATE ON trains_request FOR EACH STATEMENT EXECUTE FUNCTION live_emptied();
CREATE TRIGGER live_emptied AFTER TRUNCATE ON trains_waiver FOR EACH STATEMENT EXECUTE FUNCTION live_emptied();
CREATE TRIGGER live_emptied AFTER TRUNCATE ON trains_slot FOR EACH STATEMENT EXECUTE FUNCTION live_emptied();
