/** Watching and webhooks: the desk's page, and what its mails add. English (UK). */
import { counted } from "../language.ts";

export const watchEn = {
  lead: "Numbers that were screened clear are watched: when a register, an entry of our own or the end of a consent changes the status of one, it is listed here.",
  tabs: { turned: "Status changes", webhooks: "Webhooks" },
  watched: counted("{n} number is watched.", "{n} numbers are watched."),
  looked: "Looked at under {lists}.",
  version: "{list} version {version}",
  behind: "{list} version {version} is being looked at.",

  label: "Status changes",
  empty: "No status has changed",
  emptyText: "Numbers are watched once they were screened clear, as a file or by a connector.",
  any: "Any",
  filters: {
    number: "Number",
    to: "New status",
    why: "Why",
    seen: "Looked at",
    from: "From",
    until: "To",
  },
  to: { blocked: "blocked", open: "no bar any more" },
  whys: { list: "A register", objection: "An objection", house: "Our own list", consent: "Consent" },
  seen: { false: "not yet", true: "yes" },
  columns: {
    number: "Number",
    at: "When",
    to: "New status",
    why: "Why",
    version: "Version",
    told: "Told",
    seen: "Looked at",
    row: "Row of the trail",
  },
  turned: "{from} → {verdict}",
  told: { mail: "Mail to {names}", hook: "Webhook {host}", none: "nobody yet" },
  seenBy: "{name}, {at}",
  seenDo: "Seen",
  seenLabel: "{number}: seen",
  seenAll: "Mark all as seen",
  seenAsk: "Mark all status changes until now as seen?",
  seenDone: counted("{n} number is marked as seen.", "{n} numbers are marked as seen."),

  todo: {
    title: counted(
      "The status of {n} watched number has changed",
      "The status of {n} watched numbers has changed",
    ),
    text: "They were screened clear, and that is no longer so for all of them. Take those that are blocked out of dial lists.",
    do: "See them",
  },
  hookTodo: {
    title: counted("{n} webhook does not arrive", "{n} webhooks do not arrive"),
    text: "Another system is not told of status changes.",
    do: "See the webhooks",
  },
  plainTodo: {
    title: counted("{n} webhook has a secret in plain text", "{n} webhooks have a secret in plain text"),
    text: "Anybody with a copy of the database could sign as ClearDial. Set CONNECTOR_KEY: the next daily run seals them.",
    until: "From {day} on they send nothing until it is set; what they were to tell waits.",
    do: "See the webhooks",
  },

  mail: {
    blocked: counted(
      "{n} number that was screened clear is now blocked.",
      "{n} numbers that were screened clear are now blocked.",
    ),
    open: counted(
      "{n} number that was blocked is no longer barred.",
      "{n} numbers that were blocked are no longer barred.",
    ),
    list: "{list}, version {version}: {n}.",
    other: "Our own entries and consents: {n}.",
  },

  hooks: {
    lead: "An address of another system of yours, such as a dialler, which is told of each status change. Each message is signed, so that the system can tell that it is from here.",
    add: "Add an address…",
    label: "Webhooks",
    empty: "No address is told",
    emptyText: "A dialler or another system that no page of ours guards can be told by a signed request.",
    title: "Tell another system",
    url: "Address",
    urlHint: "It begins with https:// and can be reached from the internet.",
    make: "Add it",
    made: "{host} is told from now on",
    secret: "Secret",
    once: "It is shown this once. Give it to the system: it checks the signature with it (Standard Webhooks).",
    close: "Done",
    columns: { url: "Address", state: "State", waiting: "Not told yet", last: "Last answer", act: "Actions" },
    states: { on: "on", failing: "failing since {at}", off: "off: {why}" },
    last: { ping: "Test", turned: "Numbers" },
    answered: "{kind}: {status}, {at}",
    noAnswer: "{kind}: no answer, {at}",
    unopened:
      "Its secret cannot be opened, as the Worker's CONNECTOR_KEY is missing or another one. If the key is lost, add the address again.",
    unread:
      "Whether its address is the one that was added cannot be told before an archived month of the audit trail is read: it is tried again.",
    moved:
      "Its address is not the one that was added, or nobody added it: somebody changed the database. Remove it, add the right one, and find out who it was.",
    /** Also finds, word for word, what a key turns on again. */
    plain:
      "its secret is in plain text, as the Worker has no CONNECTOR_KEY: set one, and it goes on by itself",
    ping: "Test",
    pingLabel: "Send a test to {host}",
    pingGood: "{host} has answered {status}.",
    pingBad: "{host} did not take it: {answer}",
    resume: "Turn on",
    resumeLabel: "Turn {host} on again",
    resumed: "{host} is told again, of everything since.",
    remove: "Remove…",
    removeYes: "Remove",
    removeLabel: "Remove {host}",
    removeAsk: "Stop telling {host}?",
    removeText: "What it was told of stays on record. Its secret is erased.",
    removed: "{host} is told no more.",
    gone: "it answered that it wants no more messages (410)",
    failed: counted("no attempt has succeeded for {n} day", "no attempt has succeeded for {n} days"),
  },
};
