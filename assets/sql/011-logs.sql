-- Version 11: a log's branches, and a station's logs, are found without walking every log there is.
CREATE INDEX kiosk_origin ON kiosk (ecosystem, origin) WHERE origin IS NOT NULL;
CREATE INDEX kiosk_pubkey ON kiosk (ecosystem, pubkey);
