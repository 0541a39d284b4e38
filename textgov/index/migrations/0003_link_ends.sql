-- The ends of relations and interactions beside them, so that a search can ask for one link as a whole. An end's code
-- and cell are those of its mention; a cell is a form and a scope, such as private-vertical, a pair two forms in order
-- of the alphabet, such as private-public.

ALTER TABLE relations ADD COLUMN source_code TEXT;
ALTER TABLE relations ADD COLUMN source_cell TEXT;
ALTER TABLE relations ADD COLUMN means_code TEXT;
ALTER TABLE relations ADD COLUMN target_code TEXT;
ALTER TABLE relations ADD COLUMN target_cell TEXT;
ALTER TABLE interactions ADD COLUMN pair TEXT;

UPDATE relations SET
    (source_code, source_cell) = (
        SELECT code, form || '-' || scope FROM mentions AS m
        WHERE m.passage = relations.passage AND m.ordinal = relations.source
    ),
    means_code = (
        SELECT code FROM mentions AS m WHERE m.passage = relations.passage AND m.ordinal = relations.means
    ),
    (target_code, target_cell) = (
        SELECT code, form || '-' || scope FROM mentions AS m
        WHERE m.passage = relations.passage AND m.ordinal = relations.target
    );
UPDATE interactions SET pair = (
    SELECT group_concat(value, '-') FROM (SELECT value FROM json_each(interactions.forms) ORDER BY value)
);
CREATE INDEX relation_sources ON relations (source_code, sentence);
CREATE INDEX relation_targets ON relations (target_code, sentence);
