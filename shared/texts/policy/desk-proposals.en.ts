/** What people read on the desk's page of proposals. English (UK). */
import { counted } from "../language.ts";

export const deskProposalsEn = {
  open: "Waiting for a second person",
  settled: "Settled",
  empty: "Nothing waits for a second person",
  emptyText:
    "What makes the policy or a register looser, or gives somebody a role above agent, waits here until another person approves it.",
  showSettled: "Show settled proposals",
  noneSettled: "No proposal has been settled yet.",
  more: "Show older proposals",
  kinds: { policy: "The policy", role: "A role", register: "A register" },
  states: {
    open: "waits",
    approved: "approved",
    counted: "counted without a second person",
    refused: "refused",
    withdrawn: "withdrawn",
    expired: "expired",
  },
  noFigure: "Nothing can be counted of this.",
  or: " or ",
  waits: "Another person approves it, as {who}. It expires on {date}.",
  alone: "There is no other {who}. It counts from {date}, unless somebody refuses it before then.",
  untold:
    "There is no other {who}. Nobody else has heard of it yet: it counts 24 hours after somebody was told, by mail or by opening the popup or the desk, unless somebody refuses it.",
  told: { mail: "Told by mail: {name}, {date}.", seen: "Shown to {name}, {date}." },
  ways: { approve: "Approve", refuse: "Refuse", withdraw: "Take it back" },
  done: {
    approve: "Approved. Open pages follow within a minute.",
    refuse: "Refused. Nothing has changed.",
    withdraw: "Taken back. Nothing has changed.",
  },
  outcomes: {
    approved: "Approved by {name} on {date}.",
    counted: "Counted on {date}: nobody else held the role.",
    refused: "Refused by {name} on {date}.",
    withdrawn: "Taken back by {name} on {date}.",
    expired: "Expired on {date}: nobody approved it.",
  },
  version: "Version {n}",
  second: { approved: "approved by {name}", counted: "counted without a second person" },
  todo: {
    title: counted("{n} change waits for you", "{n} changes wait for you"),
    text: "They make the policy looser, or give somebody a role. Nothing changes until another person approves them.",
    do: "Look at them",
  },
  raised: {
    title: "Some of what was saved is below the law, and counts as the law",
    text: "Nothing has to be done: the next save stores what counts.",
  },
};
