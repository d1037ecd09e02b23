-- People who sign in, and their sessions.

CREATE TABLE users (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name        TEXT    NOT NULL UNIQUE      CHECK (name <> ''),
    role        TEXT    NOT NULL,
    window      INTEGER,
    password    TEXT    NOT NULL,                     -- a slow hash with its salt and settings (PHC string)
    password_ms INTEGER NOT NULL,                     -- since when
    must_change INTEGER NOT NULL CHECK (must_change IN (0, 1)),
    disabled_ms INTEGER,
    created_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a browser carries is nowhere, only its hash. A seat lasts as long as its session.
CREATE TABLE sessions (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    hash       BLOB    NOT NULL UNIQUE      CHECK (length(hash) = 32),
    user_id    BLOB    NOT NULL REFERENCES users (id),
    created_ms INTEGER NOT NULL,
    seen_ms    INTEGER NOT NULL,
    window     INTEGER UNIQUE,                        -- one person sits at a window
    seat       BLOB             CHECK (length(seat) = 16),
    since_ms   INTEGER,
    CHECK ((window IS NULL) = (seat IS NULL) AND (window IS NULL) = (since_ms IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_of_users ON sessions (user_id);

CREATE TRIGGER users_added AFTER INSERT ON users BEGIN
    UPDATE changes SET n = n + 1;
END;

CREATE TRIGGER users_changed AFTER UPDATE ON users BEGIN
    UPDATE changes SET n = n + 1;
END;

CREATE TRIGGER users_removed AFTER DELETE ON users BEGIN
    UPDATE changes SET n = n + 1;
END;

-- That a session was seen is no news for anybody but the process that serves it.
CREATE TRIGGER sessions_added AFTER INSERT ON sessions BEGIN
    UPDATE changes SET n = n + 1;
END;

CREATE TRIGGER sessions_seated AFTER UPDATE OF window ON sessions BEGIN
    UPDATE changes SET n = n + 1;
END;

CREATE TRIGGER sessions_removed AFTER DELETE ON sessions BEGIN
    UPDATE changes SET n = n + 1;
END;
