-- What an objection reaches by the records of CRMs: a company's accounts, and whom an objection of unsaid scope may mean.

-- connector_accounts: the account (company) that a CRM's record belongs to, as the field says it that the set-up names.
-- Kept: as `connector_numbers`.
CREATE TABLE connector_accounts (
  connector INTEGER NOT NULL REFERENCES connectors (num) ON DELETE CASCADE,
  object TEXT NOT NULL,
  record TEXT NOT NULL,
  account TEXT NOT NULL,
  run INTEGER NOT NULL,
  PRIMARY KEY (connector, object, record)
) WITHOUT ROWID;
CREATE INDEX connector_accounts_account ON connector_accounts (connector, account);

-- suppressions: a row with an `origin` and `keeps_line` tells that its origin's scope is unsaid and may mean this number.
-- It ends when the scope is said.
DROP INDEX suppressions_wide;
CREATE INDEX suppressions_wide ON suppressions (id)
  WHERE scope IN ('person', 'company', 'unsaid') AND ended_at IS NULL AND origin IS NULL;

-- Nothing spreads from what is over, or has another scope meanwhile.
CREATE TRIGGER suppressions_spread_live BEFORE INSERT ON suppressions
WHEN NEW.origin IS NOT NULL AND NEW.ended_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM suppressions o WHERE o.id = NEW.origin AND o.ended_at IS NULL AND o.scope = NEW.scope)
BEGIN
  SELECT RAISE(ABORT, 'suppression_moved');
END;
-- What was said of a scope is widened, and never narrowed.
CREATE TRIGGER suppressions_widened BEFORE UPDATE OF scope, keeps_line ON suppressions
WHEN OLD.kind = 'objection' AND OLD.origin IS NULL AND OLD.ended_at IS NULL AND OLD.asks = 0
  AND ((NEW.scope <> OLD.scope AND OLD.scope <> 'line') OR NEW.keeps_line > OLD.keeps_line)
BEGIN
  SELECT RAISE(ABORT, 'suppression_moved');
END;
