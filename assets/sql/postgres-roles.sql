-- On a server only, and laid down anew whenever the tables change: who may do what. The owner of the tables may everything. Any other
-- role sees and writes the rows of the ecosystems that ecosystem_role gives it, and of those what it
-- was granted: `report` counts, and sees no name, no badge's secret and of entries not whose they
-- are; `ingest` takes entries in and moves cursors, and sees no learner at all.

CREATE TABLE IF NOT EXISTS ecosystem_role (
    ecosystem integer NOT NULL,
    role name NOT NULL,
    may text NOT NULL,
    PRIMARY KEY (ecosystem, role)
);
GRANT SELECT ON ecosystem_role TO PUBLIC;

-- Row-level security on every table that has none yet.
CREATE OR REPLACE FUNCTION turnout_guard() RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
    t record;
BEGIN
    FOR t IN
        SELECT c.oid::regclass AS name, CASE c.relname WHEN 'ecosystem' THEN 'no' ELSE 'ecosystem' END AS key
        FROM pg_class c
        WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
          AND c.relname NOT IN ('centre_schema', 'ecosystem_role') AND NOT c.relrowsecurity
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t.name);
        EXECUTE format('CREATE POLICY own ON %s USING (%I IN (SELECT r.ecosystem FROM ecosystem_role r'
                       ' WHERE r.role = current_user))', t.name, t.key);
    END LOOP;
END
$body$;

-- Takes everything from a role, then gives it what the word stands for; NULL gives nothing.
CREATE OR REPLACE FUNCTION turnout_grant(which integer, whom name, word text) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
    report constant text[] := ARRAY[
        'SELECT ON centre_schema, ecosystem, partner, event, activity, kiosk, visit, sighting, undone, '
        'headcount, conflict, fork, clock_span, attendance, pathway, pathway_step, ref_population, event_partner, '
        'registration, visited, dose_band, merged',
        'SELECT (ecosystem, id, learner, dimension, value, consent) ON learner_demo',
        'SELECT (ecosystem, learner, purpose, until, withdrawn_at) ON consent',
        'SELECT (ecosystem, log_id, first_seq, last_seq, why) ON held',
        'SELECT (ecosystem, log_no, seq, kind, at_ms, event, activity, method) ON entry',
        'SELECT (ecosystem, seq, at_ms, verb, reverts, event) ON correction',
        'SELECT (ecosystem, id, grade, birth_year, home_partner, zip3, lang, merged_into, erased_at) ON learner',
        'SELECT (ecosystem, id, learner, event, issued, expires, status, replaced_by, handed) ON badge'];
    ingest constant text[] := ARRAY[
        'SELECT ON centre_schema, ecosystem, event, activity',
        'SELECT, INSERT, UPDATE ON kiosk, receipt',
        'SELECT, INSERT, UPDATE (log_no) ON entry',
        'SELECT, INSERT, DELETE ON held, conflict',
        'SELECT, INSERT ON fork, guest',
        'SELECT, UPDATE (device_key, used) ON enrolment',
        'SELECT (ecosystem, in_log, out_log), DELETE ON visit',
        'SELECT (ecosystem, who), DELETE ON visited',
        'SELECT (ecosystem, log_no), DELETE ON sighting, headcount, clock_span, clock_anchor',
        'SELECT, DELETE ON undone'];
    line text;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM ecosystem_role WHERE role = whom AND ecosystem <> which) THEN
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', current_schema(), whom);
    END IF;
    DELETE FROM ecosystem_role WHERE ecosystem = which AND role = whom;
    IF word IS NULL THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT 1 FROM ecosystem_role WHERE role = whom AND may <> word) THEN
        RAISE EXCEPTION 'role % may something else in another ecosystem of this database', whom;
    END IF;
    FOREACH line IN ARRAY CASE word WHEN 'report' THEN report WHEN 'ingest' THEN ingest END LOOP
        EXECUTE format('GRANT %s TO %I', line, whom);
    END LOOP;
    INSERT INTO ecosystem_role VALUES (which, whom, word);
END
$body$;
REVOKE ALL ON FUNCTION turnout_grant(integer, name, text), turnout_guard() FROM PUBLIC;

-- Roles that were granted before get what their word stands for now.
SELECT turnout_guard();
SELECT turnout_grant(ecosystem, role, may) FROM ecosystem_role;
