-- Since when a connector leads to its account: what is listed of another is listed in this one no more. Nothing of before changes, and
-- an earlier Worker goes on: the trigger keeps it for both.

-- connectors, one more column: `account_since`: since when (ISO 8601); null: since the credentials were entered (`at`). Kept: as the row.
ALTER TABLE connectors ADD COLUMN account_since TEXT;

-- Other credentials of the same host are of the same account, but where all accounts have one host: there those of another account may
-- be entered, unless a sign-in, or the set-up's `portal`, holds the connector to its own. What an open task of another account names may
-- be somebody else here, whose own task it must not keep away.
CREATE TRIGGER connectors_account AFTER UPDATE OF at ON connectors WHEN NEW.at <> OLD.at BEGIN
  UPDATE connectors SET account_since = CASE WHEN json_valid(OLD.setup) AND json_valid(NEW.setup) AND NEW.kind = OLD.kind
    THEN CASE NEW.kind
      WHEN 'zoho' THEN NULL
      WHEN 'hubspot' THEN IIF((NEW.way = 'signIn' AND OLD.way = 'signIn')
        OR NEW.setup ->> '$.settings.portal' = OLD.setup ->> '$.settings.portal', COALESCE(OLD.account_since, OLD.at), NULL)
      ELSE IIF(NEW.setup ->> '$.settings.host' = OLD.setup ->> '$.settings.host', COALESCE(OLD.account_since, OLD.at), NULL) END
    END WHERE num = NEW.num;
  DELETE FROM system_task_records WHERE connector = NEW.id
    AND (SELECT account_since FROM connectors WHERE num = NEW.num) IS NULL;
END;
