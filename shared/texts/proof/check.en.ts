/** `cleardial verify FILE`: what it says about a proof. English (UK). */
import { counted } from "../language.ts";

export const proofCheckEn = {
  holds: "holds: {text}",
  fails: "FAILS: {text}",
  note: "NOTE: {text}",
  about: {
    number: "A proof about {number}, {from} to {to}, made {at} UTC by {by} for {company}.",
    company: "A proof about the company, {from} to {to}, made {at} UTC by {by} for {company}.",
  },
  unnamed: "a company that it does not name",
  notAProof: "{file} is not a proof made by ClearDial, or a newer version made it.",
  notAKey:
    "{file} contains no Ed25519 public key (JWK or PEM), no head of the audit trail and no thumbprint.",
  all: "The whole document holds.",
  some: "Do not rely on this document.",
  form: {
    holds: "The file is byte for byte as ClearDial writes it.",
    fails: "The file is not as ClearDial writes it: it was changed or saved by another program.",
  },
  digest: {
    holds: "Its content has the SHA-256 that it states, {sha256}; a printed page states the same one.",
    fails: "Its content was changed: it does not have the SHA-256 that it states.",
  },
  signature: {
    own: "It is signed with the key that you gave ({key}).",
    stated:
      "It is signed with the key that it contains ({key}). Compare this thumbprint with one from another source, or give the key with --key.",
    none: "It is not signed: nothing in it shows who made it, and anyone could have made it.",
    wrong: "Its signature does not match the key that it contains: it was changed, or someone else made it.",
    other: "It is not signed with the key that you gave.",
  },
  rows: {
    holds: "Each quoted row of the audit trail has the hash that its fields give.",
    hash: "row {seq} does not have the hash that its fields give",
    commitment: "the content of row {seq} does not match its commitment",
    order: "row {seq} is out of order, or quoted twice",
    forged: "the Worker did not write row {seq}: it has no code under its key",
    quoted: counted("It quotes {n} row of the trail", "It quotes {n} rows of the trail"),
    committed: counted("{n} with its content", "{n} with their content"),
    withheld: counted(
      "{n} without its content, which names others too",
      "{n} without their content, which names others too",
    ),
    erased: counted("{n} whose content was erased", "{n} whose content was erased"),
    unshown: counted(
      "{n} that binds a state of a row that is no longer stored",
      "{n} that bind states of rows that are no longer stored",
    ),
    before: counted(
      "{n} from before rows had a code under the Worker's key",
      "{n} from before rows had a code under the Worker's key",
    ),
    returned: counted(
      "{n} by an older Worker, as an officer said",
      "{n} by an older Worker, as an officer said",
    ),
    lost: counted(
      "{n} under a key that the Worker no longer had",
      "{n} under a key that the Worker no longer had",
    ),
  },
  links: {
    holds: "Each of these rows leads, hash by hash, to a head of the trail.",
    some: "{linked} lead, hash by hash, to a head of the trail; for {unlinked} the document does not contain the rows between: compare them with an export of the trail.",
    none: "It quotes no row of the trail.",
    broken: "the rows from {first} on do not lead to the head that follows them (row {seq})",
    elsewhere: "row {seq} is not the row at this place in the trail",
    missing: "row {seq} does not lead to a head",
    order: "the chains to the heads overlap",
  },
  heads: {
    holds: "Those heads are:",
    newest: "row {seq}, the newest when the proof was made, confirmed by the proof's signature alone",
    signed: "the head of {day} (row {seq}), signed with {key}",
    unsigned: "the head of {day} (row {seq}), not signed",
    unknown: "the head of {day} (row {seq}), signed with {key}: give this key with --key to check it",
    wrong: "the head of {day} (row {seq}) has a wrong signature",
    line: "the head of {day} differs from its signed line",
    kept: "ClearDial mails out each day's head: anyone who kept one can compare it.",
  },
  facts: {
    holds: "The events in it are in order of time and agree with those rows.",
    order: "the events are not in order of time",
    missing: "row {seq} is cited, but not quoted",
    other: "row {seq} and the document differ about {name}",
    stranger: "row {seq} is about another number",
    silenced: "row {seq} binds a dial, and the dial was altered so that nothing of it can be compared",
    unbound: "no row of the trail binds what the document tells of {what} {ref}",
    later: "row {seq} binds a later state of {ref} than the document tells of: it was put back, or altered",
    untold: "no row of the trail tells of dial {ref}",
    noVersion: "no row of the trail binds version {ref}",
    silencedVersion:
      "row {seq} binds version {ref} of a register, which was altered so that nothing of it can be compared",
    otherVersion: "dial {dial} was judged by version {ref}, which the document does not have with that date",
    partly: counted(
      "Of {n} dial from before every field was bound, the trail shows the number, the verdicts and what was dialled.",
      "Of {n} dials from before every field was bound, the trail shows the number, the verdicts and what was dialled.",
    ),
    bare: counted("{n} event has no row in the audit trail.", "{n} events have no row in the audit trail."),
  },
  /** Stored rows that are not as the trail says, as the Worker found when it made the proof. */
  altered: {
    none: "Each stored row of this number was as the last event of it on the trail says.",
    rest: "Each other stored row of this number was as the last event of it on the trail says. Not all of what the document tells was compared:",
    bare: counted(
      "{n} event tells of what is stored in no row that the trail binds, or whose row is from before ({what}): nothing compares it with the trail field by field.",
      "{n} events tell of what is stored in no row that the trail binds, or whose rows are from before ({what}): nothing compares them with the trail field by field.",
    ),
    part: "Whether a recording is kept or being erased, and when a change of status was mailed, is told as it was stored.",
    screened:
      "Each number's verdict in a screening was compared by the Worker alone: what binds it is of other numbers too, and is not in the document.",
    some: counted(
      "{n} stored row of this number was not as the trail says when the proof was made. Somebody altered the database:",
      "{n} stored rows of this number were not as the trail says when the proof was made. Somebody altered the database:",
    ),
    how: {
      earlier: "{table}/{ref} was put back: row {seq} ({at}, {code}) changed it, and it is as it was before.",
      other: "{table}/{ref} was altered since row {seq} ({at}, {code}).",
      erased: "{table}/{ref} is there again, though row {seq} ({at}, {code}) says that it was erased.",
      unknown: "{table}/{ref} is known to no row of the trail.",
    },
    tells: {
      yes: "What the document tells of it was so at the end of the period.",
      no: "The document tells nothing of it.",
    },
    unread:
      "Archived rows {first} to {last} were not searched for later changes, as there are too many: cleardial verify --deep compares all.",
    told: "the document names {ref} as altered, and tells of it otherwise",
    unsaid: "no quoted row says of {ref} what the document names",
  },
};
