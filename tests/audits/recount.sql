-- The count a second time: READING.md in plain SQL, without one line of the product's rules.
-- Thresholds and words are written out as READING.md gives them; recount_day is the calendar of
-- its section 1. Runs on SQLite and PostgreSQL alike. A line "-- == name" begins a part: "facts"
-- stands before all others. A part that needs facts of its own has them before "-- answer".

-- == facts
WITH
-- Section 2: what is known at K.
v_community AS (SELECT * FROM community_version
    WHERE known_from <= :k AND (known_until IS NULL OR known_until > :k) AND NOT is_undone),
v_school AS (SELECT * FROM school_version
    WHERE known_from <= :k AND (known_until IS NULL OR known_until > :k) AND NOT is_undone),
v_figures AS (SELECT * FROM school_figures
    WHERE known_from <= :k AND (known_until IS NULL OR known_until > :k) AND NOT is_undone),
v_designation AS (SELECT * FROM designation
    WHERE known_from <= :k AND (known_until IS NULL OR known_until > :k) AND NOT is_undone),
v_membership AS (SELECT * FROM membership_version
    WHERE known_from <= :k AND (known_until IS NULL OR known_until > :k) AND NOT is_undone),
v_signature AS (SELECT * FROM charter_signature
    WHERE known_from <= :k AND (known_until IS NULL OR known_until > :k) AND NOT is_undone),
v_charter AS (SELECT * FROM charter_version
    WHERE known_from <= :k AND (known_until IS NULL OR known_until > :k) AND NOT is_undone),
v_objective AS (SELECT * FROM objective_version
    WHERE known_from <= :k AND (known_until IS NULL OR known_until > :k) AND NOT is_undone),
v_meeting AS (SELECT * FROM meeting_version
    WHERE known_from <= :k AND (known_until IS NULL OR known_until > :k) AND NOT is_undone),
v_waiver AS (SELECT * FROM waiver
    WHERE known_from <= :k AND (known_until IS NULL OR known_until > :k) AND NOT is_undone),
v_activity AS (SELECT * FROM activity
    WHERE known_from <= :k AND (known_until IS NULL OR known_until > :k) AND NOT is_undone),
v_confirmation AS (SELECT * FROM confirmation
    WHERE known_from <= :k AND (known_until IS NULL OR known_until > :k) AND NOT is_undone),
v_evidence AS (SELECT * FROM activity_evidence
    WHERE known_from <= :k AND (known_until IS NULL OR known_until > :k) AND NOT is_undone),
v_decision AS (SELECT * FROM activity_decision
    WHERE known_from <= :k AND (known_until IS NULL OR known_until > :k) AND NOT is_undone),
-- Communities that exist on D.
judged AS (
    SELECT c.id, c.code, c.county_id, v.is_listed, v.plan_document
    FROM community c JOIN v_community v ON v.community_id = c.id
    WHERE (v.founded_on IS NULL OR v.founded_on <= :d)
      AND (v.dissolved_on IS NULL OR :d <= v.dissolved_on)
),
-- Of a school's versions the last that holds on D; where all begin later, the first.
held AS (
    SELECT s.county_id, v.school_id, v.type, v.ownership, v.urban_rural_class,
        v.is_flagged_urban, v.township_id, v.opened_on, v.closed_on
    FROM school s JOIN v_school v ON v.school_id = s.id
    WHERE v.held_from = coalesce(
        (SELECT max(o.held_from) FROM v_school o WHERE o.school_id = s.id AND o.held_from <= :d),
        (SELECT min(o.held_from) FROM v_school o WHERE o.school_id = s.id))
),
stay AS (
    SELECT m.community_id, m.school_id, m.joined_on, v.role, v.responsible_person, g.signed_on,
        CASE WHEN v.left_on IS NULL OR h.closed_on < v.left_on
             THEN h.closed_on ELSE v.left_on END AS last_day
    FROM membership m
    JOIN v_membership v ON v.membership_id = m.id
    JOIN held h ON h.school_id = m.school_id
    LEFT JOIN v_signature g ON g.membership_id = m.id
),
-- Section 1: the schools in a community on D.
inside AS (
    SELECT s.* FROM stay s JOIN judged j ON j.id = s.community_id
    WHERE s.joined_on <= :d AND (s.last_day IS NULL OR :d <= s.last_day)
),
-- The terms that have begun by D.
term AS (
    SELECT term FROM recount_day WHERE term IS NOT NULL GROUP BY term HAVING min(day) <= :d
),
-- Section 3: reported, confirmed, counted.
party AS (
    SELECT id AS activity_id, provider_id AS school_id FROM activity
    UNION ALL SELECT activity_id, school_id FROM activity_receiver
),
reported AS (
    SELECT a.id, a.community_id, a.sheet, a.kind, a.mode, a.subject, a.provider_id, a.held_on,
        coalesce(a.periods_count, 0) AS periods, c.term, c.month, c.is_teaching,
        NOT EXISTS (
            SELECT 1 FROM activity_receiver r WHERE r.activity_id = a.id AND NOT EXISTS (
                SELECT 1 FROM v_confirmation f
                WHERE f.receiver_id = r.id AND f.confirmed_on IS NOT NULL)
        ) AS is_confirmed,
        EXISTS (SELECT 1 FROM v_evidence e WHERE e.activity_id = a.id) AS has_evidence,
        NOT EXISTS (
            SELECT 1 FROM party p WHERE p.activity_id = a.id AND NOT EXISTS (
                SELECT 1 FROM stay s
                WHERE s.community_id = a.community_id AND s.school_id = p.school_id
                  AND s.joined_on <= a.held_on
                  AND (s.last_day IS NULL OR a.held_on <= s.last_day))
        ) AS is_inside,
        EXISTS (SELECT 1 FROM v_decision z WHERE z.activity_id = a.id AND z.kind = 'disallowed')
            AS is_disallowed,
        EXISTS (SELECT 1 FROM v_decision z WHERE z.activity_id = a.id AND z.kind = 'checked')
            AS is_looked_at
    FROM v_activity a JOIN recount_day c ON c.day = a.held_on
    WHERE c.is_in_window AND a.held_on <= :d AND a.state <> 'draft'
      AND NOT EXISTS (SELECT 1 FROM v_decision z
          WHERE z.activity_id = a.id AND z.kind IN ('withdrawn', 'returned'))
),
counted AS (SELECT * FROM reported
    WHERE is_confirmed AND has_evidence AND is_inside AND NOT is_disallowed)

-- == S1
lead AS (
    SELECT i.community_id,
        CASE WHEN h.ownership = 'public' OR h.type = 'education_resource' THEN 2
             WHEN h.ownership IS NULL THEN 1 ELSE 0 END AS owned,  -- 2 yes, 1 unknown, 0 no
        CASE WHEN h.is_flagged_urban OR h.urban_rural_class IN ('111', '112') THEN 2
             WHEN h.urban_rural_class IS NULL THEN 1
             WHEN h.urban_rural_class <> '121' THEN 0
             WHEN h.township_id IS NULL THEN 1
             WHEN t.is_county_seat THEN 2 ELSE 0 END AS urban
    FROM inside i JOIN held h ON h.school_id = i.school_id
    LEFT JOIN division t ON t.id = h.township_id
    WHERE i.role = 'lead'
)
-- answer
SELECT j.code,
    CASE WHEN count(l.community_id) <> 1 OR min(l.owned) = 0 OR min(l.urban) = 0 THEN 'fail'
         WHEN min(l.owned + l.urban) = 4 THEN 'pass' ELSE 'missing' END AS outcome,
    count(l.community_id) AS leads,
    count(l.community_id) FILTER (WHERE l.owned + l.urban = 4) AS qualified
FROM judged j LEFT JOIN lead l ON l.community_id = j.id GROUP BY j.code

-- == S2
kind(name) AS (VALUES ('central_kindergarten'), ('central_primary'), ('public_boarding')),
designated AS (
    SELECT i.community_id, i.school_id, g.kind
    FROM inside i JOIN v_designation g ON g.school_id = i.school_id
    WHERE i.role = 'pivot' AND g.designated_on <= :d AND (g.ended_on IS NULL OR :d <= g.ended_on)
),
absent AS (
    SELECT j.id AS community_id, EXISTS (
        SELECT 1 FROM v_waiver w WHERE w.community_id = j.id AND w.criterion = 'S2'
        AND w.item = kind.name) AS is_waived
    FROM judged j CROSS JOIN kind WHERE NOT EXISTS (
        SELECT 1 FROM designated z WHERE z.community_id = j.id AND z.kind = kind.name)
),
blank AS (
    SELECT i.community_id FROM inside i WHERE i.role = 'pivot' AND NOT EXISTS (
        SELECT 1 FROM designated z WHERE z.school_id = i.school_id)
)
-- answer
SELECT j.code,
    CASE WHEN NOT EXISTS (SELECT 1 FROM absent a WHERE a.community_id = j.id) THEN 'pass'
         WHEN NOT EXISTS (SELECT 1 FROM absent a WHERE a.community_id = j.id AND NOT a.is_waived)
             THEN 'waived'
         WHEN EXISTS (SELECT 1 FROM blank b WHERE b.community_id = j.id) THEN 'missing'
         ELSE 'fail' END AS outcome,
    count(DISTINCT z.school_id) FILTER (WHERE z.kind = 'central_kindergarten')
        AS central_kindergarten,
    count(DISTINCT z.school_id) FILTER (WHERE z.kind = 'central_primary') AS central_primary,
    count(DISTINCT z.school_id) FILTER (WHERE z.kind = 'public_boarding') AS public_boarding
FROM judged j LEFT JOIN designated z ON z.community_id = j.id GROUP BY j.id, j.code

-- == S3
SELECT j.code, CASE WHEN count(i.school_id) >= 1 THEN 'pass' ELSE 'fail' END AS outcome,
    count(i.school_id) AS value
FROM judged j LEFT JOIN inside i ON i.community_id = j.id AND i.role = 'member' GROUP BY j.code

-- == S4
SELECT j.code, CASE WHEN count(DISTINCT h.county_id) <= 1 THEN 'pass' ELSE 'fail' END AS outcome,
    count(DISTINCT h.county_id) AS value
FROM judged j LEFT JOIN inside i ON i.community_id = j.id
LEFT JOIN held h ON h.school_id = i.school_id GROUP BY j.code

-- == S5
size AS (
    SELECT i.community_id, (
        SELECT f.pupils_count FROM v_figures f WHERE f.school_id = i.school_id
        ORDER BY f.school_year DESC LIMIT 1) AS pupils
    FROM inside i
)
-- answer
SELECT j.code,
    CASE WHEN count(s.community_id) > 9 OR sum(s.pupils) > 15000 THEN 'fail'
         WHEN count(s.community_id) > count(s.pupils) THEN 'missing' ELSE 'pass' END AS outcome,
    count(s.community_id) AS schools, coalesce(sum(s.pupils), 0) AS pupils
FROM judged j LEFT JOIN size s ON s.community_id = j.id GROUP BY j.code

-- == S6
twice AS (
    SELECT i.community_id FROM inside i WHERE EXISTS (
        SELECT 1 FROM inside o
        WHERE o.school_id = i.school_id AND o.community_id <> i.community_id)
)
-- answer
SELECT j.code, CASE WHEN count(t.community_id) = 0 THEN 'pass' ELSE 'fail' END AS outcome,
    count(t.community_id) AS value
FROM judged j LEFT JOIN twice t ON t.community_id = j.id GROUP BY j.code

-- == G1
SELECT code,
    CASE WHEN NOT is_listed THEN 'fail'
         WHEN is_listed AND plan_document <> '' THEN 'pass' ELSE 'missing' END AS outcome,
    CASE WHEN is_listed THEN 1 ELSE 0 END AS listed,
    CASE WHEN plan_document <> '' THEN 1 ELSE 0 END AS document
FROM judged

-- == G2
aim AS (
    SELECT o.community_id, CASE WHEN v.target_value <> '' AND v.achieved_value <> ''
        AND v.reviewed_on IS NOT NULL THEN 1 ELSE 0 END AS is_complete
    FROM objective o JOIN v_objective v ON v.objective_id = o.id
    WHERE o.school_year = '2024-2025'
)
-- answer
SELECT j.code,
    CASE WHEN count(a.community_id) = 0 THEN 'fail'
         WHEN sum(a.is_complete) >= 1 THEN 'pass' ELSE 'missing' END AS outcome,
    coalesce(sum(a.is_complete), 0) AS value
FROM judged j LEFT JOIN aim a ON a.community_id = j.id GROUP BY j.code

-- == R1
paper AS (
    SELECT c.community_id,
        count(*) FILTER (WHERE c.effective_on IS NULL) AS undated,
        count(*) FILTER (WHERE c.effective_on <= :d
            AND (v.expires_on IS NULL OR :d <= v.expires_on)) AS in_force
    FROM charter c JOIN v_charter v ON v.charter_id = c.id GROUP BY c.community_id
)
-- answer
SELECT j.code,
    CASE WHEN coalesce(max(p.in_force) + max(p.undated), 0) = 0 OR max(i.signed_on) > :d
             THEN 'fail'
         WHEN max(p.in_force) = 0 OR count(i.school_id) > count(i.signed_on) THEN 'missing'
         ELSE 'pass' END AS outcome,
    coalesce(max(p.in_force), 0) AS charters,
    count(i.school_id) FILTER (WHERE i.signed_on <= :d) AS signed
FROM judged j LEFT JOIN paper p ON p.community_id = j.id
LEFT JOIN inside i ON i.community_id = j.id GROUP BY j.code

-- == R2
SELECT j.code,
    CASE WHEN count(i.school_id) = 0 THEN 'not_applicable'
         WHEN count(nullif(i.responsible_person, '')) < count(i.school_id) THEN 'missing'
         ELSE 'pass' END AS outcome,
    count(nullif(i.responsible_person, '')) AS value, count(i.school_id) AS threshold
FROM judged j LEFT JOIN inside i ON i.community_id = j.id GROUP BY j.code

-- == R3
council AS (
    SELECT m.community_id, c.term, nullif(v.minutes_number, '') AS minutes
    FROM meeting m JOIN v_meeting v ON v.meeting_id = m.id
    JOIN recount_day c ON c.day = m.held_on WHERE m.held_on <= :d
),
per_term AS (
    SELECT j.code, t.term, count(c.minutes) AS hits, count(c.community_id) AS meetings
    FROM judged j CROSS JOIN term t
    LEFT JOIN council c ON c.community_id = j.id AND c.term = t.term GROUP BY j.code, t.term
)
-- answer
SELECT j.code,
    CASE WHEN count(p.term) = 0 THEN 'not_applicable' WHEN min(p.hits) >= 1 THEN 'pass'
         WHEN min(p.meetings) FILTER (WHERE p.hits = 0) = 0 THEN 'fail'
         ELSE 'missing' END AS outcome,
    max(p.hits) FILTER (WHERE p.term = 'T1') AS "T1",
    max(p.hits) FILTER (WHERE p.term = 'T2') AS "T2"
FROM judged j LEFT JOIN per_term p ON p.code = j.code GROUP BY j.code

-- == O1
SELECT j.code,
    CASE WHEN sum(a.periods) >= 20 AND count(DISTINCT a.subject) >= 2
         THEN 'pass' ELSE 'fail' END AS outcome,
    coalesce(sum(a.periods), 0) AS periods, count(DISTINCT a.subject) AS subjects
FROM judged j LEFT JOIN counted a ON a.community_id = j.id
    AND a.kind IN ('synchronous_class', 'dedicated_remote_class') GROUP BY j.code

-- == O2
SELECT j.code,
    CASE WHEN count(a.id) FILTER (WHERE a.mode = 'online') >= 8
          AND count(a.id) FILTER (WHERE a.mode IN ('onsite', 'mixed')) >= 4
         THEN 'pass' ELSE 'fail' END AS outcome,
    count(a.id) FILTER (WHERE a.mode = 'online') AS online,
    count(a.id) FILTER (WHERE a.mode IN ('onsite', 'mixed')) AS onsite
FROM judged j LEFT JOIN counted a ON a.community_id = j.id AND a.kind IN
    ('joint_research', 'collective_lesson_planning', 'same_lesson_different_designs')
GROUP BY j.code

-- == O3
pair AS (
    SELECT s.community_id, s.school_id, c.term
    FROM stay s JOIN recount_day c
      ON s.joined_on <= c.day AND (s.last_day IS NULL OR c.day <= s.last_day) AND c.day <= :d
    WHERE s.role IN ('pivot', 'member') AND c.term IS NOT NULL
    GROUP BY s.community_id, s.school_id, c.term HAVING count(DISTINCT c.day) >= 30
),
asked AS (
    SELECT p.community_id, CASE WHEN EXISTS (
        SELECT 1 FROM counted a JOIN party y ON y.activity_id = a.id
        WHERE a.community_id = p.community_id AND a.term = p.term AND y.school_id = p.school_id
    ) THEN 1 ELSE 0 END AS is_met
    FROM pair p
)
-- answer
SELECT j.code,
    CASE WHEN count(a.is_met) = 0 THEN 'not_applicable'
         WHEN min(a.is_met) = 1 THEN 'pass' ELSE 'fail' END AS outcome,
    coalesce(sum(a.is_met), 0) AS value, count(a.is_met) AS threshold
FROM judged j LEFT JOIN asked a ON a.community_id = j.id GROUP BY j.code

-- == O4
per_term AS (
    SELECT j.code, t.term, count(a.id) AS hits FROM judged j CROSS JOIN term t
    LEFT JOIN counted a ON a.community_id = j.id AND a.term = t.term
        AND a.sheet = 'walking_teaching'
    GROUP BY j.code, t.term
)
-- answer
SELECT j.code,
    CASE WHEN count(p.term) = 0 THEN 'not_applicable'
         WHEN min(p.hits) >= 1 THEN 'pass' ELSE 'fail' END AS outcome,
    max(p.hits) FILTER (WHERE p.term = 'T1') AS "T1",
    max(p.hits) FILTER (WHERE p.term = 'T2') AS "T2"
FROM judged j LEFT JOIN per_term p ON p.code = j.code GROUP BY j.code

-- == O5
SELECT j.code, CASE WHEN count(a.id) >= 1 THEN 'pass' ELSE 'fail' END AS outcome,
    count(a.id) AS value
FROM judged j LEFT JOIN counted a ON a.community_id = j.id AND a.sheet = 'resource_transfers'
GROUP BY j.code

-- == O6
SELECT j.code, CASE WHEN count(DISTINCT a.month) >= 6 THEN 'pass' ELSE 'fail' END AS outcome,
    count(DISTINCT a.month) AS value
FROM judged j LEFT JOIN counted a ON a.community_id = j.id AND a.is_teaching GROUP BY j.code

-- == O7
per_term AS (
    SELECT j.code, t.term, count(a.id) AS hits FROM judged j CROSS JOIN term t
    LEFT JOIN counted a ON a.community_id = j.id AND a.term = t.term AND a.kind IN
        ('joint_research', 'collective_lesson_planning', 'same_lesson_different_designs')
    GROUP BY j.code, t.term
)
-- answer
SELECT j.code,
    CASE WHEN count(p.term) = 0 THEN 'not_applicable'
         WHEN min(p.hits) >= 2 THEN 'pass' ELSE 'fail' END AS outcome,
    max(p.hits) FILTER (WHERE p.term = 'T1') AS "T1",
    max(p.hits) FILTER (WHERE p.term = 'T2') AS "T2"
FROM judged j LEFT JOIN per_term p ON p.code = j.code GROUP BY j.code

-- == X1
roles AS (  -- of each party of a counted activity, on the activity's day
    SELECT a.id, s.role, s.school_id = a.provider_id AS is_provider
    FROM counted a JOIN party y ON y.activity_id = a.id
    JOIN stay s ON s.community_id = a.community_id AND s.school_id = y.school_id
      AND s.joined_on <= a.held_on AND (s.last_day IS NULL OR a.held_on <= s.last_day)
),
per_term AS (
    SELECT j.code, t.term, count(a.id) AS hits FROM judged j CROSS JOIN term t
    LEFT JOIN counted a ON a.community_id = j.id AND a.term = t.term
        AND EXISTS (SELECT 1 FROM roles r WHERE r.id = a.id AND r.is_provider AND r.role = 'pivot')
        AND EXISTS (
            SELECT 1 FROM roles r WHERE r.id = a.id AND NOT r.is_provider AND r.role = 'member')
    GROUP BY j.code, t.term
)
-- answer
SELECT j.code,
    CASE WHEN count(p.term) = 0 THEN 'not_applicable'
         WHEN min(p.hits) >= 1 THEN 'pass' ELSE 'fail' END AS outcome,
    max(p.hits) FILTER (WHERE p.term = 'T1') AS "T1",
    max(p.hits) FILTER (WHERE p.term = 'T2') AS "T2"
FROM judged j LEFT JOIN per_term p ON p.code = j.code GROUP BY j.code

-- == figures
SELECT j.code, a.sheet, a.kind, a.month,
    count(*) AS reported, sum(a.periods) AS reported_periods,
    count(*) FILTER (WHERE is_confirmed) AS confirmed,
    coalesce(sum(a.periods) FILTER (WHERE is_confirmed), 0) AS confirmed_periods,
    count(*) FILTER (WHERE is_confirmed AND has_evidence AND is_inside AND NOT is_disallowed)
        AS counted,
    coalesce(sum(a.periods) FILTER (
        WHERE is_confirmed AND has_evidence AND is_inside AND NOT is_disallowed), 0)
        AS counted_periods,
    count(*) FILTER (WHERE is_looked_at AND NOT is_disallowed) AS checked,
    coalesce(sum(a.periods) FILTER (WHERE is_looked_at AND NOT is_disallowed), 0)
        AS checked_periods
FROM reported a JOIN judged j ON j.id = a.community_id
GROUP BY j.code, a.sheet, a.kind, a.month

-- == coverage
SELECT d.code AS county, h.school_id, j.code
FROM held h JOIN division d ON d.id = h.county_id
LEFT JOIN inside i ON i.school_id = h.school_id LEFT JOIN judged j ON j.id = i.community_id
WHERE h.urban_rural_class IN ('210', '220') AND (h.opened_on IS NULL OR h.opened_on <= :d)
  AND (h.closed_on IS NULL OR :d <= h.closed_on)

-- == communities
SELECT j.code, d.code AS county FROM judged j JOIN division d ON d.id = j.county_id

-- == counties
SELECT code FROM division WHERE kind = 'county'
