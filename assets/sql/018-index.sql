-- Version 18: an event's stations, logs that visits are not derived of yet, and what conflicts are
-- about are found without walking through all there are. learner_facts is what reports read of
-- learners, in the order they do. A visit's id begins with its log's, so that those of one station
-- lie side by side; what recipients were sent under the id of before is taken back and sent anew.
CREATE INDEX kiosk_event ON kiosk (ecosystem, event);
CREATE INDEX kiosk_waiting ON kiosk (ecosystem, log_no) WHERE last_seq > derived_seq;
CREATE INDEX conflict_a ON conflict (ecosystem, a);
CREATE INDEX learner_facts ON learner (ecosystem, id, grade, zip3, lang);
UPDATE visit SET id = CAST(substr(in_log, 1, 4) || substr(id, 1, 12) AS @blob@)
    WHERE source = 'scan';
