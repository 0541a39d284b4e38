-- Decisions are only ever added: the last of a screener on a document counts. They hold the id of the text that was
-- judged and no reference to it, because a fuller text of the same work may take its place later.

CREATE TABLE screening_sources (
    path NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('database', 'register', 'website', 'organisation', 'citation')),
    searched TEXT,
    query TEXT
) WITHOUT ROWID;

CREATE TABLE screening_decisions (
    id INTEGER PRIMARY KEY,
    document TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('title', 'text')),
    screener TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('include', 'exclude', 'unsure', 'missing')),
    reason TEXT,
    note TEXT NOT NULL DEFAULT '',
    resolves INTEGER NOT NULL DEFAULT 0,
    score REAL,
    way TEXT NOT NULL,
    decided TEXT NOT NULL
);
CREATE INDEX screening_documents ON screening_decisions (document, stage);
CREATE INDEX screening_screeners ON screening_decisions (stage, screener);
