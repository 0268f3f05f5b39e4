-- The database's own wall for large-rides-alone and large-overlap (C2): whoever writes, a standing pair of the two large
-- rules is refused at commit. Twin of releasetrain/domain/conflicts/large.py; a property test holds the two together.
-- It reads the planned part of the hold windows only, and bookings that hold (left_at is null) in slots that are not past.

-- Live bookings as the two rules read them. Inlined by the planner, so that its callers' conditions reach the indexes.
CREATE FUNCTION wall_claims(OUT release_id bigint, OUT is_large boolean, OUT slot_id bigint, OUT large_mode text,
                            OUT starts timestamptz, OUT ends timestamptz, OUT holds_until timestamptz)
RETURNS SETOF record LANGUAGE sql STABLE AS $$
    SELECT b.release_id, r.size = 'L', s.id, t.large_mode, s.start_at, s.end_at,
           s.end_at + make_interval(hours => t.soak_large_hours::int)
      FROM trains_booking b
      JOIN releases_release r ON r.id = b.release_id
      JOIN trains_slot s ON s.id = b.slot_id
      JOIN trains_train t ON t.id = s.train_id
     WHERE b.left_at IS NULL AND s.kind <> 'past'
$$;

CREATE INDEX slots_by_time ON trains_slot USING gist (tstzrange(start_at, end_at));

CREATE FUNCTION wall_shared(one bigint, other bigint) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(fact ORDER BY fact), '{}') FROM (
        SELECT 'service:' || a.service_id AS fact FROM releases_releaseservice a
          JOIN releases_releaseservice b USING (service_id) WHERE a.release_id = one AND b.release_id = other
        UNION ALL
        SELECT 'table:' || a.table_id FROM releases_releasetable a
          JOIN releases_releasetable b USING (table_id) WHERE a.release_id = one AND b.release_id = other
    ) AS common
$$;

CREATE FUNCTION wall_waived(rule text, one bigint, other bigint, basis text[], departs timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM trains_waiver w
         WHERE w.code = rule AND w.ended_at IS NULL
           AND w.a_kind = 'release' AND w.a_id = least(one, other)
           AND w.b_kind = 'release' AND w.b_id = greatest(one, other)
           AND basis <@ w.facts::text[] AND (w.until IS NULL OR departs < w.until))
$$;

-- The unwaived pairs with one of ``releases`` on a side that still matter after ``since``, with what they rest on.
CREATE FUNCTION standing_large_pairs(releases bigint[], since timestamptz DEFAULT '-infinity', OUT rule text,
                                     OUT a bigint, OUT b bigint, OUT basis text[], OUT departs_at timestamptz)
RETURNS SETOF record LANGUAGE sql STABLE AS $$
    WITH longest AS (SELECT make_interval(hours => max(soak_large_hours)::int) AS soak FROM trains_train),
    mine AS MATERIALIZED (
        SELECT c.*, tstzrange(c.starts - longest.soak, c.holds_until) AS reach FROM wall_claims() c, longest
         WHERE c.release_id = ANY (releases)),
    pair AS (
        SELECT m.release_id AS one, o.release_id AS other, true AS same_slot, false AS both_large, m.large_mode, m.slot_id,
               m.ends, m.starts AS departs, m.holds_until AS meet_until
          FROM mine m JOIN wall_claims() o ON o.slot_id = m.slot_id AND o.release_id <> m.release_id
         WHERE m.is_large OR o.is_large
        UNION ALL
        SELECT m.release_id, o.release_id, false, true, m.large_mode, m.slot_id,
               m.ends, greatest(m.starts, o.starts), least(m.holds_until, o.holds_until)
          FROM mine m JOIN wall_claims() o ON o.release_id <> m.release_id
           AND o.is_large AND o.starts < m.holds_until AND m.starts < o.holds_until
           AND tstzrange(o.starts, o.ends) && m.reach  -- follows from the line above, and has an index
         WHERE m.is_large),
    read AS (SELECT pair.*, wall_shared(one, other) AS shared FROM pair)
    SELECT 'large-rides-alone', least(one, other), greatest(one, other), ARRAY['slot:' || slot_id], departs FROM read
     WHERE same_slot AND ends > since AND (large_mode = 'alone' OR shared <> '{}')
       AND NOT wall_waived('large-rides-alone', one, other, ARRAY['slot:' || slot_id], departs)
    UNION
    SELECT 'large-overlap', least(one, other), greatest(one, other), shared, departs FROM read
     WHERE both_large AND meet_until > since AND shared <> '{}'
       AND NOT wall_waived('large-overlap', one, other, shared, departs)
$$;

-- Planned once a session: planning takes several times as long as judging.
CREATE FUNCTION wall_judge(releases bigint[], since timestamptz DEFAULT '-infinity') RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE pair record;
BEGIN
    SELECT * INTO pair FROM standing_large_pairs(releases, since) ORDER BY 1, 2, 3 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'RT-% and RT-% may not ride so: %', pair.a, pair.b, pair.rule
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'no_standing_large_pair', DETAIL = to_json(pair);
    END IF;
END $$;

-- One constraint trigger per table whose facts the rules read.
CREATE FUNCTION wall_after() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'trains_booking' THEN
        PERFORM wall_judge(ARRAY[NEW.release_id]);
    ELSIF TG_TABLE_NAME = 'releases_release' THEN
        PERFORM wall_judge(ARRAY[NEW.id]);
    ELSIF TG_TABLE_NAME IN ('releases_releaseservice', 'releases_releasetable') THEN
        PERFORM wall_judge(ARRAY[NEW.release_id]);
    ELSIF TG_TABLE_NAME = 'trains_slot' THEN
        PERFORM wall_judge(ARRAY(SELECT release_id FROM trains_booking WHERE slot_id = NEW.id AND left_at IS NULL));
    ELSIF TG_TABLE_NAME = 'trains_train' THEN
        PERFORM wall_judge(ARRAY(SELECT b.release_id FROM trains_booking b JOIN trains_slot s ON s.id = b.slot_id
                                  WHERE s.train_id = NEW.id AND b.left_at IS NULL), now());
    ELSE  -- a waiver that was changed, ended or deleted
        PERFORM wall_judge(ARRAY[OLD.a_id, OLD.b_id], now());
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION wall_lock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE locked int;
BEGIN
    UPDATE trains_calendar SET revision = revision + 1;
    GET DIAGNOSTICS locked = ROW_COUNT;
    IF locked <> 1 THEN
        RAISE EXCEPTION 'expected one calendar row, found %', locked;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER wall_lock BEFORE INSERT OR UPDATE ON trains_booking FOR EACH STATEMENT EXECUTE FUNCTION wall_lock();
CREATE TRIGGER wall_lock BEFORE UPDATE OF size ON releases_release FOR EACH STATEMENT EXECUTE FUNCTION wall_lock();
CREATE TRIGGER wall_lock BEFORE INSERT OR UPDATE ON releases_releaseservice FOR EACH STATEMENT EXECUTE FUNCTION wall_lock();
CREATE TRIGGER wall_lock BEFORE INSERT OR UPDATE ON releases_releasetable FOR EACH STATEMENT EXECUTE FUNCTION wall_lock();
CREATE TRIGGER wall_lock BEFORE UPDATE OF start_at, end_at, kind, train_id ON trains_slot FOR EACH STATEMENT EXECUTE FUNCTION wall_lock();
CREATE TRIGGER wall_lock BEFORE UPDATE OF soak_large_hours, large_mode ON trains_train FOR EACH STATEMENT EXECUTE FUNCTION wall_lock();
CREATE TRIGGER wall_lock BEFORE UPDATE OR DELETE OR TRUNCATE ON trains_waiver FOR EACH STATEMENT EXECUTE FUNCTION wall_lock();

CREATE CONSTRAINT TRIGGER no_standing_large_pair AFTER INSERT OR UPDATE ON trains_booking
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.left_at IS NULL) EXECUTE FUNCTION wall_after();
CREATE CONSTRAINT TRIGGER no_standing_large_pair AFTER UPDATE OF size ON releases_release
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.size IS DISTINCT FROM OLD.size) EXECUTE FUNCTION wall_after();
CREATE CONSTRAINT TRIGGER no_standing_large_pair AFTER INSERT OR UPDATE ON releases_releaseservice
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wall_after();
CREATE CONSTRAINT TRIGGER no_standing_large_pair AFTER INSERT OR UPDATE ON releases_releasetable
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wall_after();
CREATE CONSTRAINT TRIGGER no_standing_large_pair AFTER UPDATE OF start_at, end_at, kind, train_id ON trains_slot
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wall_after();
CREATE CONSTRAINT TRIGGER no_standing_large_pair AFTER UPDATE OF soak_large_hours, large_mode ON trains_train
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wall_after();
CREATE CONSTRAINT TRIGGER no_standing_large_pair AFTER UPDATE OR DELETE ON trains_waiver
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wall_after();

-- Emptying a table fires no row triggers. Emptying everything (as between two tests) leaves no booking, and no pair.
CREATE FUNCTION wall_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM wall_judge(ARRAY(SELECT release_id FROM trains_booking WHERE left_at IS NULL), now());
    RETURN NULL;
END $$;
CREATE TRIGGER wall_emptied AFTER TRUNCATE ON trains_waiver FOR EACH STATEMENT EXECUTE FUNCTION wall_emptied();

-- A booking is a fact: only its end may be written, once, and it is never taken back.
CREATE FUNCTION booking_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.left_at IS NOT NULL
       OR (OLD.release_id, OLD.slot_id, OLD.booked_at, OLD.booked_by_id, OLD.by_itself)
          IS DISTINCT FROM (NEW.release_id, NEW.slot_id, NEW.booked_at, NEW.booked_by_id, NEW.by_itself) THEN
        RAISE EXCEPTION 'a booking is never changed but for left_at, left_because and left_by'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_booking_only_ends';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_booking_only_ends BEFORE UPDATE OR DELETE ON trains_booking
    FOR EACH ROW EXECUTE FUNCTION booking_only_ends();

CREATE FUNCTION outcome_is_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what happened is only added to' USING ERRCODE = 'check_violation', CONSTRAINT = 'an_outcome_stays';
END $$;
CREATE TRIGGER an_outcome_stays BEFORE UPDATE OR DELETE ON trains_outcome
    FOR EACH ROW EXECUTE FUNCTION outcome_is_added();

-- History is not emptied away either, unless what it is about goes in the same statement.
CREATE FUNCTION history_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM releases_release) THEN
        RAISE EXCEPTION 'what rode and what happened is kept as long as the releases are'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'history_is_kept';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER history_is_kept AFTER TRUNCATE ON trains_booking FOR EACH STATEMENT EXECUTE FUNCTION history_is_kept();
CREATE TRIGGER history_is_kept AFTER TRUNCATE ON trains_outcome FOR EACH STATEMENT EXECUTE FUNCTION history_is_kept();

-- A release has a live request or a live booking, never both; judged at commit, under the lock that both take.
CREATE TRIGGER wall_lock BEFORE INSERT OR UPDATE ON trains_request FOR EACH STATEMENT EXECUTE FUNCTION wall_lock();
CREATE FUNCTION one_place_per_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM trains_booking WHERE release_id = NEW.release_id AND left_at IS NULL)
       AND EXISTS (SELECT FROM trains_request WHERE release_id = NEW.release_id AND ended_at IS NULL) THEN
        RAISE EXCEPTION 'RT-% both rides and asks', NEW.release_id
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'one_live_place_per_release';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER one_live_place_per_release AFTER INSERT OR UPDATE ON trains_booking
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION one_place_per_release();
CREATE CONSTRAINT TRIGGER one_live_place_per_release AFTER INSERT OR UPDATE ON trains_request
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION one_place_per_release();
