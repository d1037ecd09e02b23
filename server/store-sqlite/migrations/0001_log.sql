-- The log, and what stands beside it. Times are UTC milliseconds, ids are UUIDs as 16 bytes, hashes are SHA-256 as 32.
-- Forward only: a file that has been released is never edited; a change is another file.

-- Where each stream ends. A writer looks here first, inside its transaction.
CREATE TABLE streams (
    stream TEXT    NOT NULL PRIMARY KEY,
    seq    INTEGER NOT NULL CHECK (seq > 0),        -- position of its last event
    hash   BLOB    NOT NULL CHECK (length(hash) = 32)  -- hash of that event
) STRICT, WITHOUT ROWID;

-- What happened. Rows are added and never changed.
-- Kept in order of (stream, seq): a stream is read from front to back, and appending goes to the end of its range.
CREATE TABLE events (
    stream    TEXT    NOT NULL REFERENCES streams (stream),
    seq       INTEGER NOT NULL CHECK (seq > 0),
    at_ms     INTEGER NOT NULL,
    command   BLOB    NOT NULL CHECK (length(command) = 16),
    part      INTEGER NOT NULL,
    actor     BLOB    NOT NULL CHECK (length(actor) = 16),
    key       BLOB             CHECK (length(key) = 16),
    kind      TEXT    NOT NULL,
    version   INTEGER NOT NULL,
    body      TEXT    NOT NULL,
    prev_hash BLOB    NOT NULL CHECK (length(prev_hash) = 32),
    PRIMARY KEY (stream, seq),
    -- A command happens once in a stream, whoever sends it again.
    UNIQUE (stream, command, part)
) STRICT, WITHOUT ROWID;

-- Tickets as people query them, made from the events and replaceable from them at any time.
CREATE TABLE tickets (
    id            BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    business_date TEXT    NOT NULL,
    number        TEXT    NOT NULL,
    service       TEXT    NOT NULL,
    class         TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    window        INTEGER,
    issued_ms     INTEGER NOT NULL,
    called_ms     INTEGER,
    ended_ms      INTEGER,
    calls         INTEGER NOT NULL,
    copies        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- "A007 of last Monday". Not unique: that a number is given once is the log's affair, and these rows only follow it.
CREATE INDEX tickets_by_day ON tickets (business_date, number);

-- States of streams, so that a start need not read all events. Large bodies, so an ordinary table.
CREATE TABLE snapshots (
    stream TEXT    NOT NULL REFERENCES streams (stream),
    format INTEGER NOT NULL,
    seq    INTEGER NOT NULL CHECK (seq > 0),        -- the last event that is in it
    body   TEXT    NOT NULL,
    PRIMARY KEY (stream, format)
) STRICT;

-- Who a random person_id in an event is. Beside the log, so that it can be erased without touching the chain.
CREATE TABLE persons (
    keyed_hash BLOB NOT NULL PRIMARY KEY CHECK (length(keyed_hash) = 32),
    person_id  BLOB NOT NULL UNIQUE      CHECK (length(person_id) = 16)
) STRICT, WITHOUT ROWID;

-- Bearer tokens. The token itself is nowhere.
CREATE TABLE tokens (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    hash       BLOB    NOT NULL UNIQUE      CHECK (length(hash) = 32),
    role       TEXT    NOT NULL,
    window     INTEGER,
    name       TEXT    NOT NULL,
    created_ms INTEGER NOT NULL,
    revoked_ms INTEGER
) STRICT, WITHOUT ROWID;

-- One row that counts changes to what a process holds in memory beside streams. Triggers keep it, so that no way of
-- changing those tables can forget it.
CREATE TABLE changes (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    n  INTEGER NOT NULL
) STRICT;

INSERT INTO changes (id, n) VALUES (1, 0);

CREATE TRIGGER tokens_added AFTER INSERT ON tokens BEGIN
    UPDATE changes SET n = n + 1;
END;

CREATE TRIGGER tokens_changed AFTER UPDATE ON tokens BEGIN
    UPDATE changes SET n = n + 1;
END;

CREATE TRIGGER tokens_removed AFTER DELETE ON tokens BEGIN
    UPDATE changes SET n = n + 1;
END;
