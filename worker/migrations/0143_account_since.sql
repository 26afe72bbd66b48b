-- Which account a connector leads to, and since when: what is listed of another is listed in this one no more. Nothing of before
-- changes, and an earlier Worker goes on: the trigger keeps both for it.

-- connectors, two more columns. `account`: where its host does not tell the account (HubSpot), what the CRM says that it is, a space, and
-- of which credentials that is (`at`); null: not told. `account_since`: since when it leads to its account (ISO 8601); null: since the
-- credentials were entered (`at`). Kept: as the row.
ALTER TABLE connectors ADD COLUMN account TEXT;
ALTER TABLE connectors ADD COLUMN account_since TEXT;

-- Other credentials of the same host are of the same account, or, once HubSpot has told it, are refused; all accounts of Zoho CRM have one
-- host, and it does not tell; so have those of a mapped CRM, as far as anybody knows, and Pipedrive has such a host beside each company's
-- own. What an open task of another account names may be somebody else here, whose own task it must not keep away.
CREATE TRIGGER connectors_account AFTER UPDATE OF at ON connectors WHEN NEW.at <> OLD.at BEGIN
  UPDATE connectors SET
    account = IIF(NEW.kind = OLD.kind, OLD.account, NULL),
    account_since = IIF(NEW.kind = OLD.kind AND CASE WHEN NEW.kind IN ('zoho', 'rest') THEN 0 WHEN NEW.kind = 'hubspot' THEN OLD.account IS NOT NULL
      WHEN NEW.kind = 'pipedrive' AND json_valid(NEW.setup)
        AND lower(NEW.setup ->> '$.settings.host') IN ('https://api.pipedrive.com', 'https://api-proxy.pipedrive.com') THEN 0
      ELSE IIF(json_valid(NEW.setup), NEW.setup ->> '$.settings.host', NULL)
        = IIF(json_valid(OLD.setup), OLD.setup ->> '$.settings.host', NULL) END,
      COALESCE(OLD.account_since, OLD.at), NULL)
    WHERE num = NEW.num;
  DELETE FROM system_task_records WHERE connector = NEW.id
    AND (SELECT account_since FROM connectors WHERE num = NEW.num) IS NULL;
END;
