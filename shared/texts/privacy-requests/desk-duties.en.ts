/** What people read on the desk of what is owed for a request. English (UK). */
import type { DutyKind } from "../../privacy-requests/duty-kinds.ts";

export const deskDutiesEn = {
  title: "What is owed",
  none: "Nothing is owed.",
  over: "Done, or owed no longer",
  kinds: {
    acknowledge: "Acknowledge the complaint",
    progress: "Tell how it is going",
    outcome: "Tell the outcome",
    review: "Review the objection",
    proof: "Proof of identity to come",
    clarification: "Answer to come",
    decide: "Decide",
    tell: "Tell the requester",
    "tell-authority": "Tell the authority",
    erase: "Erase",
    receipts: "Tell the recipients",
  } satisfies Record<DutyKind, string>,
  /** The letter goes by mail. */
  mail: {
    waiting: "in the post: the mail has not been sent yet",
    failed: "the mail could not be sent: send the letter again, or by post",
  },
  /** A letter by mail that asks or extends. */
  unsent: {
    waiting: "{letter}: in the post. The time runs on until its mail was sent.",
    failed: "{letter}: its mail could not be sent, and the time runs on. Send the letter again, or by post.",
  },
  met: "done on {date}",
  void: "owed no longer",
};
