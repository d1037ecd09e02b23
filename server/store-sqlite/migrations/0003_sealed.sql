-- The document's number of a person as only the owner of the key can read it, bound to the person's id. It goes with its
-- row. People the hall met before this have none.
ALTER TABLE persons ADD COLUMN sealed BLOB;
