/** The desk's comparing of the stored rows with the trail, beside what both say of it (deep.en.ts). English (UK). */
import type { boundTableNames, summedTableNames } from "../../trail/bound-tables.ts";
import { counted } from "../language.ts";

export const compareEn = {
  open: "Compare stored rows",
  note: "Whether the rows that are stored are those that the trail tells of. On a long trail this takes minutes; leave this page open.",
  stop: "Stop",
  goOn: "Go on",
  busy: "{what}: {n} compared so far. Part {part} of {of}.",
  stopped: "Stopped: {what}, part {part} of {of}. What was found until then is below.",
  more: counted("and {n} more", "and {n} more"),
  row: "See row {n} of the trail",
  /** One of a table, and many. */
  tables: {
    dials: ["Dial", "Dials"],
    policies: ["Version of the policy", "Versions of the policy"],
    proposal_states: ["Proposal", "Proposals"],
    suppressions: ["Do-not-call entry", "Do-not-call entries"],
    consents: ["Consent", "Consents"],
    consent_uses: ["Use of a consent", "Uses of consents"],
    parties: ["Word on whose line a number is", "Words on whose lines numbers are"],
    restricted: ["Proof that an erasure left", "Proofs that erasures left"],
    lookups: ["Answer of a lookup source", "Answers of lookup sources"],
    lookup_turns: ["Register by lookup or by file", "Registers by lookup or by file"],
    screenings: ["Screening", "Screenings"],
    screening_parts: ["Part of a screening", "Parts of screenings"],
    recordings: ["Recording", "Recordings"],
    audio: ["Audio of recording", "Recordings' audio"],
    recording_holds: ["Legal hold", "Legal holds"],
    calls: ["Logged call", "Logged calls"],
    certificates: ["Certificate of erasure", "Certificates of erasure"],
    people: ["Person", "People"],
    tokens: ["Browser or token", "Browsers and tokens"],
    requests: ["Request", "Requests"],
    request_states: ["State of request", "States of requests"],
    duties: ["Duty of request", "Duties of requests"],
    request_items: ["Item of request", "Items of requests"],
    request_letters: ["Letter of request", "Letters of requests"],
    request_recipients: ["Recipient of data", "Recipients of data"],
    request_events: ["Line of request's timeline", "Requests' timelines"],
    request_files: ["Request's file", "Requests' files"],
    letter_templates: ["Template of a letter", "Templates of letters"],
    lists: ["Register", "Registers"],
    versions: ["Register's version", "Registers' versions"],
    contents: ["Sum of the register's version", "Sums of registers' versions"],
    blocks: ["Numbers of register", "Registers' numbers"],
    block_undo: ["History of register", "Registers' history"],
    gate_lines: ["Line of a telephone system", "Lines of telephone systems"],
  } satisfies Record<(typeof boundTableNames | typeof summedTableNames)[number], [string, string]> as Record<
    string,
    [string, string]
  >,
};
