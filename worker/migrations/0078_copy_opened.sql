-- request_files, one more column. `opened_at`: when the requester, or an officer for them, opened a copy first; of other files never.
-- Copies from before this migration count as opened, as nobody knows. An earlier Worker goes on without it. Kept: as the file's row.
ALTER TABLE request_files ADD COLUMN opened_at TEXT;
UPDATE request_files SET opened_at = at WHERE purpose = 'export';

-- copies_nobody: copies in one file that went to nobody, as `copy_parts_nobody` has those in parts: no mail with the letter of the decision
-- led to them, nobody was handed a link, and neither the requester nor an officer has opened them. Nothing is stored.
CREATE VIEW copies_nobody AS
  SELECT f.request, f.id, f.erase_after FROM request_files f
  WHERE f.purpose = 'export' AND f.erased_at IS NULL AND f.opened_at IS NULL AND f.came_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM copy_parts p WHERE p.file = f.id)
    AND NOT EXISTS (SELECT 1 FROM request_letters l JOIN outbox o ON o.key = 'letter:' || l.id AND o.state = 'sent'
      WHERE l.request = f.request AND l.kind = 'decision' AND l.how = 'mail' AND l.at >= f.came_at)
    AND NOT EXISTS (SELECT 1 FROM request_links k
      WHERE k.request = f.request AND k.handed = 1 AND k.scope = 'whole' AND k.until > f.came_at);
