/** What people read on the desk's pages of recordings. English (UK). */
import type { Recording, RecordingsState } from "../../recordings/api.ts";
import { deskRecordingEn } from "./desk-recording.en.ts";

import { counted } from "../language.ts";

export const recordingsEn = {
  lead: "Where each call's recording lies, until when, and the proof that it is gone. Every look at them is recorded in the audit trail.",
  tabs: {
    search: "Search",
    erasures: "Erasures",
    holds: "Holds",
    certificates: "Certificates",
    stores: "Stores",
  },
  withheld: "withheld",
  nothing: "–",

  alarms: {
    label: "What needs attention",
    quarantined: {
      title: counted(
        "{n} recording lies outside the policy's regions",
        "{n} recordings lie outside the policy's regions",
      ),
      text: "Nobody can open what is quarantined. See to it where the provider keeps what it records from now on, or change the policy.",
      do: "See the quarantine",
    },
    failing: {
      title: counted("{n} recording could not be erased", "{n} recordings could not be erased"),
      text: "Each is tried again by itself. What the store said is shown beside it.",
      do: "See the failures",
    },
    overdue: {
      title: counted("{n} recording is past its day", "{n} recordings are past their day"),
      text: "The run that erases them comes every few minutes. If they stay, ask the person who looks after the server.",
      do: "See the erasures",
    },
    prefixless: {
      title: counted(
        "{n} integration or webhook has no prefix for its keys",
        "{n} integrations or webhooks have no prefix for their keys",
      ),
      text: "Each may register what another one of them has just stored, and from {date} on they register no keys. An administrator gives an integration a prefix on its page, and a webhook by PUT /v1/hooks/PROVIDER/prefix.",
      do: "See the people and systems",
    },
    refused: {
      title: counted(
        "{n} integration or webhook was refused recordings",
        "{n} integrations or webhooks were refused recordings",
      ),
      text: "What they had stored has no day of erasure until it is imported: {systems}. An administrator gives a prefix to each that has none. Then import what it named, and say so here.",
      whys: {
        "no-prefix": "no prefix",
        "other-prefix": "keys that are not below its prefix",
        old: "calls of too long ago",
      },
      system: counted("{name} ({why}; one try, {first})", "{name} ({why}; {n} tries, {first} to {last})"),
      do: "Import recordings",
      done: "{name}: all is imported",
      why: "What was done",
      doneNote:
        "Say what was imported, or why nothing had to be. That is on the audit trail, and the notice goes.",
      said: "Noted. Later refusals are shown once more.",
    },
    lengthened: {
      title: counted(
        "Is {n} recording to be kept longer, as policy says now?",
        "Are {n} recordings to be kept longer, as policy says now?",
      ),
      text: "They keep their days until an administrator answers, yes or no.",
      do: "See the question",
    },
    holdsToReview: {
      title: counted("{n} hold is to be looked at again", "{n} holds are to be looked at again"),
      text: "Its day has come: is the recording still needed?",
      do: "See the holds",
    },
  },

  /** Policy keeps recordings longer than those that exist were given. */
  longer: {
    title: "Do existing recordings follow?",
    text: counted(
      "Policy keeps recordings for {months} now. {n} recording came under a shorter time: it goes {now}. With the longer one it would go {then}.",
      "Policy keeps recordings for {months} now. {n} recordings came under a shorter time: they go {now}. With the longer one they would go {then}.",
    ),
    span: "between {first} and {last}",
    day: "on {first}",
    sooner: counted(
      "{n} recording goes sooner under it, at once if you say that they follow.",
      "{n} recordings go sooner under it, at once if you say that they follow.",
    ),
    answer: "Answer",
    stay: "They keep their days",
    stayNote: "Only what comes from now on is kept longer.",
    follow: "They follow, and are kept longer",
    followNote: "People who were told of the shorter time are kept longer than they were told.",
    reason: "Reason",
    reasonNote: "It is recorded in the audit trail.",
    later: "Answer later",
    save: "Answer",
    stayed: "They keep their days.",
    followed: counted("{n} recording is kept longer.", "{n} recordings are kept longer."),
    who: "An administrator answers: {names}. Until then they keep their days.",
  },

  label: "Recordings",
  columns: {
    at: "When",
    number: "Number",
    agent: "Agent",
    direction: "Direction",
    seconds: "Length",
    provider: "Provider",
    state: "State",
    eraseAfter: "Erase on",
    flag: "Blocked at that time",
    id: "Id",
    providerId: "Provider's id",
    purpose: "Recorded for",
    store: "Store",
    region: "Region",
  },
  filters: {
    number: "Number",
    agent: "Agent",
    date: "Day of the call",
    from: "Calls from",
    to: "To",
    time: "About what time",
    timeNote: "Calls that began within {minutes} minutes of {time}, by the clock where the policy is.",
    timeWantsDay: "Choose the day of the call as well: the time alone is not searched for.",
    show: "Show",
    all: "All that are kept",
  },
  shows: {
    flagged: "Blocked, or not judged",
    quarantined: "Quarantined",
    held: "Held",
    failing: "Not erased",
  },
  directions: { inbound: "Incoming", outbound: "Outgoing" },
  states: {
    kept: "Kept",
    held: "Held",
    "hold-review": "Held, review due",
    quarantined: "Quarantined",
    due: "Due",
    deferred: "Waits for provider",
    waiting: "Came late: waits",
    failed: "Not erased",
    erasing: "Being erased",
    erased: "Erased",
  },
  flags: { blocked: "Blocked at that time", unjudged: "Not judged" },
  openLabel: "{at}: open the recording of {number}",
  unread:
    "Recordings in {key} are missing here and in a CSV file: it is lost or was altered. An administrator restores it from a backup.",
  empty: "No recording is registered",
  emptyText:
    "Your telephone system reports them, an integration does, or you import a provider's list of what it keeps already.",

  stores: {
    r2: "Cloudflare R2",
    s3: "S3 store",
    twilio: "Twilio",
    aircall: "Aircall",
  } satisfies Record<Recording["storage"]["kind"], string>,
  places: {
    files: "Requests' files",
    copies: "Copies for requesters",
    archive: "The trail's archive",
  } satisfies Record<NonNullable<RecordingsState["places"]>[number]["purpose"], string>,
  placesWithin: {
    files: "requests' files",
    copies: "copies for requesters",
    archive: "closed months of the trail",
  },
  placeIn: "{place} ({store})",
  noPlace: {
    title: "Nowhere to keep {what}",
    text: "No bucket of its own is set up for it in a region that the policy allows, so that it is refused. The person who looks after the server sets one up.",
    do: "See the stores",
  },
  storeList: {
    label: "Stores",
    columns: { store: "Store", state: "State", region: "Region", text: "What that means" },
    states: { none: "Not set up", allowed: "Allowed", outside: "Outside policy" },
  },
  unknownRegion: "a region that cannot be told",
  rules: {
    retention: counted("policy: kept {n} month", "policy: kept {n} months"),
    "outside-regions": "policy: what lies outside its regions goes at once",
    hand: "by hand",
  },
  yes: "yes",
  no: "no",

  ...deskRecordingEn,

  erasures: {
    chart: "Upcoming erasures by week",
    summary: "{recordings} by {last}. The most are {most}, in the week of {week}.",
    recordings: counted("{n} recording", "{n} recordings"),
    columns: { week: "Week of", recordings: "Recordings", going: "To be erased", held: "Held: these stay" },
    past: "earlier",
    later: "later",
    going: "to be erased",
    held: "held",
    empty: "Nothing is to be erased",
    emptyText: "No recording is kept.",
    failures: "Could not be erased",
    failuresLabel: "Recordings that could not be erased",
    failuresNone: "Every erasure that was tried has gone through.",
    failureColumns: {
      at: "Call",
      store: "Store",
      error: "The store said",
      failures: "Tries",
      due: "Next try",
    },
  },

  holds: {
    label: "Holds",
    columns: {
      recording: "Recording",
      reason: "Reason",
      by: "Held by",
      at: "Since",
      reviewOn: "Look at again on",
    },
    due: "Review due",
    somebody: "somebody",
    byItself: "by itself, until it is closed",
    open: "Open the held recording {id}",
    empty: "Nothing is held",
    emptyText:
      "A hold is placed on a recording's own page, with a reason and a day to look at it again. An open access request holds what it is about by itself.",
  },

  certificates: {
    label: "Certificates of erasure",
    columns: {
      erasedAt: "Erased",
      recording: "Recording",
      provider: "Provider",
      storage: "Store",
      region: "Region",
      eraseAfter: "Due on",
      rule: "Rule",
      months: "Months",
      why: "Reason",
      commitment: "Commitment",
      was: "Just before",
    },
    was: {
      there: "There, and the object that was registered",
      missing: "Missing already: ClearDial did not erase it",
    },
    open: "Open the certificate of {id}",
    unread:
      "Certificates in {key} are missing here and in a CSV file: it is lost or was altered. An administrator restores it from a backup.",
    empty: "Nothing was erased yet",
    emptyText: "Each erasure leaves a certificate here, for good. It holds no personal data.",
    back: "Certificates",
    title: "Certificate of erasure",
    print: "Print",
    missing: "There is no certificate of this recording",
    missingText: "It is not erased yet, or there never was such a recording.",
    saysMissing:
      "The store had nothing of the recording named below when its day came: its audio had never come, or was gone already. The store was asked again afterwards, and had nothing of it.",
    says: "The recording named below was erased where it lay. The store was asked once more afterwards, and had nothing left of it.",
    company: "Kept by",
    commitmentNote:
      "SHA-256 of a secret salt and the register's entry as it was before. Anyone with both can show which call this was; from the certificate alone nobody can.",
    trail: "The erasure on the audit trail",
  },
};
