-- Version 17: a setting is in-school or out-of-school, as imports have it. Before, it was any word, of
-- which reports read the beginning; what they could not read says nothing.
UPDATE event SET setting = CASE
    WHEN lower(setting) LIKE 'in%' OR lower(setting) LIKE 'school%' THEN 'in-school'
    WHEN lower(setting) LIKE 'out%' OR lower(setting) LIKE 'after%' OR lower(setting) LIKE 'summer%'
        OR lower(setting) LIKE 'weekend%' OR lower(setting) LIKE 'community%' THEN 'out-of-school'
    END WHERE setting IS NOT NULL;
UPDATE activity SET setting = CASE
    WHEN lower(setting) LIKE 'in%' OR lower(setting) LIKE 'school%' THEN 'in-school'
    WHEN lower(setting) LIKE 'out%' OR lower(setting) LIKE 'after%' OR lower(setting) LIKE 'summer%'
        OR lower(setting) LIKE 'weekend%' OR lower(setting) LIKE 'community%' THEN 'out-of-school'
    END WHERE setting IS NOT NULL;
