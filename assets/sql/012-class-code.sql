-- Version 12: the code that a school gives a class: what tells two classes of one title apart for
-- people.

ALTER TABLE class_group ADD COLUMN code TEXT;
