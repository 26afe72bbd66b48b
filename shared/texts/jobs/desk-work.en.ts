/** The desk's page of work that runs by itself. English (UK). */
import { counted } from "../language.ts";

export const deskWorkEn = {
  title: "Work",
  lead: "What ClearDial does by itself: what waits, since when, and what failed until a person decides.",
  queues: {
    label: "Work by queue",
    columns: { what: "What", waiting: "Waiting", oldest: "Oldest since", state: "State", failed: "Failed" },
    kinds: {
      erasure: "Recordings to erase",
      files: "Requests' files to erase",
      mail: "Mails to send",
      webhooks: "Addresses to tell",
      marks: "CRMs to mark",
      runs: "CRMs to read",
      copies: "Parts of copies to make",
    },
    states: { idle: "nothing waits", fine: "in time", late: "late since {at}" },
    see: "See {n}",
    seeLabel: "See {n} that failed: {what}",
  },
  clock: {
    title: "The clock’s jobs",
    lead: "What ClearDial does at set times. A job that has not ended well for too long is told to administrators by mail.",
    label: "Jobs of the clock",
    every: { minute: "every minute", often: "every five minutes", day: "once a day" },
    runs: "The clock last ran: {minute} (every minute), {often} (every five minutes), {day} (once a day).",
    never: "not yet",
    stopped: "The clock has stopped, or a trigger of it: {which}. It has not run since {at}.",
    columns: {
      what: "What",
      every: "When",
      ended: "Last ended well",
      state: "State",
      said: "As it was said",
    },
    states: { fine: "in order", failing: "fails since {at}", late: "late: not well since {at}" },
  },
  failed: {
    title: "Failed: {what}",
    label: "List of what failed: {what}",
    empty: "Nothing failed",
    emptyText: "What fails too often is listed here, until a person sends it again.",
    /** What becomes of it by itself. */
    notes: {
      erasure:
        "They are tried again by themselves, at least once a day, or when their store said that it can. A recording leaves this list when it is erased.",
      files:
        "They are tried again by themselves, at least once a day. A file leaves this list when its store no longer has it.",
      mail: "After twelve tries a mail is not tried again by itself.",
      webhooks:
        "After three days of failures an address is turned off. What it missed is kept, and sent when it is turned on.",
      marks:
        "They are tried again by themselves, every four hours. A CRM leaves this list when it is marked or turned off.",
      runs: "After ten failures a run ends, and another begins a day later. A CRM leaves this list when one is through, or it is turned off.",
      copies:
        "After three tries a part of a requester’s copy is not tried again by itself. Until it is made, the requester gets none of the copy.",
    },
    columns: {
      pick: "Pick",
      what: "What",
      to: "For",
      why: "Why",
      said: "As it was said",
      since: "Since",
      tries: "Tries",
      due: "Next try",
    },
    pick: "Pick {what}",
    again: "Send again",
    leave: "Leave out…",
    readLabel: "Read: {what}",
    recording: "A recording in {store}",
    file: "{purpose}, {reference}",
    said: "As it was said: {error}",
    sent: counted(
      "{n} is sent again. It leaves the list once it is done.",
      "{n} are sent again. They leave the list once they are done.",
    ),
    left: counted("{n} left out", "{n} left out"),
    leaveTitle: counted("Leave {n} out?", "Leave {n} out?"),
    leaveText: {
      mail: "They are not sent any more, and what they say is erased. The outbox shows them as expired.",
      webhooks:
        "They stay turned off, and are told nothing. Under Watching, Webhooks they can be turned on again or removed.",
    },
    leaveYes: "Leave out",
    never: "Not by itself",
    links: {
      erasure: "To the recording",
      files: "To the requests",
      mail: "To the outbox",
      webhooks: "To the webhooks",
      marks: "To the CRM",
      runs: "To the CRM",
      copies: "To the requests",
    },
  },
  /** Why something failed, from what the store, the service or the CRM said. */
  why: {
    unsaid: "Nothing is on record of why.",
    recipient:
      "The policy does not name {host} as a recipient, so nothing was sent. Propose it under Policy, Who receives.",
    nowhere: "Nothing was sent to {host}: {why}.",
    internal: "ClearDial itself failed. The server's log has more.",
    unset: "It is not set up on the server.",
    slow: "It did not answer in time, or could not be reached.",
    stays: "It said that this was erased, and still had it.",
    replaced: "Another file lies there than was registered. Two people look at it on the recording's page.",
    file: "What lies there is a file of a request, and not a recording.",
    place: "By its record it lies where no file of a request may be, so that ClearDial leaves it alone.",
    later: "It put the erasure off once more than it had said.",
    putOff:
      "Its store keeps it until {until}, by an object lock or the provider's terms, and is asked again then. Where somebody may end that there, send it again afterwards.",
    versions: "Its bucket keeps old versions, so that nothing in it is really erased.",
    unread: "It answered in a way that ClearDial does not understand.",
    sealed: "Its credentials were sealed under another key. Enter them again.",
    signIn: "It did not let ClearDial sign in. Connect it again.",
    kept: "What was written is not in its field: the field is missing there, or another one is read.",
    refused: "It did not accept ClearDial's credentials ({status}).",
    missing: "It does not know what it was asked for ({status}).",
    often: "It was asked too often ({status}).",
    rejected: "It refused what it was sent ({status}).",
    broken: "It had a failure of its own ({status}).",
    budget: "The day's budget of numbers is used up. It goes on tomorrow.",
    words: "It said: {error}",
  },
};
