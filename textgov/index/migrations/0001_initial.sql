-- Keys that leave the index are document ids and ordinals; the integers below stay inside the file:
-- passages.id = documents.seq << 20 | ordinal, sentences.id = passages.id << 12 | ordinal, so that a
-- sentence's passage and document are reached by shifting, without a join.
-- Columns without a type hold TEXT, or BLOB where a file name is not UTF-8.
-- The *_text tables hold folded words (textgov.index.tokens); their rowid is the unit's key.

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    options TEXT NOT NULL,
    versions TEXT NOT NULL,
    codebook TEXT,
    pipeline TEXT,
    seed INTEGER,
    counts TEXT NOT NULL DEFAULT '{}',
    started TEXT NOT NULL,
    finished TEXT,
    outcome TEXT NOT NULL DEFAULT 'running'
);

CREATE TABLE files (
    path NOT NULL PRIMARY KEY,
    sha256 TEXT,
    size INTEGER,
    mtime INTEGER,
    status TEXT NOT NULL CHECK (status IN ('kept', 'duplicate', 'failed', 'skipped')),
    document TEXT,
    reason TEXT NOT NULL,
    advice TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX file_hashes ON files (sha256);
CREATE INDEX file_documents ON files (document);

CREATE TABLE documents (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source NOT NULL,
    part TEXT,
    format TEXT NOT NULL,
    kind TEXT NOT NULL,
    language TEXT,
    title TEXT,
    authors TEXT NOT NULL,
    year INTEGER,
    doi TEXT,
    venue TEXT,
    keywords TEXT NOT NULL,
    url TEXT,
    notes TEXT NOT NULL,
    duplicate_of TEXT REFERENCES documents (id),
    codebook TEXT,
    pipeline TEXT,
    run INTEGER REFERENCES runs (id)
);
CREATE INDEX document_sources ON documents (source);
CREATE INDEX document_duplicates ON documents (duplicate_of) WHERE duplicate_of IS NOT NULL;

-- Apart from the bibliography, which searches scan.
CREATE TABLE contents (
    seq INTEGER PRIMARY KEY REFERENCES documents (seq) ON DELETE CASCADE,
    pages TEXT NOT NULL,
    sections TEXT NOT NULL,
    blocks TEXT NOT NULL,
    signature BLOB,
    text TEXT NOT NULL
);

CREATE TABLE fingerprints (
    fingerprint TEXT NOT NULL,
    document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    PRIMARY KEY (fingerprint, document)
) WITHOUT ROWID;
CREATE INDEX fingerprint_documents ON fingerprints (document);

CREATE TABLE duplicates (
    source NOT NULL,
    part TEXT NOT NULL,
    document TEXT NOT NULL,
    kept TEXT NOT NULL REFERENCES documents (id),
    reason TEXT NOT NULL,
    PRIMARY KEY (source, part)
) WITHOUT ROWID;
CREATE INDEX duplicates_kept ON duplicates (kept);

CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    kind TEXT NOT NULL,
    section TEXT,
    page INTEGER,
    text TEXT NOT NULL
);

CREATE TABLE sentences (
    id INTEGER PRIMARY KEY,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    page INTEGER
);

CREATE TABLE mentions (
    passage INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    sentence INTEGER NOT NULL,
    page INTEGER,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    layer TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    rule TEXT NOT NULL,
    form TEXT,
    scope TEXT,
    status TEXT NOT NULL,
    attributed INTEGER NOT NULL,
    source TEXT,
    condition_start INTEGER,
    condition_end INTEGER,
    confidence REAL NOT NULL,
    dimension TEXT,
    direction TEXT,
    group_start INTEGER,
    group_end INTEGER,
    PRIMARY KEY (passage, ordinal)
) WITHOUT ROWID;
-- The trailing columns are those that a search asks of a mention beside its code.
CREATE INDEX mention_sentences ON mentions (layer, code, sentence, status, form, scope);
CREATE INDEX mention_passages ON mentions (layer, code, passage, status, form, scope);
CREATE INDEX mention_names ON mentions (name COLLATE NOCASE, sentence);
CREATE INDEX mention_statuses ON mentions (status, sentence);
CREATE INDEX mention_rules ON mentions (rule COLLATE NOCASE, sentence);
CREATE INDEX mention_reports ON mentions (attributed, sentence) WHERE attributed = 1;
CREATE INDEX mention_cells ON mentions (form, scope, sentence);

CREATE TABLE relations (
    passage INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    sentence INTEGER NOT NULL,
    kind TEXT NOT NULL,
    source INTEGER,
    means INTEGER,
    target INTEGER,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    rule TEXT NOT NULL,
    PRIMARY KEY (passage, ordinal)
) WITHOUT ROWID;
CREATE INDEX relation_kinds ON relations (kind, sentence);

CREATE TABLE interactions (
    passage INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    sentence INTEGER NOT NULL,
    kind TEXT NOT NULL,
    forms TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    rule TEXT NOT NULL,
    PRIMARY KEY (passage, ordinal)
) WITHOUT ROWID;
CREATE INDEX interaction_kinds ON interactions (kind, sentence);

CREATE TABLE codings (
    document INTEGER NOT NULL REFERENCES documents (seq) ON DELETE CASCADE,
    passage INTEGER,
    layer TEXT NOT NULL,
    code TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    score REAL,
    stance TEXT,
    evidence TEXT NOT NULL,
    coder TEXT NOT NULL,
    machine INTEGER NOT NULL
);
CREATE INDEX coding_codes ON codings (layer, code, passage, score);
CREATE INDEX coding_documents ON codings (document, passage);

CREATE VIRTUAL TABLE sentence_text USING fts5 (text, content = '', tokenize = 'ascii');
CREATE VIRTUAL TABLE passage_text USING fts5 (text, section, content = '', tokenize = 'ascii');
CREATE VIRTUAL TABLE document_text USING fts5 (title, author, venue, keyword, content = '', tokenize = 'ascii');

-- What the patterns of a query may stand for. FTS5's own vocabulary reads the postings of each word.
CREATE TABLE words (
    word TEXT NOT NULL PRIMARY KEY
) WITHOUT ROWID;
