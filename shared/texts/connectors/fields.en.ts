/** Fields that are made in a CRM: what the desk and `cleardial connectors fields` say of them. English (United Kingdom). */
export const connectorFieldsEn = {
  line: "{object}: {name}: {said}",
  states: {
    there: "it is there.",
    missing: "it would be made.",
    hidden: "it is there, and ClearDial's user may not read and write it: that would be allowed.",
    made: "it is made.",
    other: "it is of another type ({is}), and stays as it is. Rename it, or name another field by Change.",
    refused: "it was refused: {why}.",
  },
  byHand:
    "What was refused can be made by hand in the CRM. docs/connectors.md says how for each CRM, and which rights ClearDial needs to make it.",
  noConnector: "There is no connector {name}, or more than one. Name it by its id.",
  noCredentials: "{file} is no JSON object of texts.",
  // The desk.
  action: "Make the fields",
  title: "Fields in {crm}",
  lead: "ClearDial writes to three fields of each kind of record. A missing one is made in the CRM; the others stay as they are. Nothing is made before you press the button below.",
  looking: "The CRM is asked which of them are there.",
  failed: "The CRM could not be asked",
  yes: "Make what is missing",
  done: "All fields are there. Test the connection now.",
  once: "An administrator's credentials, if the connector's own may not make fields. They are used for this alone, and kept nowhere.",
  needed:
    "Only an administrator of the CRM may make fields, not ClearDial's API user. The name and the password are used for this alone, and kept nowhere.",
  credentials: {
    token: "Token of an administrator",
    user: "Administrator's user name",
    password: "Administrator's password",
  } as Record<string, string>,
};
export const connectorHelpEn = {
  connectors: "connected CRMs",
  fields: "ClearDial's fields in a CRM: which are there, and make the others",
  name: "the connector's name, or its id",
  make: "make what is missing; else only say it",
  credentials:
    "a JSON file with an administrator's credentials, where the connector's may not make fields: used once, kept nowhere",
};
