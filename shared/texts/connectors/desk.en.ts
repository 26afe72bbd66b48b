/** The desk's page of connected CRMs, in English (United Kingdom). */
import type { ConnectorAdvice } from "../../connectors/advice.ts";
import type { ConnectorKind } from "../../connectors/kinds.ts";
import { counted } from "../language.ts";

export const deskConnectorsEn = {
  title: "Connectors",
  lead: "CRMs whose contacts are screened and marked with what was found: verdict, date and reasons are written to fields of their own.",
  untried: "Not tried on the vendor's own system yet",
  untriedText:
    "This connector follows the vendor's published document and was tested against a stand-in. Look closely at its trial run before you let it write.",
  mappedText: "Whether the mapping fits, only a trial run shows: look closely at it before you let it write.",
  document: "The document it follows",
  noKey: "No CRM can be connected yet",
  noKeyText:
    "Credentials are sealed before they are stored, and the Worker has no key for that. Set the secret CONNECTOR_KEY; docs/connectors.md says how.",
  none: "No CRM is connected",
  noneText:
    "Connect one to screen all of its contacts at once, and again at least every {days} days. A trial run comes first and writes nothing.",
  connect: "Connect a CRM",
  back: "All connectors",
  kinds: {
    hubspot: "HubSpot",
    salesforce: "Salesforce",
    pipedrive: "Pipedrive",
    zoho: "Zoho CRM",
    dynamics: "Dynamics 365",
    espocrm: "EspoCRM",
    rest: "Another CRM, by its JSON",
  } satisfies Record<ConnectorKind, string>,
  unknownError: "nothing",
  todo: {
    title: "The connector {name} fails",
    text: "It said: {error}. Until this is fixed, the CRM's fields may be out of date.",
    do: "See the connector",
  },
  columns: {
    name: "Name",
    kind: "CRM",
    state: "State",
    last: "Last run",
    next: "Next run",
    contacts: "Contacts",
    blocked: "Blocked",
    written: "Written",
  },
  states: {
    new: "Not tried",
    tried: "Tried, off",
    on: "On",
    running: "Running",
    failing: "Failing",
  },
  byItself: "by itself",
  actions: {
    test: "Test the connection",
    trial: "Trial run",
    run: "Run now",
    stop: "Stop the run",
    on: "Switch on",
    off: "Switch off",
    change: "Change",
    remove: "Remove",
  },
  tested: {
    ok: counted(
      "Connected: the first page has {n} contact, with {numbers}.",
      "Connected: the first page has {n} contacts, with {numbers}.",
    ),
    numbers: counted("{n} telephone number", "{n} telephone numbers"),
    proved: "{object}: our fields took the longest text and gave it back. They are empty again.",
    unproved:
      "{object}: our fields were not tried. That needs a record where all of them are empty and, with another CRM, changes by PATCH.",
    absent:
      "{object}: no record that was read has {fields}. It is misspelt in the set-up, or empty in all of them.",
    failed: "The CRM could not be used",
    failedText: "It said: {error}.",
  },
  /** What to do, by shared/connectors/advice.ts. */
  advice: {
    unread:
      "Give the role of ClearDial's user the right to read all records, not only its own. Then test the connection again.",
    fewer:
      "See whether the role of ClearDial's user still reads all records. What was known of the others is kept. If so many were deleted, make a trial run: later runs are compared with it.",
    fields:
      "Correct the field's name in the set-up. If it is one of ClearDial's, make it in the CRM for this kind of record too (Make the fields), and let the role of ClearDial's user read and write it.",
    longer:
      "Make the field with the reasons a text of 255 characters, the one with the verdict one of 20, and those for consents and for who objected of 80.",
    options:
      "Make the field with the verdict a plain text, or give it the options clear, caution, blocked and unknown.",
    again: "Sign in to the CRM, as an administrator of it: the button is above.",
    sealed: "Enter the credentials again, by Change.",
    signIn: "Enter the credentials again, by Change, and see in the CRM that its user is active.",
    rights:
      "Give the role of ClearDial's user the right to edit these records. docs/connectors.md has the rights for each CRM. Where you sign in in the browser, sign in again: it has the rights that it asked for then.",
    later: "There is nothing to do unless it lasts: ClearDial tries again by itself.",
    address: "Compare the address with the one that your CRM shows in the browser.",
  } satisfies Record<ConnectorAdvice, string>,
  signIn: {
    do: "Sign in to {crm}",
    again: "Sign in to {crm} again",
    begun:
      "The CRM's page is open in another tab. Agree there, then enter the code that it shows here: this page follows.",
    waits: "{crm} lets ClearDial in: enter the code",
    waitsText:
      "Account {account}. The page that opened after you agreed in the CRM shows a code, good until {until}. Is this another account than yours, or did you not agree yourself? Then enter nothing.",
    waitsSomewhere:
      "The page that opened after you agreed in the CRM shows a code, good until {until}. Did you not agree yourself? Then enter nothing.",
    code: "Code",
    codeMissing: "Type the code as the page shows it.",
    confirm: "Sign in",
    confirmed: "Signed in to {crm}. Test the connection now.",
    out: "Nobody has signed in to {name}",
    outText: "It is switched on, and reads and writes nothing before somebody signs in to the CRM.",
    over: "Access to {crm} has ended",
    ends: "Access to {name} ends",
    endsText: "The sign-in lasts until {date}. Sign in again before.",
    endsOn: "It lasts until {at}.",
    none: "Nobody has signed in to {crm} yet",
    noneText:
      "Sign in as an administrator of {crm}, who may read and edit all of its records. What to click there first is in ClearDial's docs/connectors.md.",
    callback: "Its app sends the browser back to {callback}.",
    done: "Signed in to {crm}, account {account}, {at}. Its access is renewed every day, so that you hear at once if it ends.",
    doneSomewhere:
      "Signed in to {crm} {at}. Its access is renewed every day, so that you hear at once if it ends.",
  },
  /** Of credentials whose end the CRM does not tell. */
  secret: {
    ends: "The secret of {name} ends",
    endsText:
      "It ends on {date}. Make a new one in the CRM before, and enter it by Change, with the day on which that one ends.",
    over: "The secret of {name} has ended",
    overText:
      "By its set-up it was good until {date}. Enter a new one by Change, with the day on which it ends.",
    unsaid: "Nobody has said when the secret of {name} ends",
    unsaidText: "The CRM does not tell. Enter the day by Change: you are told 30 and 7 days before.",
    endsOn: "Its secret ends on {date}.",
  },
  begun: "The run has begun. This page follows it.",
  stopped: "The run is stopped. What it wrote stays.",
  switched: {
    on: "Switched on: it is screened by itself, and numbers whose status changes are marked.",
    off: "Switched off: nothing is written by itself any more.",
  },
  sure: {
    run: "Write to {name}?",
    runText:
      "All contacts are read and screened. Verdict, date and reasons are written to those where they differ.",
    runYes: "Run and write",
    on: "Let {name} be screened by itself?",
    onText:
      "A run begins within minutes and again every {days} days, and a number is marked when its status changes.",
    trial: "At the trial it would have written to {written} of {contacts}.",
    onYes: "Switch on",
    remove: "Remove {name}?",
    removeText:
      "Its credentials and its runs are erased here. What is in the CRM's fields stays there, and is no longer updated.",
    removeYes: "Remove",
  },
  removed: "{name} is removed.",
  steps: {
    test: "Not tried yet. Test the connection, which tries our fields on an empty record of each kind; then make a trial run: it reads all contacts and writes nothing.",
    trial: "The trial run has ended. Look at what it found; then run it, or switch it on.",
    off: "It is switched off: nothing is screened by itself.",
    on: "It is screened by itself; the next run begins {at}.",
    soon: "It is screened by itself; a run begins within minutes.",
    signIn: "Nothing is screened before somebody signs in to the CRM.",
  },
  flags: {
    read: "The CRM's own flags and consents were last read {at}: what was set there since is not known here.",
    readAll:
      "All of the CRM's own flags and consents were last read {at}; of records that changed since, see below.",
    never: "The CRM's own flags and consents were not read yet: a run reads them.",
    next: "They are next read {at}.",
    off: "While it is off, only a run reads them.",
  },
  changes: {
    read: "What changed in the CRM was last read {at}: contacts that changed by then are screened, and their flags and consents are known.",
    never: "What changed in the CRM was not read yet.",
    contested: "What ClearDial's fields hold is not what it wrote",
    contestedText: counted(
      "{n} record was overwritten in the CRM within a day of ClearDial's writing it again, or keeps words of a consent that is over, last {at}. ClearDial writes a record again once a day at most, so its fields may show another verdict or consent until then. Find out who or which program writes to them there, or why the CRM refuses such words, and end it.",
      "{n} records were overwritten in the CRM within a day of ClearDial's writing them again, or keep words of a consent that is over, last {at}. ClearDial writes a record again once a day at most, so its fields may show another verdict or consent until then. Find out who or which program writes to them there, or why the CRM refuses such words, and end it.",
    ),
  },
  consents: {
    off: "While it is off, what ClearDial wrote there of consents stays as it is, also of one that has ended since.",
    left: "What ClearDial wrote of consents into {field} of {object} at {host} stays as it is, also of one that has ended since: the set-up has not named that field since {at}. Empty it in the CRM.",
  },
  markFailed: "Numbers whose status changed could not be marked",
  run: {
    title: "Last run",
    trial: "Trial: nothing was written",
    states: { running: "Running", done: "Done", failed: "Failed", stopped: "Stopped" },
    would: "It would write to {written} of {contacts}.",
    wrote: "It wrote to {written} of {contacts}.",
    soFar: "So far: {contacts}.",
    contacts: counted("{n} contact", "{n} contacts"),
    refused: counted("The CRM did not take {n} contact: {why}.", "The CRM did not take {n} contacts: {why}."),
    retry: "The CRM could not be read or written: {error}. The next try is {at}.",
    givenUp: "The run failed: {error}.",
    ofKind: "{object}: {contacts}, {written} written, {refused} refused.",
    ofKindTrial: "{object}: {contacts}, {written} to write.",
    invalid: counted(
      "{n} field holds something that is no telephone number.",
      "{n} fields hold something that is no telephone number.",
    ),
    parts: {
      clear: "No bar found",
      caution: "Read before you call",
      blocked: "Do not call",
      unknown: "Not known",
      none: "Without a number",
    },
  },
  runs: {
    title: "Runs",
    label: "Runs of {name}",
    none: "No run yet",
    noneText: "Each run shows here, with what it wrote.",
    columns: {
      at: "Begun",
      kind: "Kind",
      state: "State",
      by: "By",
      contacts: "Contacts",
      blocked: "Blocked",
      written: "Written",
      refused: "Refused",
    },
    trial: "Trial",
    whole: "Run",
    clock: "the clock",
  },
  form: {
    title: "Connect a CRM",
    changeTitle: "Change {name}",
    kind: "CRM",
    name: "Name",
    nameHint: "What it is called here and in mails.",
    settings: {
      host: "Address",
      region: "Region",
      tenant: "Tenant",
      secretEnds: "Last day of its secret, as you chose it there",
      portal: "Hub ID of the account that may be signed in to (empty: the first one)",
      sensitive: "Scopes of sensitive properties that a sign-in asks for, too, with spaces between them",
      lasts: "Days that a sign-in lasts, if its refresh token policy has a fixed time",
      individuals: "Read opt-outs and consents of Individuals, with Data Protection and Privacy (empty: no)",
      list: "Path of the list",
      items: "Where its rows are",
      id: "Where a row's id is",
      paging: "How pages follow",
      parameter: "The page's parameter",
      next: "Where the next page is",
      method: "Method of a change",
      record: "Path of a record",
    } as Record<string, string>,
    like: "Such as {example}",
    way: "How to get in",
    ways: {
      token: "Token",
      signIn: "Sign in, in the browser",
      oauth: "App with a refresh token",
      client: "App with client credentials",
      code: "Self client with a code",
      key: "API key",
      hmac: "API key and HMAC",
      header: "Header",
    } as Record<string, string>,
    credentials: {
      token: "Token",
      clientId: "Client id",
      clientSecret: "Client secret",
      refreshToken: "Refresh token",
      code: "Code",
      apiKey: "API key",
      secretKey: "Secret key",
      header: "Header's name",
      value: "Header's value",
    } as Record<string, string>,
    keep: "Leave empty to keep what is stored.",
    objects: "What is screened",
    numbers: "{object}: fields with numbers",
    numbersHint: "Several are separated by commas. Empty leaves {object} out.",
    fieldOf: "{object}: {field}",
    optional: {
      country: { label: "Field with the country", hint: "Of the numbers that have no code." },
      party: { label: "Field with whose line it is", hint: "Consumer, sole trader, partnership or company." },
      account: {
        label: "Field with their company",
        hint: "By its id. A company's objection reaches all of its records.",
      },
      source: { label: "Field with the source", hint: "Where the number came from." },
      since: { label: "Field with its date", hint: "Since when the record is there." },
      notice: { label: "Field with the notice", hint: "What the person was told, and when." },
      flag: { label: "Flag against calls", hint: "It comes in, and an objection sets it." },
      flagBy: {
        label: "Field with who said so",
        hint: "With the next one, the flag is an objection. Objections here are written there, too.",
      },
      flagAt: {
        label: "Field with when they said so",
        hint: "A day (2026-05-03), or a time. ClearDial writes a day.",
      },
      consentAt: {
        label: "Field with since when they consent",
        hint: "With the next two: proposed, for review.",
      },
      consentFor: { label: "Field with what they consent to", hint: "In which words." },
      consentProof: { label: "Field with where the proof is", hint: "A file, a form, a recording." },
      consentOut: {
        label: "Field for consents here",
        hint: "A text of its own: ClearDial writes until when they consent, and that it ended. Nothing in it is read. Your CRM's row in the policy has to say that consents go out.",
      },
    },
    fields: "Where it is written",
    fieldsHint:
      "ClearDial makes these fields in the CRM once the connector is saved (Make the fields), or you make them there: two texts and a date. docs/connectors.md says how for each CRM.",
    field: { verdict: "Verdict", date: "Date", reasons: "Reasons" },
    dates: "The date says",
    datesOptions: {
      changed: "since when the verdict applies (fewer writes)",
      screened: "when it was last screened (one write a contact and run)",
    },
    save: "Save",
    saved: "{name} is saved.",
  },
};
