/** The desk's forms by which an officer accounts for what verifying the trail named (docs/audit.md). English (UK). */
import { counted } from "../language.ts";

export const accountEn = {
  note: "Verifying or comparing named something, and you know why:",
  returned: {
    open: "An older version ran",
    text: "After a roll-back an older Worker wrote without codes, and changed rows without binding them. Say when it ran: what it wrote then is counted apart from now on. Somebody else's rows of that time are, too, so keep it short and look at them. The trail keeps what you say.",
    from: "It ran from",
    to: "Until",
    order: "The end must be after the start, and past.",
    why: "Why it ran",
    try: "Look first",
    /** Of the findings of "Compare stored rows". */
    findings: counted("What happens to the finding:", "What happens to the {n} findings:"),
    none: "No findings to account for: compare the stored rows first, if it changed or erased any.",
    rows: "Rows {first} to {last} of the trail are of that time.",
    unnamed: "No row of the trail of that time names it: look at it, and tick it only if you answer for it.",
    yes: "Say so",
    done: "Rows {first} to {last} of the trail count as the older version's. Verify again.",
  },
  restored: {
    open: "The database was put back",
    text: "If the database was put back to an earlier moment, rows are gone from the end of the trail, and what they were about with them. Say why: they are no longer missed, and the trail keeps what you say. Then enter again what came since, objections first. If nobody of yours put it back, say nothing here, and find out who took rows away.",
    why: "Who put it back, to when, and why",
    yes: "Say so",
    done: "No longer missed: {rows}. Verify again.",
  },
};
