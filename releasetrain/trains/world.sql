-- The facts of the world around some releases, in one row of four lists. Written by hand: putting this together from
-- querysets took several times as long as asking it. ``everything``: whatever it is about.
WITH asked AS (
    SELECT unnest(%(releases)s::bigint[]) AS release_id
    UNION
    SELECT release_id FROM trains_booking WHERE slot_id = ANY (%(slots)s::bigint[]) AND left_at IS NULL),
touched AS (
    SELECT table_id FROM releases_releasetable WHERE release_id IN (SELECT release_id FROM asked)
    UNION
    SELECT c.table_id FROM schema_schemachange c JOIN schema_schemastage s ON s.change_id = c.id
     WHERE s.release_id IN (SELECT release_id FROM asked)
    UNION
    SELECT c.table_id FROM schema_schemachange c JOIN schema_releaseclass s ON s.change_id = c.id
     WHERE s.release_id IN (SELECT release_id FROM asked)
    UNION
    SELECT unnest(%(tables)s::bigint[])),
need AS (
    SELECT * FROM releases_dependency WHERE release_id IN (SELECT release_id FROM asked)
    UNION
    SELECT * FROM releases_dependency WHERE on_id IN (SELECT release_id FROM asked)
    UNION
    SELECT * FROM releases_dependency WHERE %(everything)s)
SELECT
    ARRAY(SELECT json_build_object(
              'id', f.id, 'is_hard', f.is_hard, 'zone', f.zone, 'first_at', f.first_at, 'last_at', f.last_at,
              'rule', f.rule, 'holidays', f.holidays,
              'trains', ARRAY(SELECT train_id FROM trains_freeze_trains WHERE freeze_id = f.id),
              'services', ARRAY(SELECT service_id FROM trains_freeze_services WHERE freeze_id = f.id),
              'teams', ARRAY(SELECT team_id FROM trains_freeze_teams WHERE freeze_id = f.id),
              'suspensions', ARRAY(SELECT json_build_object('since', since, 'until', until)
                                     FROM trains_suspension WHERE freeze_id = f.id))
            FROM trains_freeze f
           WHERE f.ended_at IS NULL AND f.first_at < %(late)s
             AND (f.rule <> '' OR f.holidays <> '' OR f.last_at > %(soon)s)
           ORDER BY f.id),
    ARRAY(SELECT json_build_object(
              'id', c.id, 'table', c.table_id, 'soak', c.soak_hours, 'abandoned', c.abandoned_at,
              'trigger', c.has_sync_trigger, 'new_field', c.new_field,
              'steps', ARRAY(SELECT json_build_object('stage', stage, 'release', release_id,
                                                      'heavy', heavy_lock OR found_lock, 'sql', sql <> '')
                               FROM schema_schemastage WHERE change_id = c.id),
              'facts', (SELECT json_build_object(
                            'rows', t.rows, 'row_bytes', t.row_bytes, 'indexes', t.indexes,
                            'random_indexes', t.random_indexes, 'free_disk_bytes', t.free_disk_bytes,
                            'measured', (SELECT row_to_json(m) FROM schema_measurement m WHERE m.table_id = t.id))
                          FROM releases_datatable t WHERE t.id = c.table_id),
              'profile', (SELECT p.coefficients FROM schema_profile p JOIN releases_datatable t ON t.database = p.database
                           WHERE t.id = c.table_id),
              'plan', (SELECT row_to_json(p) FROM schema_chosenplan p WHERE p.change_id = c.id),
              'database', (SELECT d.id FROM trains_database d JOIN releases_datatable t ON t.database = d.name
                            WHERE t.id = c.table_id),
              'usage', (SELECT json_build_object('hours', rollback_hours)
                          FROM schema_usage WHERE change_id = c.id),
              'classes', ARRAY(SELECT json_build_object('release', release_id, 'code', code_class)
                                 FROM schema_releaseclass WHERE change_id = c.id),
              'verified', (SELECT json_build_object('at', at, 'differing', differing)
                             FROM schema_verification WHERE change_id = c.id ORDER BY id DESC LIMIT 1),
              'services', ARRAY(SELECT json_build_object(
                  'id', u.service_id, 'at', r.at,
                  'versions', ARRAY(SELECT json_build_object('name', v.name, 'runs', v.runs, 'until', v.until,
                                                             'release', v.release_id, 'code', k.code_class)
                                      FROM schema_reportedversion v LEFT JOIN schema_versionclass k
                                        ON k.change_id = c.id AND k.service_id = u.service_id AND k.name = v.name
                                     WHERE v.report_id = r.id ORDER BY v.id),
                  'attested', (SELECT json_build_object('at', a.at, 'code', a.code_class) FROM schema_attestation a
                                WHERE a.change_id = c.id AND a.service_id = u.service_id ORDER BY a.id DESC LIMIT 1))
                FROM (SELECT n.service_id FROM schema_usage g JOIN schema_usage_services n ON n.usage_id = g.id
                       WHERE g.change_id = c.id
                      UNION  -- where nobody named any: the servers of the releases that carry its stages
                      SELECT l.service_id FROM schema_schemastage t
                        JOIN releases_releaseservice l ON l.release_id = t.release_id
                        JOIN releases_service e ON e.id = l.service_id AND e.kind = 'server'
                       WHERE t.change_id = c.id AND NOT EXISTS (
                           SELECT FROM schema_usage g JOIN schema_usage_services n ON n.usage_id = g.id
                            WHERE g.change_id = c.id)) u
                LEFT JOIN LATERAL (SELECT id, at FROM schema_versionreport WHERE service_id = u.service_id
                                    ORDER BY id DESC LIMIT 1) r ON true
               ORDER BY u.service_id))
            FROM schema_schemachange c
           WHERE (c.abandoned_at IS NULL OR c.abandoned_at > %(since)s)
             AND (%(everything)s OR c.id = ANY (%(changes)s::bigint[]) OR c.table_id IN (SELECT table_id FROM touched))
           ORDER BY c.id),
    ARRAY(SELECT json_build_object(
              'release', n.release_id, 'on', n.on_id, 'lag', n.lag_hours, 'broken_at', o.rolled_back_at,
              'follows', EXISTS (SELECT FROM releases_releaseservice l JOIN releases_service s ON s.id = l.service_id
                                  WHERE l.release_id = n.release_id AND s.kind = 'client')
                 AND NOT EXISTS (SELECT FROM releases_releaseservice l JOIN releases_service s ON s.id = l.service_id
                                  WHERE l.release_id = n.release_id AND s.kind = 'server')
                     AND EXISTS (SELECT FROM releases_releaseservice l JOIN releases_service s ON s.id = l.service_id
                                  WHERE l.release_id = n.on_id AND s.kind = 'server'))
            FROM need n JOIN releases_release o ON o.id = n.on_id
           ORDER BY n.id),
    ARRAY(SELECT json_build_object('database', l.database_id, 'zone', d.zone, 'weekdays', l.weekdays,
                                   'since', l.since, 'until', l.until)
            FROM trains_lowload l JOIN trains_database d ON d.id = l.database_id
           ORDER BY l.id)
