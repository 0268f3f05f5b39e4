-- The live bookings that can matter to some departures. Each way in is a search of its own with an index of its own.
SELECT id FROM trains_booking WHERE left_at IS NULL AND release_id = ANY (%(also)s::bigint[])
UNION
SELECT id FROM trains_booking WHERE left_at IS NULL AND slot_id = ANY (%(slots)s::bigint[])
UNION  -- large ones whose planned hold may meet
SELECT b.id FROM trains_slot s JOIN trains_train t ON t.id = s.train_id
  JOIN trains_booking b ON b.slot_id = s.id AND b.left_at IS NULL JOIN releases_release r ON r.id = b.release_id
 WHERE s.start_at < %(until)s AND s.start_at > %(earliest)s AND s.kind <> 'past' AND r.size = 'L'
   AND s.end_at + make_interval(hours => t.soak_large_hours::int) > %(since)s
UNION  -- large ones whose hold as it became may meet
SELECT b.id FROM trains_outcome o
  JOIN trains_booking b ON b.id = o.booking_id AND b.left_at IS NULL
  JOIN trains_slot s ON s.id = b.slot_id AND s.kind <> 'past' JOIN releases_release r ON r.id = b.release_id AND r.size = 'L'
 WHERE o.kind = 'departed' AND o.started_at < %(until)s AND (o.finished_at IS NULL OR o.finished_at > %(earliest)s)
UNION  -- whoever touches a table whose change is near
SELECT b.id FROM releases_releasetable l JOIN trains_booking b ON b.release_id = l.release_id AND b.left_at IS NULL
  JOIN trains_slot s ON s.id = b.slot_id
 WHERE l.table_id = ANY (%(tables)s::bigint[]) AND s.end_at > %(now)s AND s.kind <> 'past'
