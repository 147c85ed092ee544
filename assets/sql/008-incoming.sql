-- Version 8: what comes in from other systems: who runs what at an event, who means to come, what
-- learners let be known of themselves, and the schools and classes of a school's own system.

-- A partner's part in an event. staff_min is the time of its people there, in minutes.
CREATE TABLE event_partner (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    event @blob@ NOT NULL,
    partner @blob@ NOT NULL,
    role TEXT,
    staff_min @big@,
    PRIMARY KEY (ecosystem, id)
) @strict@;
CREATE UNIQUE INDEX event_partner_of ON event_partner (ecosystem, event, partner);

-- Who means to come: to the event, or (activity) to one thing at it. status: registered, waitlist or
-- cancelled. source: where the registration came from, in words.
CREATE TABLE registration (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    event @blob@ NOT NULL,
    learner @blob@ NOT NULL,
    activity @blob@,
    status TEXT NOT NULL,
    source TEXT,
    PRIMARY KEY (ecosystem, id)
) @strict@;
CREATE INDEX registration_event ON registration (ecosystem, event, activity);
CREATE INDEX registration_learner ON registration (ecosystem, learner);

-- What a learner let be known, one value a dimension; the dimensions are those of ref_population.
-- consent: the purpose of the consent under which the row is kept. It goes when that is withdrawn.
CREATE TABLE learner_demo (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    learner @blob@ NOT NULL,
    dimension TEXT NOT NULL,
    value TEXT NOT NULL,
    consent TEXT NOT NULL,
    PRIMARY KEY (ecosystem, id)
) @strict@;
CREATE INDEX learner_demo_of ON learner_demo (ecosystem, learner);

-- The partner that another system knows by an id of its own.
CREATE TABLE partner_alias (
    ecosystem INTEGER NOT NULL,
    source TEXT NOT NULL,
    source_id TEXT NOT NULL,
    partner @blob@ NOT NULL,
    PRIMARY KEY (ecosystem, source, source_id)
) @strict@;

-- A class by its id in another system, so that a renamed one stays what it was. name is its title,
-- with more behind it where two classes of one partner have the same; learner_group has the names.
CREATE TABLE class_group (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    source TEXT NOT NULL,
    source_id TEXT NOT NULL,
    partner @blob@,
    title TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (ecosystem, id)
) @strict@;
CREATE INDEX class_group_title ON class_group (ecosystem, partner, title);

-- A learner in a class: one row an enrolment of the other system, by that one's id.
CREATE TABLE class_member (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    class_group @blob@ NOT NULL,
    learner @blob@ NOT NULL,
    PRIMARY KEY (ecosystem, id)
) @strict@;
CREATE INDEX class_member_learner ON class_member (ecosystem, learner);
CREATE INDEX class_member_class ON class_member (ecosystem, class_group);

-- What a calendar says of an event: the revision it had there, and `cancelled` or `tentative`.
ALTER TABLE event ADD COLUMN ical_seq @big@;
ALTER TABLE event ADD COLUMN status TEXT;
