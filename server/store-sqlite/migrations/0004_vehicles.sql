-- Cars that were seen at a car park: a keyed hash of the plate, by which a car is found again, the random id that stands in the log,
-- and, for as long as the settings say, the plate as only the owner of the key can read it.
CREATE TABLE vehicles (
    keyed_hash BLOB    NOT NULL PRIMARY KEY CHECK (length(keyed_hash) = 32),
    vehicle_id BLOB    NOT NULL UNIQUE      CHECK (length(vehicle_id) = 16),
    sealed     BLOB,
    seen_ms    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX vehicles_seen ON vehicles (seen_ms);
